"""The list of cards: frozen figures of closed periods, and of open ones what scoring says of those on the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import F, Q

from assessments.cards import (
    NOTHING,
    cards_of_year,
    compared,
    current_cards,
    frozen_cards,
    hundredths,
    outline,
    rule_book_years,
)
from assessments.distribution import Distribution, distribution
from assessments.facts import Book, period_states, read
from assessments.forms import CardFilter
from assessments.scoring import Card, Scheme, card_from_dict
from branchwork.organizations.models import Organization
from branchwork.periods import plan_periods
from ledgers.models import Assignment, Plan

ON_A_PAGE = 50
Standing = Assignment.Standing


class Figures(NamedTuple):
    """The columns of a frozen card that lists need; the snapshot stays in its row."""

    organization_id: int
    period: str
    earned: int
    available: int
    rate: int | None
    grade: str
    place: int | None
    peer_group: str
    level: str


@dataclass(frozen=True)
class Cell:
    """`rate` is what cards are compared by: in a rule book mostly a total of points."""

    period: str
    rate: int | None
    is_closed: bool
    grade: str
    place: int | None


@dataclass(frozen=True)
class Row:
    """`earned` and `available` are the year's so far; its rate stands in the last cell."""

    organization: Organization
    cells: list[Cell]
    earned: int
    available: int


def figures_of(plan: Plan) -> list[Figures]:
    """Every current frozen card of the plan; one query."""
    names = [name if name != "period" else "closing__period" for name in Figures._fields]
    return [Figures._make(row) for row in current_cards(plan).order_by("organization__path").values_list(*names)]


def spread_of(book: Book, frozen: Iterable[Figures], period: str) -> Distribution:
    """How the frozen figures of a period spread."""
    cards = [card for card in frozen if card.period == period]
    rates = [(card.peer_group, card.level, card.rate) for card in cards]
    return distribution(book.scheme, rates, [card.grade for card in cards] if book.is_rule_book else None)


def rows_of(
    book: Book, form: CardFilter, frozen: Sequence[Figures], page: str | None, today: date
) -> tuple[list[Row], Page]:
    """The rows of one page; four queries, some more for a rule book, whatever the number of organizations."""
    found = form.filter()
    if period := form.chosen["sort"]:
        rates = {card.organization_id: card.rate for card in frozen if card.period == period}
        found.sort(key=lambda organization: (*_falling(rates.get(organization.pk)), organization.path))
    shown = Paginator(found, ON_A_PAGE).get_page(page)
    keys = [organization.pk for organization in shown.object_list]
    here = {(card.organization_id, card.period): card for card in frozen if card.organization_id in set(keys)}
    cards = _cards(book, here.values(), keys, today)
    rows = [_row(organization, cards[organization.pk], book, here) for organization in shown.object_list]
    return rows, shown


def _cards(book: Book, frozen: Iterable[Figures], keys: list[int], today: date) -> dict[int, dict[str, Card]]:
    """The five cards of each organization. Closed periods are taken from their figures; the snapshots, which are
    long, are read only of those that made something up since, for it has to be found in them."""
    locks = list(book.plan.locks.all())
    if book.is_rule_book:
        return rule_book_years(book, locks, frozen_cards(book, keys), keys, today)
    states = period_states(locks)
    closed = [lock.period for lock in locks if lock.is_closed]
    since = ~Q(counted_in=F("period")) & ~Q(standing__in=[Standing.OPEN, Standing.RETURNED])
    rows = book.plan.assignments.filter(organization__in=keys).filter(~Q(period__in=closed) | since)
    asked = dict(read(book.assessed(rows)))
    made_up = {key for key, (found, _claims) in asked.items() if any(row.period in closed for row in found)}
    known: dict[int, dict[str, Card]] = {key: {} for key in keys}
    for card in frozen:
        known[card.organization_id][card.period] = outline(str(card.organization_id), card)
    for card in current_cards(book.plan, made_up) if made_up else ():
        known[card.organization_id][card.closing.period] = card_from_dict(card.snapshot["card"])
    return {key: cards_of_year(book, states, str(key), known[key], asked.get(key, NOTHING), today) for key in keys}


def _falling(rate: int | None) -> tuple[bool, int]:
    """The highest first; points may lie below nothing, and no data comes last."""
    return rate is None, -(rate or 0)


def _row(organization: Organization, cards: dict[str, Card], book: Book, frozen: dict[tuple, Figures]) -> Row:
    plan, scheme = book.plan, book.scheme
    whole = cards[str(plan.year)]
    return Row(
        organization=organization,
        cells=[
            _cell(scheme, cards[str(period)], frozen.get((organization.pk, str(period))))
            for period in plan_periods(plan.year)
        ],
        earned=whole.earned,
        available=whole.available,
    )


def _cell(scheme: Scheme, card: Card, frozen: Figures | None) -> Cell:
    return Cell(
        period=card.period,
        rate=hundredths(compared(scheme, card)),
        is_closed=card.is_closed,
        grade=frozen.grade if frozen else "",
        place=frozen.place if frozen else None,
    )
