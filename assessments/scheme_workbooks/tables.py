"""The tables of a rule book's workbook: which sheet holds what, and its rows by column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from assessments.scheme_workbooks import layout
from assessments.scheme_workbooks.cells import Column
from assessments.scheme_workbooks.document import Cell
from branchwork.importing import Field, Row, Table, find_table
from branchwork.xlsx import Sheet, WorkbookError

Cells = dict[str, Cell]


@dataclass(frozen=True)
class Tables:
    """`is_ours`: written by us, so that every cell means what it says and nothing is added to it."""

    main: Table
    categories: Table | None
    listings: dict[str, Table]
    settings: Table | None
    others: list[str] = field(default_factory=list)
    file: str = ""

    @property
    def is_ours(self) -> bool:
        return self.categories is not None

    @property
    def title(self) -> str:
        """The longest line above the table, for 附件1 stands there too; else the name of the file."""
        titles = [row.text for row in self.main.skipped if row.why == "title"]
        return max(titles, key=len, default="") or PurePath(self.file).stem


def find_tables(sheets: Sequence[Sheet], file: str) -> Tables:
    """The table of indicators, and the further sheets by their titles. Raises WorkbookError without such a table."""
    named = {sheet.title: sheet for sheet in sheets}
    listings = {
        listing.key: table
        for listing in layout.LISTINGS
        if (table := _table_of(named.get(listing.title), listing.columns))
    }
    categories = _table_of(named.get(layout.CATEGORIES.title), layout.CATEGORIES.columns)
    settings = _table_of(named.get(layout.SETTINGS), layout.SETTING_COLUMNS)
    taken = {table.sheet for table in (categories, settings, *listings.values()) if table}
    left = [sheet for sheet in sheets if sheet.title not in taken]
    main = _main_table(left)
    others = [sheet.title for sheet in left if sheet.title != main.sheet]
    return Tables(main, categories, listings, settings, others, file)


def rows_of(table: Table) -> Iterator[Cells]:
    """The cells of each row that are read, by the key of their column."""
    for row in table.rows:
        yield cells_in(table, row)


def cells_in(table: Table, row: Row) -> Cells:
    return {
        column.key: Cell(row.cells[column.letter], f"{table.sheet}!{column.letter}{row.number}")
        for column in table.columns
        if column.key and column.letter in row.cells
    }


def texts_around(table: Table) -> Iterator[Cell]:
    """Notes, and what stands below the last row: no row of the table, and not the heading of any."""
    last = max((row.number for row in table.rows), default=0)
    for row in table.skipped:
        if row.why == "note" or (row.why == "heading" and row.number > last):
            letter, text = next(iter(row.cells.items()), (table.columns[0].letter, row.text))
            yield Cell(text, f"{table.sheet}!{letter}{row.number}")


def _table_of(sheet: Sheet | None, columns: tuple[Column, ...]) -> Table | None:
    if sheet is None:
        return None
    try:
        return find_table([sheet], _fields(columns, required=columns[0]))
    except WorkbookError:
        return None


def _main_table(sheets: Sequence[Sheet]) -> Table:
    """By the column of indicators; a table of one level may call it what others call their categories."""
    try:
        return find_table(sheets, _fields(layout.MAIN_COLUMNS, required=layout.INDICATOR))
    except WorkbookError:
        names = (*layout.INDICATOR.names, layout.CATEGORY.header, *layout.CATEGORY.names)
        indicator = layout.INDICATOR._replace(names=names)
        others = [column for column in layout.MAIN_COLUMNS if column not in (layout.CATEGORY, layout.INDICATOR)]
        return find_table(sheets, _fields((indicator, *others), required=indicator))


def _fields(columns: Sequence[Column], required: Column) -> list[Field]:
    number = Field("number", "序号", ("序号", "编号"))
    fields = [
        Field(column.key, column.header, (column.header, *column.names), is_required=column == required)
        for column in columns
    ]
    return [*fields, number]
