"""One line of the list as values: what its cells say, before anything is looked up."""

import re
from dataclasses import dataclass

from branchwork.importing import Row, Table, fold

# A name may itself end in 代: bare, it means nothing.
_ACTING = re.compile(r"(?:[(（\[【](?:代|代理|代书记|主持工作|临时负责)[)）\]】]|代理|主持工作)$")
_SPLIT = re.compile(r"[、,，;；/\n]+")
_NOBODY = {"", "无", "空缺", "暂缺", "缺", "-", "—", "/"}


@dataclass(frozen=True)
class Line:
    """A row's texts as they stand; `number` is the row, `values` the text by field key."""

    number: int
    values: dict[str, str]
    cells: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")

    @property
    def name(self) -> str:
        return self["name"].replace("\n", "")

    @property
    def secretary(self) -> tuple[str, bool]:
        return person_of(self["secretary"])

    @property
    def tags(self) -> list[str]:
        return list(dict.fromkeys(tag.strip()[:40] for tag in _SPLIT.split(self["tags"]) if tag.strip()))


def read_lines(table: Table) -> list[Line]:
    keys = {column.key: column.letter for column in table.columns if column.key}
    return [_line(row, keys) for row in table.rows]


def _line(row: Row, keys: dict[str, str]) -> Line:
    values = {key: row.cells[letter] for key, letter in keys.items() if letter in row.cells}
    return Line(row.number, values, {key: f"{letter}{row.number}" for key, letter in keys.items()})


def person_of(text: str) -> tuple[str, bool]:
    """The name and whether the person is acting: 刘志强（代） is ("刘志强", True); 空缺 is ("", False)."""
    written = text.replace("\n", "").strip()
    # Names of two characters are spread with a blank so that they line up: 高　峰.
    bare = "".join(written.split()) if re.search(r"[\u4e00-\u9fff]", written) else written
    name = _ACTING.sub("", bare)
    return ("", False) if fold(name) in _NOBODY else (name[:60], name != bare)
