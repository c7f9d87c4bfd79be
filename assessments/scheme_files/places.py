"""A value of a file with the path that leads to it: what readers are handed, and complain about."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.scheme_files import nodes
from assessments.scheme_files.nodes import Mapping, Node, Scalar, join
from assessments.scheme_files.problems import Problem, Unread

T = TypeVar("T")
MOST_NAMES = 8


class Reference(NamedTuple):
    """A name that must be declared elsewhere in the file, as a grade or a component."""

    what: str
    name: str
    place: "Place"


@dataclass(slots=True)
class Notes:
    """What is gathered while one file is read. `ids` has the id of each part by its path."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A node, the path to it, and the notes of its file."""

    node: Node
    path: str
    notes: Notes

    @property
    def line(self) -> int:
        return self.node.line

    @property
    def text(self) -> str:
        """A single value as it is written; Unread for a list or a mapping."""
        if not isinstance(self.node, Scalar):
            raise self.wrong(_("A single value is expected here."))
        if self.node.is_empty:
            raise self.wrong(_("Nothing stands here. Write a value, or leave the key out."))
        return self.node.text.strip()

    @property
    def is_plain(self) -> bool:
        """Without quotes: it may be a number, a date, true or false."""
        return isinstance(self.node, Scalar) and self.node.is_plain

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, nodes.Sequence)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, Mapping)

    def wrong(self, message: str) -> Unread:
        """Note the problem; raise what is returned where there is no value to go on with."""
        self.notes.problems.append(Problem(self.notes.file, self.line, self.path, message))
        return Unread(message)

    def wrong_key(self, key: str, message: str) -> None:
        """Note what is wrong with a key of this mapping itself."""
        line = self.node.key_lines[key] if isinstance(self.node, Mapping) else self.line
        self.notes.problems.append(Problem(self.notes.file, line, join(self.path, key), message))

    def items(self) -> list["Place"]:
        if not isinstance(self.node, nodes.Sequence):
            raise self.wrong(_("A list is expected here: lines that begin with “- ”, or [ ]."))
        return [
            replace(self, node=node, path=f"{self.path}[{number}]")
            for number, node in enumerate(self.node.items, start=1)
        ]

    def entries(self) -> dict[str, "Place"]:
        if not isinstance(self.node, Mapping):
            if isinstance(self.node, Scalar) and self.is_plain and nodes.COLON in self.node.text:
                raise self.wrong(nodes.wide_colon(self.node.text))
            raise self.wrong(_("Keys with values are expected here: “key: value”, or { }."))
        return {key: replace(self, node=node, path=join(self.path, key)) for key, node in self.node.entries.items()}

    def entry(self, key: str) -> "Place | None":
        """The value of a key, None without it (or where this is no mapping)."""
        if isinstance(self.node, Mapping) and key in self.node.entries:
            return replace(self, node=self.node.entries[key], path=join(self.path, key))
        return None


def read_all(places: Iterable[Place], read: Callable[[Place], T]) -> tuple[T, ...]:
    """Each of them, or Unread once all have been tried."""
    values, failed = [], None
    for place in places:
        try:
            values.append(read(place))
        except Unread as unread:
            failed = unread
    if failed:
        raise failed
    return tuple(values)


def read_entries(place: Place, read: Callable[[Place], T]) -> dict[str, T]:
    """The values of a mapping by key, or Unread once all have been tried."""
    entries = place.entries()
    return dict(zip(entries, read_all(entries.values(), read), strict=True))


def alike(name: str, names: Iterable[str]) -> list[str]:
    """Names there are, the most alike first."""
    return sorted(set(names), key=lambda other: (-difflib.SequenceMatcher(None, name, other).ratio(), other))


def nearest(name: str, names: Iterable[str], most: int = MOST_NAMES) -> str:
    """The same, as said to a person."""
    return listed(alike(name, names), most)


def listed(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """The first names, and how many there are beside them."""
    said, more = _(", ").join(names[:most]), len(names) - most
    if more <= 0:
        return said
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
        "names": said,
        "count": more,
    }


def check_keys(place: Place, known: Iterable[str]) -> None:
    """Note every key that has no meaning here."""
    known = list(known)
    for key in place.entries():
        if key not in known:
            message = _("%(key)s has no meaning here. Known: %(names)s.")
            place.wrong_key(key, message % {"key": key, "names": nearest(key, known)})
