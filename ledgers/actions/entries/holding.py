"""The periods and the entry a write touches, held until its transaction ends: periods first, then the entry, the
same order as a closing, so that the two never wait for each other."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from branchwork.errors import Refused
from branchwork.periods import plan_periods
from branchwork.templatetags.words import period_in_year
from ledgers.actions.locks import hold, is_open
from ledgers.models import Entry, Plan


class EditConflict(Refused):
    """Somebody else changed the entry meanwhile; `stored` is what it says now."""

    def __init__(self, message: str, stored: Entry):
        super().__init__(message)
        self.stored = stored


def look_at(entry: Entry, version: int | None = None) -> Entry:
    """The entry as it is stored, not locked yet. EditConflict when `version` is given and is no longer its version."""
    seen = Entry.objects.select_related("organization", "plan").get(pk=entry.pk)
    if version is not None and seen.version != version:
        raise conflict(seen)
    return seen


def hold_entry(seen: Entry) -> Entry:
    """Lock the entry. EditConflict when it changed since it was looked at."""
    rows = Entry.objects.select_for_update(no_key=True, of=("self",)).select_related("organization", "plan")
    held = rows.get(pk=seen.pk)
    if held.version != seen.version:
        raise conflict(held)
    return held


def hold_periods(plan: Plan, *, posted_in: str = "", claimed: Iterable[str] = (), posting: bool = False) -> None:
    """Take the locks, all of the plan's when `posting`, and refuse when `posted_in` is not open. The periods of claimed
    assignments may be closed (then it is a make-up), but none may be in the middle of its closing: its cards are
    being computed."""
    touched = {posted_in, *claimed}
    locks = hold(plan, {str(period) for period in plan_periods(plan.year)} if posting else touched)
    for period in touched & locks.keys():
        words = {"period": period_in_year(period)}
        if period == posted_in and locks[period].is_closed:
            raise Refused(_("%(period)s is closed; its records cannot be changed.") % words)
        if not locks[period].is_closed and not is_open(locks[period]):
            raise Refused(_("%(period)s is being closed right now. Try again in a minute.") % words)


def claimed_by(entry: Entry) -> dict[int, str]:
    """The assignments an entry claims: primary key → period."""
    return dict(entry.fulfilments.values_list("assignment_id", "assignment__period"))


def conflict(stored: Entry) -> EditConflict:
    return EditConflict(_("Somebody changed this entry meanwhile. Look at it again."), stored)
