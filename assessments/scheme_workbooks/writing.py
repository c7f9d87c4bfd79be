"""A rule book as a workbook: the table offices print, and sheets for what has no place in it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils import timezone

from assessments.scheme_files.fields import SCHEME_KEYS, write_keys
from assessments.scheme_files.sorts import Plain, number_of
from assessments.scheme_workbooks import layout
from assessments.scheme_workbooks.cells import NOTHING, NUMBER, POINTS, Column, cells_of
from assessments.scheme_workbooks.flow import write_flow
from assessments.scheme_workbooks.short_form import write_rule
from assessments.scoring.schemes import Scheme
from branchwork import xlsx
from branchwork.importing import text_of

PlainPart = Mapping[str, Plain]
# Columns that are left out where nothing stands in them.
_AS_NEEDED = {"title", "point.title", "point.points", "method", "assessor", "id", "rest"}
_BY_ROWS = {"categories", *(listing.key for listing in layout.LISTINGS)}


def write_workbook_scheme(scheme: Scheme, *, created_at: datetime | None = None) -> bytes:
    """The workbook that `read_workbook_scheme` reads as this rule book again."""
    plain = write_keys(scheme, SCHEME_KEYS)
    labels = _labels(plain["categories"])
    sheets = [_main_sheet(scheme.title, plain["categories"], labels)]
    rows = [_category_cells(category, label) for category, label in zip(plain["categories"], labels, strict=True)]
    sheets.append(_sheet(layout.CATEGORIES.title, layout.CATEGORIES.columns, rows))
    for listing in layout.LISTINGS:
        if listing.key in plain:
            rows = [cells_of(part, listing.columns) for part in plain[listing.key]]
            sheets.append(_sheet(listing.title, listing.columns, rows))
    sheets.append(_sheet(layout.SETTINGS, layout.SETTING_COLUMNS, list(_settings(plain))))
    return xlsx.write_workbook(sheets, created_at=created_at or timezone.now(), title=scheme.title)


def _labels(categories: list[PlainPart]) -> list[str]:
    """What each category is called in the main sheet: its title, with its id where another has the same."""
    titles = [category["title"] for category in categories]
    return [
        title if titles.count(title) == 1 else f"{title}【{category.get('id', title)}】"
        for category, title in zip(categories, titles, strict=True)
    ]


def _settings(plain: PlainPart) -> Iterator[dict[str, str]]:
    said = {key: word for word, key in layout.SETTING_WORDS.items()}
    for key, value in plain.items():
        if key not in _BY_ROWS:
            yield {"setting": said.get(key, key), "value": write_flow(value)}


def _category_cells(category: PlainPart, label: str) -> dict[str, str]:
    own = {key: value for key, value in category.items() if key != "indicators"}
    if own["title"] == label:
        del own["title"]
    return cells_of({"label": label, "role": "base", **own}, layout.CATEGORIES.columns)


# The main sheet


def _main_sheet(title: str, categories: list[PlainPart], labels: list[str]) -> xlsx.SheetSpec:
    titles = [indicator["title"] for category in categories for indicator in category["indicators"]]
    rows = [
        {"category": layout.CATEGORY.sort.write(label), **cells}
        for category, label in zip(categories, labels, strict=True)
        for indicator in category["indicators"]
        for cells in _indicator_rows(indicator, is_alone=titles.count(indicator["title"]) == 1)
    ]
    return _sheet(layout.MAIN, layout.MAIN_COLUMNS, rows, heading=[title], merged=["category", "title"])


def _indicator_rows(indicator: PlainPart, *, is_alone: bool) -> Iterator[dict[str, str]]:
    """Its own row, and one for each scoring point. Its id is told where its title says which it is to nobody."""
    own = {key: value for key, value in indicator.items() if key not in ("rules", "scoring_points")}
    if not is_alone:
        own.setdefault("id", own["title"])
    points = indicator.get("scoring_points", [])
    cells = _with_rules(cells_of(own, layout.MAIN_COLUMNS), indicator.get("rules", []), has_points=bool(points))
    yield cells
    for point in points:
        yield {"title": cells["title"], **_point_cells(point)}


def _point_cells(point: PlainPart) -> dict[str, str]:
    own = {key: value for key, value in point.items() if key != "rules"}
    cells = cells_of(own, layout.POINT_COLUMNS)
    return _with_rules({layout.POINT_KEYS[key]: text for key, text in cells.items()}, point.get("rules", []))


def _with_rules(cells: dict[str, str], rules: list[PlainPart], *, has_points: bool = False) -> dict[str, str]:
    """With a line for each rule. Their sentences stand as the standard where there is no other."""
    if not rules:
        return cells if has_points and "standard" not in cells else {**cells, "rules": NOTHING}
    if "standard" not in cells and len(rules) <= len(layout.NUMERALS) and all(_has_sentence(rule) for rule in rules):
        sentences = [numeral + rule["title"] for numeral, rule in zip(layout.NUMERALS, rules, strict=False)]
        cells = {**cells, "standard": "\n".join(sentences)}
        rules = [{key: value for key, value in rule.items() if key != "title"} for rule in rules]
    return {**cells, "rules": "\n".join(map(write_rule, rules))}


def _has_sentence(rule: PlainPart) -> bool:
    title = rule.get("title", "")
    return bool(title) and text_of(title) == title and "\n" not in title and title[0] not in layout.NUMERALS


# Sheets


def _sheet(
    title: str,
    columns: tuple[Column, ...],
    rows: list[dict[str, str]],
    heading: list[str] | None = None,
    merged: list[str] | None = None,
) -> xlsx.SheetSpec:
    used = {key for row in rows for key in row}
    shown = [column for column in columns if column.key in used or column.key not in _AS_NEEDED]
    rows = [_filled(row, shown) for row in rows]
    return xlsx.SheetSpec(
        title=title,
        columns=[_column(column, [row[column.key] for row in rows]) for column in shown],
        rows=rows,
        heading=heading or (),
        merge_equal=merged or (),
    )


def _column(column: Column, texts: list[str | None]) -> xlsx.Column:
    """Points are numbers where all of the column are, so that an office can add them up."""
    written = [text for text in texts if text is not None]
    for format, places in (("integer", 0), ("points", 2)) if column.sort in (POINTS, NUMBER) else ():
        numbers = {text: number for text in written if (number := _scaled(text, places)) is not None}
        if len(numbers) == len({*written}):
            return _numeric(column, format, numbers)
    is_narrow = column.width is not None and column.width <= 10
    return xlsx.Column(column.key, column.header, column.width, align="center" if is_narrow else "")


def _numeric(column: Column, format: str, numbers: dict[str, int]) -> xlsx.Column:
    return xlsx.Column(column.key, column.header, column.width, format, lambda row: numbers.get(row[column.key]))


def _scaled(text: str, places: int) -> int | None:
    """The number in tenths, hundredths …; None for what has more places, or is no number."""
    number = number_of(text)
    scaled = None if number is None else number.scaleb(places)
    return None if scaled is None or scaled != scaled.to_integral_value() else int(scaled)


def _filled(row: dict[str, str], columns: list[Column]) -> dict[str, str | None]:
    """Every cell of the row. One with a single cell would be taken for a note, so it gets a second."""
    cells = {column.key: row.get(column.key) for column in columns}
    if len(row) == 1:
        cells[columns[1].key] = cells[columns[1].key] or NOTHING
    return cells
