"""Typing a plan: everything while it is a draft; a task more, or an answer owed, also after publication."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork import audit
from branchwork.errors import Refused
from branchwork.organizations.actions.tags import tag_organizations
from branchwork.organizations.models import Organization
from ledgers.actions.locks import hold_open
from ledgers.actions.plans.holding import given_reason, held_task
from ledgers.actions.plans.rolling import checked_slots, roll_out
from ledgers.models import Item, Plan, Task, WorkType


@dataclass(frozen=True)
class Asked:
    """Whom a task asks and when. `tag` is (name, organizations): the tag is given to them and narrows `audience`."""

    responsible: str
    audience: dict[str, Any]
    deadline: str
    calendar: dict[str, Any]
    tag: tuple[str, tuple[int, ...]] | None = None


@dataclass(frozen=True)
class TaskValues:
    """A task as typed; `points` in hundredths."""

    content: str
    asked: Asked
    effect: str = ""
    points: int | None = None
    note: str = ""
    work_type: WorkType | None = None
    review: str = Task.Review.SECRETARY
    required_count: int = 1


@transaction.atomic
def create_plan(*, owner: Organization, year: int, title: str, by) -> Plan:
    plan = Plan.objects.create(owner=owner, year=year, title=title)
    audit.record("plan.create", plan, by=by, organization=owner, data={"year": year})
    return plan


@transaction.atomic
def change_plan(*, plan: Plan, title: str, note: str, grace_days: int, by) -> Plan:
    """Refused once it is published: grace days decide points."""
    plan = _draft(plan)
    before = {"title": plan.title, "grace_days": plan.grace_days}
    plan.title, plan.note, plan.grace_days = title, note, grace_days
    plan.save(update_fields=["title", "note", "grace_days"])
    after = {"title": title, "grace_days": grace_days}
    audit.record("plan.change", plan, by=by, organization=plan.owner, data={"before": before, "after": after})
    return plan


@transaction.atomic
def delete_plan(*, plan: Plan, by) -> None:
    plan = _draft(plan)
    counts = {"items": plan.items.count(), "tasks": Task.objects.filter(item__plan=plan).count()}
    audit.record("plan.delete", plan, by=by, organization=plan.owner, data=counts)
    plan.delete()


@transaction.atomic
def add_item(*, plan: Plan, title: str, by) -> Item:
    """Also to a published plan: its new tasks stand there."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("owner").get(pk=plan.pk)
    item = Item.objects.create(plan=plan, position=_next(plan.items), title=title)
    audit.record("item.add", item, by=by, organization=plan.owner, data={"plan": plan.title})
    return item


@transaction.atomic
def change_item(*, item: Item, title: str, by) -> Item:
    plan = _draft(item.plan)
    before, item.title = item.title, title
    item.save(update_fields=["title"])
    audit.record("item.change", item, by=by, organization=plan.owner, data={"before": before})
    return item


@transaction.atomic
def delete_item(*, item: Item, by) -> None:
    """With its tasks."""
    plan = _draft(item.plan)
    _forget_deciding(plan, list(item.tasks.values_list("pk", flat=True)))
    audit.record("item.delete", item, by=by, organization=plan.owner, data={"tasks": item.tasks.count()})
    item.delete()


@transaction.atomic
def add_task(*, item: Item, values: TaskValues, counts_from: date | None = None, by) -> Task:
    """Add a task at the end of its item. In a published plan it counts from `counts_from` (today by default): slots
    due before are not made, their points are not given to others. The periods of the others must be open."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("owner").get(pk=item.plan_id)
    task = Task(item=item, position=_next(item.tasks))
    _fill(task, values, plan.year, by)
    if plan.is_published:
        task.counts_from = counts_from or timezone.localdate()
    task.save()
    made = _roll_out_later(plan, task) if plan.is_published else 0
    audit.record("task.add", task, by=by, organization=plan.owner, data={"plan": plan.title, "assignments": made})
    return task


@transaction.atomic
def change_task(*, task: Task, values: TaskValues, by) -> Task:
    """Refused once the plan is published: withdraw the task and add another."""
    plan = _draft(task.item.plan)
    task = Task.objects.select_related("item").get(pk=task.pk)
    before = {"content": task.content, "deadline": task.deadline, "points": task.points, "audience": task.audience}
    _fill(task, values, plan.year, by)
    task.save()
    audit.record("task.change", task, by=by, organization=plan.owner, data={"before": before})
    return task


@transaction.atomic
def delete_task(*, task: Task, by) -> None:
    plan = _draft(task.item.plan)
    _forget_deciding(plan, [task.pk])
    audit.record("task.delete", task, by=by, organization=plan.owner, data={"plan": plan.title})
    task.delete()


@transaction.atomic
def answer_task(*, task: Task, asked: Asked, counts_from: date, reason: str, by) -> int:
    """Settle a pending task of a published plan; how many assignments it got. Like a task added that day, it counts
    from `counts_from`. Refused when it is not pending, and where that touches a closed period."""
    reason, task = given_reason(reason), held_task(task)
    plan = task.item.plan
    if not task.is_pending:
        raise Refused(_("This task is settled already. Withdraw it and add another."))
    before = {"responsible": task.responsible, "deadline": task.deadline}
    _ask(task, asked, plan.year, by)
    task.counts_from = counts_from
    task.save()
    made = _roll_out_later(plan, task)
    data = {"before": before, "counts_from": counts_from.isoformat(), "assignments": made}
    audit.record("task.answer", task, by=by, organization=plan.owner, reason=reason, data=data)
    return made


def _draft(plan: Plan) -> Plan:
    plan = Plan.objects.select_for_update(of=("self",)).select_related("owner").get(pk=plan.pk)
    if plan.is_published:
        raise Refused(_("The plan is published: what it asks does not change any more. Withdraw a task, add another."))
    return plan


def _next(siblings) -> int:
    return (siblings.aggregate(last=Max("position"))["last"] or 0) + 1


def _fill(task: Task, values: TaskValues, year: int, by) -> None:
    for name in ("content", "effect", "points", "note", "work_type", "review", "required_count"):
        setattr(task, name, getattr(values, name))
    _ask(task, values.asked, year, by)


def _ask(task: Task, asked: Asked, year: int, by) -> None:
    task.responsible, task.deadline, task.calendar = asked.responsible, asked.deadline, asked.calendar
    task.audience = asked.audience
    if asked.tag:
        name, ticked = asked.tag
        tag = tag_organizations(name=name, organizations=ticked, starts_on=date(year, 1, 1), by=by)
        task.audience = asked.audience | {"tags": [tag.pk]}
    checked_slots(task, year)


def _roll_out_later(plan: Plan, task: Task) -> int:
    slots = [slot for slot in checked_slots(task, plan.year) if slot.due_on >= task.counts_from]
    hold_open(plan, {slot.period for slot in slots})
    on = max(task.counts_from, timezone.localdate())
    return roll_out(plan, [task], from_on=task.counts_from, on=on)


def _forget_deciding(plan: Plan, keys: list[int]) -> None:
    """Tasks that waited for one of these to be done are a question again."""
    for task in Task.objects.filter(item__plan=plan, audience__after_task__in=keys):
        task.audience = {"pending": task.responsible}
        task.save(update_fields=["audience"])
