"""The rows of the main table as categories with their indicators, and these with their scoring points."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.scheme_workbooks import layout
from assessments.scheme_workbooks.asking import Asking
from assessments.scheme_workbooks.cells import POINTS, is_nothing, read_text
from assessments.scheme_workbooks.document import Cell, Entry
from assessments.scheme_workbooks.tables import Cells, Tables, rows_of
from branchwork.importing import Table

# 组织生活（60分）
_WITH_POINTS = re.compile(r"(.+?)\s*[(（]\s*(?:共|满分)?\s*(\d+(?:\.\d+)?)\s*分\s*[)）]")
# 一、组织生活
_MARK = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、．])\s*")
# What the points of a category mean: of a bonus at most so many, of a deduction at most so many off.
_ROLE_POINTS = {"base": ("points", 1), "bonus": ("cap", 1), "deduction": ("floor", -1)}
_OF_INDICATOR = {"title", "points", "method", "assessor", "id", "rest"}


@dataclass
class IndicatorRows:
    """The cells of an indicator or scoring point. `lines` are the standard and the rules of each of its rows."""

    title: Cell
    cells: Cells
    lines: list[tuple[Cell | None, Cell | None]] = field(default_factory=list)
    points: list["IndicatorRows"] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass
class CategoryRows:
    """`cells` are those of its own sheet; `entries` what else is known of it."""

    label: str
    cells: Cells
    role: str
    entries: list[Entry] = field(default_factory=list)
    indicators: list[IndicatorRows] = field(default_factory=list)


def grouped(tables: Tables, asking: Asking) -> list[CategoryRows]:
    """The categories in order of their first rows."""
    own = {}
    for cells in rows_of(tables.categories) if tables.categories else ():
        if "label" in cells:
            own[read_text(cells["label"].text)] = cells
    categories: dict[str, CategoryRows] = {}
    current: IndicatorRows | None = None
    for label, cells in _labelled(tables.main):
        text = (read_text(label.text) if label else "") or tables.title
        if text not in categories:
            categories[text] = _category(text, label, own.get(text), asking)
            current = None
        current = _add(categories[text], current, cells, is_ours=tables.is_ours)
    if not tables.is_ours:
        for category in categories.values():
            for indicator in category.indicators:
                _complete(indicator)
    return list(categories.values())


def _labelled(table: Table) -> Iterator[tuple[Cell | None, Cells]]:
    """Each row with the cell that names its category: its own, the last above it, or a heading across the table."""
    headings = [row for row in table.skipped if row.why == "heading"]
    label, at = None, 0
    for row, cells in zip(table.rows, rows_of(table), strict=True):
        above = [heading for heading in headings if at < heading.number < row.number]
        if above:
            label = Cell(above[-1].text, f"{table.sheet}!{table.columns[0].letter}{above[-1].number}")
        label = cells.get("category", label)
        at = row.number
        yield label, cells


def _category(text: str, label: Cell | None, own: Cells | None, asking: Asking) -> CategoryRows:
    if own is not None:
        cells = {key: cell for key, cell in own.items() if key != "label"}
        role = layout.ROLES.get(cells["role"].text, "base") if "role" in cells else "base"
        named = [] if "title" in cells else [Entry("title", text, own["label"].name)]
        return CategoryRows(text, cells, role, named)
    cell = label or Cell(text, "")
    stated = _WITH_POINTS.fullmatch(text)
    title = _MARK.sub("", stated[1] if stated else text)
    title = " ".join(title.split("\n"))
    role = asking.role(cell, title)
    entries = [Entry("title", title, cell.name)]
    if stated:
        key, points = _ROLE_POINTS[role]
        entries.append(Entry(key, points * Decimal(stated[2]), cell.name))
    if role != "base":
        entries.append(Entry("role", role, cell.name))
    return CategoryRows(text, {}, role, entries)


def _add(category: CategoryRows, current: IndicatorRows | None, cells: Cells, *, is_ours: bool) -> IndicatorRows | None:
    """The indicator a row belongs to: a new one, or the one above where it says no other."""
    title = cells.get("title")
    goes_on = current is not None and (title is None or _continues(current, cells, is_ours=is_ours))
    if not goes_on:
        if title is None:
            return None
        own = {key: cell for key, cell in cells.items() if key in _OF_INDICATOR} if "point.title" not in cells else {}
        current = IndicatorRows(title, {**own, "title": title})
        category.indicators.append(current)
    holder = current
    if "point.title" in cells:
        holder = IndicatorRows(cells["point.title"], _point_cells(cells, is_ours=is_ours))
        current.points.append(holder)
    if "standard" in cells or "rules" in cells or not goes_on:
        holder.lines.append((cells.get("standard"), cells.get("rules")))
    return current


def _continues(current: IndicatorRows, cells: Cells, *, is_ours: bool) -> bool:
    if cells["title"].text != current.title.text:
        return False
    if "point.title" in cells:
        return True
    return not is_ours and _text(cells, "points") in ("", _text(current.cells, "points"))


def _text(cells: Cells, key: str) -> str:
    return cells[key].text if key in cells else ""


def _point_cells(cells: Cells, *, is_ours: bool) -> Cells:
    """By the keys of a scoring point; in a table with one column of points, they are the scoring point's."""
    own = {key: cells[name] for key, name in layout.POINT_KEYS.items() if name in cells}
    if not is_ours and "points" not in own and "points" in cells:
        own["points"] = cells["points"]
    return own


def _complete(indicator: IndicatorRows) -> None:
    """An office's own table: titles without numbers and points in brackets; scoring points add up to its points."""
    stated = _WITH_POINTS.fullmatch(indicator.title.text)
    title = _MARK.sub("", stated[1] if stated else indicator.title.text)
    indicator.cells["title"] = indicator.title._replace(text=" ".join(title.split("\n")))
    if "points" in indicator.cells and not is_nothing(indicator.cells["points"].text):
        return
    if stated:
        indicator.cells["points"] = indicator.title._replace(text=stated[2])
    elif indicator.points:
        each = [POINTS.read(_text(point.cells, "points")) for point in indicator.points]
        if all(isinstance(points, Decimal) for points in each):
            indicator.entries.append(Entry("points", sum(each, Decimal(0)), indicator.title.name))
