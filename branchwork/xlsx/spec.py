"""What a workbook looks like, as data: columns, rows, what stands above and below them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)(?:\+([0-9]+))?\}")
Format = Literal["text", "integer", "points", "rate", "date", "datetime"]


@dataclass(frozen=True)
class Formula:
    """A live formula and the value it has now, which readers show that do not calculate.

    `text` has no leading "="; `{key}` is the cell of that column in the same row, `{key+3}` three rows below it,
    `{row}` the row's number: Formula("ROUND({earned}/{available}*100,2)", Decimal("93.31")). `value` is given as
    the column's other values are (points as hundredths).
    """

    text: str
    value: Any

    def at(self, row: int, letters: Mapping[str, str]) -> str:
        """The formula in `row`, where `letters` names the columns by their keys."""

        def cell(match: re.Match[str]) -> str:
            key, below = match.groups()
            return f"{'' if key == 'row' else letters[key]}{row + int(below or 0)}"

        return "=" + PLACEHOLDER.sub(cell, self.text.removeprefix("="))


@dataclass(frozen=True)
class Column:
    """One column. `get` takes the row; without it the row's item or attribute `key` is taken.

    Values: text anything with a str(); integer int; points int hundredths; rate Decimal or int in percent;
    date and datetime themselves (an aware datetime is written in local time); None an empty cell; or a Formula.
    `total` in a sheet with a total row: True for a live sum, or a Formula. Columns side by side with the same
    `group` stand under one merged label. `width` is in characters, a Chinese one counting two; without it the
    column fits its first rows. `upright` writes the label from top to bottom, for many narrow columns.
    """

    key: str
    label: str
    width: float | None = None
    format: Format = "text"
    get: Callable[[Any], Any] | None = None
    total: bool | Formula = False
    group: str = ""
    align: Literal["", "left", "center", "right"] = ""
    upright: bool = False

    def value(self, row: Any) -> Any:
        if self.get is not None:
            return self.get(row)
        return row[self.key] if isinstance(row, Mapping) else getattr(row, self.key)


@dataclass(frozen=True)
class SheetSpec:
    """One sheet. `rows` may be an iterator: it is read once and never held as a whole.

    `heading` lines stand above the table (the first is its title), `notes` below, each over the full width.
    `total_row` is the label of a last row of sums, "" for none. `merge_equal` names columns whose equal
    neighbours down the sheet become one cell, each only within the run of the one named before it. A sheet too
    wide for one page is printed `pages_wide` of them, each with the frozen columns.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    heading: Sequence[str] = ()
    notes: Sequence[str] = ()
    total_row: str = ""
    merge_equal: Sequence[str] = ()
    frozen_columns: int = 0
    autofilter: bool = False
    landscape: bool = True
    pages_wide: int = 1

    def __post_init__(self):
        keys = [column.key for column in self.columns]
        if len({*keys}) < len(keys) or not {*self.merge_equal} <= {*keys}:
            raise ValueError(f"column keys must differ, and be known to merge_equal: {keys}")
