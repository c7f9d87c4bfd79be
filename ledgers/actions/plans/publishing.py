from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork import audit
from branchwork.errors import Refused
from branchwork.periods import plan_periods
from ledgers.actions.plans.rolling import roll_out
from ledgers.models import PeriodLock, Plan, Task


@dataclass(frozen=True)
class Published:
    """How many assignments a publication made: of how many assessed organizations, and of the owner itself."""

    assessed: int
    organizations: int
    own: int


@transaction.atomic
def publish_plan(*, plan: Plan, counts_from: date, by) -> Published:
    """Make the plan's assignments and its five period locks. Assignments due before `counts_from` are not made.

    Audiences are judged as they stand today, or on `counts_from` where that is later. Tasks still in question
    or waiting for an event get none. Refused for an empty plan and where the year already has a published one.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("owner").get(pk=plan.pk)
    tasks = list(Task.objects.filter(item__plan=plan))
    _check(plan, tasks, counts_from)
    on = max(counts_from, timezone.localdate())
    own = roll_out(plan, [task for task in tasks if task.is_own], from_on=counts_from, on=on)
    assessed = roll_out(plan, [task for task in tasks if not task.is_own], from_on=counts_from, on=on)
    plan.state, plan.counts_from = Plan.State.PUBLISHED, counts_from
    plan.published_at, plan.published_by = timezone.now(), by
    plan.save(update_fields=["state", "counts_from", "published_at", "published_by"])
    PeriodLock.objects.bulk_create([PeriodLock(plan=plan, period=str(period)) for period in plan_periods(plan.year)])
    given = plan.assignments.exclude(organization=plan.owner)
    published = Published(assessed, given.values("organization").distinct().count(), own)
    audit.record(
        "plan.publish", plan, by=by, organization=plan.owner,
        data={
            "counts_from": counts_from.isoformat(), "tasks": len(tasks), "assignments": assessed,
            "organizations": published.organizations, "own_assignments": own,
        },
    )  # fmt: skip
    return published


def _check(plan: Plan, tasks: list[Task], counts_from: date) -> None:
    if plan.is_published:
        raise Refused(_("This plan is already published."))
    if not tasks:
        raise Refused(_("The plan has no task yet. Add some before publishing."))
    if counts_from.year != plan.year:
        raise Refused(_("The day it counts from must lie in %(year)s.") % {"year": plan.year})
    if Plan.objects.published().filter(owner=plan.owner, year=plan.year).exists():
        raise Refused(_("%(year)s already has a published plan. A year has one.") % {"year": plan.year})
