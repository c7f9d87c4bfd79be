"""Writes to the ground floor's own tables that every importer needs."""

from django.db import transaction

from .audit import record
from .importing import Table, Upload
from .importing.questions import Answer
from .models import Import


@transaction.atomic
def keep_upload(
    *, kind: str, upload: Upload, table: Table, organization=None, options: dict | None = None, by
) -> Import:
    """Keep what was found in a workbook until it is confirmed. Nothing of the office's data is touched."""
    kept = Import.objects.create(
        kind=kind,
        file_name=upload.name,
        sha256=upload.sha256,
        options=options or {},
        understood=table.as_json(),
        organization_path=organization.path if organization else "",
        by_key=by.pk if by else None,
        by_name=str(by) if by else "",
    )
    record("import.upload", kept, by=by, organization=organization, data={"rows": len(table.rows)})
    return kept


@transaction.atomic
def keep_answers(*, kept: Import, answers: dict[str, Answer], by) -> Import:
    """Add answers to the questions of an import that is still being checked; an older answer gives way."""
    kept = Import.objects.select_for_update().get(pk=kept.pk)
    if kept.state == Import.State.CHECKING:
        kept.answers |= answers
        kept.save(update_fields=["answers"])
        record("import.answer", kept, by=by, data={"answers": len(answers)})
    return kept
