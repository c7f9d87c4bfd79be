import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.actions import reopen_period, request_closing
from assessments.models import Closing, IndicatorResult, Scheme, Scorecard
from assessments.scoring import card_from_dict
from branchwork.errors import Refused
from branchwork.jobs import run, run_now
from branchwork.models import AuditEvent, Job
from branchwork.organizations.models import Organization, Person
from ledgers.actions.entries import void_entry
from ledgers.models import Assignment, PeriodLock
from ledgers.settling import settle
from tests.assessments.year import CLOSING_DAYS, card_of, close, done, live_the_worked_example
from tests.ledgers.plan import make_entry

QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


def figures(scorecard) -> tuple:
    return scorecard.earned, scorecard.available, scorecard.rate, scorecard.grade


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, tzinfo=UTC), tick=False)


def lock_of(plan, period: str) -> PeriodLock:
    return PeriodLock.objects.get(plan=plan, period=period)


def reasons_of(organization, period: str) -> list[tuple]:
    card = card_from_dict(card_of(organization, period).snapshot["card"])
    return [
        (line.title, reason.facts["slot"], reason.code, reason.facts["earned"])
        for line in card.lines
        for reason in line.reasons
        if reason.code not in ("on_time",)
    ]


# What cards say


def test_worked_example_to_the_cent(office, year):
    live_the_worked_example(year, office)
    cards = {period: card_of(office.archive, period) for period in (*QUARTERS, "2026")}
    assert {period: figures(card) for period, card in cards.items()} == {
        "2026Q1": (1384, 1391, 9950, "好"),
        "2026Q2": (1634, 1634, 10000, "好"),
        "2026Q3": (1108, 1208, 9172, "好"),
        "2026Q4": (2642, 2642, 10000, "好"),
        "2026": (7348, 7875, 9331, "好"),
    }
    whole = card_from_dict(cards["2026"].snapshot["card"])
    assert [(part.kind, part.period, part.earned, part.available, part.rate) for part in whole.parts] == [
        ("quarter", "2026Q1", 1384, 1391, Decimal("99.50")),
        ("quarter", "2026Q2", 1634, 1634, Decimal("100.00")),
        ("quarter", "2026Q3", 1108, 1208, Decimal("91.72")),
        ("quarter", "2026Q4", 2642, 2642, Decimal("100.00")),
        ("make_up", "2026", 80, 0, None),
        ("next_year", "2026", 500, 1000, Decimal("50.00")),
    ]
    assert reasons_of(office.archive, "2026") == [
        ("开展主题党日", "2026-02", "late", 26),
        ("党员集中学习", "2026-05", "exempt", 0),
        ("举办主题讲坛", "2026Q3", "missed", 0),
        ("举办主题讲坛", "2026Q3", "made_up", 80),
        ("书记抓党建述职评议", "1", "missed", 0),
    ]


def test_full_branch_earns_everything(office, year):
    """Every assignment done on its due date: the 79.00 points of a small branch, quarter by quarter."""
    for period in CLOSING_DAYS:
        year.do(office.archive, office.guo, until=period)
        close(year.plan, period, office.admin)
    assert {period: figures(card_of(office.archive, period)) for period in CLOSING_DAYS} == {
        "2026Q1": (1391, 1391, 10000, "好"),
        "2026Q2": (1659, 1659, 10000, "好"),
        "2026Q3": (1208, 1208, 10000, "好"),
        "2026Q4": (2642, 2642, 10000, "好"),
        "2026": (7900, 7900, 10000, "好"),
    }


def test_committee_has_its_own_smaller_card(office, year):
    """税务局机关党委: forum 1.00 + filler 11.16 in Q1; the forum done four days late (0.80)."""
    year.do(office.tax, office.chen, skip=[("forum", "2026Q1")], until="2026Q1")
    done(year.assignment("forum", office.tax, "2026Q1"), office.chen, date(2026, 4, 4), posted_in="2026Q2")
    close(year.plan, "2026Q1", office.admin)
    card = card_of(office.tax, "2026Q1")
    assert figures(card) == (1196, 1216, 9836, "好")
    assert (card.level, card.peer_group, card.place, card.median) == ("committee", "综合经济", None, None)
    assert (card.snapshot["name"], card.snapshot["parent"]) == ("税务局机关党委", "市直机关工委")
    assert card.snapshot["secretary"] == "陈丽"


