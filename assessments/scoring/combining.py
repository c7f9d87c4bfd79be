"""From the cards of periods to the card of the year (or half) they make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from assessments.scoring.books import Draft, by_category, clerk_of, drafts_of, finish, rooms_of
from assessments.scoring.cards import Card, Line, Part, Reason, Subtotal
from assessments.scoring.desk import AnyFact
from assessments.scoring.facts import PeriodStates, Subject
from assessments.scoring.rounding import hundredths, plain
from assessments.scoring.schemes import Category, Indicator, Scheme
from assessments.scoring.scored import Clerk, Scored
from assessments.scoring.sheets import Sheet
from assessments.scoring.totals import Part as CategoryPart
from assessments.scoring.totals import sum_of, within
from branchwork.periods import Period, PeriodKind

# A period that counts in the mean, though this line has no points in it.
NONE = "-"


@dataclass(frozen=True, slots=True)
class Piece:
    """A card that enters the whole, and its lines and categories by key, as they count there: 0 where a veto made the
    card 0, categories with what was made up for the period's exemptions."""

    card: Card
    lines: Mapping[str, Line]
    categories: Mapping[str, Subtotal]


class Shares(NamedTuple):
    """The cards that count, what each is multiplied by, and what their sum is divided by."""

    pieces: tuple[Piece, ...]
    weights: tuple[Decimal, ...]
    divisor: int

    def of_lines(self, key: str, figure: str) -> Decimal | None:
        return self._of(getattr(piece.lines.get(key), figure, None) for piece in self.pieces)

    def of_category(self, key: str, figure: str) -> Decimal | None:
        return self._of(getattr(piece.categories.get(key), figure, None) for piece in self.pieces)

    def _of(self, figures: Iterable[Decimal | None]) -> Decimal | None:
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
    rooms = rooms_of(scheme, facts, states, subjects, [period])
    of_whole = rooms_of(scheme, [fact for fact in facts if fact.period == period], states, subjects, [period])
    room, own = rooms[period], of_whole[period]
    pieces = _pieces(cards, subjects, Period.parse(period))
    for sheet in room.sheets:
        _know_periods(scheme, sheet, pieces[sheet.subject.key])
    drafts = drafts_of(rooms, period, by_category(scheme, is_combined=True))
    clerk = clerk_of(of_whole, period)
    lines, parts = {}, {}
    for draft, own_sheet in zip(drafts, own.sheets, strict=True):
        key = draft.sheet.subject.key
        lines[key] = _combine(scheme, draft, pieces[key], _told_of_the_whole(scheme, clerk, own_sheet))
        parts[key] = tuple(_part(piece.card) for piece in pieces[key])
    return tuple(finish(room, drafts, lines, parts))


def _pieces(cards: Iterable[Card], subjects: Iterable[str], whole: Period) -> dict[str, list[Piece]]:
    """The cards inside the whole, by subject and in the order of their periods."""
    found: dict[str, list[Piece]] = {key: [] for key in subjects}
    for card in sorted(cards, key=lambda card: Period.parse(card.period)):
        part = Period.parse(card.period)
        if card.subject in found and part.kind.months < whole.kind.months and whole.contains(part.starts_on):
            found[card.subject].append(_piece(card))
    return found


def _piece(card: Card) -> Piece:
    lines = {line.indicator: line for line in card.lines}
    categories = {subtotal.key: subtotal for subtotal in card.categories}
    if any(veto.effect == "zero" for veto in card.vetoes):
        lines = {key: replace(line, points=Decimal(0)) for key, line in lines.items()}
        categories = {key: replace(one, points=Decimal(0)) for key, one in categories.items()}
    elif made_up := next((reason.facts for reason in card.reasons if reason.code == "rescaled"), None):
        times, divisor = Decimal(str(made_up["nominal"])), Decimal(str(made_up["full"]))
        categories = {key: _made_up(one, times, divisor) for key, one in categories.items()}
    return Piece(card, lines, categories)


