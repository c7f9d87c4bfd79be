"""What a closing refuses, what it counts as accepted, and who races it."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from assessments.actions import ClosingRefused, closing, request_closing
from assessments.models import Closing
from branchwork.errors import Refused
from branchwork.jobs import run, run_now
from branchwork.models import Job
from ledgers.actions.entries import Written, log_entry
from ledgers.models import Assignment, Entry, PeriodLock, Task
from ledgers.settling import settle
from tests.assessments.year import CLOSING_DAYS, card_of, close
from tests.ledgers.plan import make_entry

QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


def figures(scorecard) -> tuple:
    return scorecard.earned, scorecard.available, scorecard.rate, scorecard.grade


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, tzinfo=UTC), tick=False)


def lock_of(plan, period: str) -> PeriodLock:
    return PeriodLock.objects.get(plan=plan, period=period)


# What refuses


def refusal(year, period: str, day: date, by, **options) -> ClosingRefused:
    with at(day), pytest.raises(ClosingRefused) as caught:
        request_closing(plan=year.plan, period=period, by=by, **options)
    assert not Job.objects.filter(state=Job.State.QUEUED).exists()
    return caught.value


def test_too_early(office, year):
    found = refusal(year, "2026Q1", date(2026, 4, 14), office.admin)
    assert found.reasons == ["2026年第一季度从4月15日起可以结账。"]


def test_out_of_order(office, year):
    found = refusal(year, "2026Q2", date(2026, 7, 15), office.admin)
    assert found.reasons == ["请先结2026年第一季度的账。"]


def test_already_closed(office, year):
    close(year.plan, "2026Q1", office.admin)
    found = refusal(year, "2026Q1", date(2026, 4, 20), office.admin)
    assert found.reasons == ["2026年第一季度已经封账。"]


def test_not_a_period_of_the_plan(office, year):
    found = refusal(year, "2026H1", date(2026, 7, 20), office.admin)
    assert found.reasons == ["这个计划没有2026年上半年。"]


@pytest.mark.parametrize(("state", "review"), [("submitted", "secretary"), ("confirmed", "committee")])
def test_pending_entries_are_listed(office, year, state, review):
    forum = year.assignment("forum", office.finance, "2026Q1")
    Task.objects.filter(pk=forum.task_id).update(review=review)
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 3, 20), state=state, claim="claimed")
    found = refusal(year, "2026Q1", date(2026, 4, 15), office.admin)
    assert found.reasons == ["还有 1 笔记录没有确认或审核。"]
    assert found.details == ["财政局党支部 · 3月20日 · 主题党日：到红枫社区清理河道"]


def test_pending_claim_from_a_later_quarter_is_listed_too(office, year):
    """Done on 3 April for the first quarter: posted in the second, and its claim belongs to the first."""
    forum = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 4, 3), state="submitted", claim="claimed")
    assert len(refusal(year, "2026Q1", date(2026, 4, 15), office.admin).details) == 1


def test_confirmed_entry_whose_claims_are_decided_is_not_pending(office, year):
    study = year.assignment("study", office.finance, "2026-03")
    make_entry(office.finance, study, by=office.wang, happened_on=date(2026, 3, 20), state="confirmed")
    close(year.plan, "2026Q1", office.admin)


def test_drafts_and_returned_ones_do_not_refuse(office, year):
    forum = year.assignment("forum", office.finance, "2026Q1")
    for state in ("draft", "returned", "voided"):
        make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 3, 20), state=state, claim="claimed")
    close(year.plan, "2026Q1", office.admin)


def test_year_before_its_quarters_lists_them(office, year):
    found = refusal(year, "2026", date(2027, 3, 2), office.admin)
    assert found.reasons[:4] == [f"请先结2026年第{n}季度的账。" for n in "一二三四"]


def test_year_waits_for_what_falls_due_next_year(office, year):
    for period in QUARTERS:
        close(year.plan, period, office.admin)
    year.do(office.archive, office.guo)
    found = refusal(year, "2026", date(2027, 3, 1), office.admin)
    assert found.reasons == ["还有 5 项任务没到期、也没完成。"]
    assert len(found.details) == 5
    assert found.details[0] == "财政局党支部 · 3月1日 · 书记抓党建述职评议"
    close(year.plan, "2026", office.admin, on=date(2027, 3, 2))


def test_year_closes_early_where_the_rest_is_set_not_applicable(office, year):
    for period in QUARTERS:
        close(year.plan, period, office.admin)
    Assignment.objects.filter(period="2026").update(
        not_applicable_at=timezone.now(), not_applicable_by=office.staff, not_applicable_reason="任务撤销"
    )
    close(year.plan, "2026", office.admin, on=date(2027, 1, 16))
    assert figures(card_of(office.finance, "2026")) == (0, 6900, 0, "差")


def test_second_request_while_one_runs_is_refused(office, year):
    with at(CLOSING_DAYS["2026Q1"]):
        request_closing(plan=year.plan, period="2026Q1", by=office.admin)
        with pytest.raises(ClosingRefused, match="正在结账"):
            request_closing(plan=year.plan, period="2026Q1", by=office.staff)


def test_job_refuses_what_became_pending_after_the_request(office, year):
    forum = year.assignment("forum", office.finance, "2026Q1")
    with at(CLOSING_DAYS["2026Q1"]):
        job = request_closing(plan=year.plan, period="2026Q1", by=office.admin)
        make_entry(
            office.finance, forum, by=office.wang, happened_on=date(2026, 3, 20), state="submitted", claim="claimed"
        )
        job = run_now(job)
    assert (job.state, job.message) == (Job.State.FAILED, "还有 1 笔记录没有确认或审核。")
    assert not Closing.objects.exists()
    lock = lock_of(year.plan, "2026Q1")
    assert (lock.closed_at, lock.closing_job) == (None, None)


def test_only_who_may_close_closes(office, year):
    for user in (office.leader, office.zheng, office.wang, office.accounts, office.nobody):
        with at(CLOSING_DAYS["2026Q1"]), pytest.raises(PermissionDenied):
            request_closing(plan=year.plan, period="2026Q1", by=user)


def test_right_taken_away_before_the_job_ran(office, year):
    with at(CLOSING_DAYS["2026Q1"]):
        job = request_closing(plan=year.plan, period="2026Q1", by=office.staff)
        office.staff.role_grants.all().delete()
        job = run_now(job)
    assert job.state == Job.State.FAILED
    assert not Closing.objects.exists()


# Counting what is pending as accepted


def test_accept_pending_accepts_records_and_counts(office, year):
    study = year.assignment("study", office.finance, "2026-03")
    forum = year.assignment("forum", office.finance, "2026Q1")
    first = make_entry(
        office.finance, study, by=office.wang, happened_on=date(2026, 3, 20), state="submitted", claim="claimed"
    )
    second = make_entry(
        office.finance, forum, by=office.wang, happened_on=date(2026, 3, 21), state="confirmed", claim="claimed"
    )
    settle([study.pk, forum.pk])
    found = close(year.plan, "2026Q1", office.staff, accept_pending=True)
    assert (found.accepted_pending, found.accepted_pending_count) == (True, 2)
    assert figures(card_of(office.finance, "2026Q1"))[:2] == (125, 1391)
    assert set(Entry.objects.filter(pk__in=[first.pk, second.pk]).values_list("state", "approved_by")) == {
        ("approved", office.staff.pk)
    }


def test_accept_pending_reaches_a_claim_posted_in_a_later_quarter(office, year):
    forum = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 4, 3), state="submitted", claim="claimed")
    settle([forum.pk])
    close(year.plan, "2026Q1", office.staff, accept_pending=True)
    assert figures(card_of(office.finance, "2026Q1"))[:2] == (80, 1391)


def test_accept_pending_is_counted_once_where_the_first_run_was_cut_off(office, year, monkeypatch):
    forum = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 3, 3), state="submitted", claim="claimed")
    compute = closing.compute

    def killed(*args, **kwargs):
        monkeypatch.setattr(closing, "compute", compute)
        raise KeyboardInterrupt

    monkeypatch.setattr(closing, "compute", killed)
    with at(CLOSING_DAYS["2026Q1"]):
        job = request_closing(plan=year.plan, period="2026Q1", accept_pending=True, by=office.admin)
        with pytest.raises(KeyboardInterrupt):
            run(job.pk)
        assert run_now(job).state == Job.State.DONE
    assert Closing.objects.get().accepted_pending_count == 1


# Who races the closing


def test_entry_that_races_the_closing_is_refused(office, year, monkeypatch):
    """While cards are computed the period takes nothing: not an entry's claim, and no other closing."""
    compute, refused = closing.compute, []

    def slow(book, period, on, progress):
        written = Written(title="第一季度讲坛", happened_on=date(2026, 3, 31), effect="受众 46 人")
        with pytest.raises(Refused) as caught:
            log_entry(
                organization=office.finance, written=written, by=office.wang,
                claimed=[year.assignment("forum", office.finance, "2026Q1")], submit=True,
            )  # fmt: skip
        refused.append(str(caught.value))
        return compute(book, period, on, progress)

    monkeypatch.setattr(closing, "compute", slow)
    close(year.plan, "2026Q1", office.admin)
    assert refused == ["2026年第一季度正在结账，请过一分钟再试。"]
    assert not Entry.objects.exists()


def test_entry_after_the_closing_is_a_make_up(office, year):
    close(year.plan, "2026Q1", office.admin)
    forum = year.assignment("forum", office.finance, "2026Q1")
    written = Written(title="补办第一季度讲坛", happened_on=date(2026, 4, 20), effect="受众 46 人")
    with at(date(2026, 4, 21)):
        entry = log_entry(organization=office.finance, written=written, by=office.zheng, claimed=[forum], submit=True)
    assert entry.posted_in == "2026Q2"
    assert figures(card_of(office.finance, "2026Q1"))[:2] == (0, 1391)
