"""The bridge from tables to scoring: what each row becomes."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from assessments.facts import book_of, closes_from, facts, grouped, period_states, read
from assessments.scoring import Outcome, PeriodState
from branchwork.periods import Period
from ledgers.models import Assignment, Fulfilment, Task
from ledgers.settling import settle
from tests.ledgers.plan import make_entry

TODAY = date(2026, 4, 1)


def fact_of(assignment: Assignment, on: date = TODAY):
    settle([assignment.pk])
    book = book_of(assignment.plan)
    ((_key, (rows, claims)),) = read(Assignment.objects.filter(pk=assignment.pk))
    (fact,) = facts(book, rows, claims, on)
    return fact


def told(fact) -> tuple:
    return fact.outcome, fact.done_on, fact.once_accepted, fact.note, len(fact.entries)


@pytest.fixture
def forum(office, small_plan) -> Assignment:
    """Due 31 March, reviewed by the committee."""
    return small_plan.assignment(small_plan.forum, office.finance, "2026Q1")


def enter(office, *assignments, day=date(2026, 3, 6), **fields):
    return make_entry(office.finance, *assignments, by=office.wang, happened_on=day, **fields)


def test_fact_carries_the_assignment(office, small_plan, forum):
    fact = fact_of(forum)
    assert (fact.subject, fact.indicator, fact.period, fact.slot, fact.available, fact.due_on) == (
        str(office.finance.pk), str(small_plan.forum.pk), "2026Q1", "2026Q1", 100, date(2026, 3, 31),
    )  # fmt: skip


def test_undone_is_open_until_the_due_day_is_over(forum):
    assert fact_of(forum, date(2026, 3, 31)).outcome == Outcome.OPEN
    assert fact_of(forum, date(2026, 4, 1)).outcome == Outcome.MISSED


@pytest.mark.parametrize(
    ("day", "sent_at", "outcome"),
    [
        (date(2026, 3, 6), None, Outcome.ON_TIME),
        (date(2026, 4, 2), None, Outcome.LATE),
        (date(2026, 3, 6), datetime(2026, 4, 11, 4, tzinfo=UTC), Outcome.RECORDED_LATE),
    ],
)
def test_done_takes_its_timing_from_the_ledger(office, forum, day, sent_at, outcome):
    enter(office, forum, day=day, sent_at=sent_at)
    assert told(fact_of(forum)) == (outcome, day, None, "", 1)


@pytest.mark.parametrize(
    ("day", "sent_at", "once_accepted"),
    [
        (date(2026, 3, 6), None, Outcome.ON_TIME),
        (date(2026, 4, 2), None, Outcome.LATE),
        (date(2026, 3, 6), datetime(2026, 4, 11, 4, tzinfo=UTC), Outcome.RECORDED_LATE),
    ],
)
@pytest.mark.parametrize("state", ["submitted", "confirmed"])
def test_pending_says_what_it_will_be_once_accepted(office, forum, state, day, sent_at, once_accepted):
    enter(office, forum, day=day, sent_at=sent_at, state=state, claim="claimed")
    assert told(fact_of(forum)) == (Outcome.WAITING, day, once_accepted, "", 1)


def test_task_added_later_counts_its_grace_from_then(office, small_plan, forum):
    Task.objects.filter(pk=forum.task_id).update(counts_from=date(2026, 4, 5))
    enter(office, forum, state="submitted", claim="claimed", sent_at=datetime(2026, 4, 15, 4, tzinfo=UTC))
    assert fact_of(forum).once_accepted == Outcome.ON_TIME


def test_returned_keeps_its_first_submission_for_seven_days(office, forum):
    """Sent in on 6 March, returned the same day: again by the 13th it is in time, after 10 April a late record."""
    enter(office, forum, state="returned", claim="claimed")
    early, late = fact_of(forum, date(2026, 3, 13)), fact_of(forum, date(2026, 4, 11))
    assert told(early) == (Outcome.RETURNED, date(2026, 3, 6), Outcome.ON_TIME, "人数与名单不符", 1)
    assert (early.is_due, early.resend_by) == (False, date(2026, 3, 13))
    assert (late.is_due, late.resend_by, late.once_accepted) == (True, None, Outcome.RECORDED_LATE)


def test_count_of_two_waits_only_when_both_are_there(office, small_plan):
    visits = small_plan.assignment(small_plan.visits, office.finance, "2026H1")
    enter(office, visits, day=date(2026, 3, 1))
    first = fact_of(visits)
    assert (first.outcome, first.done_count, first.required_count) == (Outcome.OPEN, 1, 2)
    enter(office, visits, day=date(2026, 3, 9), state="submitted", claim="claimed")
    second = fact_of(visits)
    assert (second.outcome, second.done_on, len(second.entries)) == (Outcome.WAITING, date(2026, 3, 9), 2)


def test_rejected_claim_and_voided_entry_count_for_nothing(office, forum):
    entry = enter(office, forum, state="submitted", claim="claimed")
    Fulfilment.objects.filter(entry=entry).update(
        state="rejected", reason="不是讲坛", decided_at=timezone.now(), decided_by=office.staff
    )
    enter(office, forum, state="voided", claim="claimed")
    assert told(fact_of(forum)) == (Outcome.MISSED, None, None, "", 0)


def test_claim_from_before_the_window_counts_for_nothing(office, small_plan):
    second = small_plan.assignment(small_plan.forum, office.finance, "2026Q2")
    enter(office, second, day=date(2026, 3, 31), state="submitted", claim="claimed")
    assert fact_of(second).outcome == Outcome.OPEN


def test_exempt_and_not_applicable_go_before_everything(office, forum):
    enter(office, forum)
    Assignment.objects.filter(pk=forum.pk).update(
        exempted_at=timezone.now(), exempted_by=office.staff, exemption_reason="抽调"
    )
    assert fact_of(forum).outcome == Outcome.EXEMPT
    Assignment.objects.filter(pk=forum.pk).update(not_applicable_at=timezone.now(), not_applicable_reason="撤并")
    assert (fact_of(forum).outcome, fact_of(forum).note) == (Outcome.NOT_APPLICABLE, "撤并")


def test_read_streams_organization_by_organization_in_two_queries(office, small_plan, django_assert_num_queries):
    march = [small_plan.assignment(small_plan.forum, o, "2026Q1") for o in (office.finance, office.tax_first)]
    for assignment in march:
        make_entry(assignment.organization, assignment, by=office.wang, happened_on=date(2026, 3, 6))
    with django_assert_num_queries(2):
        found = list(read(Assignment.objects.filter(period="2026Q1")))
    claimed = {key: sorted(claims) for key, (_rows, claims) in found}
    assert list(claimed) == sorted([office.root.pk, *(o.pk for o in small_organizations(office))])[1:]
    assert claimed == {
        office.finance.pk: [march[0].pk], office.archive.pk: [], office.tax.pk: [], office.tax_first.pk: [march[1].pk],
    }  # fmt: skip


def small_organizations(office):
    return [office.finance, office.archive, office.tax, office.tax_first]


def test_book_leaves_the_committees_own_tasks_out(office, small_plan):
    book = book_of(small_plan.plan)
    assert book.own == {small_plan.own.pk}
    assert small_plan.own.pk not in book.tasks
    assert not book.assessed().filter(task=small_plan.own).exists()
    assert [category.title for category in book.scheme.categories] == ["组织生活", "联系群众", "党建责任"]
    assert (book.total_points, str(book.scheme.late_share)) == (1900, "0.80")


def test_grouped_hands_out_groups_and_passes_over_the_others():
    take = grouped([(1, "a"), (3, "b"), (3, "c"), (4, "d"), (7, "e")])
    assert [take(key) for key in (2, 3, 5, 7, 8)] == [[], [(3, "b"), (3, "c")], [], [(7, "e")], []]


def test_periods_can_be_closed_fifteen_days_after_their_end():
    assert closes_from(Period.parse("2026Q1")) == date(2026, 4, 15)
    assert closes_from(Period.parse("2026")) == date(2027, 1, 15)


def test_year_stays_open_until_its_last_due_date(small_plan):
    locks = list(small_plan.plan.locks.all())
    states = period_states(locks, date(2027, 3, 1))
    assert states["2026Q1"] == PeriodState(False, date(2026, 4, 14))
    assert states["2026"] == PeriodState(False, date(2027, 3, 1))
    assert period_states(locks)["2026"].open_until == date(2027, 1, 14)
