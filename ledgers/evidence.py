"""Evidence files on disk: which are taken, where they lie, and how one survives a form that comes back with errors.

A file is taken when its extension is on the list, its first bytes say the same, and an office file's container is
harmless. It lies under FILES_DIR by its hash, outside the web root, and only views hand it out.
"""

import hashlib
import os
import uuid
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branchwork.templatetags.words import file_size
from branchwork.xlsx.parsing.container import OLE_SIGNATURE, Unreadable, open_container

# Documents of the two office suites, scans and pictures. WPS's own formats are kept as they are, never opened.
EXTENSIONS = ("pdf", "jpg", "jpeg", "png", "docx", "xlsx", "wps", "et")
_SALT = "ledgers.evidence"
_TOKEN_SECONDS = 24 * 3600


@dataclass(frozen=True)
class KeptFile:
    """A file on disk that no row names yet; `path` is below FILES_DIR."""

    name: str
    path: str
    sha256: str
    size: int


def file_fault(upload: UploadedFile) -> str:
    """Why the file is not taken, as a sentence; "" when it is."""
    name = Path(upload.name or "").name
    extension = Path(name).suffix.lower().removeprefix(".")
    words = {"name": name, "limit": file_size(settings.UPLOAD_MAX_BYTES), "kinds": "、".join(EXTENSIONS)}
    if extension not in EXTENSIONS:
        return _("“%(name)s” cannot be kept here. Files of these kinds can: %(kinds)s.") % words
    if upload.size > settings.UPLOAD_MAX_BYTES:
        return _("“%(name)s” is larger than %(limit)s. Send a smaller one, or only the pages that matter.") % words
    if not upload.size:
        return _("“%(name)s” is empty.") % words
    upload.seek(0)
    data = upload.read()
    code = _LOOKS[extension](data)
    return str(_FAULTS.get(code, _FAULTS["damaged"])) % words if code else ""


def keep(upload: UploadedFile) -> KeptFile:
    """Write a checked file to disk for good: whoever names it in a row afterwards will find it after a power cut."""
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    sha256 = digest.hexdigest()
    path = Path("evidence") / sha256 / uuid.uuid4().hex
    target = settings.FILES_DIR / path
    target.parent.mkdir(parents=True, exist_ok=True)
    upload.seek(0)
    with target.open("xb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    for folder in (target.parent, target.parent.parent):
        _sync_folder(folder)
    return KeptFile(Path(upload.name or "").name[-200:], str(path), sha256, upload.size)


def seal(file: KeptFile, user) -> str:
    """A token for a hidden field: a browser does not send a file twice when a form comes back with an error."""
    return signing.dumps(asdict(file) | {"user": user.pk}, salt=_SALT)


def unseal(token: str, user) -> KeptFile | None:
    """The file behind a token of the same user; None when the token is old, forged or somebody else's."""
    try:
        values = signing.loads(token, salt=_SALT, max_age=_TOKEN_SECONDS)
    except signing.BadSignature:
        return None
    return KeptFile(**values) if values.pop("user") == user.pk else None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pdf_fault(data: bytes) -> str:
    return "" if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:] else "damaged"


def _jpeg_fault(data: bytes) -> str:
    return "" if data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-2048:] else "damaged"


def _png_fault(data: bytes) -> str:
    whole = data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and b"IEND" in data[-2048:]
    return "" if whole else "damaged"


def _office_fault(*parts: str) -> Callable[[bytes], str]:
    def check(data: bytes) -> str:
        try:
            archive = open_container(data)
        except Unreadable as unreadable:
            return unreadable.code
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            return "damaged"
        return "" if {"[Content_Types].xml", *parts} <= set(archive.namelist()) else "damaged"

    return check


def _wps_fault(data: bytes) -> str:
    return "" if data.startswith(OLE_SIGNATURE) else _office_fault()(data)


_LOOKS: dict[str, Callable[[bytes], str]] = {
    "pdf": _pdf_fault,
    "jpg": _jpeg_fault,
    "jpeg": _jpeg_fault,
    "png": _png_fault,
    "docx": _office_fault("word/document.xml"),
    "xlsx": _office_fault("xl/workbook.xml"),
    "wps": _wps_fault,
    "et": _wps_fault,
}
# What the guard of office files finds that a person can mend; everything else reads as damaged.
_FAULTS = {
    "damaged": gettext_lazy("“%(name)s” is not what its name says, or it is damaged. Save it again and send that."),
    "password": gettext_lazy("“%(name)s” has a password. Take the password off and send it again."),
    "macros": gettext_lazy("“%(name)s” holds macros. Save it without them, or as pdf."),
    "embedded": gettext_lazy("“%(name)s” holds other files inside. Save it as pdf and send that."),
    "external_links": gettext_lazy("“%(name)s” holds links to other files. Save it as pdf and send that."),
    "too_large": gettext_lazy("“%(name)s” unpacks to far more than it seems. Save it as pdf and send that."),
}
