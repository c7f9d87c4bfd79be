"""Values of a scheme file in the cells of a workbook; what has no cell of its own goes together into one."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from assessments.scheme_files.sorts import Plain, number_of
from assessments.scheme_workbooks.flow import quote, read_flow, write_flow
from assessments.scheme_workbooks.phrases import normal
from assessments.scheme_workbooks.values import read_amount, write_amount
from branchwork.importing import fold, text_of

# A cell that says there is nothing.
NOTHING = "—"
_NOTHING = {"—", "——", "-", "/", "无"}
_POINTS = re.compile(r"(.+?)分?")
# A row that begins with one of these would be taken for the table's sum.
_SUM = re.compile(r"(合计|总计|小计|共计|总分|累计)(数|分值?|人数)?([::(].*)?")


class Sort(NamedTuple):
    """A sort of cell; `read` and `write` answer None for what it cannot say."""

    read: Callable[[str], Plain | None]
    write: Callable[[Plain], str | None]


class Column(NamedTuple):
    """A column of a sheet: the key of the part it holds, its header, others offices give it, its width."""

    key: str
    header: str
    sort: Sort
    names: tuple[str, ...] = ()
    width: float | None = None


def is_nothing(text: str) -> bool:
    return not text or text in _NOTHING


def read_text(text: str) -> str | None:
    """The text; one in quotes keeps what cells do not keep."""
    if not text.startswith('"'):
        return text
    read = read_flow(text)
    return read if isinstance(read, str) else text


def write_text(text: Plain) -> str | None:
    if not isinstance(text, str):
        return None
    is_safe = text_of(text) == text and not is_nothing(text) and text[0] not in '"①' and not _SUM.fullmatch(fold(text))
    return text if is_safe else quote(text)


def _read_points(text: str) -> Plain | None:
    """`20`, `20分`; by peer group: `部门12、村居24、其他12`."""
    folded = normal(text)
    number = number_of(_POINTS.fullmatch(folded)[1]) if folded else None
    return read_amount(f"({folded})") if number is None else number


def _write_points(amount: Plain) -> str | None:
    written = write_amount(amount)
    return written and written.strip("（）")


def _write_number(number: Plain) -> str | None:
    return None if isinstance(number, str | dict | list | bool) else f"{Decimal(number):f}"


def _read_names(text: str) -> Plain | None:
    names = [name for name in text.replace(",", "、").replace("，", "、").split("、") if name.strip()]
    return names[0].strip() if len(names) == 1 else [name.strip() for name in names] or None


def _write_names(names: Plain) -> str | None:
    names = names if isinstance(names, list) else [names]
    written = "、".join(names)
    return written if _read_names(text_of(written)) == (names if len(names) > 1 else names[0]) else None


def _read_rest(text: str) -> Plain | None:
    """`when: members >= 7, cap: 5`, with or without braces."""
    return read_flow(text if text.startswith("{") else f"{{{text}}}")


TEXT = Sort(read_text, write_text)
POINTS = Sort(_read_points, _write_points)
NUMBER = Sort(lambda text: number_of(normal(text)), _write_number)
NAMES = Sort(_read_names, _write_names)
FLOW = Sort(read_flow, write_flow)
REST = Sort(_read_rest, lambda rest: write_flow(rest)[1:-1] if rest else None)


def words(meanings: Mapping[str, str]) -> Sort:
    """Words that stand for words: the first of those that mean the same is written."""
    says = {meaning: word for word, meaning in reversed(meanings.items())}
    return Sort(lambda text: meanings.get(normal(text)), lambda value: says.get(value))


def _faithful(sort: Sort, value: Plain) -> str | None:
    """What is written for the value; None when it would be read as something else."""
    text = sort.write(value)
    return text if text is not None and sort.read(text_of(text)) == value else None


def cells_of(part: Mapping[str, Plain], columns: tuple[Column, ...]) -> dict[str, str]:
    """The part as cells by column key; what no column can say is put under `rest`."""
    cells = {
        column.key: text
        for column in columns
        if column.key in part and (text := _faithful(column.sort, part[column.key])) is not None
    }
    left = {key: value for key, value in part.items() if key not in cells}
    return cells | ({"rest": REST.write(left)} if left else {})
