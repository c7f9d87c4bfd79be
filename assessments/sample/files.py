"""Small real files to hang on entries: a sheet, a scan and a picture, made here so that nothing comes from outside."""

import struct
import zlib
from datetime import datetime
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from branchwork.xlsx import Column, SheetSpec, write_workbook

_WIDTH, _HEIGHT = 240, 150
# A4 in points, with the font every viewer brings along for simplified Chinese.
_PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font "
    "/Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 "
    ">> /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880] "
    "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>] >>"
)


def file_for(title: str, attended: int | None, at: datetime, rng: Random) -> SimpleUploadedFile:
    """One of the three kinds, named as clerks name them; who signed where nobody was counted is not asked."""
    kind = rng.choice(("sheet", "scan", "picture") if attended else ("scan", "picture"))
    day = f"{at.month}月{at.day}日"
    if kind == "sheet":
        return SimpleUploadedFile(f"签到表{day}.xlsx", _sheet(title, attended, at))
    if kind == "scan":
        return SimpleUploadedFile(f"记录{day}.pdf", _scan([title, f"{at.year}年{day}"]))
    return SimpleUploadedFile(f"现场照片{day}.png", _picture(rng))


def _sheet(title: str, attended: int, at: datetime) -> bytes:
    columns = [Column("number", "序号", 8, "integer"), Column("group", "党小组", 16), Column("signed", "签到", 12)]
    rows = [{"number": n, "group": f"第{n % 3 + 1}党小组", "signed": "√"} for n in range(1, attended + 1)]
    return write_workbook([SheetSpec("签到表", columns, rows, heading=[title])], created_at=at, title=title)


def _scan(lines: list[str]) -> bytes:
    """A PDF of one page."""
    shown = " ".join(
        f"BT /F1 {22 if n == 0 else 14} Tf 60 {760 - 40 * n} Td <{line.encode('utf-16-be').hex()}> Tj ET"
        for n, line in enumerate(lines)
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE,
        _FONT,
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer << /Size {count} /Root 1 0 R >>\nstartxref\n"
    return body + f"{end}{len(body)}\n%%EOF\n".encode()


def _picture(rng: Random) -> bytes:
    """A PNG: sky, hills, and a path, in the colours of one day."""
    sky, hill, path = (tuple(rng.randint(low, low + 60) for _n in range(3)) for low in (170, 70, 130))
    rows = []
    for y in range(_HEIGHT):
        row = bytearray(b"\0")
        for x in range(_WIDTH):
            ridge = _HEIGHT * 0.45 + 14 * ((x * 7 % 97) / 97) + x * 0.08
            row += bytes(sky if y < ridge else path if abs(x - _WIDTH / 2) < (y - ridge) * 0.6 else hill)
        rows.append(bytes(row))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
