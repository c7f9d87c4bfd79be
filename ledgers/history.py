"""What happened to an entry, in order, with names and times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from branchwork.models import AuditEvent
from ledgers.models import Entry

ACTS = {
    "entry.log": _("Logged"),
    "entry.edit": _("Changed"),
    "entry.submit": _("Sent in"),
    "entry.withdraw": _("Taken back"),
    "entry.confirm": _("Confirmed"),
    "entry.approve": _("Approved"),
    "entry.return": _("Returned"),
    "entry.void": _("Voided"),
    "entry.accept_claim": _("Claim accepted"),
    "entry.reject_claim": _("Claim not accepted"),
    "entry.add_evidence": _("Files added"),
    "entry.remove_evidence": _("File removed"),
    "entry.accept_pending": _("Accepted at the closing"),
}


@dataclass(frozen=True)
class Event:
    """`note` is a reason or what it was about."""

    at: datetime
    who: str
    what: str | Promise
    note: str = ""


def history_of(entry: Entry) -> list[Event]:
    """From the audit rows of the entry; before the first of them, as of an imported one, from its own stamps."""
    rows = AuditEvent.objects.filter(object_label=entry._meta.label, object_key=str(entry.pk)).order_by("pk")
    rows = list(rows)
    events = [Event(row.at, row.actor_name, _what(row), _note(row)) for row in rows]
    if rows and rows[0].action == "entry.log":
        return events
    first = events[0].at if events else None
    return [event for event in _stamps(entry) if event.at and (first is None or event.at < first)] + events


# What one act did when it did more than its name says: (action, state it led to).
_AND_MORE = {
    ("entry.submit", Entry.State.CONFIRMED): _("Sent in and confirmed"),
    ("entry.log", Entry.State.SUBMITTED): _("Logged and sent in"),
    ("entry.log", Entry.State.CONFIRMED): _("Logged and confirmed"),
}


def _what(row: AuditEvent) -> str | Promise:
    return _AND_MORE.get((row.action, row.data.get("to"))) or ACTS.get(row.action, row.action)


def _note(row: AuditEvent) -> str:
    files = "、".join(file["name"] for file in row.data.get("files", []))
    return " · ".join(part for part in (row.data.get("task", ""), row.reason, files) if part)


def _stamps(entry: Entry) -> Iterator[Event]:
    def event(name: str, what: str | Promise, note: str = "") -> Event:
        return Event(getattr(entry, f"{name}_at"), str(getattr(entry, f"{name}_by") or ""), what, note)

    yield event("recorded", ACTS["entry.log"])
    yield event("submitted", ACTS["entry.submit"])
    yield event("returned", ACTS["entry.return"], entry.return_reason)
    yield event("confirmed", ACTS["entry.confirm"])
    yield event("approved", ACTS["entry.approve"])
    yield event("voided", ACTS["entry.void"], entry.void_reason)
