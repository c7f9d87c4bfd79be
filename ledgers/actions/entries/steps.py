"""The steps of an entry's life, each one row of ledgers.transitions: who may take it, from where, to where."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused
from ledgers.actions.locks import posting_period
from ledgers.models import Entry, Fulfilment, Task
from ledgers.settling import settle
from ledgers.timing import first_submission
from ledgers.transitions import Act, Transition, is_one_of, transitions

from .holding import claimed_by, hold_entry, hold_periods, look_at


@transaction.atomic
def submit_entry(*, entry: Entry, version: int | None = None, by) -> Entry:
    """Send it in; what the organization's own secretary sends in is confirmed by the same act."""
    entry, row = _begin(entry, Act.SUBMIT, version, by)
    return send_in(entry, row, by)


@transaction.atomic
def withdraw_entry(*, entry: Entry, version: int | None = None, by) -> Entry:
    """Back to a draft, by its author, before anybody confirmed it."""
    entry, row = _begin(entry, Act.WITHDRAW, version, by)
    entry.submitted_at = entry.submitted_by = None
    entry.posted_in = ""
    if entry.returned_at is None:
        entry.first_submitted_at = None
    return _finish(entry, row, by)


@transaction.atomic
def confirm_entry(*, entry: Entry, version: int | None = None, by) -> Entry:
    """确认: claims on tasks that the secretary decides are accepted."""
    entry, row = _begin(entry, Act.CONFIRM, version, by)
    entry.confirmed_at, entry.confirmed_by = timezone.now(), by
    _accept(entry.fulfilments.filter(task__review=Task.Review.SECRETARY), by, entry.confirmed_at)
    return _finish(entry, row, by)


@transaction.atomic
def approve_entry(*, entry: Entry, version: int | None = None, by) -> Entry:
    """审核通过: every claim that was not rejected is accepted."""
    entry, row = _begin(entry, Act.APPROVE, version, by)
    entry.approved_at, entry.approved_by = timezone.now(), by
    _accept(entry.fulfilments.all(), by, entry.approved_at)
    return _finish(entry, row, by)


@transaction.atomic
def return_entry(*, entry: Entry, reason: str, version: int | None = None, by) -> Entry:
    """退回 with a reason the organization sees; its claims wait again."""
    entry, row = _begin(entry, Act.RETURN, version, by, reason)
    entry.returned_at, entry.returned_by, entry.return_reason = timezone.now(), by, reason.strip()
    entry.confirmed_at = entry.confirmed_by = entry.approved_at = entry.approved_by = None
    _take_back(entry)
    return _finish(entry, row, by, entry.return_reason)


@transaction.atomic
def void_entry(*, entry: Entry, reason: str, version: int | None = None, by) -> Entry:
    """作废 with a reason: it stays readable and counts for nothing; a correction may replace it."""
    entry, row = _begin(entry, Act.VOID, version, by, reason)
    entry.voided_at, entry.voided_by, entry.void_reason = timezone.now(), by, reason.strip()
    _take_back(entry)
    return _finish(entry, row, by, entry.void_reason)


def send_in(entry: Entry, row: Transition, by) -> Entry:
    """The tail of every act that sends in what is stored already."""
    stamp_sent(entry, row, by)
    if row.target == Entry.State.CONFIRMED:
        _accept(entry.fulfilments.filter(task__review=Task.Review.SECRETARY), by, entry.confirmed_at)
    return _finish(entry, row, by)


def stamp_sent(entry: Entry, row: Transition, by) -> None:
    """Post the entry in an open period and stamp it as sent in, and as confirmed where that is the same act."""
    now = timezone.now()
    entry.posted_in = posting_period(entry.plan, entry.happened_on)
    entry.first_submitted_at = first_submission(
        first_at=entry.first_submitted_at,
        returned_on=timezone.localdate(entry.returned_at) if entry.returned_at else None,
        sent_at=now,
        sent_on=timezone.localdate(now),
    )
    entry.submitted_at, entry.submitted_by = now, by
    if row.target == Entry.State.CONFIRMED:
        entry.confirmed_at, entry.confirmed_by = now, by


def choose(entry: Entry, act: Act, by) -> Transition:
    """The row of the table this person may take. Refused when there is none from here, 403 when it is not theirs."""
    rows = transitions(act, entry.state)
    if not rows:
        raise Refused(
            _("The entry is “%(state)s” now; this cannot be done with it.") % {"state": entry.get_state_display()}
        )
    for row in rows:
        if is_one_of(by, row.who, entry):
            return row
    raise PermissionDenied


def _begin(entry: Entry, act: Act, version: int | None, by, reason: str | None = None) -> tuple[Entry, Transition]:
    seen = look_at(entry, version)
    row = choose(seen, act, by)
    if reason is not None and not reason.strip():
        raise Refused(_("Say why: the organization will read it."))
    hold_periods(
        seen.plan,
        posted_in=seen.posted_in if row.is_locked else "",
        claimed=claimed_by(seen).values(),
        posting=act == Act.SUBMIT,
    )
    return hold_entry(seen), row


def _finish(entry: Entry, row: Transition, by, reason: str = "") -> Entry:
    entry.state = row.target
    entry.version = entry.version + 1
    entry.save()
    settle(entry.fulfilments.values_list("assignment_id", flat=True))
    record(
        f"entry.{row.act}", entry, by=by, organization=entry.organization, reason=reason,
        data={"from": row.source, "to": row.target, "posted_in": entry.posted_in},
    )  # fmt: skip
    return entry


def _accept(claims, by, at: datetime) -> None:
    claims.filter(state=Fulfilment.State.CLAIMED).update(state=Fulfilment.State.ACCEPTED, decided_at=at, decided_by=by)


def _take_back(entry: Entry) -> None:
    """What was accepted waits again, so that an accepted claim always stands on a confirmed entry."""
    entry.fulfilments.filter(state=Fulfilment.State.ACCEPTED).update(
        state=Fulfilment.State.CLAIMED, decided_at=None, decided_by=None
    )
