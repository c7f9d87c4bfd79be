import hashlib
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from branchwork.xlsx import Sheet, WorkbookError, read_workbook


@dataclass(frozen=True)
class Upload:
    """A workbook as it came in: its name without folders, its SHA-256 and its sheets."""

    name: str
    sha256: str
    sheets: list[Sheet]


def read_upload(file: UploadedFile) -> Upload:
    """The sheets of an uploaded .xlsx of at most UPLOAD_MAX_BYTES. Raises WorkbookError with what to do."""
    if file.size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1_048_576
        raise WorkbookError("too_large", _("The file is larger than %(limit)d MB.") % {"limit": limit})
    return read_bytes(file.read(), PurePath(file.name.replace("\\", "/")).name)


def read_bytes(data: bytes, name: str) -> Upload:
    """As `read_upload`, for a file that lies on the machine (manage.py import_…)."""
    if not data:
        raise WorkbookError("empty", _("The file is empty. Choose it again."))
    return Upload(name=name[:200], sha256=hashlib.sha256(data).hexdigest(), sheets=read_workbook(data))
