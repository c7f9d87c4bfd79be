"""Cards as they stand: the frozen ones of closed periods, and of open periods what scoring says today."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessments.facts import AssignmentRow, Book, ClaimRow, Read, facts, period_states, read
from assessments.models import Scorecard
from assessments.rule_book_cards import MOST_COMPARED, live_cards
from assessments.rule_books import everybody
from assessments.scoring import Card, Line, PeriodState, Scheme, card_from_dict, make_card, merge_year, score
from assessments.scoring.engine import compares
from assessments.scoring.rounding import printed
from branchwork.periods import plan_periods
from ledgers.models import AssignmentQuerySet, PeriodLock

NOTHING: Read = ([], {})


@dataclass(frozen=True)
class Year:
    """One organization's year: a card for each of the plan's five periods, and the frozen rows of the closed ones.

    `rows` and `claims` are what the open periods and the make-ups were computed from.
    """

    organization_id: int
    cards: Mapping[str, Card]
    frozen: Mapping[str, Scorecard]
    rows: list[AssignmentRow]
    claims: Mapping[int, list[ClaimRow]]


def years_of(
    book: Book,
    locks: Collection[PeriodLock],
    assignments: AssignmentQuerySet,
    frozen: Iterable[Scorecard],
    on: date,
    also: Collection[int] = (),
) -> dict[int, Year]:
    """The year of every organization that has a frozen card or any of these assignments, and of those in `also`
    (keys) that have neither; two queries, and some more for a rule book.

    `frozen` are current scorecards of the plan with their closings; `assignments` those of the same organizations.
    """
    cards: dict[int, dict[str, Scorecard]] = {}
    for scorecard in frozen:
        cards.setdefault(scorecard.organization_id, {})[scorecard.closing.period] = scorecard
    asked = dict(read(book.assessed(assignments)))
    if book.is_rule_book:
        return _rule_book_years(book, locks, cards, asked, {*cards, *asked, *also}, on)
    return {
        key: _year(book, locks, key, cards.get(key, {}), asked.get(key, NOTHING), on)
        for key in sorted({*cards, *asked, *also})
    }


def _rule_book_years(
    book: Book,
    locks: Collection[PeriodLock],
    frozen: Mapping[int, dict[str, Scorecard]],
    asked: Mapping[int, Read],
    keys: Collection[int],
    on: date,
) -> dict[int, Year]:
    known = {
        str(key): {period: card_from_dict(scorecard.snapshot["card"]) for period, scorecard in mine.items()}
        for key, mine in frozen.items()
    }
    found = rule_book_years(book, locks, known, keys, on, asked)
    return {key: Year(key, found[key], frozen.get(key, {}), *asked.get(key, NOTHING)) for key in sorted(keys)}


def rule_book_years(
    book: Book,
    locks: Collection[PeriodLock],
    known: Mapping[str, Mapping[str, Card]],
    keys: Collection[int],
    on: date,
    asked: Mapping[int, Read] | None = None,
) -> dict[int, dict[str, Card]]:
    """A card for each of the five periods of each of these; `known` are their frozen ones, `asked` their assignments
    where they were read."""
    states = period_states(locks)
    if compares(book.scheme) and len(everybody(book)) <= MOST_COMPARED:
        known = frozen_cards(book) | known
    found = live_cards(book, states, known, on, keys, asked)
    return {
        key: {period: _empty(book, str(key), period, states) for period in _periods(book)} | found.get(str(key), {})
        for key in keys
    }


def frozen_cards(book: Book, organizations: Collection[int] | None = None) -> dict[str, dict[str, Card]]:
    """The frozen cards of the plan, everybody's unless told whose, by subject and period."""
    found: dict[str, dict[str, Card]] = {}
    rows = current_cards(book.plan, organizations).values_list("organization_id", "closing__period", "snapshot")
    for key, period, snapshot in rows.iterator(chunk_size=100):
        found.setdefault(str(key), {})[period] = card_from_dict(snapshot["card"])
    return found


