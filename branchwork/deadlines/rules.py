"""What a deadline means once read: a Calendar, an Event or a Question. Plain values.

Arithmetic as the ledger wants it: due dates are the last day on which the work is in time, weekends
never shift them, and a month too short for its day (30 in February, six months before 31 August) ends
on its last day.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Literal

from branchwork.deadlines.feasts import feast_day
from branchwork.periods import Period, PeriodKind

MONTH_END = 0

SPAN_MONTHS = {"month": 1, "quarter": 3, "half": 6}


class QuestionCode(StrEnum):
    """Why a deadline is asked about. The value is stable: it is stored and translated by the caller."""

    EMPTY = "empty"  # nothing is written
    VAGUE = "vague"  # 适时, 及时, 按上级要求, 另行通知: no date is meant
    AMBIGUOUS = "ambiguous"  # more than one reading: 年初, 6月前, 半年, 6月、12月20日前
    IMPOSSIBLE_DATE = "impossible_date"  # 2月30日, 13月
    REVERSED = "reversed"  # a range or a list that runs backwards: 5—3月, 12月底、2月底
    REPEATED = "repeated"  # the same date twice
    TOO_OFTEN = "too_often"  # more often than monthly: 每周, 每月10日、25日
    SEVERAL = "several"  # a count above one with no dates for it: 每年两次
    WORKING_DAYS = "working_days"  # 7个工作日内
    UNREADABLE = "unreadable"
    # These three depend on the plan's year and come from Calendar.slots.
    MISSING_HOLIDAYS = "missing_holidays"  # the year's date of a movable feast is not in the data
    ANOTHER_YEAR = "another_year"  # a year is written that is neither the plan's nor the next
    NO_LEAP_DAY = "no_leap_day"  # 2月29日 in a common year


@dataclass(frozen=True)
class Question:
    """A deadline that was not understood; `phrase` is the part of it to show."""

    code: QuestionCode
    phrase: str

    def to_json(self) -> dict[str, Any]:
        return {"type": "question", "code": str(self.code), "phrase": self.phrase}


class Unresolved(ValueError):
    """A calendar that has no answer for one year (`year`), though its words were understood."""

    def __init__(self, code: QuestionCode, phrase: str, year: int) -> None:
        super().__init__(f"{code}: {phrase} ({year})")
        self.question = Question(code, phrase)
        self.year = year


@dataclass(frozen=True)
class Slot:
    key: str
    due_on: date


@dataclass(frozen=True)
class DueDay:
    """A date in or after the plan's year; day MONTH_END is the month's last.

    A written `year` is kept and never moved: it serves the plan of that year and, as a date of the next
    year, the plan before it. Any other plan's `slots` refuses it (another_year), so that last year's
    words copied into a new plan are asked about.
    """

    month: int
    day: int = MONTH_END
    year: int | None = None
    next_year: bool = False

    def on(self, plan_year: int) -> date:
        year = _year(self, plan_year)
        last = monthrange(year, self.month)[1]
        if self.day > last:
            raise Unresolved(QuestionCode.NO_LEAP_DAY, f"{self.month}月{self.day}日", year)
        return date(year, self.month, self.day or last)


@dataclass(frozen=True)
class Eve:
    """The day before a feast: of the occurrence whose eve lies in the plan's year (元旦 = 31 December)."""

    feast: str
    year: int | None = None
    next_year: bool = False

    def on(self, plan_year: int) -> date:
        year = _year(self, plan_year)
        eve = self._eve(year)
        if eve.year < year and self.year is None and not self.next_year:
            eve = self._eve(year + 1)
        if eve.year < plan_year:
            raise Unresolved(QuestionCode.ANOTHER_YEAR, f"{self.year}年{self.feast}", plan_year)
        return eve

    def _eve(self, year: int) -> date:
        day = feast_day(self.feast, year)
        if day is None:
            raise Unresolved(QuestionCode.MISSING_HOLIDAYS, self.feast, year)
        return day - timedelta(days=1)


