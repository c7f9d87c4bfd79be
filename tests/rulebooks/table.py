"""Which rule of which published rule book is written how: `python -m tests.rulebooks.table` writes docs/rule-books.md.

`NN.yaml` is a rule book as a scheme file, `NN.map.yaml` says of each of its rules what expresses it. Read as plain
YAML, so that the page says what is written there and nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "rule-books.md"

PARTS = ("components", "categories", "vetoes", "figures")
BY_FACTS = {"excused", "factor", "exempt", "last_year", "group"}

FORMULA, PERSON, INSTEAD, MISSING = "公式", "由人定", "退为人工", "没有写"


@dataclass(frozen=True)
class Entry:
    """One rule of the book. `by` names what expresses it; `open` says why the book itself leaves it to a person."""

    rule: str
    kind: str
    gloss: str
    by: tuple[str, ...] = ()
    note: str = ""
    open: str = ""
    not_expressed: str = ""


@dataclass(frozen=True)
class Book:
    number: str
    scheme: dict
    entries: tuple[Entry, ...]

    @cached_property
    def parts(self) -> dict[str, list[dict]]:
        """Everything that has an id; an indicator and its only rule share theirs."""
        parts: dict[str, list[dict]] = {}
        for name, part in _named(self.scheme):
            parts.setdefault(name, []).append(part)
        return parts

    def find(self, name: str) -> list[dict] | None:
        """What `by` means with `name`: a part, a key of one, a key of the scheme, or one of a facts file."""
        if name in self.parts:
            return self.parts[name]
        if name in self.scheme:
            return []
        owner, _, key = name.rpartition(".")
        if owner == "facts":
            return [] if key in BY_FACTS else None
        owners = self.parts.get(owner) or _as_list(self.scheme.get(owner))
        return [] if any(key in part for part in owners) else None

    def unknown(self) -> list[str]:
        """Names that a map uses and the scheme has not."""
        return [f"{entry.rule}: {name}" for entry in self.entries for name in entry.by if self.find(name) is None]

    def standing(self, entry: Entry) -> str:
        if entry.not_expressed:
            return MISSING
        kinds = {kind for name in entry.by for part in self.find(name) or [] for kind in _kinds(part)}
        if "manual_range" not in kinds:
            return FORMULA
        return PERSON if entry.kind == "manual_range" or entry.open else INSTEAD

    def count(self, *standings: str) -> int:
        return sum(self.standing(entry) in standings for entry in self.entries)


def _as_list(part: object) -> list[dict]:
    return part if isinstance(part, list) else [part] if isinstance(part, dict) else []


def _named(scheme: dict) -> Iterator[tuple[str, dict]]:
    for group in PARTS:
        for part in scheme.get(group, ()):
            yield str(part.get("id", part["title"])), part
            for indicator in part.get("indicators", ()):
                name = str(indicator.get("id", indicator["title"]))
                yield name, indicator
                yield from _rules(name, indicator)
                for point in indicator.get("scoring_points", ()):
                    name_of_point = str(point.get("id", point["title"]))
                    yield name_of_point, point
                    yield from _rules(name_of_point, point)


def _rules(holder: str, part: dict) -> Iterator[tuple[str, dict]]:
    """A rule without an id goes by its holder's, with a number when it is not the only one."""
    rules = _as_list(part.get("rules"))
    for number, rule in enumerate(rules, start=1):
        yield str(rule.get("id", holder if len(rules) == 1 else f"{holder}.{number}")), rule


def _kinds(part: dict) -> Iterator[str]:
    if "kind" in part:
        yield part["kind"]
    for inner in (*_as_list(part.get("rules")), *_as_list(part.get("scoring_points"))):
        yield from _kinds(inner)


# Reading


def books() -> list[Book]:
    return [_book(path) for path in sorted(HERE.glob("[0-9][0-9].yaml"))]


