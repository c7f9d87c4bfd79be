"""Cards as they stand: open quarters are provisional, the year is put together of frozen and open ones."""

from datetime import date

from assessments.cards import current_cards, hundredths, years_of
from assessments.facts import book_of
from assessments.models import Scorecard
from assessments.trial import trial_rates
from branchwork.periods import Period
from ledgers.settling import settle
from tests.assessments.year import close, done, live_the_worked_example
from tests.ledgers.plan import make_entry


def year_of(year, organization, on: date):
    plan = year.plan
    frozen = current_cards(plan, [organization.pk])
    rows = plan.assignments.filter(organization=organization)
    return years_of(book_of(plan), list(plan.locks.all()), rows, frozen, on, also=[organization.pk])[organization.pk]


def figures(card) -> tuple:
    return card.earned, card.available, card.assigned, card.could_earn, hundredths(card.rate), card.is_closed


def test_open_quarter_counts_what_is_due_or_done(office, year):
    """Mid-February: January's theme day (0.33) done, its study (0.25) missed, February's theme day done early."""
    done(year.assignment("theme_day", office.finance, "2026-01"), office.wang, date(2026, 1, 20))
    done(year.assignment("theme_day", office.finance, "2026-02"), office.wang, date(2026, 2, 10))
    card = year_of(year, office.finance, date(2026, 2, 15)).cards["2026Q1"]
    assert figures(card) == (66, 91, 1391, 20 + 1391 - 91, 7253, False)


def test_awaiting_review_counts_as_earned_and_is_marked(office, year):
    forum = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 2, 3), state="confirmed", claim="claimed")
    settle([forum.pk])
    card = year_of(year, office.finance, date(2026, 1, 31)).cards["2026Q1"]
    assert (card.earned, card.waiting, card.available) == (100, 100, 100)


def test_year_so_far_is_frozen_quarters_open_ones_and_make_ups(office, year):
    live_the_worked_example(year, office, until="2026Q3")
    done(year.assignment("forum", office.archive, "2026Q3"), office.guo, date(2026, 10, 20))
    done(year.assignment("study", office.archive, "2026-10"), office.guo, date(2026, 10, 20))
    found = year_of(year, office.archive, date(2026, 10, 25))
    assert set(found.frozen) == {"2026Q1", "2026Q2", "2026Q3"}
    assert figures(found.cards["2026Q3"])[:2] == (1108, 1208)
    assert figures(found.cards["2026Q4"])[:2] == (25, 25)
    assert figures(found.cards["2026"])[:2] == (1384 + 1634 + 1108 + 80 + 25, 1391 + 1634 + 1208 + 25)


def test_pending_make_up_counts_in_the_year_and_not_in_its_quarter(office, year):
    close(year.plan, "2026Q1", office.admin)
    forum = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 4, 20), state="confirmed", claim="claimed")
    settle([forum.pk])
    found = year_of(year, office.finance, date(2026, 4, 25))
    assert (found.cards["2026Q1"].earned, found.cards["2026"].earned, found.cards["2026"].waiting) == (0, 80, 80)


def test_organization_without_anything_has_five_empty_cards(office, year):
    found = year_of(year, office.root, date(2026, 4, 25))
    assert set(found.cards) == {"2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"}
    assert {figures(card) for card in found.cards.values()} == {(0, 0, 0, 0, None, False)}


def test_nothing_is_stored_by_looking(office, year):
    year_of(year, office.finance, date(2026, 4, 25))
    assert not Scorecard.objects.exists()


def test_trial_gives_every_assessed_organization_its_rate(office, year):
    year.do(office.archive, office.guo, until="2026Q1")
    book = book_of(year.plan)
    assert trial_rates(book, Period.parse("2026Q1"), date(2026, 4, 10)) == [
        ("综合经济", "branch", 0),
        ("党群机关", "branch", 10000),
        ("综合经济", "committee", 0),
        ("综合经济", "branch", 0),
    ]
    year_rates = trial_rates(book, Period.parse("2026"), date(2026, 4, 10))
    assert year_rates == trial_rates(book, Period.parse("2026Q1"), date(2026, 4, 10))
