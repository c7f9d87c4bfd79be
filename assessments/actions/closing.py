"""结账 and its undoing. `close_period` is the only writer of closings, scorecards and indicator results."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.actions.schemes import scheme_for
from assessments.facts import book_of
from assessments.freezing import Computed, Progress, compute
from assessments.models import Closing, FactsFile, IndicatorResult, Scheme, Scorecard
from assessments.readiness import Readiness, readiness
from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.jobs import enqueue
from branchwork.models import Job
from branchwork.organizations.permissions import Permission, require
from branchwork.periods import Period, PeriodKind, plan_periods
from branchwork.templatetags.words import period_in_year
from ledgers.actions.closing import freeze_period, lock_period, unlock_period
from ledgers.actions.entries import accept_pending as accept_pending_entries
from ledgers.models import PeriodLock, Plan

KIND = "close_period"


class ClosingRefused(Refused):
    """Every reason against the closing, and the entries and assignments that are meant, one a line."""

    def __init__(self, reasons: list[str], details: list[str] | None = None):
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.details = details or []


@transaction.atomic
def request_closing(*, plan: Plan, period: str, accept_pending: bool = False, by) -> Job:
    """Have the period closed by a job. Refused at once for whatever the job would refuse."""
    if by is not None:
        require(by, Permission.CLOSE_PERIOD, plan.owner)
    _refuse_unless_ready(plan, period, accept_pending, by)
    if Job.objects.unfinished().filter(kind=KIND, args__plan=plan.pk, args__period=period).exists():
        raise ClosingRefused([_("%(period)s is being closed already.") % {"period": period_in_year(period)}])
    args = {
        "plan": plan.pk,
        "period": period,
        "accept_pending": accept_pending,
        "back": reverse("assessments:period_close", args=[plan.pk, period]),
    }
    title = _("Close %(period)s") % {"period": period_in_year(period)}
    job = enqueue(KIND, title=title, args=args, by=by)
    record("closing.request", plan, by=by, organization=plan.owner, data=args | {"job": job.pk})
    return job


def close_period(*, plan: Plan, period: str, accept_pending: bool, job: Job, progress: Progress, by) -> Closing:
    """Close a quarter or the year: no more writes first, then all cards are computed while others read on, then
    they are stored and the period is locked, in one transaction. Run by `job`; once more does no harm.

    ClosingRefused when it is not the time, not its turn, or something is pending that is not to be accepted.
    """
    if by is not None:
        require(by, Permission.CLOSE_PERIOD, plan.owner)
    done = Closing.objects.current().filter(plan=plan, period=period, plan__locks__closing_job=job).first()
    if done is not None:
        return done
    scheme, accepted = _freeze(plan, period, accept_pending, job, by)
    computed = compute(book_of(plan, scheme), Period.parse(period), timezone.localdate(), progress)
    closing = Closing(
        plan=plan,
        period=period,
        scheme=scheme,
        facts_file=FactsFile.current(plan, period) if scheme.document else None,
        proposals=computed.proposals,
        accepted_pending=accept_pending,
        accepted_pending_count=accepted,
        closed_by=by,
    )
    return _store(closing, computed, job, by)


@transaction.atomic
def _freeze(plan: Plan, period: str, accept_pending: bool, job: Job, by) -> tuple[Scheme, int]:
    """Take no more writes, check, and accept what is pending if so decided; how much that was, in all attempts, and
    the scheme the cards are computed by."""
    freeze_period(plan=plan, period=period, job=job, by=by)
    _refuse_unless_ready(plan, period, accept_pending, by)
    accepted = job.args.get("accepted", 0)
    if accept_pending and by is not None:
        accepted += accept_pending_entries(plan=plan, period=period, by=by)
        # A run that is killed after this and starts again finds nothing pending any more.
        job.args = job.args | {"accepted": accepted}
        job.save(update_fields=["args"])
    return scheme_for(plan=plan, by=by), accepted


@transaction.atomic
def _store(closing: Closing, computed: Computed, job: Job, by) -> Closing:
    lock = lock_period(plan=closing.plan, period=closing.period, job=job, by=by)
    before = Closing.objects.filter(plan=closing.plan, period=closing.period).order_by("-revision").first()
    closing.revision = before.revision + 1 if before else 1
    closing.closed_at = lock.closed_at
    closing.sha256 = computed.sha256
    closing.save()
    for scorecards in computed.scorecards(closing):
        Scorecard.objects.bulk_create(scorecards)
    IndicatorResult.objects.bulk_create(computed.results(closing))
    record(
        "closing.close", closing, by=by, organization=closing.plan.owner,
        data={
            "cards": len(computed.kept), "sha256": closing.sha256, "accepted_pending": closing.accepted_pending,
            "accepted_pending_count": closing.accepted_pending_count,
        },
    )  # fmt: skip
    return closing


def _refuse_unless_ready(plan: Plan, period: str, accept_pending: bool, by) -> Readiness:
    found = readiness(plan, Period.parse(period), timezone.localdate())
    if found is None:
        raise ClosingRefused([_("%(period)s is not a period of this plan.") % {"period": period_in_year(period)}])
    if reasons := found.refusals(accept_pending=accept_pending):
        raise ClosingRefused(reasons, found.details())
    if accept_pending and by is None and found.pending_count:
        raise ClosingRefused([_("To accept what is pending is somebody's decision: say whose.")], found.details())
    return found


@transaction.atomic
def reopen_period(*, plan: Plan, period: str, reason: str, by) -> Closing:
    """反封账, by the committee's administrator. The revision stays readable; closing again makes the next one.

    A quarter's reopening reopens the year first, which is made of the quarters. Later quarters stay closed: no
    quarter's card holds anything of another's, and what was made up in them since comes back into this one.
    """
    require(by, Permission.REOPEN_PERIOD, plan.owner)
    if not reason.strip():
        raise Refused(_("Reopening needs a reason."))
    whole = plan_periods(plan.year)[-1]
    if Period.parse(period).kind != PeriodKind.YEAR and _is_closed(plan, str(whole)):
        reopen_period(plan=plan, period=str(whole), reason=reason, by=by)
    unlock_period(plan=plan, period=period, by=by, reason=reason.strip())
    closing = Closing.objects.current().get(plan=plan, period=period)
    closing.reopened_at, closing.reopened_by, closing.reopening_reason = timezone.now(), by, reason.strip()
    closing.save(update_fields=["reopened_at", "reopened_by", "reopening_reason"])
    record("closing.reopen", closing, by=by, organization=plan.owner, reason=closing.reopening_reason)
    return closing


def _is_closed(plan: Plan, period: str) -> bool:
    return PeriodLock.objects.filter(plan=plan, period=period, closed_at__isnull=False).exists()
