"""A small published plan for 2026 over the people and organizations of tests.office."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from branchwork.organizations.models import Organization, User
from branchwork.periods import period_of_due_date, plan_periods, quarter_of
from branchwork.points import slot_points
from ledgers.models import Assignment, Entry, Fulfilment, Item, PeriodLock, Plan, Task, WorkType
from tests.office import Office

MONTH_ENDS = [date(2026, month, day) for month, day in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1)]
QUARTER_ENDS = MONTH_ENDS[2::3]
PUBLISHED_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@dataclass
class SmallPlan:
    """2026年度党建工作台账, published 5 January 2026, grace 10 days, all five periods open.

    Tasks (points of the whole year; audience; slots), each with assignments for every organization it applies to:
        theme_day     主题党日      4.00  branches                monthly 2026-01 … 2026-12, confirmed is done
        forum         主题讲坛      4.00  branches                quarterly 2026Q1 … 2026Q4, committee reviews
        visits        走访帮扶      2.00  everyone but the root   half-yearly, two entries needed, confirmed is done
        summary       报送季度小结  1.00  everyone but the root   quarterly, due 25 March, June, September, December
        debriefing    述职评议      5.00  everyone but the root   31 December, committee reviews
        next_year     年度总结      1.00  everyone but the root   1 March 2027, committee reviews; period 2026
        handover      换届选举      1.00  branches, on an event   no assignments until opened
        own           工委督查      1.00  the root itself         half-yearly, confirmed is done
    """

    plan: Plan
    theme_day: Task
    forum: Task
    visits: Task
    summary: Task
    debriefing: Task
    next_year: Task
    handover: Task
    own: Task

    def assignment(self, task: Task, organization: Organization, slot: str) -> Assignment:
        return Assignment.objects.select_related("task", "plan", "organization").get(
            task=task, organization=organization, slot=slot
        )


def make_plan(office: Office, *, counts_from: date = date(2026, 1, 1)) -> SmallPlan:
    branches = [office.finance, office.archive, office.tax_first]
    everyone = [*branches, office.tax]
    plan = Plan.objects.create(
        owner=office.root,
        year=2026,
        title="2026年度党建工作台账",
        state=Plan.State.PUBLISHED,
        counts_from=counts_from,
        published_at=PUBLISHED_AT,
        published_by=office.admin,
    )
    PeriodLock.objects.bulk_create([PeriodLock(plan=plan, period=str(period)) for period in plan_periods(2026)])
    types = {code: make_work_type(code, name) for code, name in WORK_TYPES.items()}
    items = [Item.objects.create(plan=plan, position=n, title=title) for n, title in enumerate(ITEMS, 1)]
    committee = Task.Review.COMMITTEE

    def task(item: int, content: str, points: int, **fields) -> Task:
        code = fields.pop("code", None)
        position = items[item].tasks.count() + 1
        audience = fields.pop("audience", {"kinds": ["branch"]})
        return Task.objects.create(
            item=items[item], position=position, content=content, points=points, work_type=types.get(code),
            audience=audience, **fields,
        )  # fmt: skip

    all_kinds = {"kinds": ["branch", "party_committee"]}
    return SmallPlan(
        plan=plan,
        theme_day=assign(task(0, "开展主题党日", 400, code="theme_day", calendar=listed("monthly"), deadline="每月",
                              effect="有方案、有参加人数、有效果"), branches, monthly()),
        forum=assign(task(0, "独立或联合举办主题讲坛", 400, code="forum", calendar=listed("quarterly"),
                          deadline="每季度", review=committee), branches, quarterly()),
        visits=assign(task(1, "走访帮扶困难群众", 200, code="visit", audience=all_kinds, deadline="每半年2次",
                           calendar=listed("half-yearly"), required_count=2), everyone, half_yearly()),
        summary=assign(task(2, "报送季度小结", 100, code="quarter_summary", audience=all_kinds,
                            deadline="每季度末月25日前", calendar=listed("quarterly")), everyone, quarterly(day=25)),
        debriefing=assign(task(2, "书记抓党建述职评议", 500, audience=all_kinds, deadline="年底前", review=committee,
                               calendar=listed("once")), everyone, [("1", date(2026, 1, 1), date(2026, 12, 31))]),
        next_year=assign(task(2, "报送年度总结", 100, audience=all_kinds, deadline="次年3月1日前", review=committee,
                              calendar=listed("once")), everyone, [("1", date(2026, 1, 1), date(2027, 3, 1))]),
        handover=task(2, "按期换届选举", 100, deadline="届满前6个月", calendar={"type": "event"}),
        own=assign(task(2, "组织开展督查", 100, audience={"own": True}, deadline="每半年",
                        calendar=listed("half-yearly")), [office.root], half_yearly()),
    )  # fmt: skip


WORK_TYPES = {
    "theme_day": "主题党日", "forum": "主题讲坛", "visit": "走访帮扶", "quarter_summary": "季度小结",
}  # fmt: skip
ITEMS = ("组织生活", "联系群众", "党建责任")


def make_work_type(code: str, name: str) -> WorkType:
    work_type, _created = WorkType.objects.get_or_create(code=code, defaults={"name": name})
    return work_type


def listed(cadence: str) -> dict:
    """Enough of a calendar to tell a dated task from an event task; the slots are given beside it."""
    return {"type": "calendar", "cadence": cadence}


Slots = list[tuple[str, date, date]]  # slot, opens_on, due_on


def monthly() -> Slots:
    return [(f"2026-{day.month:02}", day.replace(day=1), day) for day in MONTH_ENDS]


def quarterly(day: int | None = None) -> Slots:
    due = [end.replace(day=day) if day else end for end in QUARTER_ENDS]
    return [(f"2026Q{n}", max(date(2026, 1, 1), _after(due, n)), due[n - 1]) for n in (1, 2, 3, 4)]


def half_yearly() -> Slots:
    return [("2026H1", date(2026, 1, 1), date(2026, 6, 30)), ("2026H2", date(2026, 7, 1), date(2026, 12, 31))]


def _after(due: list[date], n: int) -> date:
    return due[n - 2] + timedelta(days=1) if n > 1 else date(2026, 1, 1)


def assign(task: Task, organizations: list[Organization], slots: Slots) -> Task:
    """Make the task's assignments; slots due before the plan counts are not made, their points are not given away."""
    plan = task.item.plan
    Assignment.objects.bulk_create(
        Assignment(
            task=task,
            organization=organization,
            plan=plan,
            slot=slot,
            opens_on=opens_on,
            due_on=due_on,
            period=str(period_of_due_date(due_on, plan.year)),
            points=slot_points(task.points, k, len(slots)),
        )
        for organization in organizations
        for k, (slot, opens_on, due_on) in enumerate(slots, 1)
        if due_on >= plan.counts_from
    )
    return task


