"""LEDGER's worked example as tables: a 6-member branch's year of 79.00 points beside a plan's other organizations."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import time_machine
from django.utils import timezone

from assessments.actions import request_closing
from assessments.models import Closing, Scorecard
from branchwork.jobs import run_now
from branchwork.models import Job
from branchwork.organizations.models import Organization
from branchwork.periods import plan_periods
from ledgers.models import Assignment, Item, PeriodLock, Plan, Task
from ledgers.settling import settle
from tests.ledgers.plan import MONTH_ENDS, PUBLISHED_AT, QUARTER_ENDS, assign, listed, make_entry, monthly, quarterly
from tests.office import Office

NEXT_YEAR = date(2027, 3, 1)
# The first day on which each period can be closed, at 9 in the morning in Shanghai.
CLOSING_DAYS = {
    "2026Q1": date(2026, 4, 15), "2026Q2": date(2026, 7, 15), "2026Q3": date(2026, 10, 15),
    "2026Q4": date(2027, 1, 15), "2026": date(2027, 3, 2),
}  # fmt: skip


@dataclass
class WorkedYear:
    """Tasks: theme_day 4.00 monthly (0.33 in February), study 3.00 monthly (0.25 in May), forum 4.00 quarterly,
    filler 11.16, 13.84, 9.33, 23.67 on the last day of each quarter, debriefing 5.00 and report 5.00 on 1 March 2027;
    every task for every branch, the committee (税务局机关党委) has only forum, filler and report.
    """

    plan: Plan
    tasks: dict[str, Task]

    def assignment(self, name: str, organization: Organization, slot: str) -> Assignment:
        return Assignment.objects.get(task=self.tasks[name], organization=organization, slot=slot)

    def do(self, organization, by, *, skip=(), until: str = "2026") -> None:
        """Log every assignment of the organization up to the period as done on its due date, but those to skip:
        (task, slot)."""
        periods = [str(period) for period in plan_periods(2026)]
        wanted = periods[: periods.index(until) + 1]
        left_out = {(self.tasks[name].pk, slot) for name, slot in skip}
        for row in Assignment.objects.filter(organization=organization, plan=self.plan, period__in=wanted):
            if (row.task_id, row.slot) not in left_out and row.standing != "done":
                done(row, by, row.due_on, posted_in=row.period)


def done(assignment: Assignment, by, happened_on: date, *, sent_on: date | None = None, posted_in: str = ""):
    """An approved entry for one assignment, sent in at noon of the day it happened unless told."""
    sent = sent_on or happened_on
    entry = make_entry(
        assignment.organization, assignment, by=by, happened_on=happened_on, posted_in=posted_in,
        sent_at=datetime(sent.year, sent.month, sent.day, 4, tzinfo=UTC),
    )  # fmt: skip
    settle([assignment.pk])
    return entry


def make_year(office: Office) -> WorkedYear:
    plan = Plan.objects.create(
        owner=office.root, year=2026, title="2026年度党建工作台账", state=Plan.State.PUBLISHED,
        counts_from=date(2026, 1, 1), published_at=PUBLISHED_AT, published_by=office.admin,
    )  # fmt: skip
    PeriodLock.objects.bulk_create([PeriodLock(plan=plan, period=str(period)) for period in plan_periods(2026)])
    meetings, duties = (Item.objects.create(plan=plan, position=n, title=t) for n, t in ((1, "组织生活"), (2, "责任")))
    branches = [office.finance, office.archive, office.tax_first]
    everyone = [*branches, office.tax]

    def task(item: Item, content: str, points: int) -> Task:
        return Task.objects.create(
            item=item, position=item.tasks.count() + 1, content=content, points=points,
            audience={"kinds": ["branch", "party_committee"]}, calendar=listed("listed"),
            review=Task.Review.COMMITTEE,
        )  # fmt: skip

    once = [("1", date(2026, 1, 1), NEXT_YEAR)]
    tasks = {
        "theme_day": assign(task(meetings, "开展主题党日", 400), branches, monthly()),
        "study": assign(task(meetings, "党员集中学习", 300), branches, monthly()),
        "forum": assign(task(meetings, "举办主题讲坛", 400), everyone, quarterly()),
        "debriefing": assign(task(duties, "书记抓党建述职评议", 500), branches, once),
        "report": assign(task(duties, "报送年度总结", 500), everyone, once),
    }
    for number, points in enumerate((1116, 1384, 933, 2367), 1):
        due_on = QUARTER_ENDS[number - 1]
        slots = [("1", due_on.replace(day=1), due_on)]
        tasks[f"filler{number}"] = assign(task(duties, f"第{number}季度其他工作", points), everyone, slots)
    own = task(duties, "组织开展督查", 100)
    Task.objects.filter(pk=own.pk).update(audience={"own": True})
    tasks["own"] = assign(own, [office.root], [("1", date(2026, 1, 1), MONTH_ENDS[5])])
    return WorkedYear(plan, tasks)


def live_the_worked_example(year: WorkedYear, office: Office, *, until: str = "2026") -> None:
    """LEDGER, "Worked example": live 档案馆's year and close its periods up to and including `until`."""
    archive, guo, staff = office.archive, office.guo, office.staff
    done(year.assignment("theme_day", archive, "2026-02"), guo, date(2026, 3, 5))
    may = year.assignment("study", archive, "2026-05")
    Assignment.objects.filter(pk=may.pk).update(
        exempted_at=timezone.now(), exempted_by=staff, exemption_reason="5月全员参加市里集中培训"
    )
    skip = [("study", "2026-05"), ("forum", "2026Q3"), ("debriefing", "1")]
    for period in CLOSING_DAYS:
        year.do(archive, guo, skip=skip, until=period)
        if period == "2026Q4":
            done(year.assignment("forum", archive, "2026Q3"), guo, date(2026, 10, 20), posted_in="2026Q4")
        close(year.plan, period, office.admin)
        if period == until:
            return


def close(plan: Plan, period: str, by, *, accept_pending: bool = False, on: date | None = None) -> Closing:
    """Close it through the real job, on the first day on which that is possible unless told."""
    day = on or CLOSING_DAYS[period]
    with time_machine.travel(datetime(day.year, day.month, day.day, 1, tzinfo=UTC), tick=False):
        job = run_now(request_closing(plan=plan, period=period, accept_pending=accept_pending, by=by))
    assert job.state == Job.State.DONE, job.message
    return Closing.objects.get(pk=job.result["closing"])


def card_of(organization: Organization, period: str) -> Scorecard:
    return Scorecard.objects.current().get(organization=organization, closing__period=period)
