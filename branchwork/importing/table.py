"""Finds the table in a sheet as offices keep it: titles above, header rows, totals, headings and notes around."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from branchwork.xlsx import Sheet, WorkbookError, cell_name

from .values import fold, text_of

# Nobody keeps thirty rows of title above a table, nor a header of four rows.
HEAD_WITHIN = 30
HEAD_DEPTH = 3
_UNIT = re.compile(r"[((][^()]*[))]$")
_TOTAL = re.compile(r"(合计|总计|小计|共计|总分|累计)(数|分值?|人数)?([::(].*)?")
_NOTE = re.compile(r"(注|备注|说明|附注|附件|填表|填报|制表|审核|审签|负责人|联系人|联系电话|盖章)")


@dataclass(frozen=True)
class Field:
    """A column an importer knows: `names` are the headers offices give it; `label` is the word we show."""

    key: str
    label: str
    names: tuple[str, ...]
    is_required: bool = False


@dataclass(frozen=True)
class Column:
    """A column of the file; `key` is the field it is read as, "" when it is not read."""

    letter: str
    header: str
    key: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the file: its number there, and the text of each cell that is not blank, by column letter."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Skipped:
    """A row that is not data. `why` is title, header, heading, total or note; `cells` as in Row, or a formula that
    has no value yet."""

    number: int
    why: str
    text: str
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """What an import keeps of a workbook: every value is text (`text_of`), so that it can be stored as JSON."""

    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...] = ()

    def letter(self, key: str) -> str:
        """The letter of the column read as `key`, "" when there is none."""
        return next((column.letter for column in self.columns if column.key == key), "")

    def text(self, row: Row, key: str) -> str:
        return row.cells.get(self.letter(key), "")

    def cell(self, row: Row, key: str) -> str:
        """The cell's name, such as E30; the row's first column when no column is read as `key`."""
        return f"{self.letter(key) or self.columns[0].letter}{row.number}"

    def with_columns(self, keys: dict[str, str]) -> "Table":
        """The same table with some columns (by letter) read as another field, or not at all ("")."""
        columns = tuple(replace(column, key=keys.get(column.letter, column.key)) for column in self.columns)
        return replace(self, columns=columns)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Table":
        return cls(
            sheet=data["sheet"],
            columns=tuple(Column(**column) for column in data["columns"]),
            rows=tuple(Row(**row) for row in data["rows"]),
            skipped=tuple(Skipped(**row) for row in data["skipped"]),
        )


def find_table(sheets: Sequence[Sheet], fields: Sequence[Field]) -> Table:
    """The table whose header knows most of `fields`. Raises WorkbookError when no header has the required ones."""
    best = max((_find_head(sheet, fields) for sheet in sheets), key=lambda head: head.score, default=None)
    if best is None or best.score == (0, 0):
        wanted = _("”, “").join(field.names[0] for field in fields if field.is_required)
        raise WorkbookError(
            "no_table",
            _("No header row was found. The table needs a row with the headers “%(headers)s” above its data.")
            % {"headers": wanted},
        )
    return _read(best)


@dataclass(frozen=True)
class _Head:
    """Rows first…last (counted from 0) of a sheet read as header; `keys` are the fields by column index."""

    sheet: Sheet
    first: int = 0
    last: int = 0
    keys: dict[int, str] | None = None
    headers: dict[int, str] | None = None
    score: tuple[int, int] = (0, 0)


def _find_head(sheet: Sheet, fields: Sequence[Field]) -> _Head:
    names = {fold(name): field.key for field in fields for name in field.names}
    required = {field.key for field in fields if field.is_required}
    filled = _filled(sheet, across=True)
    best = _Head(sheet)
    for first in range(min(HEAD_WITHIN, len(filled))):
        for last in range(first, min(first + HEAD_DEPTH, len(filled))):
            keys, headers = _match(filled[first : last + 1], names)
            # A title above adds nothing, so of equal heads the shallowest wins.
            score = (len(keys), first - last)
            if required <= set(keys.values()) and score > best.score:
                best = _Head(sheet, first, last, keys, headers, score)
    return _with_lower_rows(best, filled, names) if best.keys else best


def _with_lower_rows(head: _Head, filled: Sequence[Sequence[str]], names: dict[str, str]) -> _Head:
    """The head down to where its merged cells reach: 「党员人数」 over 「正式 | 预备」 beside cells of two rows."""
    inside = [bottom - 1 for top, left, bottom, right in head.sheet.merged if head.first < top <= head.last + 1]
    last = min(max([head.last, *inside]), head.first + HEAD_DEPTH - 1, len(filled) - 1)
    keys, headers = _match(filled[head.first : last + 1], names)
    return replace(head, last=last, keys=keys, headers=headers)


def _match(rows: Sequence[Sequence[str]], names: dict[str, str]) -> tuple[dict[int, str], dict[int, str]]:
    """The known fields and the header texts by column; the lowest header row speaks first, each field once."""
    keys, headers = {}, {}
    for column in range(max(map(len, rows), default=0)):
        levels = list(dict.fromkeys(text for row in reversed(rows) if (text := row[column])))
        headers[column] = " ".join(reversed(levels)).replace("\n", "")
        for text in levels:
            key = names.get(fold(text)) or names.get(_UNIT.sub("", fold(text)))
            if key and key not in keys.values():
                keys[column] = key
                break
    return keys, headers


def _filled(sheet: Sheet, *, across: bool) -> list[list[str]]:
    """The sheet's texts, a merged area's first value repeated downwards, and in a header also across."""
    rows = [[text_of(value) for value in row] for row in sheet.rows]
    for top, left, bottom, right in sheet.merged:
        for row in range(top - 1, min(bottom, len(rows))):
            for column in range(left - 1, right if across else left):
                if column < len(rows[row]):
                    rows[row][column] = rows[top - 1][left - 1]
    return rows


def _read(head: _Head) -> Table:
    texts = _filled(head.sheet, across=False)
    used = [i for i, header in head.headers.items() if header or any(row[i] for row in texts[head.last + 1 :])]
    columns = tuple(Column(_letter(i), head.headers[i], head.keys.get(i, "")) for i in used)
    skipped = [Skipped(i + 1, "title", _first(texts[i])) for i in range(head.first) if any(texts[i])]
    rows = []
    wide = {top - 1 for top, left, bottom, right in head.sheet.merged if right - left >= 1 and top == bottom}
    for i in range(head.last + 1, len(texts)):
        if not any(texts[i]):
            continue
        why = _why_no_data(texts[i], head, is_wide=i in wide)
        cells = {_letter(c): texts[i][c] for c in used if texts[i][c]}
        if why:
            # A sum that no program has computed yet is told by its formula.
            written = {_letter(c): head.sheet.formulas.get(cell_name(i + 1, c + 1), "") for c in used}
            formulas = {letter: formula for letter, formula in written.items() if formula}
            skipped.append(Skipped(i + 1, why, _first(texts[i]), formulas | cells))
        else:
            rows.append(Row(i + 1, cells))
    return Table(head.sheet.title, columns, tuple(rows), tuple(skipped))


def _why_no_data(texts: Sequence[str], head: _Head, *, is_wide: bool) -> str:
    present = {column: text for column, text in enumerate(texts) if text}
    known = [column for column in present if column in head.keys]
    if len(known) >= 2 and all(fold(texts[c]) == fold(head.headers[c]) for c in known):
        return "header"
    if any(_TOTAL.fullmatch(fold(text)) for text in list(present.values())[:3]):
        return "total"
    if len(present) > 1:
        return ""
    [(column, text)] = present.items()
    if _NOTE.match(fold(text)):
        return "note"
    alone = min(head.keys) == column and head.keys[column] == "number" and not text.isdecimal()
    return "heading" if is_wide or alone else ""


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")[:200]


def _letter(index: int) -> str:
    return cell_name(1, index + 1)[:-1]
