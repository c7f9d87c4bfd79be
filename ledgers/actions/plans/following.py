"""Organizations founded and ended after publication: the plan follows when a person says so."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork import audit
from branchwork.errors import Refused
from branchwork.organizations.models import OrganizationQuerySet
from branchwork.periods import plan_periods
from ledgers.actions.locks import hold, hold_open, is_open
from ledgers.actions.plans.holding import given_reason
from ledgers.actions.plans.rolling import checked_slots, roll_out
from ledgers.audiences import assessed_below
from ledgers.models import Assignment, AssignmentQuerySet, Plan, Task


def newcomers_of(plan: Plan, today: date) -> OrganizationQuerySet:
    """Founded after the plan began to count, alive, and without anything to do in it yet."""
    given = Assignment.objects.filter(plan=plan, organization=OuterRef("pk"))
    below = assessed_below(plan.owner).active(today).filter(starts_on__gt=plan.counts_from)
    return below.exclude(Exists(given)).order_by("path")


def leftovers_of(plan: Plan) -> AssignmentQuerySet:
    """What still stands open for organizations although it falls due after their end, in periods not closed."""
    closed = plan.locks.filter(closed_at__isnull=False).values_list("period", flat=True)
    ended = plan.assignments.open_now().filter(organization__ends_on__lt=F("due_on"))
    return ended.exclude(period__in=closed)


@transaction.atomic
def give_plan(*, plan: Plan, organizations: Iterable[int], counts_from: date, reason: str, by) -> int:
    """Give new organizations (keys) every task that means them, for what falls due from that day on and not before
    their founding; how many assignments. Points of what is past go to nobody. The periods must be open."""
    reason = given_reason(reason)
    plan = _published(plan)
    keys = set(assessed_below(plan.owner).filter(pk__in=set(organizations)).values_list("pk", flat=True))
    tasks = [task for task in Task.objects.filter(item__plan=plan, withdrawn_at__isnull=True) if not task.is_own]
    slots = [slot for task in tasks for slot in checked_slots(task, plan.year) if slot.due_on >= counts_from]
    hold_open(plan, {slot.period for slot in slots})
    on = max(counts_from, timezone.localdate())
    made = 0
    for task_from in {task.counts_from for task in tasks}:
        made += roll_out(
            plan,
            [task for task in tasks if task.counts_from == task_from],
            from_on=max(counts_from, task_from or plan.counts_from),
            on=on,
            organizations=keys,
            by_audience_too=True,
        )
    if not made:
        raise Refused(_("There is nothing to give: nothing falls due from that day on, or they have it already."))
    data = {"organizations": sorted(keys), "counts_from": counts_from.isoformat(), "assignments": made}
    audit.record("plan.give", plan, by=by, organization=plan.owner, reason=reason, data=data)
    return made


@transaction.atomic
def take_from_ended(*, plan: Plan, reason: str, by) -> int:
    """What falls due after an organization's end becomes 不适用, in open periods; how many assignments."""
    reason = given_reason(reason)
    plan = _published(plan)
    locks = hold(plan, [str(period) for period in plan_periods(plan.year)])
    open_periods = [period for period, lock in locks.items() if is_open(lock)]
    taken = leftovers_of(plan).filter(period__in=open_periods)
    organizations = sorted(set(taken.order_by().values_list("organization", flat=True)))
    count = Assignment.objects.filter(pk__in=list(taken.values_list("pk", flat=True))).update(
        not_applicable_at=timezone.now(), not_applicable_by=by, not_applicable_reason=reason
    )
    if not count:
        raise Refused(_("Nothing is left of organizations that have ended."))
    data = {"organizations": organizations, "assignments": count}
    audit.record("plan.take_from_ended", plan, by=by, organization=plan.owner, reason=reason, data=data)
    return count


def _published(plan: Plan) -> Plan:
    plan = Plan.objects.select_for_update(of=("self",)).select_related("owner").get(pk=plan.pk)
    if not plan.is_published:
        raise Refused(_("The plan is not published yet."))
    return plan
