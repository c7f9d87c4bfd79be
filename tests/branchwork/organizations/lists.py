"""Organization lists as offices send them, made in a line."""

import io
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from branchwork.importing import Table, find_table, read_bytes
from branchwork.organizations.importing import FIELDS, Check, Known, check
from branchwork.xlsx import Sheet

HEAD = ("序号", "党组织名称", "上级党组织", "类别", "分类", "党员人数", "换届时间", "书记")
# 73 organizations with the root, as an office keeps them.
OFFICE_LIST = Path("branchwork/sample/organizations.xlsx")
TODAY = date(2026, 11, 22)


def table_of(*rows: tuple, head: tuple = HEAD) -> Table:
    """The table of a list whose first data row is row 2."""
    width = max(len(head), *(len(row) for row in rows)) if rows else len(head)
    filled = [list(row) + [None] * (width - len(row)) for row in (head, *rows)]
    return find_table([Sheet("Sheet1", filled, [])], FIELDS)


def checked(*rows: tuple, head: tuple = HEAD, known: Known | None = None, **answers) -> Check:
    return check(table_of(*rows, head=head), answers, known or Known(), TODAY)


def office_list() -> Table:
    return find_table(read_bytes(OFFICE_LIST.read_bytes(), OFFICE_LIST.name).sheets, FIELDS)


def workbook(*rows: tuple, head: tuple = HEAD) -> bytes:
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
