"""The list of cards: frozen figures of closed periods, and of open ones what scoring says of those on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.core.paginator import Page, Paginator

from assessments.cards import Year, current_cards, hundredths, years_of
from assessments.facts import Book, book_of
from assessments.forms import CardFilter
from branchwork.organizations.models import Organization
from branchwork.periods import plan_periods
from ledgers.models import Plan

ON_A_PAGE = 50


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


def rows_of(
    plan: Plan, form: CardFilter, frozen: Sequence[Figures], page: str | None, today: date
) -> tuple[list[Row], Page, Book]:
    """The rows of one page, and the book they were read with; six queries, whatever the number of organizations."""
    found = form.filter()
    if period := form.chosen["sort"]:
        rates = {card.organization_id: card.rate for card in frozen if card.period == period}
        found.sort(key=lambda organization: (-_known(rates.get(organization.pk)), organization.path))
    shown = Paginator(found, ON_A_PAGE).get_page(page)
    keys = [organization.pk for organization in shown.object_list]
    cards = list(current_cards(plan, keys).select_related("closing__scheme")) if frozen else []
    book = book_of(plan, cards[0].closing.scheme if cards else None)
    assignments = plan.assignments.filter(organization__in=keys)
    years = years_of(book, list(plan.locks.all()), assignments, cards, today, also=keys)
    return [_row(organization, years[organization.pk], plan) for organization in shown.object_list], shown, book


def _known(rate: int | None) -> int:
    return -1 if rate is None else rate


def _row(organization: Organization, year: Year, plan: Plan) -> Row:
    whole = year.cards[str(plan.year)]
    return Row(
        organization=organization,
        cells=[_cell(year, str(period)) for period in plan_periods(plan.year)],
        earned=whole.earned,
        available=whole.available,
    )


def _cell(year: Year, period: str) -> Cell:
    card, frozen = year.cards[period], year.frozen.get(period)
    return Cell(
        period=period,
        rate=hundredths(card.rate),
        is_closed=card.is_closed,
        grade=frozen.grade if frozen else "",
        place=frozen.place if frozen else None,
    )
