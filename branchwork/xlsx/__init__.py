"""Excel in and out: the one guarded reader and the one writer of every workbook."""

from .parsing.values import cell_name
from .reader import Sheet, WorkbookError, read_workbook
from .spec import Column, Formula, SheetSpec
from .writer import write_workbook

__all__ = [
    "Column",
    "Formula",
    "Sheet",
    "SheetSpec",
    "WorkbookError",
    "cell_name",
    "read_workbook",
    "write_workbook",
]
