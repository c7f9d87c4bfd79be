"""From the cards of periods to the card of the year (or half) they make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from assessments.scoring.books import Draft, Room, add_up_categories, by_category, finish
from assessments.scoring.cards import Card, Line, Part, Reason, Subtotal
from assessments.scoring.desk import NOWHERE, AnyFact, Place, lay_out
from assessments.scoring.facts import OPEN_WITHOUT_DATE, PeriodStates, Subject
from assessments.scoring.lines import Court
from assessments.scoring.rounding import hundredths, plain
from assessments.scoring.schemes import Category, Scheme
from assessments.scoring.scored import Clerk, Scored, with_group_means
from assessments.scoring.sheets import Cohort, Sheet
from assessments.scoring.totals import Part as CategoryPart
from assessments.scoring.totals import sum_of, within
from branchwork.periods import Period, PeriodKind

# A period that counts in the mean, though this line has no points in it.
NONE = "-"


class Shares(NamedTuple):
    """The cards that count, what each is multiplied by, and what their sum is divided by."""

    cards: tuple[Card, ...]
    weights: tuple[Decimal, ...]
    divisor: int

    def of(self, figures: Iterable[Decimal | None]) -> Decimal | None:
        weighted = (
            None if figure is None else figure * weight for figure, weight in zip(figures, self.weights, strict=True)
        )
        total = sum_of(weighted)
        return total if total is None or self.divisor == 1 else total / self.divisor


def combine_periods(
    scheme: Scheme,
    period: str,
    cards: Iterable[Card],
    facts: Iterable[AnyFact],
    subjects: Mapping[str, Subject],
    states: PeriodStates,
) -> tuple[Card, ...]:
    """One card of `period` (a year, or a half) for each subject: the cards inside it put together, and on top what is
    scored by the longer period only, or was told of it as a whole.

    `facts` are all of the period's; `cards` may be frozen ones.
    """
    facts = list(facts)
    room, own = _rooms(scheme, period, facts, subjects, states)
    by_subject: dict[str, list[Card]] = {key: [] for key in subjects}
    for card in sorted(cards, key=lambda card: Period.parse(card.period)):
        if card.subject in by_subject and _is_part(card.period, room.sheets[0].period):
            by_subject[card.subject].append(card)
    for sheet in room.sheets:
        _know_periods(scheme, sheet, by_subject[sheet.subject.key])
    drafts = _annual_drafts(scheme, room)
    lines, parts = {}, {}
    for draft, own_sheet in zip(drafts, own.sheets, strict=True):
        key = draft.sheet.subject.key
        mine = by_subject[key]
        lines[key] = _combine(scheme, draft, mine, _told_of_the_whole(scheme, own, own_sheet))
        parts[key] = tuple(_part(card) for card in mine)
    return tuple(finish(room, drafts, lines, parts))


def _is_part(inner: str, outer: Period) -> bool:
    found = Period.parse(inner)
    return found.kind.months < outer.kind.months and outer.contains(found.starts_on)


def _rooms(
    scheme: Scheme, period: str, facts: list[AnyFact], subjects: Mapping[str, Subject], states: PeriodStates
) -> tuple[Room, Room]:
    """Everybody with all facts of the period, and with those told of it as a whole."""
    of_whole = [fact for fact in facts if fact.period == period]
    return tuple(
        _room(scheme, period, lay_out(found, [period]), subjects, states) for found in (facts, of_whole)
    )  # fmt: skip


def _room(
    scheme: Scheme,
    period: str,
    places: Mapping[tuple[str, str], Place],
    subjects: Mapping[str, Subject],
    states: PeriodStates,
) -> Room:
    parsed = Period.parse(period)
    sheets = [Sheet(subject, parsed, places.get((key, period), NOWHERE)) for key, subject in subjects.items()]
    return Room(scheme, Court(scheme, Cohort(sheets), states.get(period, OPEN_WITHOUT_DATE)), sheets)


def _know_periods(scheme: Scheme, sheet: Sheet, cards: Sequence[Card]) -> None:
    """What expressions may ask of the periods: the lines put together, and the least and greatest total."""
    for category in scheme.categories:
        shares = _shares(scheme, category, cards)
        for indicator in category.indicators:
            lines = [_line_of(card, indicator.key) for card in shares.cards]
            sheet.known[indicator.key] = shares.of(line and line.points for line in lines)
    totals = [card.total_for_grade for card in cards if card.total_for_grade is not None]
    if totals:
        sheet.known |= {"lowest_period": min(totals), "highest_period": max(totals)}


def _annual_drafts(scheme: Scheme, room: Room) -> list[Draft]:
    """What is scored by the longer period only."""
    chosen = by_category(scheme, is_combined=True)
    clerk = Clerk(scheme, room.court)
    drafts = [Draft(*both) for both in zip(room.sheets, clerk.lines(room.sheets, chosen), strict=True)]
    with_group_means([(draft.sheet, draft.lines) for draft in drafts])
    add_up_categories(scheme, drafts, chosen)
    return drafts


def _told_of_the_whole(scheme: Scheme, own: Room, sheet: Sheet) -> list[Scored]:
    """Bonus and deductions told of the year, not of one of its periods: they have no card of their own to stand on."""
    chosen = []
    for category, indicators in by_category(scheme, is_combined=False):
        told = [
            indicator
            for indicator in indicators
            if any(name in sheet.place.inside for rule in indicator.all_rules() for name in rule.sources)
        ]
        if category.role != "base" and told:
            chosen.append((category, told))
    return Clerk(scheme, own.court).lines([sheet], chosen)[0]


def _combine(scheme: Scheme, draft: Draft, cards: Sequence[Card], whole: list[Scored]) -> tuple[Line, ...]:
    """Sets the draft's categories; answers its lines, in the scheme's order."""
    annual = {part.category.key: part for part in draft.parts}
    draft.parts = []
    found: dict[str, Line] = {line.indicator.key: line.line() for line in draft.lines}
    for category in scheme.categories:
        shares = _shares(scheme, category, cards)
        subtotals = [_subtotal(card, category) for card in shares.cards]
        extra = [line for line in whole if line.category is category]
        points = [shares.of(one and one.points for one in subtotals), sum_of(line.points for line in extra)]
        full = [shares.of(one and one.full for one in subtotals)]
        nominal = [shares.of(one and one.nominal for one in subtotals)]
        if category.key in annual:
            points.append(annual[category.key].points)
            full.append(annual[category.key].full)
            nominal.append(annual[category.key].nominal)
        if all(one is None for one in points) and category.key not in annual:
            continue
        part = CategoryPart(category, sum_of(points), sum_of(full), sum_of(nominal))
        draft.parts.append(within(part, draft.sheet) if category.role != "base" else part)
        for indicator in category.indicators:
            mine = [_line_of(card, indicator.key) for card in shares.cards]
            told = next((line for line in extra if line.indicator is indicator), None)
            if line := _combined_line(scheme, category, shares, mine, told):
                found[indicator.key] = line
                draft.sheet.known[indicator.key] = line.points
    return tuple(found[indicator.key] for _category, indicator in scheme.indicators() if indicator.key in found)


def _shares(scheme: Scheme, category: Category, cards: Sequence[Card]) -> Shares:
    """Which periods count how much for this category; those without data leave a mean."""
    how = _way(scheme, category)
    one = Decimal(1)
    if how == "independent":
        return Shares((), (), 1)
    if how == "mean":
        counted = tuple(card for card in cards if card.base is not None)
        return Shares(counted, (one,) * len(counted), max(1, len(counted)))
    if how == "weighted":
        weighted = [(card, _weight(scheme, card)) for card in cards]
        known = [(card, weight) for card, weight in weighted if weight is not None]
        return Shares(tuple(card for card, _ in known), tuple(weight for _, weight in known), 1)
    return Shares(tuple(cards), (one,) * len(cards), 1)


def _way(scheme: Scheme, category: Category) -> str:
    """How the category's periods are put together; bonus and deductions of periods that count add up."""
    if category.combine or scheme.periods.combine == "independent" or category.role == "base":
        return category.combine or scheme.periods.combine
    return "sum"


