"""The guard of zip-based office files: nothing is parsed before their directory was found harmless."""

import io
import stat
import zipfile

MEGABYTE = 1024 * 1024
MAX_PARTS = 2_000
MAX_PART_BYTES = 50 * MEGABYTE
MAX_TOTAL_BYTES = 100 * MEGABYTE
MAX_RATIO = 100

CHECKED_PARTS = (".xml", ".rels", ".vml")
DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
REFUSED_PARTS = (
    ("vbaproject.bin", "macros"),
    ("/jdedata.bin", "macros"),  # WPS keeps its JavaScript macros here
    ("/macrosheets/", "macros"),
    ("/externallinks/", "external_links"),
    ("/embeddings/", "embedded"),
    ("/activex/", "embedded"),
)


class Unreadable(Exception):
    """Why a file is refused: `code` is a key of reader.MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, **params: str | int):
        super().__init__(code)
        self.code = code
        self.params = params


def open_container(data: bytes) -> zipfile.ZipFile:
    """The zip file, once its directory and every XML part were found harmless.

    Raises Unreadable, or what zipfile and zlib raise for a part that does not unpack.
    """
    if not data.startswith(b"PK\x03\x04"):
        raise Unreadable(_kind_of_stranger(data))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, EOFError):
        raise Unreadable("damaged") from None
    parts = archive.infolist()
    _check_sizes(parts)
    _check_names(parts)
    _check_overlap(parts)
    _check_doctypes(archive)
    return archive


def _kind_of_stranger(data: bytes) -> str:
    if not data:
        return "damaged"
    if data.startswith(OLE_SIGNATURE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "password"
        if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
            return "old_format"
    return "not_workbook"


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_TOTAL_BYTES:
        raise Unreadable("too_large")
    for part in parts:
        too_dense = part.file_size > MEGABYTE and part.file_size > MAX_RATIO * part.compress_size
        if part.file_size > MAX_PART_BYTES or too_dense:
            raise Unreadable("too_large")


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    seen = set()
    for part in parts:
        name = part.filename.casefold()
        if part.flag_bits & 0x2041:  # encrypted in one of three ways
            raise Unreadable("password")
        tricky = name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name
        linked = stat.S_ISLNK(part.external_attr >> 16)
        packed = part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if tricky or linked or packed or name in seen or part.filename != part.orig_filename:
            raise Unreadable("unsafe")
        seen.add(name)
        for piece, code in REFUSED_PARTS:
            if piece in f"/{name}":
                raise Unreadable(code)


def _check_overlap(parts: list[zipfile.ZipInfo]) -> None:
    """Two parts sharing bytes is a bomb that Python before 3.11.8 unpacks (CVE-2024-0450)."""
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise Unreadable("unsafe")
        end = part.header_offset + 30 + len(part.filename) + part.compress_size


def _check_doctypes(archive: zipfile.ZipFile) -> None:
    for part in archive.infolist():
        if not part.filename.casefold().endswith(CHECKED_PARTS):
            continue
        tail = b""
        with archive.open(part) as source:
            while chunk := source.read(MEGABYTE):
                chunk = tail + chunk
                if any(mark in chunk for mark in DOCTYPES):
                    raise Unreadable("unsafe")
                tail = chunk[-32:]
