"""What publishing a plan would make, counted before anybody decides."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, ExpressionWrapper

from branchwork.deadlines import Unresolved
from branchwork.organizations.models import Organization
from ledgers.audiences import assessed_below, condition_of
from ledgers.audiences.reading import COMMITTEE_MEMBERS
from ledgers.models import Plan, Task
from ledgers.slots import TaskSlot, slots_of


@dataclass(frozen=True)
class RolloutGroup:
    """Organizations alike in level and size. Counts and points (hundredths) are of one organization: least and most;
    `assignments` of all together."""

    level: str
    has_committee: bool | None
    organizations: int
    assignments: int
    fewest: int
    most: int
    least_points: int
    most_points: int


@dataclass(frozen=True)
class Rollout:
    """`unresolved`: tasks whose deadline has no date this year; publishing is refused until they are mended."""

    groups: list[RolloutGroup]
    own: int
    pending: list[Task]
    waiting: list[Task]
    unresolved: list[Task]
    without_members: int

    @property
    def assessed(self) -> int:
        return sum(group.assignments for group in self.groups)

    @property
    def organizations(self) -> int:
        return sum(group.organizations for group in self.groups if group.assignments)


def rollout_of(plan: Plan, tasks: list[Task], counts_from: date, on: date) -> Rollout:
    """The counts `publish_plan` will reach; one query, whatever the number of organizations."""
    by_audience: dict[str, list[TaskSlot]] = defaultdict(list)
    own, unresolved = 0, []
    for task in tasks:
        if task.is_pending:
            continue
        try:
            slots = [s for s in slots_of(task.calendar, plan.year, task.points) if s.due_on >= counts_from]
        except Unresolved:
            unresolved.append(task)
            continue
        if task.is_own:
            own += len(slots)
        elif slots:
            by_audience[json.dumps(task.audience, sort_keys=True)] += slots
    sized = any("min_members" in task.audience for task in tasks)
    groups, without_members = _groups(plan, by_audience, on, sized)
    return Rollout(
        groups=groups,
        own=own,
        pending=[task for task in tasks if task.is_pending],
        waiting=[task for task in tasks if not task.is_pending and waits_for_event(task)],
        unresolved=unresolved,
        without_members=without_members,
    )


def waits_for_event(task: Task) -> bool:
    """待触发: nobody knows yet whom or when it concerns."""
    return task.is_event or "after_task" in task.audience


def _groups(
    plan: Plan, by_audience: dict[str, list[TaskSlot]], on: date, sized: bool
) -> tuple[list[RolloutGroup], int]:
    flags = {
        f"in_{index}": ExpressionWrapper(condition_of(json.loads(audience), on), output_field=BooleanField())
        for index, audience in enumerate(by_audience)
    }
    rows = assessed_below(plan.owner).annotate(**flags).values("kind", "member_count", "starts_on", "ends_on", *flags)
    found: dict[tuple, list[tuple[int, int]]] = defaultdict(list)
    without_members = 0
    for row in rows:
        taken = [slots for index, slots in enumerate(by_audience.values()) if row[f"in_{index}"]]
        alive = [slot for slots in taken for slot in slots if _is_alive(row, slot)]
        level = Organization(kind=row["kind"]).level
        is_sized = sized and level == "branch"
        without_members += is_sized and row["member_count"] is None
        has_committee = (row["member_count"] or 0) >= COMMITTEE_MEMBERS if is_sized else None
        found[level, has_committee].append((len(alive), sum(slot.points for slot in alive)))
    order = sorted(found, key=lambda key: (key[0], not key[1]))
    return [_group(level, size, found[level, size]) for level, size in order], without_members


def _is_alive(row: dict, slot: TaskSlot) -> bool:
    return (row["starts_on"] is None or row["starts_on"] <= slot.due_on) and (
        row["ends_on"] is None or row["ends_on"] >= slot.due_on
    )


def _group(level: str, has_committee: bool | None, members: list[tuple[int, int]]) -> RolloutGroup:
    counts, points = [count for count, _points in members], [worth for _count, worth in members]
    return RolloutGroup(
        level, has_committee, len(members), sum(counts), min(counts), max(counts), min(points), max(points)
    )
