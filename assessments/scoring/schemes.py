"""What is assessed and what it is worth: plain values, no arithmetic."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """How an indicator's points are worked out; `kind` is a key of `rules.FORMULAS`."""

    kind: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is scored. In a scheme made from a plan: a task."""

    key: str
    title: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Category:
    """Indicators under one heading. In a scheme made from a plan: an item."""

    key: str
    title: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """A name for every printed rate from `at_least` up to the next grade's line."""

    name: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of a way to assess.

    `late_share` is the part of its points that an assignment done or recorded late earns.
    `not_applicable` says what an assignment that does not apply does: "leave" takes it out of
    earned and available, "full" gives its points. A peer group smaller than `min_place_group`
    has no places.

    Raises ValueError when two indicators or categories share a key, or a setting makes no sense.
    """

    key: str
    title: str
    categories: tuple[Category, ...]
    grades: tuple[Grade, ...] = ()
    late_share: Decimal = Decimal("0.80")
    not_applicable: Literal["leave", "full"] = "leave"
    min_place_group: int = 3

    def __post_init__(self) -> None:
        _check_unique("category", [category.key for category in self.categories])
        _check_unique("indicator", [indicator.key for _, indicator in self.indicators()])
        _check_unique("grade line", [str(grade.at_least.normalize()) for grade in self.grades])
        if not 0 <= self.late_share <= 1:
            raise ValueError(f"late_share is a part of the points, from 0 to 1: {self.late_share}")
        if self.not_applicable not in ("leave", "full"):
            raise ValueError(f"not_applicable is 'leave' or 'full': {self.not_applicable!r}")

    def indicators(self) -> Iterator[tuple[Category, Indicator]]:
        """Every indicator with its category, in the order in which lines are printed."""
        for category in self.categories:
            for indicator in category.indicators:
                yield category, indicator


def _check_unique(noun: str, keys: list[str]) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"{noun} more than once in the scheme: {', '.join(twice)}")