def test_recorded_late_earns_the_late_share_under_its_own_word(office, year):
    """January's study, done on 30 January, recorded on 11 February: a day after the ten days of grace. 0.25 → 0.20."""
    study = year.assignment("study", office.archive, "2026-01")
    done(study, office.guo, date(2026, 1, 30), sent_on=date(2026, 2, 11))
    year.do(office.archive, office.guo, until="2026Q1")
    close(year.plan, "2026Q1", office.admin)
    assert figures(card_of(office.archive, "2026Q1")) == (1386, 1391, 9964, "好")
    assert reasons_of(office.archive, "2026Q1") == [("党员集中学习", "2026-01", "recorded_late", 20)]


def test_nothing_done_is_a_rate_of_zero_and_the_lowest_grade(office, year):
    close(year.plan, "2026Q1", office.admin)
    assert figures(card_of(office.finance, "2026Q1")) == (0, 1391, 0, "差")


def test_everything_exempt_is_no_rate(office, year):
    rows = Assignment.objects.filter(organization=office.finance, period="2026Q1")
    rows.update(exempted_at=timezone.now(), exempted_by=office.staff, exemption_reason="全员抽调")
    close(year.plan, "2026Q1", office.admin)
    assert figures(card_of(office.finance, "2026Q1")) == (0, 0, None, "")


def test_own_tasks_of_the_committee_are_on_nobodys_card(office, year):
    for period in QUARTERS[:2]:
        close(year.plan, period, office.admin)
    assert not Scorecard.objects.filter(organization=office.root).exists()
    assert not IndicatorResult.objects.filter(task=year.tasks["own"]).exists()


def test_returned_entry_counts_as_not_done(office, year):
    forum = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 3, 20), state="returned", claim="claimed")
    settle([forum.pk])
    year.do(office.finance, office.wang, skip=[("forum", "2026Q1")], until="2026Q1")
    close(year.plan, "2026Q1", office.admin)
    assert figures(card_of(office.finance, "2026Q1")) == (1291, 1391, 9281, "好")
    assert reasons_of(office.finance, "2026Q1") == [("举办主题讲坛", "2026Q1", "returned", 0)]


# Places


def twins(office, count: int) -> list[Organization]:
    """More branches of 综合经济, beside 财政局 and 税务局第一党支部."""
    return [
        Organization.objects.add_child(
            office.root,
            {"code": f"9{n}", "name": f"新{n}党支部", "kind": "branch", "peer_group": office.finance.peer_group},
        )
        for n in range(count)
    ]


def ask_forum(year, organization, outcome: str, by) -> None:
    """One more organization with one assignment of 1.00 in Q1."""
    first = year.assignment("forum", year_branch(year), "2026Q1")
    row = Assignment.objects.create(
        task=first.task, organization=organization, plan=year.plan, slot="2026Q1", opens_on=first.opens_on,
        due_on=first.due_on, period="2026Q1", points=100,
    )  # fmt: skip
    if outcome == "on_time":
        done(row, by, date(2026, 3, 10))
    elif outcome == "late":
        done(row, by, date(2026, 4, 2), posted_in="2026Q1")


def year_branch(year) -> Organization:
    return Organization.objects.get(code="016")


def test_places_share_ties_and_leave_the_ended_out(office, year):
    """综合经济 branches: 100 and 100, then 80, then 0 and 0; one that ended in March stands outside."""
    first, second, third, ended = twins(office, 4)
    Organization.objects.filter(pk=ended.pk).update(ends_on=date(2026, 3, 15))
    for organization, outcome in ((first, "on_time"), (second, "on_time"), (third, "late"), (ended, "on_time")):
        ask_forum(year, organization, outcome, office.staff)
    close(year.plan, "2026Q1", office.admin)
    cards = {card.organization.name: card for card in Scorecard.objects.select_related("organization")}
    assert {name: (card.rate, card.place, card.place_of, card.median) for name, card in cards.items()} == {
        "新0党支部": (10000, 1, 5, 8000),
        "新1党支部": (10000, 1, 5, 8000),
        "新2党支部": (8000, 3, 5, 8000),
        "财政局党支部": (0, 4, 5, 8000),
        "税务局第一党支部": (0, 4, 5, 8000),
        "新3党支部": (10000, None, None, None),
        "档案馆党支部": (0, None, None, None),
        "税务局机关党委": (0, None, None, None),
    }


