"""From facts to cards by a rule book, in the order that `docs/scheme-format.md` gives."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from assessments.scoring.cards import Card, Line, Part, Reason
from assessments.scoring.desk import NOWHERE, AnyFact, lay_out
from assessments.scoring.expressions import parse
from assessments.scoring.facts import OPEN_WITHOUT_DATE, PeriodStates, Subject
from assessments.scoring.grading import after_vetoes, grade_by_score, graded_figure, told, vetoes_of
from assessments.scoring.lines import Court, amount_for
from assessments.scoring.rates import rate_of
from assessments.scoring.rounding import hundredths, plain
from assessments.scoring.schemes import Category, Figure, Indicator, Scheme, Veto
from assessments.scoring.scored import Clerk, Scored, with_group_means
from assessments.scoring.sheets import Cohort, Sheet
from assessments.scoring.totals import Part as CategoryPart
from assessments.scoring.totals import Totals, part_of, raw_of, totals_of
from branchwork.periods import Period, PeriodKind

Chosen = Sequence[tuple[Category, Sequence[Indicator]]]


@dataclass(slots=True)
class Draft:
    """A card in the making."""

    sheet: Sheet
    lines: list[Scored]
    parts: list[CategoryPart] = field(default_factory=list)
    totals: Totals | None = None
    rate: Decimal | None = None
    figures: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Room:
    """Everybody in one period: their sheets, and what judges them."""

    scheme: Scheme
    court: Court
    sheets: list[Sheet]

    @property
    def cohort(self) -> Cohort:
        return self.court.cohort


def score_book(
    scheme: Scheme,
    facts: Iterable[AnyFact],
    states: PeriodStates,
    subjects: Mapping[str, Subject],
    periods: Sequence[str],
    memo: dict | None = None,
) -> tuple[Card, ...]:
    """A card for each subject in each of the periods, by subject as they are given, then by period."""
    chosen = by_category(scheme, is_combined=False)
    rooms = rooms_of(scheme, facts, states, subjects, periods)
    found = {}
    for period in periods:
        drafts = drafts_of(rooms, period, chosen, memo)
        for draft, card in zip(drafts, finish(rooms[period], drafts), strict=True):
            found[draft.sheet.subject.key, period] = card
    return tuple(found[key, period] for key in subjects for period in periods)


def clerk_of(rooms: Mapping[str, Room], period: str, memo: dict | None = None) -> Clerk:
    """Who writes the lines of a period; the other rooms are those of shorter periods inside it."""
    room = rooms[period]
    inner = {key: (one.court, _by_key(one.sheets)) for key, one in rooms.items() if key != period}
    return Clerk(room.scheme, room.court, inner, memo={} if memo is None else memo)


def drafts_of(rooms: Mapping[str, Room], period: str, chosen: Chosen, memo: dict | None = None) -> list[Draft]:
    """Everybody's lines and categories of what is chosen."""
    room = rooms[period]
    lines = clerk_of(rooms, period, memo).lines(room.sheets, chosen)
    drafts = [Draft(*both) for both in zip(room.sheets, lines, strict=True)]
    with_group_means([(draft.sheet, draft.lines) for draft in drafts])
    _add_up_categories(drafts, chosen)
    return drafts


def by_category(scheme: Scheme, *, is_combined: bool) -> Chosen:
    """What is scored on cards of the scheme's own periods; or only on the combined ones."""
    score = PeriodKind(scheme.periods.score) if scheme.periods.score else None
    chosen = []
    for category in scheme.categories:
        indicators = [
            indicator
            for indicator in category.indicators
            if _is_longer(category.cadence or indicator.cadence, score) == is_combined
        ]
        if indicators:
            chosen.append((category, indicators))
    return chosen


def _is_longer(cadence: str, score: PeriodKind | None) -> bool:
    return bool(cadence) and score is not None and PeriodKind(cadence).months > score.months


def _by_key(sheets: Iterable[Sheet]) -> dict[str, Sheet]:
    return {sheet.subject.key: sheet for sheet in sheets}


def rooms_of(
    scheme: Scheme,
    facts: Iterable[AnyFact],
    states: PeriodStates,
    subjects: Mapping[str, Subject],
    periods: Sequence[str],
) -> dict[str, Room]:
    """A room for each period, and for the shorter ones that indicators with a cadence are scored by."""
    kinds = {PeriodKind(indicator.cadence) for _category, indicator in scheme.indicators() if indicator.cadence}
    inner = {
        str(part): period for period in periods for kind in sorted(kinds) for part in Period.parse(period).parts(kind)
    }
    wanted = dict.fromkeys((*periods, *inner))
    places = lay_out(facts, wanted, inner)
    rooms = {}
    for period in wanted:
        parsed = Period.parse(period)
        sheets = [Sheet(subject, parsed, places.get((key, period), NOWHERE)) for key, subject in subjects.items()]
        court = Court(scheme, Cohort(sheets), states.get(period, OPEN_WITHOUT_DATE))
        rooms[period] = Room(scheme, court, sheets)
    return rooms