def _book(path: Path) -> Book:
    entries = _read(path.with_suffix(".map.yaml"))
    return Book(path.stem, _read(path), tuple(Entry(**entry | {"by": tuple(entry.get("by", ()))}) for entry in entries))


def _read(path: Path) -> dict | list:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


# Writing

INTRODUCTION = """# 真实考核办法怎样写成考核办法文件

本页由 `python -m tests.rulebooks.table` 生成，请勿手改。写法见 [scheme-format.md](scheme-format.md)。
`tests/rulebooks/NN.yaml` 是公开发布的考核办法（节选，用自己的话写，不含地名单位名），
`NN.map.yaml` 逐条写明原文的规则由文件里的什么表达；有 `NN.facts.yaml` 的，附带算到分的例子。

- **公式**：由规则、条件或文件结构直接算出，不用人打分。
- **由人定**：原文本来就要人酌情打分，或没有给出分值，写作 `manual_range`，要写理由。
- **退为人工**：原文有算法，却只能由人打分。
- **没有写**：文件格式表达不了，或不属于计分。
"""


def page() -> str:
    """docs/rule-books.md as it should stand."""
    shelf = books()
    return "\n".join([INTRODUCTION, *_overview(shelf), *(line for book in shelf for line in _chapter(book))]) + "\n"


def _overview(shelf: list[Book]) -> Iterator[str]:
    yield from ["## 一览", "", f"| 编号 | 考核办法 | 规则 | {FORMULA} | {PERSON} | {INSTEAD} | {MISSING} | 写成 |"]
    yield "|---|---|---|---|---|---|---|---|"
    for book in shelf:
        yield _row(f"[{book.number}](#{book.number})", book.scheme["scheme"], *_counts([book]))
    yield _row("", "**合计**", *_counts(shelf))
    missing = [f"- {book.number} `{e.rule}` {e.gloss}：{why}" for book in shelf for e, why in _lacking(book)]
    yield from ["", "### 没有写成的", "", *(missing or ["无。"])]


def _lacking(book: Book) -> Iterator[tuple[Entry, str]]:
    """Rules that are not expressed or only as points given by a person, and why."""
    for entry in book.entries:
        if book.standing(entry) in (INSTEAD, MISSING):
            yield entry, entry.not_expressed or entry.note


def _counts(shelf: list[Book]) -> list[str]:
    total = sum(len(book.entries) for book in shelf)
    counts = [sum(book.count(standing) for book in shelf) for standing in (FORMULA, PERSON, INSTEAD, MISSING)]
    return [*map(str, (total, *counts)), f"{expressed_percent(shelf)}%"]


def expressed_percent(shelf: Iterable[Book]) -> int:
    """How many of a hundred rules are worked out, or left to a person where the book leaves them. Rounded down."""
    shelf = list(shelf)
    return 100 * sum(book.count(FORMULA, PERSON) for book in shelf) // sum(len(book.entries) for book in shelf)


def _chapter(book: Book) -> Iterator[str]:
    yield from ["", f'<a id="{book.number}"></a>', "", f"## {book.number} {book.scheme['scheme']}", ""]
    yield from ["| 原文位置 | 种类 | 内容 | 怎样写 | |", "|---|---|---|---|---|"]
    for entry in book.entries:
        standing = book.standing(entry)
        remarks = [standing if standing != FORMULA else "", entry.not_expressed or entry.open, entry.note]
        written = "<br>".join(_written(book, name) for name in entry.by) or "—"
        yield _row(f"`{entry.rule}`", f"`{entry.kind}`", entry.gloss, written, "；".join(filter(None, remarks)))


def _written(book: Book, name: str) -> str:
    kinds = sorted({part["kind"] for part in book.find(name) or [] if "kind" in part})
    if name in book.parts:
        return f"{name} {' '.join(f'`{kind}`' for kind in kinds)}".rstrip()
    owner, _, key = name.rpartition(".")
    return f"{owner} `{key}`" if owner in book.parts else f"`{name}`"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
