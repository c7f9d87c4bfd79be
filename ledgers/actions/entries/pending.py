"""What a closing finds undecided, accepted all at once when the closer says so."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from branchwork.audit import record_each
from branchwork.organizations.permissions import Permission, require
from ledgers.actions.locks import hold
from ledgers.models import Entry, Fulfilment, Plan
from ledgers.settling import settle


@transaction.atomic
def accept_pending(*, plan: Plan, period: str, by) -> int:
    """Approve everything that still waits for confirmation or review in the period, and accept its claims.
    The closing calls it while it holds the period; answers how many entries there were."""
    require(by, Permission.CLOSE_PERIOD, plan.owner)
    hold(plan, [lock.period for lock in plan.locks.all()])
    pending = list(Entry.objects.pending_in(plan, period).select_related("organization"))
    if not pending:
        return 0
    keys = [entry.pk for entry in pending]
    now = timezone.now()
    claims = Fulfilment.objects.filter(entry__in=keys)
    claims.filter(state=Fulfilment.State.CLAIMED).update(state=Fulfilment.State.ACCEPTED, decided_at=now, decided_by=by)
    entries = Entry.objects.filter(pk__in=keys)
    entries.filter(state=Entry.State.SUBMITTED).update(state=Entry.State.CONFIRMED, confirmed_at=now, confirmed_by=by)
    entries.update(state=Entry.State.APPROVED, approved_at=now, approved_by=by, version=F("version") + 1)
    settle(claims.values_list("assignment_id", flat=True))
    record_each(
        "entry.accept_pending",
        ((entry, entry.organization, {"from": entry.state, "period": period}) for entry in pending),
        by=by,
    )
    return len(keys)
