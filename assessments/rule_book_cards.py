"""Cards by a rule book: those of a quarter, and the year's, made of its quarters or of all that happened in it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from assessments.facts import Book, Read, period_states
from assessments.rule_book_periods import made_of, scored_by
from assessments.rule_books import Told, everybody, periods_asked, told
from assessments.scoring import Card, Scheme
from assessments.scoring.combining import combine_periods
from assessments.scoring.engine import compares, score
from assessments.scoring.facts import PeriodState, PeriodStates, Subject
from assessments.scoring.schemes import Cadence
from assessments.uncompared import uncompared, with_lines_at_closing
from branchwork.periods import Period, PeriodKind, plan_periods

# So many are scored while somebody waits for a page.
MOST_COMPARED = 300
Known = Mapping[str, Mapping[str, Card]]
Frozen = Callable[[Collection[int]], Iterable[Card]]
Scored = tuple[Mapping[str, Subject], list[Card]]


@dataclass(frozen=True)
class RuleBookCards:
    """Scores what was told. `states` say which periods are closed."""

    book: Book
    told: Told
    states: PeriodStates

    def quarter(self, period: Period) -> dict[str, Card]:
        return self._scored("quarter", [period])

    def _scored(self, kind: Cadence, periods: Iterable[Period]) -> dict[str, Card]:
        """By subject; of several periods the last card of each."""
        return {card.subject: card for card in self._each(kind, periods)}

    def _each(self, kind: Cadence, periods: Iterable[Period]) -> Iterator[Card]:
        scheme = scored_by(self.book.scheme, kind)
        for period in periods:
            living = self.told.living(period)
            yield from score(scheme, self.told.of(period, living), self.states, living, (str(period),))

    def year(self, quarters: Iterable[Card], on: date | None = None) -> dict[str, Card]:
        """The year's card of everybody; `on` leaves out months and halves that have not begun on that day."""
        scheme, year = self.book.scheme, plan_periods(self.book.plan.year)[-1]
        kind = made_of(scheme)
        if not kind:
            return self._scored("year", [year])
        parts = [part for part in year.parts(PeriodKind(kind)) if on is None or part.starts_on <= on]
        cards = list(quarters) if kind == "quarter" else list(self._each(kind, parts))
        having = {card.subject for card in cards}
        subjects = {key: subject for key, subject in self.told.living(year).items() if key in having}
        if not subjects:
            return {}
        facts = self.told.of(year, subjects, _annual_names(scheme))
        found = combine_periods(scored_by(scheme, kind), str(year), cards, facts, subjects, self.states)
        return {card.subject: card for card in found}


def _annual_names(scheme: Scheme) -> set[str]:
    """What is read by indicators that have periods of their own: the year's card may score them itself."""
    return {
        name
        for category, indicator in scheme.indicators()
        if category.cadence or indicator.cadence
        for rule in indicator.all_rules()
        for name in rule.sources
    }


def live_cards(
    book: Book,
    states: PeriodStates,
    known: Known,
    on: date,
    keys: Collection[int] | None = None,
    asked: Mapping[int, Read] | None = None,
) -> dict[str, dict[str, Card]]:
    """By subject: the year's card and those of the quarters that have begun; `known` are the frozen ones. Where
    points depend on what others have, everybody is scored to know it; where these are too many, such lines wait for
    the closing. `asked` are the assignments of `keys`."""
    if keys is None or not compares(book.scheme):
        return _live(RuleBookCards(book, told(book, states, on, keys, asked), states), known, on)
    if len(everybody(book)) <= MOST_COMPARED:
        return _live(RuleBookCards(book, told(book, states, on), states), known, on)
    alone = replace(book, scheme=uncompared(book.scheme))
    found = _live(RuleBookCards(alone, told(alone, states, on, keys, asked), states), known, on)
    return {key: _with_lines_at_closing(book, cards) for key, cards in found.items()}


def _live(scored: RuleBookCards, known: Known, on: date) -> dict[str, dict[str, Card]]:
    book, states = scored.book, scored.states
    *quarters, year = plan_periods(book.plan.year)
    found: dict[str, dict[str, Card]] = {key: dict(cards) for key, cards in known.items()}
    for quarter in quarters:
        if quarter.starts_on <= on and not is_closed(states, quarter):
            for key, card in scored.quarter(quarter).items():
                found.setdefault(key, {})[str(quarter)] = card
    if not is_closed(states, year) and year.starts_on <= on:
        of_quarters = [card for cards in found.values() for card in cards.values() if card.period != str(year)]
        for key, card in scored.year(of_quarters, on).items():
            found.setdefault(key, {})[str(year)] = card
    return found


def _with_lines_at_closing(book: Book, cards: Mapping[str, Card]) -> dict[str, Card]:
    return {
        period: card if card.is_closed else with_lines_at_closing(card, book.scheme) for period, card in cards.items()
    }


def open_cards(book: Book, period: Period, on: date, known: Callable[[], Known]) -> dict[str, Card]:
    """Everybody's card of one period that is open; `known` reads the frozen ones, which the year is made of."""
    states = period_states(book.plan.locks.all())
    if period.kind != PeriodKind.YEAR:
        return RuleBookCards(book, told(book, states, on), states).quarter(period)
    found = live_cards(book, states, known(), on)
    return {key: cards[str(period)] for key, cards in found.items() if str(period) in cards}


def is_closed(states: PeriodStates, period: Period) -> bool:
    return states.get(str(period), PeriodState()).is_closed


def closing_cards(book: Book, period: Period, on: date, frozen: Frozen, size: int) -> Iterator[Scored]:
    """Everybody's cards of a period as they are when it is closed now, `size` organizations at a time, or all at once
    where points depend on what others have. `frozen` gives the cards of closed quarters of these organizations, where
    the year's are made of them."""
    states = period_states(book.plan.locks.all()) | {str(period): PeriodState(is_closed=True)}
    keys = everybody(book)
    size = max(1, len(keys)) if compares(book.scheme) else size
    is_year, is_of_quarters = period.kind == PeriodKind.YEAR, made_of(book.scheme) == "quarter"
    periods = None if is_year else periods_asked(book.scheme, period)
    for start in range(0, len(keys), size):
        batch = keys[start : start + size]
        known = told(book, states, on, batch, periods=periods)
        cards = RuleBookCards(book, known, states)
        found = cards.year(frozen(batch) if is_of_quarters else ()) if is_year else cards.quarter(period)
        yield known.subjects, list(found.values())
