"""What the page of a rule book's card shows beside what every card has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assessments.condition_words import titles_of
from assessments.models import Scorecard
from assessments.rule_book_periods import is_for_information, made_of
from assessments.rule_book_words import (
    left_out_words,
    points_words,
    reasons_words,
    role_words,
    sum_words,
    veto_words,
    withheld_words,
    year_words,
)
from assessments.scoring import Card, Indicator, Line, Scheme


@dataclass(frozen=True)
class LineRow:
    """`points` and `full` are printed; `full` is "" for an open indicator. `entries` are (key, day or None)."""

    title: str
    points: str
    full: str
    is_lost: bool
    is_without_data: bool
    standard: str
    words: list[str]
    entries: list[tuple[int, date | None]]


@dataclass(frozen=True)
class Group:
    """A category or a component; `role` says base, bonus or deduction."""

    title: str
    role: str
    is_base: bool
    points: str
    full: str
    words: list[str]
    lines: list[LineRow]

    @property
    def row_count(self) -> int:
        return len(self.lines)


@dataclass
class RuleBookPage:
    """`days` are those of the entries that are linked; `scorecard` the frozen row, None while the period is open."""

    scheme: Scheme
    card: Card
    scorecard: Scorecard | None
    days: Mapping[int, date]
    year: int
    is_year: bool

    @property
    def total(self) -> str:
        return points_words(self.card.total_for_grade)

    @property
    def full(self) -> str:
        """What the base could earn; "" where nothing says so."""
        return f"{self.card.available / 100:.2f}" if self.card.available else ""

    @property
    def left_out(self) -> str:
        """Why the base could earn less than is written in the rule book."""
        return left_out_words(self.scheme, self.card)

    @property
    def award(self) -> str:
        """The other total, where it is another."""
        if self.card.total_for_award == self.card.total_for_grade:
            return ""
        return points_words(self.card.total_for_award)

    @property
    def grade(self) -> str:
        return self.card.grade or ""

    @property
    def withheld(self) -> str:
        return withheld_words(self.scheme, self.card, titles_of(self.scheme))

    @cached_property
    def proposed(self) -> str:
        """The grade that the quotas leave; "" where there are none, or the period is open."""
        if self.scorecard is None:
            return ""
        grades = (one["proposed"].get(self.card.subject) for one in self.scorecard.closing.proposals)
        return next((grade for grade in grades if grade), "")

    @property
    def is_moved(self) -> bool:
        return bool(self.proposed) and self.proposed != self.grade

    @property
    def sum_words(self) -> str:
        return sum_words(self.card)

    @property
    def total_words(self) -> list[str]:
        return reasons_words(self.card.reasons, self.year)

    @property
    def vetoes(self) -> list[str]:
        return [veto_words(veto) for veto in self.card.vetoes]

    @property
    def year_words(self) -> str:
        return year_words(self.scheme, made_of(self.scheme))

    @property
    def is_for_information(self) -> bool:
        """A quarter's card that the year's card does not read."""
        return not self.is_year and is_for_information(self.scheme)

    @cached_property
    def groups(self) -> list[Group]:
        """Every category that has a line, in the order of the rule book; last those that wait for the closing."""
        lines: dict[str, list[Line]] = {}
        for line in self.card.lines:
            lines.setdefault(line.category, []).append(line)
        return [
            Group(
                title=one.title,
                role=role_words(one),
                is_base=one.role == "base",
                points=points_words(one.points),
                full="" if one.full is None else points_words(one.full),
                words=reasons_words(one.reasons, self.year),
                lines=[self._row(line) for line in lines.pop(one.key, ())],
            )
            for one in self.card.categories
        ] + [
            Group(found[0].category_title, "", True, "—", "", [], [self._row(line) for line in found])
            for found in lines.values()
        ]

    @property
    def components(self) -> list[Group]:
        return [
            Group(one.title, "", True, points_words(one.points), "" if one.full is None else points_words(one.full),
                  reasons_words(one.reasons, self.year), [])
            for one in self.card.components
        ]  # fmt: skip

    @property
    def figures(self) -> list[LineRow]:
        return [self._row(line) for line in self.card.figures]

    @cached_property
    def _indicators(self) -> Mapping[str, Indicator]:
        return {indicator.key: indicator for _category, indicator in self.scheme.indicators()}

    def _row(self, line: Line) -> LineRow:
        indicator = self._indicators.get(line.indicator)
        is_lost = line.points is not None and (line.points < 0 or line.full is not None and line.points < line.full)
        return LineRow(
            title=line.title,
            points=points_words(line.points),
            full="" if line.full is None else points_words(line.full),
            is_lost=is_lost,
            is_without_data=line.points is None,
            standard=indicator.standard if indicator else "",
            words=reasons_words(line.reasons, self.year, with_change=is_lost or line.full is None),
            entries=self._entries(line.entries),
        )

    def _entries(self, keys: Sequence[int]) -> list[tuple[int, date | None]]:
        found = [(key, self.days.get(key)) for key in keys]
        return sorted(found, key=lambda entry: (entry[1] or date.max, entry[0]))
