"""Whether a period can be closed now, and what stands in the way. Reads only; page, action and command ask here."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.facts import closes_from
from assessments.models import Closing, FactsFile, Scheme
from branchwork.models import Job
from branchwork.periods import Period, PeriodKind, plan_periods
from branchwork.templatetags.words import day, period_in_year
from ledgers.actions.locks import is_open
from ledgers.models import Assignment, AssignmentQuerySet, Entry, PeriodLock, Plan

# As many as a page or a terminal can usefully list; the counts are always whole.
LISTED = 50


@dataclass(frozen=True)
class Readiness:
    """How a period stands before its closing. `pending` and `undue` hold the first of what is counted beside them;
    `undue` are the year's assignments that have not fallen due (none for a quarter)."""

    plan: Plan
    period: Period
    on: date
    lock: PeriodLock
    earlier: list[str] = field(default_factory=list)
    pending: list[Entry] = field(default_factory=list)
    pending_count: int = 0
    undue: list[Assignment] = field(default_factory=list)
    undue_count: int = 0
    # The last due date of what the year still waits for; None for a quarter.
    last_due_on: date | None = None

    @property
    def closes_from(self) -> date:
        return _day_from(self.period, self.last_due_on)

    @property
    def is_reached(self) -> bool:
        """Whether the days after the period's end are over; what is not due yet is a reason of its own."""
        return self.on >= closes_from(self.period)

    @cached_property
    def returned_count(self) -> int:
        return Entry.objects.filter(plan=self.plan, state=Entry.State.RETURNED, posted_in=str(self.period)).count()

    @cached_property
    def draft_count(self) -> int:
        """Drafts are posted nowhere yet: those that tell of a day of the period."""
        told = {"happened_on__gte": self.period.starts_on, "happened_on__lt": self.period.next_starts_on}
        return Entry.objects.filter(plan=self.plan, state=Entry.State.DRAFT, **told).count()

    @property
    def is_begun(self) -> bool:
        return self.on >= self.period.starts_on

    @cached_property
    def organization_count(self) -> int:
        """How many organizations have anything to do in the period."""
        asked = self.plan.assignments.filter(period=str(self.period))
        return asked.order_by().values("organization").distinct().count()

    @cached_property
    def rule_book(self) -> Scheme | None:
        """The rule book in force, None where the plan's own points are the scheme."""
        row = Scheme.objects.filter(plan=self.plan).first()
        return row if row and row.document else None

    @cached_property
    def facts_file(self) -> FactsFile | None:
        return FactsFile.current(self.plan, str(self.period))

    @property
    def running(self) -> Job | None:
        """The closing under way."""
        return None if self.lock.is_closed or is_open(self.lock) else self.lock.closing_job

    @property
    def is_ready(self) -> bool:
        return not self.refusals(accept_pending=False)

    @property
    def is_ready_but_for_pending(self) -> bool:
        return not self.refusals(accept_pending=True)

    def refusals(self, *, accept_pending: bool) -> list[str]:
        """Every reason against closing now, each a whole sentence; empty when it can be closed."""
        words = period_in_year(self.period)
        if self.lock.is_closed:
            return [_("%(period)s is closed already.") % {"period": words}]
        found = [_("Close %(period)s first.") % {"period": period_in_year(earlier)} for earlier in self.earlier]
        if not self.is_reached:
            found.append(_("%(period)s can be closed from %(day)s.") % {"period": words, "day": day(self.closes_from)})
        if self.pending_count and not accept_pending:
            found.append(_pending_words(self.pending_count))
        if self.undue_count:
            found.append(_undue_words(self.undue_count))
        return found

    def details(self) -> list[str]:
        """The entries and assignments meant by the refusals, one a line."""
        entries = [f"{entry.organization} · {day(entry.happened_on)} · {entry.title}" for entry in self.pending]
        undue = [f"{row.organization} · {day(row.due_on)} · {row.task}" for row in self.undue]
        return entries + undue


