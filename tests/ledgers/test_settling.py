from datetime import UTC, date, datetime

import pytest

from ledgers.models import Assignment, Entry, PeriodLock
from ledgers.settling import settle
from tests.ledgers.plan import make_entry

DRAWN = ("standing", "accepted_count", "done_on", "recorded_on", "timing", "counted_in")
OPEN = ("open", 0, None, None, "", "")


def drawn(assignment: Assignment) -> tuple:
    settle([assignment.pk])
    assignment.refresh_from_db()
    return tuple(getattr(assignment, name) for name in DRAWN)


def close(plan, period: str, by) -> None:
    PeriodLock.objects.filter(plan=plan, period=period).update(
        closed_at=datetime(2026, 4, 16, tzinfo=UTC), closed_by=by
    )


def reopen(plan, period: str) -> None:
    PeriodLock.objects.filter(plan=plan, period=period).update(closed_at=None, closed_by=None)


@pytest.fixture
def march(office, small_plan) -> Assignment:
    return small_plan.assignment(small_plan.theme_day, office.finance, "2026-03")


def test_settle_without_claims_leaves_the_assignment_open(march):
    assert drawn(march) == OPEN


@pytest.mark.parametrize(
    ("entry_state", "standing"),
    [("draft", "open"), ("submitted", "submitted"), ("confirmed", "confirmed"), ("returned", "returned"),
     ("voided", "open")],
)  # fmt: skip
def test_settle_follows_the_entry_while_its_claim_is_undecided(office, march, entry_state, standing):
    make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 3, 6), state=entry_state, claim="claimed")
    assert drawn(march) == (standing, 0, None, None, "", "")


def test_settle_shows_the_furthest_of_several_claims(office, march):
    for state in ("returned", "confirmed", "submitted"):
        make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 3, 6), state=state, claim="claimed")
    assert drawn(march)[0] == "confirmed"


def test_settle_an_accepted_claim_makes_it_done_in_its_own_period(office, march):
    make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 3, 6))
    assert drawn(march) == ("done", 1, date(2026, 3, 6), date(2026, 3, 6), "on_time", "2026Q1")


def test_settle_recorded_on_is_the_local_day_of_the_first_submission(office, march):
    late_evening = datetime(2026, 4, 10, 16, 30, tzinfo=UTC)  # 00:30 on 11 April in Shanghai: a day after the grace
    make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 3, 6), sent_at=late_evening)
    assert drawn(march) == ("done", 1, date(2026, 3, 6), date(2026, 4, 11), "recorded_late", "2026Q1")


def test_settle_done_after_the_due_date_is_late(office, march):
    make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 4, 2))
    assert drawn(march) == ("done", 1, date(2026, 4, 2), date(2026, 4, 2), "late", "2026Q1")


def test_settle_a_due_date_extended_is_the_one_that_counts(office, march):
    make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 4, 2))
    Assignment.objects.filter(pk=march.pk).update(due_on=date(2026, 4, 5))
    assert drawn(march)[4] == "on_time"


def test_settle_an_entry_before_the_window_does_not_count(office, march):
    make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 2, 28))
    assert drawn(march) == OPEN


def test_settle_a_rejected_claim_does_not_count(office, march):
    entry = make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 3, 6))
    entry.fulfilments.update(state="rejected", reason="与任务不符")
    assert drawn(march) == OPEN


def test_settle_two_entries_needed_is_done_by_the_second_day(office, small_plan):
    visits = small_plan.assignment(small_plan.visits, office.finance, "2026H1")
    later = make_entry(office.finance, visits, by=office.wang, happened_on=date(2026, 5, 8))
    assert drawn(visits) == ("open", 1, None, None, "", "")
    make_entry(office.finance, visits, by=office.wang, happened_on=date(2026, 2, 3))
    assert drawn(visits) == ("done", 2, date(2026, 5, 8), date(2026, 5, 8), "on_time", "2026Q2")
    make_entry(office.finance, visits, by=office.wang, happened_on=date(2026, 6, 1))
    assert drawn(visits) == ("done", 3, date(2026, 5, 8), date(2026, 5, 8), "on_time", "2026Q2")
    later.fulfilments.all().delete()
    assert drawn(visits)[:3] == ("done", 2, date(2026, 6, 1))


def test_settle_after_closing_makes_up_in_the_period_the_entry_is_posted_in(office, small_plan, march):
    close(small_plan.plan, "2026Q1", office.admin)
    entry = make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 5, 20))
    assert drawn(march) == ("done", 1, date(2026, 5, 20), date(2026, 5, 20), "late", "2026Q2")
    Entry.objects.filter(pk=entry.pk).update(
        state="voided", voided_at=entry.submitted_at, voided_by=office.zheng, void_reason="重复记录"
    )
    assert drawn(march) == OPEN


def test_settle_after_closing_leaves_what_was_done_in_its_own_period_untouched(office, small_plan, march):
    entry = make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 3, 6))
    before = drawn(march)
    close(small_plan.plan, "2026Q1", office.admin)
    entry.fulfilments.all().delete()
    assert drawn(march) == before


def test_settle_a_count_short_at_the_closing_is_completed_by_what_came_after(office, small_plan):
    visits = small_plan.assignment(small_plan.visits, office.finance, "2026H1")
    make_entry(office.finance, visits, by=office.wang, happened_on=date(2026, 6, 20))
    settle([visits.pk])
    close(small_plan.plan, "2026Q2", office.admin)
    july = datetime(2026, 7, 28, 2, tzinfo=UTC)
    make_entry(
        office.finance, visits, by=office.wang, happened_on=date(2026, 6, 3), sent_at=july, posted_in="2026Q3"
    )  # it happened earlier, but was written down after the closing
    assert drawn(visits) == ("done", 2, date(2026, 6, 3), date(2026, 7, 28), "recorded_late", "2026Q3")


def test_settle_after_reopening_brings_a_make_up_back_into_its_period(office, small_plan, march):
    close(small_plan.plan, "2026Q1", office.admin)
    make_entry(office.finance, march, by=office.wang, happened_on=date(2026, 5, 20))
    assert drawn(march)[5] == "2026Q2"
    reopen(small_plan.plan, "2026Q1")
    assert drawn(march) == ("done", 1, date(2026, 5, 20), date(2026, 5, 20), "late", "2026Q1")


def test_settle_many_asks_as_few_queries_as_one(office, small_plan, django_assert_num_queries):
    everything = list(Assignment.objects.values_list("pk", flat=True))
    assert len(everything) == 36 + 12 + 8 + 16 + 4 + 4 + 2
    for organization in (office.finance, office.archive, office.tax_first):
        for month in range(1, 13):
            assignment = small_plan.assignment(small_plan.theme_day, organization, f"2026-{month:02}")
            make_entry(organization, assignment, by=office.staff, happened_on=assignment.opens_on)
    with django_assert_num_queries(4):
        settle(everything)
    with django_assert_num_queries(3):
        settle(everything)
    assert Assignment.objects.filter(standing="done", timing="on_time").count() == 36
