"""The scheme file a workbook amounts to, line by line, each line with the cell it comes from."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from assessments.scheme_files.problems import Problem
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_files.sorts import Plain
from assessments.scheme_workbooks.flow import write_flow
from assessments.scoring.schemes import Scheme

_ROW = re.compile(r"(\d+)$")
# Messages that name another line of a scheme file: of a workbook, it is a cell.
_OTHER_LINE = re.compile(r"line (\d+)|第 (\d+) 行")


class Cell(NamedTuple):
    """What stands in a cell, and its name with that of its sheet: 考核细则!F12."""

    text: str
    name: str


class Entry(NamedTuple):
    """A key of a part with its value, and the name of the cell that says so."""

    key: str
    value: Plain
    cell: str


class Document:
    """Written from the top down; read as any scheme file is."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: list[str] = []
        self._cells: list[str] = []

    def heading(self, depth: int, key: str) -> None:
        """A key whose value follows, deeper."""
        self._line(f"{'  ' * depth}{key}:", "")

    def entries(self, depth: int, entries: Iterable[Entry], *, is_item: bool = False) -> None:
        """Keys with their values; of an item of a list, the first has the dash."""
        for number, (key, value, cell) in enumerate(entries):
            indent = "  " * (depth - 1) + "- " if is_item and number == 0 else "  " * depth
            self._line(f"{indent}{write_flow(key)}: {write_flow(value)}", cell)

    def item(self, depth: int, value: Plain, cell: str) -> None:
        """An item of a list, on a line of its own."""
        self._line(f"{'  ' * depth}- {write_flow(value)}", cell)

    def read(self) -> tuple[Scheme | None, list[Problem]]:
        """The scheme, and what is wrong in which cell."""
        scheme, problems = read_scheme("\n".join(self._lines), self.file)
        return scheme, [self._told(problem) for problem in problems]

    def _line(self, text: str, cell: str) -> None:
        self._lines.append(text)
        self._cells.append(cell)

    def _told(self, problem: Problem) -> Problem:
        message = _OTHER_LINE.sub(lambda found: self._cell(int(found[1] or found[2])) or found[0], problem.message)
        return problem_in(self.file, self._cell(problem.line), message)

    def _cell(self, line: int) -> str:
        return self._cells[line - 1] if line <= len(self._cells) else ""


def problem_in(file: str, cell: str, message: str) -> Problem:
    """A problem of a workbook: its line is the row, its path the cell."""
    row = _ROW.search(cell)
    return Problem(file, int(row[1]) if row else 1, cell, message)
