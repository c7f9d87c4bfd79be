"""Taking entries out of the house leaves a trace: who, which filter, how many rows, which file."""

import hashlib
import io
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.xlsx import write_workbook
from ledgers.exports import entry_sheet

# Some six seconds of writing.
MAX_ROWS = 10_000


@dataclass(frozen=True)
class ExportedFile:
    name: str
    file: io.BytesIO


@transaction.atomic
def export_entries(*, entries: QuerySet, filters: dict[str, str], by) -> ExportedFile:
    """The entries as a workbook, in their order. Refused when they are too many to be written while one waits."""
    count = entries.count()
    if count > MAX_ROWS:
        raise Refused(
            _("%(n)s entries are too many for one workbook, %(limit)s fit. Filter them first, by period say.")
            % {"n": count, "limit": MAX_ROWS}
        )
    now = timezone.now()
    rows = list(entries.prefetch_related("fulfilments__task").select_related("recorded_by", "confirmed_by"))
    title = _("Ledger")
    data = write_workbook([entry_sheet(rows, by=by, at=now)], created_at=now, title=title)
    home = by.home
    record(
        "entry.export", home, by=by, organization=home,
        data={"filters": filters, "rows": len(rows), "sha256": hashlib.sha256(data).hexdigest()},
    )  # fmt: skip
    return ExportedFile(f"{title}-{timezone.localdate():%Y%m%d}.xlsx", io.BytesIO(data))
