"""What an entry may say and claim. Each `…_fault` answers a whole sentence for the person, or "" when all is well:
forms show it beside the field, actions refuse with it."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.organizations.models import Organization
from branchwork.templatetags.words import day
from ledgers.models import Assignment, AssignmentQuerySet, Plan, PlanQuerySet

# A year typed by half (0202) is no day of a ledger.
EARLIEST_YEAR = 2000


def day_fault(happened_on: date) -> str:
    if happened_on > timezone.localdate():
        return _("That day has not come yet. Write down what has been done, on the day it ended.")
    if happened_on.year < EARLIEST_YEAR:
        return _("That is too long ago. Please look at the year.")
    return ""


def attendance_fault(organization: Organization, attended: int | None) -> str:
    members = organization.member_count
    if attended is None or members is None or attended <= members:
        return ""
    return _(
        "%(attended)s present is more than the %(members)s members of the organization. "
        "Count its members only; others can be named in the effect."
    ) % {"attended": attended, "members": members}


def claims_fault(organization: Organization, happened_on: date, claimed: Sequence[Assignment]) -> str:
    """One organization, one plan, one slot of a task, in force, and open by the day it happened."""
    seen: set[int] = set()
    for assignment in claimed:
        if assignment.organization_id != organization.pk:
            return _("“%(task)s” is another organization's.") % {"task": assignment.task}
        if assignment.exempted_at or assignment.not_applicable_at:
            return _("“%(task)s” no longer asks for anything here.") % {"task": assignment.task}
        if assignment.opens_on > happened_on:
            return _("“%(task)s” only runs from %(day)s; what was done before does not count for it.") % {
                "task": assignment.task,
                "day": day(assignment.opens_on),
            }
        if assignment.task_id in seen:
            return _("“%(task)s” is ticked twice: one entry counts once for a task.") % {"task": assignment.task}
        seen.add(assignment.task_id)
    if len({assignment.plan_id for assignment in claimed}) > 1:
        return _("These tasks belong to different years' plans. Log one entry for each year.")
    return ""


def claimable(organization: Organization, happened_on: date, kept: Iterable[int] = ()) -> AssignmentQuerySet:
    """The assignments that what happened that day may count for: open ones whose window has begun by then, those in
    arrears included; and the ones in `kept` (primary keys), which the entry already claims."""
    begun = Assignment.objects.open_now().filter(opens_on__lte=happened_on, plan__state=Plan.State.PUBLISHED)
    return (
        Assignment.objects.filter(organization=organization)
        .filter(Q(pk__in=begun.values("pk")) | Q(pk__in=list(kept)))
        .select_related("task__item", "plan")
        .order_by("due_on", "task__item__position", "task__position")
    )


def plans_over(organization: Organization) -> PlanQuerySet:
    """The published plans that reach the organization: of those above it, and its own; the latest year first."""
    path, step = organization.path, Organization.steplen
    above = [path[:end] for end in range(step, len(path) + 1, step)]
    return Plan.objects.published().filter(owner__path__in=above).order_by("-year", "-owner__path")


def plan_for(organization: Organization, happened_on: date, claimed: Sequence[Assignment] = ()) -> Plan | None:
    """The plan an entry belongs to: that of what it claims; else the published one of its year; else the latest."""
    if claimed:
        return claimed[0].plan
    plans = list(plans_over(organization))
    return next((plan for plan in plans if plan.year == happened_on.year), plans[0] if plans else None)