def _year(
    book: Book, locks: Collection[PeriodLock], key: int, frozen: dict[str, Scorecard], asked: Read, on: date
) -> Year:
    rows, claims = asked
    year = str(book.plan.year)
    states = period_states(locks, max((row.due_on for row in rows if row.period == year), default=None))
    known = {period: card_from_dict(scorecard.snapshot["card"]) for period, scorecard in frozen.items()}
    cards = cards_of_year(book, states, str(key), known, asked, on)
    return Year(key, cards, frozen, rows, claims)


def cards_of_year(
    book: Book,
    states: Mapping[str, PeriodState],
    subject: str,
    known: Mapping[str, Card],
    asked: Read,
    on: date,
) -> dict[str, Card]:
    """A card for each of the five periods: `known` are the frozen ones, the rest are scored as of `on`."""
    rows, claims = asked
    year = str(book.plan.year)
    if year in known:
        return known | {period: _empty(book, subject, period, states) for period in _periods(book) - known.keys()}
    closed = {period for period, state in states.items() if state.is_closed and period != year}
    live = [row for row in rows if row.period not in closed]
    scored = {card.period: card for card in score(book.scheme, facts(book, live, claims, on), states)}
    parts = scored | known
    if not parts:
        return {period: _empty(book, subject, period, states) for period in _periods(book)}
    late = [row for row in rows if row.period in closed and row.counted_in != row.period]
    (whole,) = merge_year(book.scheme, year, parts.values(), facts(book, late, claims, on), states)
    missing = _periods(book) - parts.keys()
    return {period: _empty(book, subject, period, states) for period in missing} | parts | {year: whole}


def _periods(book: Book) -> set[str]:
    return {str(period) for period in plan_periods(book.plan.year)}


def _empty(book: Book, subject: str, period: str, states: Mapping[str, PeriodState]) -> Card:
    state = states.get(period, PeriodState())
    return make_card(book.scheme, subject, period, is_closed=state.is_closed)


def period_cards(
    book: Book, assignments: AssignmentQuerySet, states: Mapping[str, PeriodState], on: date, size: int = 100
) -> Iterator[list[Card]]:
    """The cards of one quarter for every organization, `size` organizations at a time; two streamed queries."""
    batch: list = []
    count = 0
    for _key, (rows, claims) in read(book.assessed(assignments)):
        batch.extend(facts(book, rows, claims, on))
        count += 1
        if count == size:
            yield list(score(book.scheme, batch, states))
            batch, count = [], 0
    if batch:
        yield list(score(book.scheme, batch, states))


def outline(subject: str, figures) -> Card:
    """A frozen card as its figures only (anything with period, earned, available, rate, grade): one line for all."""
    line = Line("", "", "", "", figures.earned, figures.available, figures.available)
    rate = None if figures.rate is None else Decimal(figures.rate) / 100
    return Card(
        subject, figures.period, True, (line,), figures.earned, figures.available, figures.available,
        rate=rate, grade=figures.grade or None,
    )  # fmt: skip


def current_cards(plan, organizations: Collection[int] | None = None):
    """The frozen cards of the plan's closed periods, with their closings."""
    cards = Scorecard.objects.current().filter(closing__plan=plan, organization__isnull=False).select_related("closing")
    return cards if organizations is None else cards.filter(organization__in=organizations)


def hundredths(rate: Decimal | None) -> int | None:
    """A rate as it is stored and printed: 93.31 is 9331."""
    return None if rate is None else int(rate * 100)


def compared(scheme: Scheme, card: Card) -> Decimal | None:
    """What cards are compared and graded by: the rate; in a rule book the figure its grade lines speak of."""
    figure = {"total": card.total_for_grade, "award": card.total_for_award}.get(scheme.graded_by)
    if figure is None or not scheme.is_rule_book:
        return card.rate
    return printed(figure)
