"""What may be done to a published plan. Each act gives a reason and touches open periods only; what is closed stays.

Points and counts of a published task never change: withdraw it and add another.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork import audit
from branchwork.errors import Refused
from branchwork.periods import period_of_due_date, plan_periods
from ledgers.actions.locks import hold, hold_open, is_open
from ledgers.actions.plans.holding import given_reason, held_task
from ledgers.actions.plans.rolling import checked_slots, roll_out
from ledgers.audiences import assessed_below
from ledgers.models import Assignment, AssignmentQuerySet, Plan, Task
from ledgers.settling import settle


@transaction.atomic
def extend_due_date(*, assignments: Iterable[int], due_on: date, reason: str, by) -> int:
    """Put off the due date of these assignments (keys, of one plan); how many were. The first due date is kept.

    The period is the quarter of the due date (LEDGER.md), so an assignment put off beyond its quarter is counted in
    the later one: both must be open. Points, slot and the windows of other slots stay. Those exempt, not applicable
    or due later anyway are passed over.
    """
    reason = given_reason(reason)
    wanted = _of_one_plan(assignments).in_force().filter(due_on__lt=due_on)
    first = wanted.first()
    if first is None:
        raise Refused(_("None of these is due before that day; a due date can only be put off."))
    if due_on.year > first.plan.year + 1:
        raise Refused(_("Later than %(year)s cannot be waited for.") % {"year": first.plan.year + 1})
    period = str(period_of_due_date(due_on, first.plan.year))
    rows = _held(wanted, also=[period])
    keys = [row.pk for row in rows]
    Assignment.objects.filter(pk__in=keys).update(
        original_due_on=Coalesce("original_due_on", "due_on"), due_on=due_on, period=period
    )
    settle(keys)
    audit.record_each(
        "assignment.extend",
        [(row, row.organization, {"from": row.due_on.isoformat(), "to": due_on.isoformat()}) for row in rows],
        by=by,
        reason=reason,
    )
    return len(keys)


@transaction.atomic
def exempt_assignments(*, assignments: Iterable[int], reason: str, by) -> int:
    """豁免: these assignments (keys, of one plan) leave the denominator; how many did. What is done stays done."""
    reason = given_reason(reason)
    rows = _held(_of_one_plan(assignments).open_now())
    if not rows:
        raise Refused(_("None of these is still to be done."))
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(
        exempted_at=timezone.now(), exempted_by=by, exemption_reason=reason
    )
    audit.record_each("assignment.exempt", [(row, row.organization, {}) for row in rows], by=by, reason=reason)
    return len(rows)


@transaction.atomic
def lift_exemption(*, assignments: Iterable[int], reason: str, by) -> int:
    """Take an exemption back; the reason it was given for stays in the audit trail."""
    reason = given_reason(reason)
    rows = _held(_of_one_plan(assignments).filter(exempted_at__isnull=False))
    if not rows:
        raise Refused(_("None of these is exempt."))
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(
        exempted_at=None, exempted_by=None, exemption_reason=""
    )
    audit.record_each(
        "assignment.lift_exemption",
        [(row, row.organization, {"was": row.exemption_reason}) for row in rows],
        by=by,
        reason=reason,
    )
    return len(rows)


@transaction.atomic
def add_organizations(*, task: Task, organizations: Iterable[int], counts_from: date, reason: str, by) -> int:
    """Give a published task to more organizations (keys), for its due dates from that day on; how many assignments.

    Those it was withdrawn from get back what was taken from that day on. The periods of these due dates must be open.
    """
    reason, task = given_reason(reason), held_task(task)
    plan = task.item.plan
    keys = set(assessed_below(plan.owner).filter(pk__in=set(organizations)).values_list("pk", flat=True))
    slots = [slot for slot in checked_slots(task, plan.year) if slot.due_on >= counts_from]
    if task.is_own or not keys or not slots:
        raise Refused(_("There is nothing to give: the task has no due date left, or no organization was chosen."))
    hold_open(plan, {slot.period for slot in slots})
    back = task.assignments.filter(
        organization__in=keys, due_on__gte=counts_from, not_applicable_at__isnull=False
    ).update(not_applicable_at=None, not_applicable_by=None, not_applicable_reason="")
    made = roll_out(plan, [task], from_on=counts_from, on=timezone.localdate(), organizations=keys)
    if not back + made:
        raise Refused(_("These organizations have the task already."))
    data = {"organizations": sorted(keys), "assignments": made, "given_back": back}
    audit.record("task.add_organizations", task, by=by, organization=plan.owner, reason=reason, data=data)
    return back + made


@transaction.atomic
def withdraw_organizations(*, task: Task, organizations: Iterable[int], reason: str, by) -> int:
    """Take a task from some organizations (keys): what they have not done in open periods becomes 不适用."""
    reason, task = given_reason(reason), held_task(task)
    taken = _take(task, task.assignments.filter(organization__in=set(organizations)), reason, by)
    data = {"organizations": sorted(set(organizations)), "assignments": taken}
    audit.record(
        "task.withdraw_organizations", task, by=by, organization=task.item.plan.owner, reason=reason, data=data
    )
    return taken


@transaction.atomic
def withdraw_task(*, task: Task, reason: str, by) -> int:
    """Take a task back from everybody: what is not done in open periods becomes 不适用, what is done keeps its points.

    A task that has no assignment yet (waiting, pending) is withdrawn too. Refused when nothing is left open.
    """
    reason, task = given_reason(reason), held_task(task)
    taken = _take(task, task.assignments.all(), reason, by) if task.assignments.exists() else 0
    task.withdrawn_at, task.withdrawn_by, task.withdrawal_reason = timezone.now(), by, reason
    task.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    data = {"assignments": taken}
    audit.record("task.withdraw", task, by=by, organization=task.item.plan.owner, reason=reason, data=data)
    return taken


def takeable(assignments: AssignmentQuerySet, plan: Plan) -> AssignmentQuerySet:
    """What withdrawing would touch: not done, in force, in periods that are not closed."""
    closed = plan.locks.filter(closed_at__isnull=False).values_list("period", flat=True)
    return assignments.open_now().exclude(period__in=closed)


def _take(task: Task, assignments: AssignmentQuerySet, reason: str, by) -> int:
    plan = task.item.plan
    locks = hold(plan, [str(period) for period in plan_periods(plan.year)])
    open_periods = [period for period, lock in locks.items() if is_open(lock)]
    wanted = assignments.open_now().filter(period__in=open_periods)
    taken = wanted.update(not_applicable_at=timezone.now(), not_applicable_by=by, not_applicable_reason=reason)
    if not taken:
        raise Refused(_("Nothing is left to withdraw: everything is done, exempt or in closed periods."))
    return taken


def _held(wanted: AssignmentQuerySet, also: Iterable[str] = ()) -> list[Assignment]:
    """The wanted rows, read again under the locks of their periods, which must be open; empty when there is none."""
    rows = list(wanted)
    if not rows:
        return []
    hold_open(rows[0].plan, {row.period for row in rows} | set(also))
    return list(wanted.all())


def _of_one_plan(assignments: Iterable[int]) -> AssignmentQuerySet:
    rows = Assignment.objects.filter(pk__in=set(assignments)).select_related("plan", "organization", "task")
    first = rows.first()
    return rows.filter(plan=first.plan) if first else rows