def _made_up(subtotal: Subtotal, times: Decimal, divisor: Decimal) -> Subtotal:
    if subtotal.role != "base" or subtotal.points is None:
        return subtotal
    full = None if subtotal.full is None else subtotal.full * times / divisor
    return replace(subtotal, points=subtotal.points * times / divisor, full=full, nominal=full)


def _know_periods(scheme: Scheme, sheet: Sheet, pieces: Sequence[Piece]) -> None:
    """What expressions may ask of the periods: the lines put together, and the least and greatest total."""
    for category in scheme.categories:
        shares = _shares(scheme, category, pieces)
        for indicator in category.indicators:
            sheet.known[indicator.key] = shares.of_lines(indicator.key, "points")
    totals = [piece.card.total_for_grade for piece in pieces if piece.card.total_for_grade is not None]
    if totals:
        sheet.known |= {"lowest_period": min(totals), "highest_period": max(totals)}


def _told_of_the_whole(scheme: Scheme, clerk: Clerk, sheet: Sheet) -> list[Scored]:
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
    return clerk.lines([sheet], chosen)[0] if chosen else []


def _combine(scheme: Scheme, draft: Draft, pieces: Sequence[Piece], whole: list[Scored]) -> tuple[Line, ...]:
    """Sets the draft's categories; answers its lines, in the scheme's order."""
    annual = {part.category.key: part for part in draft.parts}
    draft.parts = []
    found: dict[str, Line] = {line.indicator.key: line.line() for line in draft.lines}
    for category in scheme.categories:
        shares = _shares(scheme, category, pieces)
        extra = {line.indicator.key: line for line in whole if line.category is category}
        part = _combined_part(category, shares, extra.values(), annual.get(category.key))
        if part is None:
            continue
        draft.parts.append(within(part, draft.sheet) if category.role != "base" else part)
        for indicator in category.indicators:
            if line := _combined_line(scheme, category, indicator, shares, extra.get(indicator.key)):
                found[indicator.key] = line
                draft.sheet.known[indicator.key] = line.points
    return tuple(found[indicator.key] for _category, indicator in scheme.indicators() if indicator.key in found)


def _combined_part(
    category: Category, shares: Shares, extra: Iterable[Scored], annual: CategoryPart | None
) -> CategoryPart | None:
    """The periods' points, what was told of the whole, and what is scored by it only; None where there is nothing."""
    points = (
        shares.of_category(category.key, "points"), sum_of(line.points for line in extra), annual and annual.points
    )  # fmt: skip
    if annual is None and all(one is None for one in points):
        return None
    full, nominal = (
        sum_of((shares.of_category(category.key, figure), annual and getattr(annual, figure)))
        for figure in ("full", "nominal")
    )
    return CategoryPart(category, sum_of(points), full, nominal)


def _shares(scheme: Scheme, category: Category, pieces: Sequence[Piece]) -> Shares:
    """Which periods count how much for this category; those without data leave a mean."""
    how = _way(scheme, category)
    one = Decimal(1)
    if how == "independent":
        return Shares((), (), 1)
    if how == "mean":
        counted = tuple(piece for piece in pieces if piece.card.base is not None)
        return Shares(counted, (one,) * len(counted), max(1, len(counted)))
    if how == "weighted":
        weighted = [(piece, _weight(scheme, piece.card)) for piece in pieces]
        known = [(piece, weight) for piece, weight in weighted if weight is not None]
        return Shares(tuple(piece for piece, _ in known), tuple(weight for _, weight in known), 1)
    return Shares(tuple(pieces), (one,) * len(pieces), 1)


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


def _combined_line(
    scheme: Scheme, category: Category, indicator: Indicator, shares: Shares, told: Scored | None
) -> Line | None:
    lines = [piece.lines.get(indicator.key) for piece in shares.pieces]
    first = next((line for line in lines if line is not None), None)
    if first is None:
        return told and told.line()
    points = sum_of((shares.of_lines(indicator.key, "points"), told and told.points))
    full = shares.of_lines(indicator.key, "full")
    parts = [
        f"{piece.card.period} {NONE if line is None or line.points is None else plain(line.points)}"
        for piece, line in zip(shares.pieces, lines, strict=True)
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
