"""How rates, or a rule book's totals, would spread if a period were closed now; nothing is stored."""

from datetime import date

from assessments.cards import compared, current_cards, frozen_cards, hundredths, period_cards, years_of
from assessments.distribution import Distribution, distribution
from assessments.facts import Book, period_states
from assessments.rule_book_cards import open_cards
from branchwork.organizations.models import Organization
from branchwork.periods import Period, PeriodKind


def trial_rates(book: Book, period: Period, on: date) -> list[tuple[str, str, int | None]]:
    """(peer group, level, rate) of every organization, what awaits review counted as earned; five queries at most."""
    rows = Organization.objects.filter(path__startswith=book.plan.owner.path).select_related("peer_group")
    organizations = {row.pk: row for row in rows.order_by("path")}
    rates = _year_rates(book, on) if period.kind == PeriodKind.YEAR else _quarter_rates(book, period, on)
    return [
        (row.peer_group.name if row.peer_group else "", row.level, rates[key])
        for key, row in organizations.items()
        if key in rates
    ]


def trial_spread(book: Book, period: Period, on: date) -> Distribution:
    """The same over peer groups and grades."""
    if book.is_rule_book:
        return _rule_book_spread(book, period, on)
    return distribution(book.scheme, trial_rates(book, period, on))


def _rule_book_spread(book: Book, period: Period, on: date) -> Distribution:
    """By the grades that the rule book gives, vetoes included; four queries more at most."""
    found = open_cards(book, period, on, lambda: frozen_cards(book))
    cards = {int(key): card for key, card in found.items()}
    rows = Organization.objects.filter(pk__in=list(cards)).select_related("peer_group").order_by("path")
    rates = [
        (row.peer_group.name if row.peer_group else "", row.level, hundredths(compared(book.scheme, cards[row.pk])))
        for row in rows
    ]
    return distribution(book.scheme, rates, [cards[row.pk].grade or "" for row in rows])


def _quarter_rates(book: Book, period: Period, on: date) -> dict[int, int | None]:
    states = period_states(book.plan.locks.all())
    assignments = book.plan.assignments.filter(period=str(period))
    return {
        int(card.subject): hundredths(card.rate)
        for cards in period_cards(book, assignments, states, on)
        for card in cards
    }


def _year_rates(book: Book, on: date) -> dict[int, int | None]:
    locks, assignments = list(book.plan.locks.all()), book.plan.assignments.all()
    years = years_of(book, locks, assignments, current_cards(book.plan), on)
    return {key: hundredths(year.cards[str(book.plan.year)].rate) for key, year in years.items()}
