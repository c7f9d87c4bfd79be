import json
from pathlib import Path

from django.db import transaction

from branchwork import audit
from ledgers.models import WorkType

PRESETS = Path(__file__).resolve().parent.parent / "presets"


@transaction.atomic
def load_presets(*, by=None) -> int:
    """Add the work types of ledgers/presets that are not there yet; how many that were.

    Types an office has changed since stay as they are, so it may run at every start.
    """
    listed = json.loads((PRESETS / "work_types.json").read_text(encoding="utf-8"))
    known = set(WorkType.objects.values_list("code", flat=True))
    missing = [
        WorkType(position=position, **preset)
        for position, preset in enumerate(listed, 1)
        if preset["code"] not in known
    ]
    if missing:
        WorkType.objects.bulk_create(missing)
        first = WorkType.objects.get(code=missing[0].code)
        audit.record("work_types_loaded", first, by=by, data={"codes": [work_type.code for work_type in missing]})
    return len(missing)