def _weight(scheme: Scheme, card: Card) -> Decimal | None:
    period = Period.parse(card.period)
    of_half = scheme.periods.into == "half"
    place = (period.number - 1) % (PeriodKind.HALF.months // period.kind.months if of_half else 12)
    return scheme.periods.weights[place] if place < len(scheme.periods.weights) else None


def _subtotal(card: Card, category: Category) -> Subtotal | None:
    """As it enters the whole: 0 where a veto made the card 0; with what was made up for its exemptions."""
    found = next((one for one in card.categories if one.key == category.key), None)
    if found is None or found.points is None:
        return found
    if _is_zeroed(card):
        return replace(found, points=Decimal(0))
    made_up = next((reason.facts for reason in card.reasons if reason.code == "rescaled"), None)
    if category.role != "base" or made_up is None:
        return found
    times, parts = Decimal(str(made_up["nominal"])), Decimal(str(made_up["full"]))
    full = None if found.full is None else found.full * times / parts
    return replace(found, points=found.points * times / parts, full=full, nominal=full)


def _line_of(card: Card, key: str) -> Line | None:
    found = next((line for line in card.lines if line.indicator == key), None)
    return replace(found, points=Decimal(0)) if found and _is_zeroed(card) else found


def _is_zeroed(card: Card) -> bool:
    """A veto made it 0: so it counts in the whole."""
    return any(veto.effect == "zero" for veto in card.vetoes)


def _combined_line(
    scheme: Scheme, category: Category, shares: Shares, lines: Sequence[Line | None], told: Scored | None
) -> Line | None:
    first = next((line for line in lines if line is not None), None)
    if first is None:
        return told and told.line()
    extra = told.points if told else None
    points = sum_of((shares.of(line and line.points for line in lines), extra))
    full = shares.of(line and line.full for line in lines)
    parts = [
        f"{card.period} {NONE if line is None or line.points is None else plain(line.points)}"
        for card, line in zip(shares.cards, lines, strict=True)
    ]
    facts = {"combine": _way(scheme, category), "parts": "; ".join(parts)}
    facts |= {} if points is None else {"points": plain(points)}
    reasons = (Reason("combined", MappingProxyType(facts)), *(told.reasons if told else ()))
    earned, available = hundredths(points), 0 if points is None else hundredths(full)
    return Line(
        first.indicator, first.title, first.category, first.category_title, earned, available, available,
        reasons=reasons, points=points, full=full,
    )  # fmt: skip


def _part(card: Card) -> Part:
    return Part(
        "period", card.period, card.is_closed, card.earned, card.available, card.assigned, rate=card.rate
    )  # fmt: skip
