"""Writes every workbook of the product: columns are data, data is never a formula, equal input gives equal bytes."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, groupby, islice, pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .package import finish
from .parsing.values import cell_name, clean_text
from .spec import Column, Formula, SheetSpec
from .styles import Styles, display_width, lines_needed

SAMPLE_ROWS = 200
NARROWEST, WIDEST = 6, 44
LINE_HEIGHT = 15
HIGHEST = 409  # points, Excel's limit
EXCEL_ROWS = 1_048_576
EXCEL_TEXT = 32_767
# Text that Excel would turn into a formula if someone edited the cell.
LIVE = ("=", "+", "-", "@")
# "_x000D_" in a file means a carriage return, so text that looks like it is written in escape.
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# Chinese Excel refuses the full-width forms too.
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\［］：＊？／＼]")


def write_workbook(
    sheets: Sequence[SheetSpec], *, created_at: datetime, title: str, creator: str = "Branchwork"
) -> bytes:
    """An .xlsx file. `created_at` (aware) becomes its time of making and changing: the same sheets at the same
    time give the same bytes."""
    if not sheets:
        raise ValueError("a workbook needs a sheet")
    if timezone.is_naive(created_at):
        raise ValueError("created_at must be an aware datetime")
    book = Workbook(write_only=True)
    stamp = created_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = stamp
    book.properties.creator = book.properties.lastModifiedBy = clean_text(creator)
    book.properties.title = clean_text(title)
    for name in sheet_titles([spec.title for spec in sheets]):
        book.create_sheet(name)
    try:
        return _fill(book, sheets)
    except BaseException:
        for sheet in book.worksheets:
            _abandon(sheet)
        raise


def _fill(book: Workbook, sheets: Sequence[SheetSpec]) -> bytes:
    styles = Styles(book)
    results = {}
    for number, (spec, sheet) in enumerate(zip(sheets, book.worksheets, strict=True), 1):
        table = _Table(spec, sheet, styles)
        table.write()
        results[f"xl/worksheets/sheet{number}.xml"] = table.results
    # Excel recalculates on opening (and asks to save on closing) only where we had no value to give.
    book.calculation.fullCalcOnLoad = any(None in values.values() for values in results.values())
    return finish(book, results)


def _abandon(sheet) -> None:
    """Removes the temporary file of a sheet that could not be finished; openpyxl would keep it."""
    if sheet._writer is not None:
        with suppress(Exception):
            sheet.close()
        with suppress(FileNotFoundError, ValueError):
            sheet._writer.cleanup()


def sheet_titles(wanted: Sequence[str]) -> list[str]:
    """Titles Excel accepts: no forbidden character, at most 31 long, no two alike in any case."""
    titles: list[str] = []
    taken = {"history"}  # reserved by Excel
    for number, text in enumerate(wanted, 1):
        base = NOT_IN_TITLES.sub("-", re.sub(r"\s+", " ", clean_text(text))).strip(" '") or f"Sheet{number}"
        title, again = _cut(base, 31), 1
        while title.casefold() in taken:
            again += 1
            title = f"{_cut(base, 28 - len(str(again)))} ({again})"
        taken.add(title.casefold())
        titles.append(title)
    return titles


def _cut(text: str, units: int) -> str:
    """At most so many UTF-16 units, as Excel counts, with no character halved."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").rstrip(" '")


def cell_value(value: Any, format: str) -> Any:
    """What openpyxl is given for a value of a column (see Column). Raises TypeError for the wrong kind."""
    if value is None:
        return None
    if format == "text":
        return cell_text(str(value)) or None
    if format == "date":
        wrong = not isinstance(value, date) or isinstance(value, datetime)
    elif format == "datetime":
        wrong = not isinstance(value, datetime)
    else:
        wrong = isinstance(value, bool) or not isinstance(value, (int, Decimal) if format == "rate" else int)
    if wrong:
        raise TypeError(f"{value!r} is no value for a column of format {format}")
    if format == "points":
        return Decimal(value).scaleb(-2)
    if format == "datetime" and timezone.is_aware(value):
        return timezone.make_naive(value)
    return value


def cell_text(text: str) -> str:
    """Text as it is written into a cell: cleaned, and cut visibly where Excel has no more room."""
    text = clean_text(text)
    if len(text) > EXCEL_TEXT:
        text = text[: EXCEL_TEXT - 1] + "…"
    return LOOKS_ESCAPED.sub("_x005F_", text) if "_x" in text else text