STAMPS = {
    "draft": [], "submitted": ["submitted"], "returned": ["submitted", "returned"], "voided": ["voided"],
    "confirmed": ["submitted", "confirmed"], "approved": ["submitted", "confirmed", "approved"],
}  # fmt: skip


def make_entry(
    organization: Organization,
    *assignments: Assignment,
    by: User,
    happened_on: date,
    state: str = "approved",
    sent_at: datetime | None = None,
    posted_in: str = "",
    title: str = "主题党日：到红枫社区清理河道",
    claim: str = "accepted",
) -> Entry:
    """An entry as history has left it, written past the actions: for tests of what reads entries.

    Sent in at noon of the day it happened unless told; posted in the quarter of that day unless told. Its claims are
    `claim` ("accepted", "claimed"); call `settle` afterwards.
    """
    sent_at = sent_at or datetime(happened_on.year, happened_on.month, happened_on.day, 4, tzinfo=UTC)
    stamps = {f"{stamp}_at": sent_at for stamp in STAMPS[state]} | {f"{stamp}_by": by for stamp in STAMPS[state]}
    entry = Entry.objects.create(
        organization=organization, plan=Plan.objects.get(year=2026), title=title, happened_on=happened_on, state=state,
        effect="清理河道 1.2 公里", recorded_at=sent_at, recorded_by=by,
        first_submitted_at=None if state == "draft" else sent_at,
        posted_in="" if state == "draft" else posted_in or str(quarter_of(happened_on)),
        return_reason="人数与名单不符" if state == "returned" else "",
        void_reason="重复记录" if state == "voided" else "",
        **stamps,
    )  # fmt: skip
    decided = {"decided_at": sent_at, "decided_by": by} if claim == "accepted" else {}
    Fulfilment.objects.bulk_create(
        Fulfilment(entry=entry, assignment=assignment, task_id=assignment.task_id, state=claim, **decided)
        for assignment in assignments
    )
    return entry