def _year(due: DueDay | Eve, plan_year: int) -> int:
    if due.year is None:
        return plan_year + due.next_year
    if due.year not in (plan_year, plan_year + 1):
        raise Unresolved(QuestionCode.ANOTHER_YEAR, f"{due.year}年", plan_year)
    return due.year


@dataclass(frozen=True)
class Calendar:
    """The due dates of a task in any plan year.

    `every` month, quarter or half: due in month `month` of the span (1 is its first; one more than it has
    is the month after it) on `day`; `only` keeps some spans, counted from 1 (双月). `every` is "listed"
    for the dates in `listed`. Words as 全年 or 年底前 are one listed date, 31 December.
    """

    every: Literal["month", "quarter", "half", "listed"]
    month: int = 0
    day: int = MONTH_END
    only: tuple[int, ...] = ()
    listed: tuple[DueDay | Eve, ...] = ()

    def slots(self, year: int) -> tuple[Slot, ...]:
        """The plan year's due dates in order. Keys are `2026-03`, `2026Q1`, `2026H1`, and for listed
        dates "1", "2", … by due date (dates that coincide that year are one). Raises Unresolved.
        """
        if self.every == "listed":
            dates = sorted({due.on(year) for due in self.listed})
            return tuple(Slot(str(n), due_on) for n, due_on in enumerate(dates, 1))
        spans = range(1, 12 // SPAN_MONTHS[self.every] + 1)
        return tuple(Slot(self._key(year, n), self._due(year, n)) for n in spans if n in (self.only or spans))

    def _key(self, year: int, number: int) -> str:
        if self.every == "month":
            return f"{year}-{number:02}"
        return str(Period(year, PeriodKind(self.every), number))

    def _due(self, year: int, number: int) -> date:
        return _day_in(year, (number - 1) * SPAN_MONTHS[self.every] + self.month, self.day or 31)

    def to_json(self) -> dict[str, Any]:
        listed = [_set_fields(due) for due in self.listed]
        data = {"type": "calendar", "every": self.every, "month": self.month, "day": self.day}
        return {**data, "only": list(self.only), "listed": listed}


@dataclass(frozen=True)
class Event:
    """A deadline counted from a day that is not known yet (the end of a term, an appointment, a batch).

    Months are counted before days; direction "on" is the day itself.
    """

    anchor: Literal["term_end", "appointment", "vacancy", "feedback", "batch", "other"]
    direction: Literal["before", "after", "on"]
    months: int = 0
    days: int = 0

    def due_on(self, event_on: date) -> date:
        sign = {"before": -1, "after": 1, "on": 0}[self.direction]
        moved = _day_in(event_on.year, event_on.month + sign * self.months, event_on.day)
        return moved + timedelta(days=sign * self.days)

    def to_json(self) -> dict[str, Any]:
        return {"type": "event", **{field.name: getattr(self, field.name) for field in fields(self)}}


Deadline = Calendar | Event | Question


def from_json(data: dict[str, Any]) -> Deadline:
    """What `to_json` wrote, as the same value. An unknown type is a ValueError."""
    values = {key: value for key, value in data.items() if key != "type"}
    if data.get("type") == "calendar":
        listed = tuple(Eve(**due) if "feast" in due else DueDay(**due) for due in values.pop("listed"))
        return Calendar(**{**values, "only": tuple(values["only"])}, listed=listed)
    if data.get("type") == "event":
        return Event(**values)
    if data.get("type") == "question":
        return Question(QuestionCode(values["code"]), values["phrase"])
    raise ValueError(f"not a deadline: {data!r}")


def _set_fields(due: DueDay | Eve) -> dict[str, Any]:
    return {field.name: value for field in fields(due) if (value := getattr(due, field.name)) != field.default}


def _day_in(year: int, month: int, day: int) -> date:
    """Month counted from January of `year` and running over it either way; the day cut to the month."""
    years, month0 = divmod(month - 1, 12)
    return date(year + years, month0 + 1, min(day, monthrange(year + years, month0 + 1)[1]))
