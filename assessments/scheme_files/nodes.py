"""A YAML file as a tree of places: every value keeps its line, nothing is converted on the way.

Only the plain part of YAML is read, the part people write by hand: no tags, no anchors, no aliases, one document.
So nothing in a file can build an object, or grow beyond what is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

from assessments.scheme_files.problems import Problem, Unread

MOST_BYTES = 2_000_000
MOST_NESTING = 20
_EMPTY = {"", "~", "null", "Null", "NULL"}
# What YAML does not allow in a text file, half surrogates included.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
COLON = "："
# A key at the beginning of a line; one after a comma inside { }; a second colon before anything ends the text.
_WIDE_COLON = re.compile(r"[\s-]*[^\s:：'\"{\[]+\s*：")
_WIDE_COMMA = re.compile(r"[{\[].*，\s*\w+\s*: ")
_COLON_IN_TEXT = re.compile(r":\s+[^\s'\"{\[|>][^'\"{}\[\],]*:\s")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as it is written. `is_plain` has no quotes: it may be a number, a date, true or false."""

    line: int
    text: str
    is_plain: bool

    @property
    def is_empty(self) -> bool:
        return self.text in _EMPTY if self.is_plain else not self.text.strip()


@dataclass(frozen=True, slots=True)
class Sequence:
    line: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """`entries` by key; `key_lines` tells where each key stands."""

    line: int
    entries: dict[str, "Node"]
    key_lines: dict[str, int]


Node = Scalar | Sequence | Mapping


def compose(text: bytes | str, file: str) -> tuple[Node | None, list[Problem]]:
    """The tree of the file, None where it cannot be read at all."""
    tree = _Tree(file)
    try:
        return tree.read(_decoded(text, file)), tree.problems
    except _Refused as refused:
        return None, [*tree.problems, refused.problem]


class _Refused(Unread):
    """The rest of the file cannot be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def _decoded(text: bytes | str, file: str) -> str:
    if len(text) > MOST_BYTES:
        raise _Refused(Problem(file, 1, "", _("The file is larger than 2 MB.")))
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            line = text.count(b"\n", 0, error.start) + 1
            raise _Refused(Problem(file, line, "", _not_utf8(text))) from error
    text = text.removeprefix("\ufeff")
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = _("There is a character here that no text has (U+%(code)s).") % {"code": f"{ord(found[0]):04X}"}
        raise _Refused(Problem(file, line, "", message))
    return text


def _not_utf8(content: bytes) -> str:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return _("The file is not text in UTF-8.")
    return _("The file is written in GBK, not in UTF-8. Save it again with the encoding UTF-8.")


class _Tree:
    """Builds the tree from the events of the parser, of which it takes no more than it needs."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def read(self, text: str) -> Node | None:
        lines = text.splitlines()
        try:
            return self._document(yaml.parse(text, Loader=_LOADER))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = min(mark.line + 1, max(len(lines), 1)) if mark else 1
            above, written = ["", "", *lines, ""][line : line + 2]
            raise _Refused(Problem(self.file, line, "", _syntax(written, above))) from error

    def _document(self, events: Iterator[yaml.Event]) -> Node | None:
        root = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise self._refused(
                    event, "", _("The file has a second document (after ---). One file is one document.")
                )
            if isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, "", 1)
        return root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: str, depth: int) -> Node:
        line = event.start_mark.line + 1
        self._check_plain_yaml(event, path)
        if depth > MOST_NESTING:
            raise self._refused(
                event, "", _("The file is nested deeper than %(most)d levels.") % {"most": MOST_NESTING}
            )
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(line, event.value, bool(event.implicit[0]))
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(line, tuple(self._items(events, path, depth)))
        entries: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        for key, key_line, node in self._pairs(events, path, depth):
            if COLON in key and isinstance(node, Scalar) and node.is_empty:
                self.problems.append(Problem(self.file, key_line, join(path, key), wide_colon(key)))
            elif key in entries:
                message = _("%(key)s stands here a second time (first in line %(line)d).")
                message %= {"key": key, "line": key_lines[key]}
                self.problems.append(Problem(self.file, key_line, join(path, key), message))
            else:
                entries[key], key_lines[key] = node, key_line
        return Mapping(line, entries, key_lines)

    def _items(self, events: Iterator[yaml.Event], path: str, depth: int) -> Iterator[Node]:
        for number, event in enumerate(events, start=1):
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, events, f"{path}[{number}]", depth + 1)

    def _pairs(self, events: Iterator[yaml.Event], path: str, depth: int) -> Iterator[tuple[str, int, Node]]:
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, path, _("A key must be a single word or text, followed by a colon."))
            self._check_plain_yaml(event, path)
            yield (
                event.value,
                event.start_mark.line + 1,
                self._node(next(events), events, join(path, event.value), depth + 1),
            )

    def _check_plain_yaml(self, event: yaml.Event, path: str) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refused(
                event, path, _("& and * (anchors and aliases) are not read here. Write it out, or put it in quotes.")
            )
        if event.tag is not None:
            raise self._refused(event, path, _("! (a tag) is not read here. Leave it out, or put the text in quotes."))

    def _refused(self, event: yaml.Event, path: str, message: str) -> _Refused:
        return _Refused(Problem(self.file, event.start_mark.line + 1, path, message))


def wide_colon(written: str) -> str:
    """Told where a key ends with a Chinese colon, which belongs to the text and ends nothing."""
    message = _("After “%(key)s” stands the wide colon “：”. Write the narrow one and a blank: “%(key)s: ”.")
    return message % {"key": written.split(COLON)[0].strip(" -")}


def _syntax(written: str, above: str) -> str:
    """The likeliest cause, told from the line itself: what parsers say is for programmers."""
    if "\t" in written[: len(written) - len(written.lstrip())] or written.lstrip(" ").startswith("\t"):
        return _("There is a tab here. Indent with blanks.")
    if written.lstrip(" -").startswith(("%", "@", "`")):
        return _("A text cannot begin with this sign. Put it in quotes.")
    if _WIDE_COMMA.search(written):
        return _("In { } and [ ] a wide comma “，” separates nothing. Write the narrow one: “,”.")
    for line in (written, above):
        if _WIDE_COLON.match(line):
            return wide_colon(line)
    if _COLON_IN_TEXT.search(written):
        return _("This line has a colon inside a text. Put that text in quotes: “title: '…: …'”.")
    return _(
        "The file cannot be read from here on. Look at this line and the one above: the indentation, a missing "
        "bracket or quote, a colon or comma inside a text (put such a text in quotes)."
    )


def join(path: str, key: str) -> str:
    """The path of an entry."""
    return f"{path}.{key}" if path else key