def _pending_words(count: int) -> str:
    return ngettext(
        "%(count)d entry still waits to be confirmed or reviewed.",
        "%(count)d entries still wait to be confirmed or reviewed.",
        count,
    ) % {"count": count}


def _undue_words(count: int) -> str:
    return ngettext(
        "%(count)d assignment of the year is not due yet and not done.",
        "%(count)d assignments of the year are not due yet and not done.",
        count,
    ) % {"count": count}


def readiness(plan: Plan, period: Period, on: date) -> Readiness | None:
    """Six queries at most; None when the plan has no such period."""
    locks = {lock.period: lock for lock in plan.locks.select_related("closing_job", "closed_by")}
    lock = locks.get(str(period))
    if lock is None:
        return None
    if lock.is_closed:
        return Readiness(plan, period, on, lock)
    earlier = [
        str(before)
        for before in plan_periods(plan.year)
        if before < period and str(before) in locks and not locks[str(before)].is_closed
    ]
    pending, pending_count = _listed(
        Entry.objects.pending_in(plan, str(period))
        .select_related("organization")
        .order_by("organization__path", "happened_on", "pk")
    )
    undue, undue_count = _listed(undue_in(plan, period, on).select_related("organization", "task"))
    last_due_on = _last_due_on(plan, period, on)
    return Readiness(plan, period, on, lock, earlier, pending, pending_count, undue, undue_count, last_due_on)


def _last_due_on(plan: Plan, period: Period, on: date) -> date | None:
    if period.kind != PeriodKind.YEAR:
        return None
    return undue_in(plan, period, on).order_by().aggregate(last=Max("due_on"))["last"]


def _day_from(period: Period, last_due_on: date | None) -> date:
    """A quarter waits fifteen days; the year also until the day after its last due date."""
    if last_due_on:
        return max(closes_from(period), last_due_on + timedelta(days=1))
    return closes_from(period)


def _listed(rows: QuerySet) -> tuple[list, int]:
    first = list(rows[: LISTED + 1])
    return first[:LISTED], len(first) if len(first) <= LISTED else rows.count()


def undue_in(plan: Plan, period: Period, on: date) -> AssignmentQuerySet:
    """What keeps the year open: not done, in force, not past due. A quarter is over by its date alone: nothing."""
    if period.kind != PeriodKind.YEAR:
        return plan.assignments.none()
    return plan.assignments.open_now().filter(due_on__gte=on).order_by("due_on", "organization__path", "pk")


@dataclass(frozen=True)
class PeriodStanding:
    """One row of the list of periods. `stands` is closed, closing, ready (its day has come and its turn), waiting (for
    an earlier one), or open (its day has not come)."""

    period: Period
    stands: str
    closes_from: date
    closing: Closing | None
    job: Job | None
    reopened_count: int

    @property
    def is_closed(self) -> bool:
        return self.stands == "closed"


def period_overview(plan: Plan, on: date) -> list[PeriodStanding]:
    """The plan's periods in closing order; three queries."""
    closings: dict[str, list[Closing]] = {}
    for closing in Closing.objects.filter(plan=plan).select_related("closed_by"):
        closings.setdefault(closing.period, []).append(closing)
    standings, before_closed = [], True
    for lock in plan.locks.select_related("closing_job"):
        period = Period.parse(lock.period)
        day_from = _day_from(period, _last_due_on(plan, period, on))
        found = closings.get(lock.period, [])
        standings.append(
            PeriodStanding(
                period=period,
                stands=_stands(lock, day_from <= on, before_closed),
                closes_from=day_from,
                closing=next((closing for closing in found if closing.reopened_at is None), None),
                job=lock.closing_job if not lock.is_closed and not is_open(lock) else None,
                reopened_count=sum(closing.reopened_at is not None for closing in found),
            )
        )
        before_closed = before_closed and lock.is_closed
    return standings


def _stands(lock: PeriodLock, is_reached: bool, before_closed: bool) -> str:
    if lock.is_closed:
        return "closed"
    if not is_open(lock):
        return "closing"
    if not is_reached:
        return "open"
    return "ready" if before_closed else "waiting"
