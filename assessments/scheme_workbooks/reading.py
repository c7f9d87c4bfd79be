"""A workbook read into a rule book, with questions about what its sentences leave open."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from assessments.scheme_files.problems import Problem
from assessments.scheme_workbooks import layout
from assessments.scheme_workbooks.asking import Asking
from assessments.scheme_workbooks.cells import POINTS, Column, is_nothing, read_text
from assessments.scheme_workbooks.document import Cell, Document, Entry, problem_in
from assessments.scheme_workbooks.grouping import CategoryRows, IndicatorRows, grouped
from assessments.scheme_workbooks.rule_cells import HolderRules, rules_of
from assessments.scheme_workbooks.tables import Cells, Tables, find_tables, rows_of, texts_around
from assessments.scoring.schemes import Scheme
from branchwork.importing import Question
from branchwork.xlsx import WorkbookError, read_workbook


class Reading(NamedTuple):
    """`scheme` is None where something is wrong; while questions are open, what they ask about is not in it."""

    scheme: Scheme | None
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]


def read_workbook_scheme(data: bytes, name: str, answers: Mapping[str, str]) -> Reading:
    """The rule book in an .xlsx file; `answers` are those to the questions of an earlier reading, by their keys."""
    try:
        tables = find_tables(read_workbook(data), name)
    except WorkbookError as error:
        return Reading(None, (), (problem_in(name, "", error.message),))
    asking = Asking(name, answers)
    document = Document(name)
    if not tables.main.rows:
        return Reading(None, (), (problem_in(name, tables.main.sheet, _("There is no indicator below the header.")),))
    _Compiler(tables, asking, document).compile()
    scheme, problems = document.read()
    problems = [*asking.problems, *problems]
    return Reading(None if problems else scheme, tuple(asking.questions), tuple(problems))


class _Compiler:
    """Puts the scheme file together from the tables."""

    def __init__(self, tables: Tables, asking: Asking, document: Document) -> None:
        self.tables, self.asking, self.document = tables, asking, document
        self.ids: set[str] = set()

    def compile(self) -> None:
        self.document.entries(0, self._top())
        self.document.heading(0, "categories")
        for category in grouped(self.tables, self.asking):
            self._category(category)
        for listing in layout.LISTINGS:
            if listing.key in self.tables.listings:
                self.document.heading(0, listing.key)
                for cells in rows_of(self.tables.listings[listing.key]):
                    self.document.entries(2, self._entries(cells, listing.columns), is_item=True)
        for cell in texts_around(self.tables.main):
            self.asking.unread_text(cell)
        for number, title in enumerate(self.tables.others, start=1):
            self.asking.unread_sheet(number, title)

    # The scheme itself

    def _top(self) -> list[Entry]:
        entries = self._settings() if self.tables.settings else []
        if all(entry.key != "scheme" for entry in entries):
            entries.insert(0, Entry("scheme", self.tables.title, ""))
        if not self.tables.is_ours and all(entry.key != "total" for entry in entries):
            entries += self._total()
        return entries

    def _settings(self) -> list[Entry]:
        entries = []
        for cells in rows_of(self.tables.settings):
            said = {entry.key: entry for entry in self._entries(cells, layout.SETTING_COLUMNS)}
            if said.keys() == {"setting", "value"}:
                word = str(said["setting"].value)
                entries.append(Entry(layout.SETTING_WORDS.get(word, word), said["value"].value, cells["setting"].name))
        return entries

    def _total(self) -> list[Entry]:
        table = self.tables.main
        letter = table.letter("points")
        for row in reversed(table.skipped):
            if row.why == "total" and row.cells.get(letter, "").replace(".", "", 1).isdecimal():
                number = POINTS.read(row.cells[letter])
                return [Entry("total", number, f"{table.sheet}!{letter}{row.number}")] if number else []
        return []

    # Categories and indicators

    def _category(self, category: CategoryRows) -> None:
        entries = [*category.entries, *self._entries(category.cells, layout.CATEGORIES.columns)]
        self.document.entries(2, self._named(entries), is_item=True)
        self.document.heading(2, "indicators")
        for indicator in category.indicators:
            self._indicator(indicator, category.role)

    def _indicator(self, indicator: IndicatorRows, role: str) -> None:
        rules = rules_of(indicator, self.asking, role)
        meant = "base" if self.tables.is_ours else role
        points = [(point, rules_of(point, self.asking, role)) for point in indicator.points]
        standards = [*rules.standards, *(cell for _point, own in points for cell in own.standards)]
        entries = [*self._entries(indicator.cells, layout.MAIN_COLUMNS), *indicator.entries, *_standard(standards)]
        self.document.entries(4, self._named(_as_meant(entries, rules, meant)), is_item=True)
        self._rules(4, rules)
        # One that nothing scores yet, because that is being asked, is no scoring point.
        points = [(point, own) for point, own in points if own.lines]
        if points:
            self.document.heading(4, "scoring_points")
        for point, own in points:
            entries = self._entries(point.cells, layout.POINT_COLUMNS)
            self.document.entries(6, self._named(_as_meant(entries, own, "base")), is_item=True)
            self._rules(6, own)

    def _rules(self, depth: int, rules: HolderRules) -> None:
        if rules.lines:
            self.document.heading(depth, "rules")
        for rule, cell in rules.lines:
            self.document.item(depth + 1, rule, cell)

    def _named(self, entries: list[Entry]) -> list[Entry]:
        """The title first. In a table of an office, which has no ids, every title is made one of its own."""
        entries = sorted(entries, key=lambda entry: entry.key != "title")
        said = {entry.key: entry for entry in entries}
        name = str(said.get("id", said["title"]).value) if "title" in said else ""
        if not name or self.tables.is_ours or "id" in said:
            self.ids.add(name)
            return entries
        number, own = 1, name
        while own in self.ids:
            number, own = number + 1, f"{name}-{number + 1}"
        self.ids.add(own)
        return entries if own == name else [*entries, Entry("id", "".join(own.split()), said["title"].cell)]

    # Cells

    def _entries(self, cells: Cells, columns: tuple[Column, ...]) -> list[Entry]:
        """What the cells of a row say, by the keys of the part."""
        entries = []
        for column in columns:
            cell = cells.get(column.key)
            if cell is None or is_nothing(cell.text):
                continue
            value = column.sort.read(cell.text)
            if value is None and column.sort is POINTS:
                value = self.asking.points(cell)
            elif value is None:
                message = _("“%(text)s” is not understood in the column %(column)s.")
                self.asking.wrong(cell.name, message % {"text": cell.text[:100], "column": column.header})
            if value is not None:
                entries += _said(column, value, cell)
        return entries


def _said(column: Column, value: object, cell: Cell) -> list[Entry]:
    if column.key == "rest":
        return [Entry(key, own, cell.name) for key, own in value.items()] if isinstance(value, dict) else []
    return [Entry(column.key, value, cell.name)]


def _standard(cells: list[Cell]) -> list[Entry]:
    texts = [read_text(cell.text) for cell in cells]
    return [Entry("standard", "\n".join(texts), cells[0].name)] if cells else []


def _as_meant(entries: list[Entry], rules: HolderRules, role: str) -> list[Entry]:
    """What an office means by points: in a bonus, or where its sentences only add, what can be reached at most."""
    points = next((entry for entry in entries if entry.key == "points"), None)
    if points is None or (role == "base" and not rules.starts_at_nothing):
        return entries
    if role == "base":
        return [*entries, Entry("start", "zero", points.cell)]
    limit = points._replace(key="cap")
    if role == "deduction" and isinstance(points.value, Decimal):
        limit = points._replace(key="floor", value=-abs(points.value))
    return [limit if entry is points else entry for entry in entries]
