"""封账 and 反封账: the lock of a period. What a closed period is worth is somebody else's business."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.models import Job
from branchwork.templatetags.words import period_in_year
from ledgers.actions.locks import hold, is_open
from ledgers.models import Assignment, Fulfilment, PeriodLock, Plan
from ledgers.settling import settle


@transaction.atomic(savepoint=False)
def freeze_period(*, plan: Plan, period: str, job: Job, by) -> PeriodLock:
    """Take no more writes into the period while `job` closes it. Refused when it is closed, or another job is at it."""
    lock = _hold(plan, period)
    if lock.is_closed:
        raise Refused(_("%(period)s is closed already.") % {"period": period_in_year(period)})
    if not is_open(lock) and lock.closing_job_id != job.pk:
        raise Refused(_("%(period)s is being closed already.") % {"period": period_in_year(period)})
    lock.closing_job = job
    lock.save(update_fields=["closing_job"])
    record("period.freeze", lock, by=by, organization=plan.owner, data={"job": job.pk})
    return lock


@transaction.atomic(savepoint=False)
def lock_period(*, plan: Plan, period: str, job: Job, by) -> PeriodLock:
    """封账, by the job that froze it. Refused when that is no longer so: the work was done twice."""
    lock = _hold(plan, period)
    if lock.is_closed or lock.closing_job_id != job.pk:
        raise Refused(_("%(period)s was closed meanwhile.") % {"period": period_in_year(period)})
    lock.closed_at, lock.closed_by = timezone.now(), by
    lock.save(update_fields=["closed_at", "closed_by"])
    record("period.lock", lock, by=by, organization=plan.owner)
    return lock


@transaction.atomic(savepoint=False)
def unlock_period(*, plan: Plan, period: str, by, reason: str) -> PeriodLock:
    """反封账. What was made up since comes back into the period, as settling sees it now."""
    lock = _hold(plan, period)
    if not lock.is_closed:
        raise Refused(_("%(period)s is not closed.") % {"period": period_in_year(period)})
    lock.closed_at = lock.closed_by = lock.closing_job = None
    lock.save(update_fields=["closed_at", "closed_by", "closing_job"])
    settle(_loosened(plan, period))
    record("period.unlock", lock, by=by, organization=plan.owner, reason=reason)
    return lock


def _loosened(plan: Plan, period: str) -> Iterable[int]:
    """The assignments of a reopened period that may stand otherwise now: all but those that were done in it by
    entries of it, which nobody could touch."""
    from_elsewhere = Fulfilment.objects.filter(assignment=OuterRef("pk")).exclude(entry__posted_in=period)
    done_in_it = Q(standing=Assignment.Standing.DONE, counted_in=period)
    rows = plan.assignments.filter(period=period).filter(~done_in_it | Exists(from_elsewhere))
    return rows.values_list("pk", flat=True)


def _hold(plan: Plan, period: str) -> PeriodLock:
    lock = hold(plan, [period]).get(period)
    if lock is None:
        raise Refused(_("%(period)s is not a period of this plan.") % {"period": period_in_year(period)})
    lock.plan = plan
    return lock