class _Table:
    """One sheet while it is written, from the top down; openpyxl streams the rows to disk."""

    def __init__(self, spec: SheetSpec, sheet, styles: Styles):
        self.spec, self.sheet, self.styles = spec, sheet, styles
        self.columns = list(spec.columns)
        self.letters = {c.key: get_column_letter(n) for n, c in enumerate(self.columns, 1)}
        self.row = 0  # the last one written
        self.first = self.last = 0  # the data's
        self.sums: dict[str, Any] = {c.key: 0 for c in self.columns if c.total is True}
        self.results: dict[str, Any] = {}
        self.widths: list[float] = []
        self.merged: list[tuple[int, int, int, int]] = []

    def write(self) -> None:
        values = ([column.value(row) for column in self.columns] for row in self.spec.rows)
        sample = list(islice(values, SAMPLE_ROWS))
        self.widths = [self._width(n, column, sample) for n, column in enumerate(self.columns)]
        self._set_up()
        for number, line in enumerate(self.spec.heading):
            self._line(line, "line" if number else "title")
        self._header()
        self._data(chain(sample, values))
        if self.spec.total_row:
            self._total()
        for note in self.spec.notes:
            self._line(note, "note")
        # In their order: openpyxl's own collection is a set, written as it happens to lie.
        self.sheet.merged_cells = [f"{cell_name(*area[:2])}:{cell_name(*area[2:])}" for area in sorted(self.merged)]
        if self.spec.autofilter:
            header = cell_name(self.first - 1, 1)
            self.sheet.auto_filter.ref = f"{header}:{cell_name(self.last, len(self.columns))}"

    # Above the table

    def _width(self, number: int, column: Column, sample: list[list]) -> float:
        if column.width is not None:
            return column.width
        shown = [_shown(values[number], column.format) for values in sample]
        widest = max((display_width(text) for text in shown), default=0)
        spare = 5 if column.total else 2  # a sum is longer than what it adds up
        return min(WIDEST, max(NARROWEST, widest + spare, min(display_width(column.label), 10) + 2))

    def _set_up(self) -> None:
        """Whatever the file says before its rows, so it must be known before the first is written."""
        sheet, above = self.sheet, len(self.spec.heading) + self._header_rows()
        for letter, width in zip(self.letters.values(), self.widths, strict=True):
            sheet.column_dimensions[letter].width = width
        sheet.freeze_panes = cell_name(above + 1, self.spec.frozen_columns + 1)
        sheet.print_title_rows = f"{len(self.spec.heading) + 1}:{above}"
        sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "landscape" if self.spec.landscape else "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = self.spec.pages_wide, 0
        if self.spec.pages_wide > 1 and self.spec.frozen_columns:
            sheet.print_title_cols = f"A:{get_column_letter(self.spec.frozen_columns)}"
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        for side, inches in {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7}.items():
            setattr(sheet.page_margins, side, inches)
        # Translators: &P and &N are Excel's page number and number of pages.
        sheet.oddFooter.center.text = _("Page &P of &N")

    def _line(self, text: str, role: str) -> None:
        # On a sheet over several pages, within what every page repeats.
        across = self.spec.frozen_columns if self.spec.pages_wide > 1 else 0
        across = across or len(self.columns)
        text, full = clean_text(text), sum(self.widths[:across])
        size = 1.5 if role == "title" else 1
        lines = lines_needed(text, full / size)
        style = self.styles.get(role, align="left" if self.spec.pages_wide > 1 else "")
        self._append([(cell_text(text), style)], height=lines * LINE_HEIGHT * size + (8 if size > 1 else 2))
        self._merge(self.row, 1, self.row, across)

    def _header_rows(self) -> int:
        return 2 if any(column.group for column in self.columns) else 1

    def _header(self) -> None:
        labels = [self._label(column) for column in self.columns]
        height = max(map(self._label_height, self.columns, self.widths)) + 8
        if self._header_rows() == 1:
            self._append(labels, height=height)
            return
        empty, lines = ("", self.styles.get("header")), 1
        top, below, col = [], [], 1
        for group, members in groupby(self.columns, key=lambda column: column.group):
            count = len(list(members))
            own = labels[col - 1 : col - 1 + count]
            top += [(cell_text(group), empty[1])] + [empty] * (count - 1) if group else own
            below += own if group else [empty] * count
            if group:
                lines = max(lines, lines_needed(group, sum(self.widths[col - 1 : col - 1 + count]) - 1))
                self._merge(self.row + 1, col, self.row + 1, col + count - 1)
            else:
                for single in range(col, col + count):
                    self._merge(self.row + 1, single, self.row + 2, single)
            col += count
        self._append(top, height=lines * LINE_HEIGHT + 8)
        self._append(below, height=height)

    def _label(self, column: Column) -> tuple[str, StyleArray]:
        return cell_text(column.label), self.styles.get("upright" if column.upright else "header")

    def _label_height(self, column: Column, width: float) -> float:
        lines = len(column.label) if column.upright else lines_needed(column.label, width - 1)
        return lines * LINE_HEIGHT

    # The table

    def _data(self, rows: Iterator[list]) -> None:
        self.first = self.row + 1
        styles = [self.styles.get("body", column.format, column.align) for column in self.columns]
        runs = _Runs([n for key in self.spec.merge_equal for n, c in enumerate(self.columns) if c.key == key])
        for values, following in pairwise(chain(rows, [None])):
            covered = runs.take(values, self.row + 1)
            cells = []
            for number, (column, value) in enumerate(zip(self.columns, values, strict=True)):
                if column.key in self.sums and number not in covered:
                    self._add(column, value)
                cells.append((None if number in covered else self._converted(column, value), styles[number]))
            self._append(cells, self._height(cells, runs.continues(following)), fixed=False)
        self.last = self.row
        for area in runs.finished(self.row):
            self._merge(*area)

    def _height(self, cells: list[tuple[Any, StyleArray]], shared: set[int]) -> float:
        """Room for the longest text, as neither WPS nor LibreOffice measures it on opening. A text in `shared`
        reaches into the next row, so half of it is enough here."""
        lines = 1
        for number, (value, _style) in enumerate(cells):
            width = self.widths[number] - 1
            if isinstance(value, str) and (2 * len(value) > width or "\n" in value):
                needed = lines_needed(value, width)
                lines = max(lines, -(-needed // 2) if number in shared else needed)
        return min(lines * LINE_HEIGHT + 6, HIGHEST)

    def _add(self, column: Column, value: Any) -> None:
        value = value.value if isinstance(value, Formula) else value
        self.sums[column.key] += value or 0

    def _converted(self, column: Column, value: Any) -> Any:
        if isinstance(value, Formula):
            return Formula(value.at(self.row + 1, self.letters), cell_value(value.value, column.format))
        return cell_value(value, column.format)

    def _total(self) -> None:
        cells = []
        for column in self.columns:
            style = self.styles.get("total", column.format, column.align)
            total = column.total
            if total is True and self.last >= self.first:
                letter = self.letters[column.key]
                total = Formula(f"SUM({letter}{self.first}:{letter}{self.last})", self.sums[column.key])
            elif total is True:
                total = 0
            cells.append((self._converted(column, total) if total is not False else None, style))
        before = next((n for n, column in enumerate(self.columns) if column.total), len(cells))
        if before:
            cells[0] = (cell_text(self.spec.total_row), self.styles.get("total", "text", "center"))
        self._append(cells, height=LINE_HEIGHT + 8)
        self._merge(self.row, 1, self.row, before)

    # Rows and areas

    def _append(self, cells: list[tuple[Any, StyleArray]], height: float, fixed: bool = True) -> None:
        """Row heights of the data are not fixed: Excel fits them again when someone edits the row."""
        self.row += 1
        if self.row > EXCEL_ROWS:
            raise ValueError(f"sheet {self.sheet.title!r} has more rows than Excel can hold")
        self.sheet.row_dimensions[self.row] = {"ht": f"{height:g}"} | ({"customHeight": "1"} if fixed else {})
        self.sheet.append([self._cell(col, value, style) for col, (value, style) in enumerate(cells, 1)])
        del self.sheet.row_dimensions[self.row]

    def _cell(self, col: int, value: Any, style: StyleArray) -> WriteOnlyCell:
        cell = WriteOnlyCell(self.sheet)
        cell._style = style
        if isinstance(value, Formula):
            cell.value = value.text
            self.results[cell_name(self.row, col)] = value.value
        elif isinstance(value, Decimal):
            cell.value = f"{value:f}"
            cell.data_type = "n"  # openpyxl would write the number 0.07 as 0.07000000000000001
        elif value not in (None, ""):
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
                if value.startswith(LIVE):
                    cell._style = self.styles.quoted(style)
        return cell

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right) and right >= left:
            self.merged.append((top, left, bottom, right))


class _Runs:
    """Equal values down chosen columns. `take` tells which cells of a row continue the one above."""

    def __init__(self, numbers: list[int]):
        self.numbers = numbers
        self.above: list | None = None
        self.starts: dict[int, int] = {}
        self.areas: list[tuple[int, int, int, int]] = []

    def take(self, values: list, row: int) -> set[int]:
        covered = self.continues(values)
        for number in self.numbers:
            if number not in covered:
                self._end(number, row - 1)
                self.starts[number] = row
        self.above = values
        return covered

    def continues(self, values: list | None) -> set[int]:
        """The columns in which a row of these values continues the one taken last."""
        covered: set[int] = set()
        for number in self.numbers:
            if not values or not self.above or values[number] != self.above[number]:
                break
            if values[number] not in (None, ""):
                covered.add(number)
        return covered

    def finished(self, row: int) -> list[tuple[int, int, int, int]]:
        """The areas of more than one cell, when `row` was the last."""
        for number in self.numbers:
            self._end(number, row)
        return self.areas

    def _end(self, number: int, row: int) -> None:
        start = self.starts.get(number, row)
        if row > start:
            self.areas.append((start, number + 1, row, number + 1))


def _shown(value: Any, format: str) -> str:
    """About what Excel shows, to measure it."""
    value = value.value if isinstance(value, Formula) else value
    if value is None or value == "":
        return ""
    if format in ("points", "rate"):
        return f"{cell_value(value, format):.2f}"
    if format == "datetime":
        return "2026-01-01 00:00"
    return str(value)
