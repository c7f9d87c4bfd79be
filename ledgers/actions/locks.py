"""封账: whether a period takes writes. Every write that touches a period's entries or assignments comes here first."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from branchwork.errors import Refused
from branchwork.periods import Period, quarter_of
from branchwork.templatetags.words import period_in_year
from ledgers.models import PeriodLock, Plan


def hold(plan: Plan, periods: Iterable[str]) -> dict[str, PeriodLock]:
    """Take the locks of these periods until the transaction ends, in one order so that nobody deadlocks.

    On PostgreSQL the rows are locked; on SQLite the IMMEDIATE transaction already is the lock.
    """
    rows = PeriodLock.objects.select_for_update(no_key=True, of=("self",)).select_related("closing_job")
    rows = rows.filter(plan=plan, period__in=set(periods))
    return {row.period: row for row in rows.order_by("pk")}


def is_open(lock: PeriodLock) -> bool:
    """Open: not closed, and no closing of it under way."""
    return not lock.is_closed and (lock.closing_job is None or lock.closing_job.is_finished)


def hold_open(plan: Plan, periods: Iterable[str]) -> None:
    """Take the locks and refuse (409) unless all these periods are open."""
    for period, lock in hold(plan, periods).items():
        words = {"period": period_in_year(period)}
        if lock.is_closed:
            raise Refused(_("%(period)s is closed; its records cannot be changed.") % words)
        if not is_open(lock):
            raise Refused(_("%(period)s is being closed right now. Try again in a minute.") % words)


def posting_period(plan: Plan, happened_on) -> str:
    """记入期: the quarter of `happened_on` if open, else the earliest open period of the plan (LEDGER.md, Entries).

    Holds all the plan's open locks, so the answer stays true until the transaction ends. Refused when all is closed.
    """
    locks = PeriodLock.objects.select_for_update(no_key=True, of=("self",)).select_related("closing_job")
    open_periods = [lock.period for lock in locks.filter(plan=plan) if is_open(lock)]
    if not open_periods:
        raise Refused(_("The year %(year)s is closed; nothing more can be recorded in it.") % {"year": plan.year})
    wanted = str(quarter_of(happened_on)) if happened_on.year <= plan.year else str(Period.parse(str(plan.year)))
    return wanted if wanted in open_periods else open_periods[0]
