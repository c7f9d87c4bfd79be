"""One-task plans over the small office of tests.office: a real deadline, a real publication."""

from datetime import UTC, date, datetime

from branchwork.deadlines import read_deadline
from branchwork.organizations.models import Organization, User
from ledgers.actions.plans.publishing import publish_plan
from ledgers.models import Assignment, Item, PeriodLock, Plan, Task

BRANCHES = {"kinds": ["branch", "joint_branch", "temporary_branch"]}
NEW_YEAR = date(2026, 1, 1)


def draft_task(
    owner: Organization,
    deadline: str = "每月",
    audience: dict | None = None,
    points: int | None = 120,
    year: int = 2026,
) -> Task:
    """主题党日 for all branches, every month, 1.20 points, in a draft of its own."""
    plan = Plan.objects.create(owner=owner, year=year, title="试点计划")
    item = Item.objects.create(plan=plan, position=1, title="组织生活")
    rule = read_deadline(deadline).to_json()
    return Task.objects.create(
        item=item, position=1, content="主题党日", responsible="各党支部", deadline=deadline, points=points,
        audience=BRANCHES if audience is None else audience, calendar={} if rule["type"] == "question" else rule,
    )  # fmt: skip


def published_task(owner: Organization, *args, by: User | None = None, **options) -> Task:
    task = draft_task(owner, *args, **options)
    publish_plan(plan=task.item.plan, counts_from=NEW_YEAR, by=by)
    return Task.objects.select_related("item__plan__owner").get(pk=task.pk)


def close(plan: Plan, *periods: str) -> None:
    """As a closing leaves the locks; the cards are not made."""
    PeriodLock.objects.filter(plan=plan, period__in=periods).update(closed_at=datetime(2026, 4, 20, tzinfo=UTC))


def finish(*assignments: Assignment) -> None:
    """Done on its due date, in time."""
    for each in assignments:
        Assignment.objects.filter(pk=each.pk).update(
            standing="done", done_on=each.due_on, recorded_on=each.due_on, timing="on_time", counted_in=each.period
        )


def slots(organization: Organization, **conditions) -> list[str]:
    return list(organization.assignments.filter(**conditions).order_by("due_on").values_list("slot", flat=True))


def of(task: Task, organization: Organization, slot: str) -> Assignment:
    return Assignment.objects.get(task=task, organization=organization, slot=slot)
