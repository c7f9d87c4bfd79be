"""佐证材料: files that were checked and kept on disk (ledgers.evidence) become rows of an entry."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.organizations.permissions import Permission, require
from ledgers.evidence import KeptFile
from ledgers.models import Entry, Evidence
from ledgers.transitions import EDITABLE

from .holding import hold_entry, hold_periods, look_at

MAX_FILES = 20


@transaction.atomic
def add_evidence(*, entry: Entry, files: Sequence[KeptFile], by) -> list[Evidence]:
    """Add files to an entry of any standing, as long as the period it is posted in is open."""
    seen = look_at(entry)
    require(by, Permission.LOG_ENTRY, seen.organization)
    if seen.state == Entry.State.VOIDED:
        raise Refused(_("The entry was voided; files can no longer be added to it."))
    if seen.state not in EDITABLE:
        hold_periods(seen.plan, posted_in=seen.posted_in)
    entry = hold_entry(seen)
    added = attach(entry, files, by)
    record("entry.add_evidence", entry, by=by, organization=entry.organization, data={"files": as_data(files)})
    return added


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by) -> None:
    """Take a file off an entry that may still be changed. What was sent in keeps its files."""
    entry = hold_entry(look_at(evidence.entry))
    require(by, Permission.LOG_ENTRY, entry.organization)
    if entry.state not in EDITABLE:
        raise Refused(_("The entry was sent in; its files stay with it."))
    record(
        "entry.remove_evidence", entry, by=by, organization=entry.organization,
        data={"files": [{"name": evidence.file_name, "sha256": evidence.sha256}]},
    )  # fmt: skip
    evidence.delete()


def attach(entry: Entry, files: Sequence[KeptFile], by, *, is_new: bool = False) -> list[Evidence]:
    """The rows of files already on disk; the tail of every act that brings files."""
    if not files:
        return []
    stored = 0 if is_new else entry.evidence.count()
    if stored + len(files) > MAX_FILES:
        raise Refused(_("An entry holds %(n)s files at most.") % {"n": MAX_FILES})
    return Evidence.objects.bulk_create(
        Evidence(entry=entry, file_name=file.name, path=file.path, sha256=file.sha256, size=file.size, uploaded_by=by)
        for file in files
    )


def as_data(files: Sequence[KeptFile]) -> list[dict]:
    return [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in files]
