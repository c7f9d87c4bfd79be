"""认定: what a reviewer decides about a single claim of an entry."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.organizations.permissions import Permission, has_permission
from ledgers.models import Entry, Fulfilment, Task
from ledgers.settling import settle
from ledgers.transitions import may_confirm

from .holding import hold_entry, hold_periods, look_at

_DECIDABLE = (Entry.State.SUBMITTED, Entry.State.CONFIRMED, Entry.State.APPROVED)


@transaction.atomic
def reject_claim(*, claim: Fulfilment, reason: str, by) -> Fulfilment:
    """This entry does not count for this assignment, and why; its other claims go on."""
    entry, claim = _begin(claim, by)
    if not reason.strip():
        raise Refused(_("Say why: the organization will read it."))
    claim.state, claim.reason = Fulfilment.State.REJECTED, reason.strip()[:255]
    claim.decided_at, claim.decided_by = timezone.now(), by
    return _finish("entry.reject_claim", entry, claim, by)


@transaction.atomic
def accept_claim(*, claim: Fulfilment, by) -> Fulfilment:
    """It counts after all, or for this one already: on a confirmed entry at once, on one still to be confirmed then."""
    entry, claim = _begin(claim, by)
    is_final = entry.state != Entry.State.SUBMITTED
    claim.state = Fulfilment.State.ACCEPTED if is_final else Fulfilment.State.CLAIMED
    claim.reason = ""
    claim.decided_at, claim.decided_by = (timezone.now(), by) if is_final else (None, None)
    return _finish("entry.accept_claim", entry, claim, by)


def may_decide(user, entry: Entry, task: Task) -> bool:
    """The committee decides every claim; who confirms, only those that the confirmation decides."""
    if has_permission(user, Permission.REVIEW_ENTRY, entry.organization):
        return True
    return (
        task.review == Task.Review.SECRETARY
        and entry.state != Entry.State.APPROVED
        and may_confirm(user, entry.organization)
    )


def _begin(claim: Fulfilment, by) -> tuple[Entry, Fulfilment]:
    claim = Fulfilment.objects.select_related("task", "assignment").get(pk=claim.pk)
    seen = look_at(claim.entry)
    if not may_decide(by, seen, claim.task):
        raise PermissionDenied(Permission.REVIEW_ENTRY.label)
    if seen.state not in _DECIDABLE:
        raise Refused(
            _("The entry is “%(state)s” now; this cannot be done with it.") % {"state": seen.get_state_display()}
        )
    hold_periods(seen.plan, posted_in=seen.posted_in, claimed=[claim.assignment.period])
    return hold_entry(seen), claim


def _finish(action: str, entry: Entry, claim: Fulfilment, by) -> Fulfilment:
    claim.save()
    # Whoever has the entry before them now reads something else than they did.
    entry.version += 1
    entry.save(update_fields=["version"])
    settle([claim.assignment_id])
    record(
        action, entry, by=by, organization=entry.organization, reason=claim.reason,
        data={"assignment": claim.assignment_id, "task": str(claim.task), "state": claim.state},
    )  # fmt: skip
    return claim