# What a closing leaves behind


def test_closing_locks_and_leaves_a_trail(office, year):
    year.do(office.archive, office.guo, until="2026Q1")
    found = close(year.plan, "2026Q1", office.staff)
    lock = lock_of(year.plan, "2026Q1")
    assert (lock.closed_at, lock.closed_by) == (found.closed_at, office.staff)
    assert (found.revision, found.closed_by, found.scheme.settings["late_share"]) == (1, office.staff, "0.80")
    actions = AuditEvent.objects.filter(actor_name="李建华").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["closing.request", "period.freeze", "scheme.make", "period.lock", "closing.close"]
    assert AuditEvent.objects.get(action="closing.close").data == {
        "cards": 4, "sha256": found.sha256, "accepted_pending": False, "accepted_pending_count": 0,
    }  # fmt: skip


def test_sha256_is_that_of_the_stored_snapshots(office, year):
    found = close(year.plan, "2026Q1", office.admin)
    snapshots = [card.snapshot for card in found.cards.order_by("organization_id")]
    text = json.dumps(snapshots, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert found.sha256 == sha256(text.encode()).hexdigest()


def test_indicator_results_tell_how_each_task_fared(office, year):
    year.do(office.archive, office.guo, skip=[("theme_day", "2026-02")], until="2026Q1")
    found = close(year.plan, "2026Q1", office.admin)
    results = {
        result.task.content: (result.organization_count, result.full_count, result.earned, result.available)
        for result in found.indicator_results.select_related("task")
    }
    assert results == {
        "开展主题党日": (3, 0, 67, 300),
        "党员集中学习": (3, 1, 75, 225),
        "举办主题讲坛": (4, 1, 100, 400),
        "第1季度其他工作": (4, 1, 1116, 4464),
    }


def test_closing_again_gives_equal_bytes(office, year):
    live_the_worked_example(year, office, until="2026Q1")
    first = Closing.objects.get()
    reopen_period(plan=year.plan, period="2026Q1", reason="核对书记姓名", by=office.admin)
    second = close(year.plan, "2026Q1", office.admin, on=date(2026, 5, 20))
    assert (second.revision, second.sha256) == (2, first.sha256)
    assert [card.snapshot for card in second.cards.all()] == [card.snapshot for card in first.cards.all()]
    first.refresh_from_db()
    assert (first.reopened_by, first.reopening_reason) == (office.admin, "核对书记姓名")
    assert first.cards.count() == 4


def test_closing_after_a_change_gives_other_bytes(office, year):
    live_the_worked_example(year, office, until="2026Q1")
    before = Closing.objects.get().sha256
    reopen_period(plan=year.plan, period="2026Q1", reason="有一笔记错组织", by=office.admin)
    Person.objects.filter(name="郭勇").update(name="郭永")
    assert close(year.plan, "2026Q1", office.admin).sha256 != before


def test_job_run_twice_closes_once(office, year):
    with at(CLOSING_DAYS["2026Q1"]):
        job = run_now(request_closing(plan=year.plan, period="2026Q1", by=office.admin))
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, finished_at=None)
        run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["closing"]) == (Job.State.DONE, Closing.objects.get().pk)


def test_closing_asks_the_same_queries_whatever_the_number_of_organizations(office, year):
    asked = []
    for more in (0, 10):
        for organization in twins(office, more):
            ask_forum(year, organization, "on_time", office.staff)
        with at(CLOSING_DAYS["2026Q1"]):
            job = request_closing(plan=year.plan, period="2026Q1", by=office.admin)
            with CaptureQueriesContext(connection) as queries:
                run_now(job)
        asked.append(sum("SAVEPOINT" not in query["sql"] for query in queries))
        if not more:
            reopen_period(plan=year.plan, period="2026Q1", reason="再数一次", by=office.admin)
    assert Scorecard.objects.filter(closing__reopened_at=None).count() == 14
    # The first closing makes the scheme: two queries and a row of the audit trail.
    assert asked[1] <= asked[0] <= 40


