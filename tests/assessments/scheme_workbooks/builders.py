"""Workbooks as offices make them, out of rows."""

from io import BytesIO

from openpyxl import Workbook


def workbook(rows, *, merged=(), sheets=None, title="Sheet1") -> bytes:
    """`merged` are areas of the first sheet, `sheets` the rows of further ones by their titles."""
    book = Workbook()
    book.active.title = title
    _fill(book.active, rows)
    for area in merged:
        book.active.merge_cells(area)
    for name, further in (sheets or {}).items():
        _fill(book.create_sheet(name), further)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _fill(sheet, rows) -> None:
    for row in rows:
        sheet.append(row)
