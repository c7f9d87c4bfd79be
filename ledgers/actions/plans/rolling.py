"""The one place where assignments are made: set-based, as 52 tasks of 1,000 branches are 131,000 rows."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _

from branchwork.deadlines import Unresolved
from branchwork.errors import Refused
from branchwork.organizations.models import Organization, OrganizationQuerySet
from ledgers.audiences import organizations_in
from ledgers.models import Assignment, Plan, Task
from ledgers.slots import TaskSlot, slots_of

_SLOT_COLUMNS = ("task_id", "slot", "opens_on", "due_on", "period", "points")


def roll_out(
    plan: Plan,
    tasks: Iterable[Task],
    *,
    from_on: date,
    on: date,
    organizations: Collection[int] | None = None,
    by_audience_too: bool = False,
) -> int:
    """Make the assignments of these tasks due on or after `from_on`; how many were made.

    `on` is the day audiences are judged by. Where `organizations` are given (keys), the slots are for these, whatever
    the audience says unless `by_audience_too`, and slots they have already are passed over. An organization gets no
    slot due before its founding or after its end. Tasks of one audience go in one statement. The caller holds the
    periods' locks.
    """
    by_audience: dict[str, list[tuple[Task, TaskSlot]]] = defaultdict(list)
    for task in tasks:
        for slot in checked_slots(task, plan.year):
            if slot.due_on >= from_on:
                by_audience[json.dumps(task.audience, sort_keys=True)].append((task, slot))
    made = 0
    for audience, slots in by_audience.items():
        takers = Organization.objects.all()
        if organizations is None or by_audience_too:
            takers = organizations_in(json.loads(audience), plan.owner, on)
        if organizations is not None:
            takers = takers.filter(pk__in=organizations)
        made += _insert(plan, slots, takers, only_missing=organizations is not None)
    return made


def checked_slots(task: Task, year: int) -> list[TaskSlot]:
    """The task's slots; Refused when its deadline has no answer for this year (feast days not known yet)."""
    if task.is_pending:
        return []
    try:
        return slots_of(task.calendar, year, task.points)
    except Unresolved:
        raise Refused(
            _("The deadline “%(deadline)s” of “%(task)s” has no date in %(year)s. Write the dates out.")
            % {"deadline": task.deadline, "task": task.content, "year": year}
        ) from None


def _insert(
    plan: Plan, slots: Sequence[tuple[Task, TaskSlot]], takers: OrganizationQuerySet, *, only_missing: bool
) -> int:
    """INSERT … SELECT of every slot for every taker that is alive on its due date."""
    try:
        chosen, chosen_values = takers.order_by().values("id", "starts_on", "ends_on").query.sql_with_params()
    except EmptyResultSet:
        return 0
    constants = _constant_columns(plan)
    columns = ["organization_id", *_SLOT_COLUMNS, *constants]
    values = [_slot_values(task, slot) for task, slot in slots]
    table = _quoted(Assignment._meta.db_table)
    # INSERT stands first, so that SQLite's driver counts the rows.
    sql = f"""
        INSERT INTO {table} ({", ".join(map(_quoted, columns))})
        WITH slots ({", ".join(_SLOT_COLUMNS)}) AS (VALUES {", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(values))})
        SELECT takers.id, {", ".join(f"slots.{name}" for name in _SLOT_COLUMNS)}, {", ".join(["%s"] * len(constants))}
        FROM slots CROSS JOIN ({chosen}) takers
        WHERE (takers.starts_on IS NULL OR takers.starts_on <= slots.due_on)
          AND (takers.ends_on IS NULL OR takers.ends_on >= slots.due_on)
    """
    if only_missing:
        sql += f"""
          AND NOT EXISTS (SELECT 1 FROM {table} there WHERE there.task_id = slots.task_id
                          AND there.organization_id = takers.id AND there.slot = slots.slot)
        """
    flat = [value for row in values for value in row]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*flat, *constants.values(), *chosen_values])
        return cursor.rowcount


def _slot_values(task: Task, slot: TaskSlot) -> tuple:
    opens_on, due_on = map(connection.ops.adapt_datefield_value, (slot.opens_on, slot.due_on))
    return (task.pk, slot.key, opens_on, due_on, slot.period, slot.points)


def _constant_columns(plan: Plan) -> dict[str, object]:
    """What every new assignment has alike: the plan, and for the rest the model's own defaults."""
    columns: dict[str, object] = {}
    for field in Assignment._meta.concrete_fields:
        if field.primary_key or field.column in (*_SLOT_COLUMNS, "organization_id"):
            continue
        value = plan.pk if field.column == "plan_id" else field.get_default()
        columns[field.column] = field.get_db_prep_save(value, connection)
    return columns


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