def test_scheme_is_made_once(office, year):
    close(year.plan, "2026Q1", office.admin)
    close(year.plan, "2026Q2", office.admin)
    assert Scheme.objects.count() == 1
    assert set(Closing.objects.values_list("scheme", flat=True)) == {Scheme.objects.get().pk}


# Reopening


def test_reopening_needs_the_right_and_a_reason(office, year):
    close(year.plan, "2026Q1", office.admin)
    for user in (office.staff, office.leader, office.zheng):
        with pytest.raises(PermissionDenied):
            reopen_period(plan=year.plan, period="2026Q1", reason="有误", by=user)
    with pytest.raises(Refused):
        reopen_period(plan=year.plan, period="2026Q1", reason="  ", by=office.admin)
    with pytest.raises(Refused, match="没有封账"):
        reopen_period(plan=year.plan, period="2026Q2", reason="有误", by=office.admin)
    assert lock_of(year.plan, "2026Q1").is_closed


def test_reopening_brings_a_make_up_back_into_its_quarter(office, year):
    close(year.plan, "2026Q1", office.admin)
    forum = year.assignment("forum", office.finance, "2026Q1")
    done(forum, office.wang, date(2026, 4, 20))
    assert year.assignment("forum", office.finance, "2026Q1").counted_in == "2026Q2"
    reopen_period(plan=year.plan, period="2026Q1", reason="讲坛记错了日期", by=office.admin)
    assert year.assignment("forum", office.finance, "2026Q1").counted_in == "2026Q1"
    close(year.plan, "2026Q1", office.admin, on=date(2026, 4, 25))
    assert figures(card_of(office.finance, "2026Q1"))[:2] == (80, 1391)


def test_reopening_sees_what_fell_away_while_it_was_closed(office, year):
    """The forum of the first quarter, done on 3 April and so posted in the second, is voided after the closing."""
    forum = year.assignment("forum", office.finance, "2026Q1")
    entry = done(forum, office.wang, date(2026, 4, 3))
    close(year.plan, "2026Q1", office.admin)
    with at(date(2026, 4, 20)):
        void_entry(entry=entry, reason="记错了组织", by=office.staff)
    assert figures(card_of(office.finance, "2026Q1"))[:2] == (80, 1391)
    reopen_period(plan=year.plan, period="2026Q1", reason="讲坛那一笔已作废", by=office.admin)
    close(year.plan, "2026Q1", office.admin, on=date(2026, 4, 25))
    assert figures(card_of(office.finance, "2026Q1"))[:2] == (0, 1391)


def test_reopening_a_quarter_reopens_the_year_first_and_leaves_later_quarters_closed(office, year):
    live_the_worked_example(year, office)
    reopen_period(plan=year.plan, period="2026Q2", reason="漏记一次学习", by=office.admin)
    locks = {lock.period: lock.is_closed for lock in PeriodLock.objects.filter(plan=year.plan)}
    assert locks == {"2026Q1": True, "2026Q2": False, "2026Q3": True, "2026Q4": True, "2026": False}
    assert set(Closing.objects.filter(reopened_at__isnull=False).values_list("period", flat=True)) == {
        "2026Q2", "2026",
    }  # fmt: skip
    sha = Closing.objects.get(period="2026").sha256
    close(year.plan, "2026Q2", office.admin, on=date(2027, 3, 5))
    assert close(year.plan, "2026", office.admin, on=date(2027, 3, 5)).sha256 == sha


def test_reopened_year_leaves_the_quarters_alone(office, year):
    live_the_worked_example(year, office)
    reopen_period(plan=year.plan, period="2026", reason="述职材料补交", by=office.admin)
    assert set(Closing.objects.current().values_list("period", flat=True)) == set(QUARTERS)
