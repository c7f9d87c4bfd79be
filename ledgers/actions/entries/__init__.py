"""Every write to entries, their claims and their evidence."""

from .claims import accept_claim, reject_claim
from .evidence import add_evidence, remove_evidence
from .exporting import ExportedFile, export_entries
from .holding import EditConflict
from .imports import ImportedEntry, import_entries
from .pending import accept_pending
from .queue import pass_entries, return_entries
from .steps import approve_entry, confirm_entry, return_entry, submit_entry, void_entry, withdraw_entry
from .summaries import confirm_summary
from .writing import Written, edit_entry, is_on_behalf, log_entry

__all__ = [
    "EditConflict", "ExportedFile", "ImportedEntry", "Written", "accept_claim", "accept_pending", "add_evidence",
    "approve_entry", "confirm_entry", "confirm_summary", "edit_entry", "export_entries", "import_entries",
    "is_on_behalf", "log_entry", "pass_entries", "reject_claim", "remove_evidence", "return_entries", "return_entry",
    "submit_entry", "void_entry", "withdraw_entry",
]  # fmt: skip