def _add_up_categories(drafts: Sequence[Draft], chosen: Chosen) -> None:
    """The categories of every card; those measured by the best raw points need everybody's."""
    for category, _indicators in chosen:
        raws = {
            draft.sheet.subject.key: [line for line in draft.lines if line.category is category] for draft in drafts
        }
        best: dict[str, Decimal] = {}
        if category.out_of == "best":
            for draft in drafts:
                raw, group = raw_of(raws[draft.sheet.subject.key]), draft.sheet.subject.group
                if raw is not None:
                    best[group] = max(raw, best.get(group, raw))
        for draft in drafts:
            if lines := raws[draft.sheet.subject.key]:
                part = part_of(category, lines, draft.sheet, best.get(draft.sheet.subject.group))
                draft.parts.append(part)
                draft.sheet.known[category.key] = part.points


def finish(
    room: Room,
    drafts: Sequence[Draft],
    lines: Mapping[str, tuple[Line, ...]] | None = None,
    parts: Mapping | None = None,
) -> Iterator[Card]:
    """Totals, grades, vetoes and figures: each for everybody before the next, since they may be compared.

    `lines` and `parts`, by subject, are those of a combined card.
    """
    scheme, cohort = room.scheme, room.cohort
    for draft in drafts:
        _total(scheme, draft)
    cohort.forget()
    scopes = ("all", "period") if lines is None else ("all", "combined")
    graded = [_grade(scheme, draft, cohort, scopes) for draft in drafts]
    cohort.forget()
    for figure in scheme.figures:
        for draft in drafts:
            _figure(figure, draft, cohort)
        cohort.forget()
    for draft, (grade, vetoes) in zip(drafts, graded, strict=True):
        key = draft.sheet.subject.key
        found = lines[key] if lines is not None else tuple(line.line() for line in draft.lines)
        yield _card(room, draft, found, grade, vetoes, parts[key] if parts else ())


def _total(scheme: Scheme, draft: Draft) -> None:
    draft.totals = totals = totals_of(scheme, draft.parts)
    known = draft.sheet.known
    for part in draft.parts:
        known[part.category.key] = part.points
    for component in totals.components:
        known[component.key] = component.points
    passing = [(part.points, amount_for(draft.sheet, part.category.pass_at)) for part in draft.parts]
    lines = [(points, line) for points, line in passing if line is not None]
    known["passable"] = Decimal(len(lines))
    known["passed"] = Decimal(sum(points is not None and points >= line for points, line in lines))
    _know_totals(draft)


def _know_totals(draft: Draft) -> None:
    totals = draft.totals
    known = draft.sheet.known
    known["total_for_grade"], known["total_for_award"] = totals.for_grade, totals.for_award
    has_rate = totals.for_grade is not None and totals.full
    draft.rate = rate_of(totals.for_grade, totals.full) if has_rate else None
    known["rate"] = draft.rate


def _grade(scheme: Scheme, draft: Draft, cohort: Cohort, scopes: Sequence[str]) -> tuple[str | None, list[Veto]]:
    sheet = draft.sheet
    vetoes = [veto for veto in scheme.vetoes if veto.scope in scopes]
    zeros = vetoes_of(vetoes, sheet, cohort, ("zero",))
    if zeros:
        draft.totals = replace(draft.totals, for_grade=Decimal(0), for_award=Decimal(0))
        _know_totals(draft)
    sheet.known["grade"] = grade_by_score(scheme, graded_figure(scheme, draft.totals, draft.rate), sheet, cohort)
    others = vetoes_of(vetoes, sheet, cohort, ("force", "cap", "lower", "bar"))
    sheet.known["grade"] = after_vetoes(scheme, sheet.known["grade"], others)
    return sheet.known["grade"], [*zeros, *others]


def _figure(figure: Figure, draft: Draft, cohort: Cohort) -> None:
    sheet = draft.sheet
    if not cohort.holds(figure.when, sheet):
        return
    answer = parse(figure.formula).evaluate(sheet.lookup, cohort.gatherer(sheet))
    points = Decimal(answer) if isinstance(answer, Decimal | bool) else None
    sheet.known[figure.key] = points
    facts = {"formula": figure.formula} | ({} if points is None else {"points": plain(points)})
    reason = Reason("figure", MappingProxyType(facts))
    draft.figures.append(
        Line(figure.key, figure.title, "", "", earned=hundredths(points), reasons=(reason,), points=points)
    )


def _card(
    room: Room, draft: Draft, lines: tuple[Line, ...], grade: str | None, vetoes: list[Veto], parts: tuple[Part, ...]
) -> Card:
    totals, sheet = draft.totals, draft.sheet
    earned, full = hundredths(totals.for_grade), hundredths(totals.full)
    return Card(
        sheet.subject.key,
        str(sheet.period),
        room.court.state.is_closed,
        lines,
        earned,
        full,
        full,
        rate=draft.rate,
        grade=grade,
        parts=parts,
        base=totals.base,
        total_for_grade=totals.for_grade,
        total_for_award=totals.for_award,
        is_barred=any(veto.effect == "bar" for veto in vetoes),
        reasons=totals.reasons,
        categories=tuple(part.subtotal() for part in draft.parts),
        components=totals.components,
        vetoes=tuple(told(veto) for veto in vetoes),
        figures=tuple(draft.figures),
    )
