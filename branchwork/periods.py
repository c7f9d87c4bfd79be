"""Months, quarters, halves and years as plain values. Standard library only.

A period's text is its identity everywhere (URLs, columns, slot keys): `2026-03`, `2026Q1`, `2026H1`, `2026`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import total_ordering

FIRST_YEAR, LAST_YEAR = 1900, 2999
MONTHS_IN_YEAR = 12

_TEXT = re.compile(r"(?P<year>[0-9]{4})(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|-(?P<month>0[1-9]|1[0-2]))?")


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def months(self) -> int:
        return {"month": 1, "quarter": 3, "half": 6, "year": MONTHS_IN_YEAR}[self.value]


@total_ordering
@dataclass(frozen=True)
class Period:
    """A month, a quarter, a half or a year; `number` counts within the year from 1 (a year's own number is 1).

    Periods sort by the day they end, a part before the whole that ends with it:
    Q1, Q2, H1, Q3, Q4, H2, year; March before Q1.
    """

    year: int
    kind: PeriodKind
    number: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", PeriodKind(self.kind))
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"year out of range: {self.year}")
        if not 1 <= self.number <= MONTHS_IN_YEAR // self.kind.months:
            raise ValueError(f"a year has no {self.kind} number {self.number}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read exactly what `str()` writes; anything else is a ValueError."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"not a period: {text!r}")
        year = int(match["year"])
        if match["quarter"]:
            return cls(year, PeriodKind.QUARTER, int(match["quarter"]))
        if match["half"]:
            return cls(year, PeriodKind.HALF, int(match["half"]))
        if match["month"]:
            return cls(year, PeriodKind.MONTH, int(match["month"]))
        return cls(year, PeriodKind.YEAR)

    def __str__(self) -> str:
        if self.kind == PeriodKind.MONTH:
            return f"{self.year}-{self.number:02d}"
        mark = {PeriodKind.QUARTER: "Q", PeriodKind.HALF: "H"}.get(self.kind)
        return f"{self.year}{mark}{self.number}" if mark else f"{self.year}"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.ends_on, self.kind.months) < (other.ends_on, other.kind.months)

    @property
    def starts_on(self) -> date:
        return date(self.year, (self.number - 1) * self.kind.months + 1, 1)

    @property
    def ends_on(self) -> date:
        """The last day, included."""
        return self.next_starts_on - timedelta(days=1)

    @property
    def next_starts_on(self) -> date:
        """The first day after, for half-open comparisons (`>= starts_on` and `< next_starts_on`)."""
        months = self.number * self.kind.months
        return date(self.year + months // MONTHS_IN_YEAR, months % MONTHS_IN_YEAR + 1, 1)

    def contains(self, day: date) -> bool:
        return self.starts_on <= day < self.next_starts_on

    def quarters(self) -> tuple[Period, ...]:
        """The quarters it is made of; a quarter is made of itself."""
        return self.parts(PeriodKind.QUARTER)

    def parts(self, kind: PeriodKind) -> tuple[Period, ...]:
        """The periods of that kind it is made of, in order; none when it is shorter than one."""
        length = self.kind.months // kind.months
        first = (self.number - 1) * length + 1
        return tuple(Period(self.year, kind, n) for n in range(first, first + length))


def period_of(day: date, kind: PeriodKind) -> Period:
    """The period of that kind in which the day lies."""
    return Period(day.year, kind, (day.month - 1) // kind.months + 1)


def quarter_of(day: date) -> Period:
    return period_of(day, PeriodKind.QUARTER)


def year_of(day: date) -> Period:
    return Period(day.year, PeriodKind.YEAR)


def plan_periods(year: int) -> tuple[Period, ...]:
    """The five periods a plan is closed by, in closing order: four quarters, then the year."""
    whole = Period(year, PeriodKind.YEAR)
    return (*whole.quarters(), whole)


def period_of_due_date(due_on: date, plan_year: int) -> Period:
    """The period whose closing settles what is due that day: its quarter, or the plan's year when it
    falls due after 31 December of the plan year. Nothing falls due before the plan year: ValueError.
    """
    if due_on.year < plan_year:
        raise ValueError(f"{due_on} lies before the plan year {plan_year}")
    if due_on.year > plan_year:
        return Period(plan_year, PeriodKind.YEAR)
    return quarter_of(due_on)
