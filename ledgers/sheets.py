"""A plan as the office's own table shows it: items, their tasks, and what was understood of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from branchwork.organizations.models import Tag
from ledgers.audiences import count_in
from ledgers.models import Item, Plan, Task
from ledgers.rollout import waits_for_event
from ledgers.wording import audience_words, calendar_words


@dataclass(frozen=True)
class TaskRow:
    """`audience` and `calendar` are the readings in words; `is_waiting`: 待触发."""

    task: Task
    audience: str
    calendar: str
    is_waiting: bool


@dataclass(frozen=True)
class ItemRows:
    item: Item
    rows: list[TaskRow]

    @property
    def points(self) -> int:
        return sum(row.task.points or 0 for row in self.rows)


@dataclass(frozen=True)
class PlanSheet:
    items: list[ItemRows]

    @property
    def tasks(self) -> list[Task]:
        return [row.task for item in self.items for row in item.rows]

    @property
    def points(self) -> int:
        return sum(item.points for item in self.items)

    @property
    def own_points(self) -> int:
        return sum(task.points or 0 for task in self.tasks if task.is_own)

    @property
    def assessed_points(self) -> int:
        return self.points - self.own_points

    @property
    def pending(self) -> list[Task]:
        return [task for task in self.tasks if task.is_pending and not task.withdrawn_at]

    @property
    def waiting(self) -> list[TaskRow]:
        rows = [row for item in self.items for row in item.rows]
        return [row for row in rows if row.is_waiting and not row.task.is_pending and not row.task.withdrawn_at]


def sheet_of(plan: Plan, today: date) -> PlanSheet:
    """The whole plan; four queries."""
    items = list(plan.items.all())
    tasks = list(Task.objects.filter(item__plan=plan).select_related("work_type").order_by("position"))
    rows: dict[int, list[TaskRow]] = {item.pk: [] for item in items}
    for row in task_rows(plan, tasks, today):
        rows[row.task.item_id].append(row)
    return PlanSheet([ItemRows(item, rows[item.pk]) for item in items])


def task_rows(plan: Plan, tasks: Sequence[Task], today: date) -> list[TaskRow]:
    """The readings of some tasks of a plan; two queries."""
    counts = count_in([task.audience for task in tasks], plan.owner, today)
    tag_keys = {key for task in tasks for key in task.audience.get("tags", [])}
    tag_names = dict(Tag.objects.filter(pk__in=tag_keys).values_list("pk", "name")) if tag_keys else {}
    deciding = {key for task in tasks if (key := task.audience.get("after_task"))}
    task_names = {task.pk: task.content for task in tasks}
    if missing := deciding - set(task_names):
        task_names |= dict(Task.objects.filter(pk__in=missing).values_list("pk", "content"))
    return [
        TaskRow(
            task,
            audience_words(task.audience, count, tag_names, task_names),
            calendar_words(task.calendar, plan.year),
            waits_for_event(task),
        )
        for task, count in zip(tasks, counts, strict=True)
    ]
