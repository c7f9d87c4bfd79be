"""What the engine answers: cards of lines of reasons. All points are whole hundredths."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line is what it is: a code and its facts as data, worded elsewhere.

    Codes, one reason for each assignment:
    - `on_time`, `late`, `recorded_late`: done, with the points it earned
    - `waiting`: awaiting review; counted as `once_accepted` while the period is open
    - `not_accepted`: was awaiting review when the period was closed, earned nothing
    - `open`, `missed`, `returned`: not done; `could_earn` until `until` while the period is open
    - `exempt`, `not_applicable`

    and in a year, beside the frozen reason of an assignment that earned nothing in its quarter:
    - `made_up`, `make_up_waiting`: completed after its quarter was closed (跨季补完成)
    - `make_up_open`: `could_earn` until the year is closed

    Facts: always `slot`, `due_on`, `points` (what it is worth) and `earned`; where they are known
    `done_on`, `recorded_on`, `share` (a decimal as text, where it lowered the points),
    `once_accepted` (open periods only), `required_count` and `done_count` (where more than one is required), `note`,
    `could_earn`, `until`. Keys ending in `_on`, and `until`, hold dates; no value is a float.
    `entries` are ledger entry ids in ascending order.
    """

    code: str
    facts: Mapping[str, str | int | date]
    entries: tuple[int, ...] = ()


class Tally(NamedTuple):
    """Sums over assignments, and their reasons. What a formula answers.

    `available` counts what is due or done (in a closed period: everything), `assigned` everything
    that will count in the end. `waiting` is the part of `earned` that awaits review. `could_earn` can
    still be earned on top; `until` is the first day after which part of it lapses.
    """

    earned: int = 0
    available: int = 0
    assigned: int = 0
    waiting: int = 0
    could_earn: int = 0
    until: date | None = None
    reasons: tuple[Reason, ...] = ()


class Counted(Protocol):
    """Anything with a tally's sums: a Tally, a Line, a Part, a Card."""

    earned: int
    available: int
    assigned: int
    waiting: int
    could_earn: int
    until: date | None


def add_up(counted: Iterable[Counted], reasons: tuple[Reason, ...] = ()) -> Tally:
    """The sums of all, with these reasons."""
    earned = available = assigned = waiting = could_earn = 0
    until = None
    for one in counted:
        earned += one.earned
        available += one.available
        assigned += one.assigned
        waiting += one.waiting
        could_earn += one.could_earn
        if one.until is not None and (until is None or one.until < until):
            until = one.until
    return Tally(earned, available, assigned, waiting, could_earn, until, reasons)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a card; sums as in `Tally`.

    A rule book's line has its exact `points` (None: no data) and, where the indicator has points of its own, `full`,
    what could be had; `earned` and `available` are the same as printed.
    """

    indicator: str
    title: str
    category: str
    category_title: str
    earned: int = 0
    available: int = 0
    assigned: int = 0
    waiting: int = 0
    could_earn: int = 0
    until: date | None = None
    reasons: tuple[Reason, ...] = ()
    points: Decimal | None = None
    full: Decimal | None = None

    @property
    def entries(self) -> tuple[int, ...]:
        """Every ledger entry behind the line, once, in ascending order."""
        return tuple(sorted({entry for reason in self.reasons for entry in reason.entries}))


@dataclass(frozen=True, slots=True)
class Part:
    """One column of a year: a quarter, the make-ups, the tasks due next year; in a rule book, a period put together.

    What is made up is available in its quarter already, so the make-ups' `available` is 0.
    """

    kind: Literal["quarter", "make_up", "next_year", "period"]
    period: str
    is_closed: bool = False
    earned: int = 0
    available: int = 0
    assigned: int = 0
    waiting: int = 0
    could_earn: int = 0
    until: date | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Subtotal:
    """A category or a component of a rule book's card: exact points, None without data.

    `full` is what could be had, `nominal` what could have been had nothing been excused.
    """

    key: str
    title: str
    points: Decimal | None
    full: Decimal | None = None
    role: str = "base"
    reasons: tuple[Reason, ...] = ()
    nominal: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Vetoed:
    """A veto that holds, and the grade it names. `effect` as in `schemes.Veto`."""

    key: str
    title: str
    effect: str
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One subject in one period; sums as in `Tally`. An open period's card is provisional.

    A year's card has `parts` (four quarters, make-ups, next year) and one line for each indicator
    over all of them; any other card has none.

    A rule book's card has exact `total_for_grade` and `total_for_award`, of which `earned` is the first as printed;
    `base` is what periods combine, before bonus and deductions; `reasons` tell what bounded the totals. `figures` are
    lines that count nowhere.
    """

    subject: str
    period: str
    is_closed: bool = False
    lines: tuple[Line, ...] = ()
    earned: int = 0
    available: int = 0
    assigned: int = 0
    waiting: int = 0
    could_earn: int = 0
    until: date | None = None
    rate: Decimal | None = None
    grade: str | None = None
    parts: tuple[Part, ...] = ()
    base: Decimal | None = None
    total_for_grade: Decimal | None = None
    total_for_award: Decimal | None = None
    is_barred: bool = False
    reasons: tuple[Reason, ...] = ()
    categories: tuple[Subtotal, ...] = ()
    components: tuple[Subtotal, ...] = ()
    vetoes: tuple[Vetoed, ...] = ()
    figures: tuple[Line, ...] = ()
