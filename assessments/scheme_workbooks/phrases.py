"""Templates that both read and write a phrase: `每[次|项]扣{each:amount}`.

`{key:sort}` stands for a value. `[a|b]` writes its first word and reads any of them; an empty word may be left out.
Texts are compared in half width and without blanks.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from assessments.scheme_files.sorts import Plain
from assessments.scheme_workbooks.values import SORTS

_PIECES = re.compile(r"(\{[^}]+\}|\[[^\]]*\])")
_DASHES = str.maketrans("—–~−", "----")


def normal(text: str) -> str:
    """Half width, without blanks, one sign for every dash: how texts are compared."""
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_DASHES).replace("--", "-")


@dataclass(frozen=True)
class Phrase:
    """Says the values of its slots, and `says` whatever its words mean by themselves. `kinds`: where it may stand."""

    template: str
    says: Mapping[str, Plain] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()

    @cached_property
    def slots(self) -> dict[str, str]:
        return dict(piece[1:-1].split(":") for piece in _PIECES.split(self.template) if piece.startswith("{"))

    @cached_property
    def keys(self) -> set[str]:
        return {*self.slots, *self.says}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = iter(range(len(self.slots)))
        return re.compile("".join(_pattern_of(piece, names) for piece in _PIECES.split(self.template)))

    def read(self, text: str) -> dict[str, Plain] | None:
        """What a text in normal form says; None when it is not this phrase."""
        match = self._pattern.fullmatch(text)
        if match is None:
            return None
        values = {key: SORTS[sort].read(match[f"_{number}"]) for number, (key, sort) in enumerate(self.slots.items())}
        return None if None in values.values() else {**self.says, **values}

    def write(self, values: Mapping[str, Plain]) -> str | None:
        """The phrase for these values; None when it says something else, or cannot say one of them."""
        if any(key not in values or values[key] != value for key, value in self.says.items()):
            return None
        if not self.slots.keys() <= values.keys():
            return None
        pieces = [self._written(piece, values) for piece in _PIECES.split(self.template)]
        return None if None in pieces else "".join(pieces)

    def _written(self, piece: str, values: Mapping[str, Plain]) -> str | None:
        if piece.startswith("["):
            return piece[1:-1].split("|")[0]
        if not piece.startswith("{"):
            return piece
        key, sort = piece[1:-1].split(":")
        return SORTS[sort].write(values[key])


def _pattern_of(piece: str, names) -> str:
    if piece.startswith("["):
        return "(?:" + "|".join(re.escape(normal(word)) for word in piece[1:-1].split("|")) + ")"
    if piece.startswith("{"):
        sort = piece[1:-1].split(":")[1]
        return f"(?P<_{next(names)}>{SORTS[sort].pattern})"
    return re.escape(normal(piece))
