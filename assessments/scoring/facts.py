"""What happened, as the engine is told it.

A plan's scheme reads one `Fact` for each assignment. A rule book reads events, values, votes, marks and exemptions too;
each names what it is `about`: a rule's key, or a name that rules read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    """How an assignment stands. One that still waits for its event makes no fact at all."""

    ON_TIME = "on_time"
    LATE = "late"  # 逾期: done after the due date
    RECORDED_LATE = "recorded_late"  # 补记: done in time, submitted after the grace days
    WAITING = "waiting"  # submitted or confirmed, not yet reviewed
    OPEN = "open"  # not done, not due yet
    MISSED = "missed"  # not done, past due
    RETURNED = "returned"  # sent back, not submitted again
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not_applicable"


DONE = frozenset({Outcome.ON_TIME, Outcome.LATE, Outcome.RECORDED_LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One assignment of one subject.

    `subject` is an opaque key of an organization or a person; cards come back under it.
    `period` is the quarter of the due date ("2026Q1"), or the plan's year ("2026") for what falls
    due after it. `available` is the assignment's points in hundredths.
    `once_accepted` is needed for WAITING and RETURNED: the outcome the claim will have when accepted.
    `is_due` and `resend_by` are read for RETURNED only: whether the due date has passed, and the last
    day on which sending it again keeps the first submission.
    `entries` are ledger entry ids; `note` is a person's own words (why exempt, why returned).
    """

    subject: str
    indicator: str
    period: str
    slot: str
    available: int
    due_on: date
    outcome: Outcome
    done_on: date | None = None
    recorded_on: date | None = None
    once_accepted: Outcome | None = None
    required_count: int = 1
    done_count: int = 0
    is_due: bool = False
    resend_by: date | None = None
    note: str = ""
    entries: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.available < 0:
            raise ValueError(f"an assignment cannot be worth {self.available} hundredths")
        if self.outcome in (Outcome.WAITING, Outcome.RETURNED) and self.once_accepted not in DONE:
            raise ValueError(f"{self.outcome} needs once_accepted: on_time, late or recorded_late")


@dataclass(frozen=True, slots=True)
class PeriodState:
    """Whether a period is closed, and the last day on which it is certain to be open still."""

    is_closed: bool = False
    open_until: date | None = None


PeriodStates = Mapping[str, PeriodState]
OPEN_WITHOUT_DATE = PeriodState()
NO_STATES: PeriodStates = MappingProxyType({})


def outcome_undone(due_on: date, today: date) -> Outcome:
    """OPEN until the due day is over, then MISSED."""
    return Outcome.MISSED if due_on < today else Outcome.OPEN


NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is assessed: an organization or a person. `attributes` are what conditions may ask beside group and kind."""

    key: str
    name: str = ""
    group: str = ""
    kind: str = ""
    attributes: Mapping[str, Decimal | str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, `quantity` times, on a day (None: some day of the period).

    `points` is what a person gave for it (manual_range). `factor` counts it for that part of its points only
    (self-reported and mended, or shared between several); `excused` is the reason why it does not count at all;
    both are signed by `approved_by`. `fields` are further names a merge may ask for.
    """

    subject: str
    about: str
    period: str
    on: date | None = None
    due_on: date | None = None
    level: str = ""
    quantity: Decimal = Decimal(1)
    points: Decimal | None = None
    matter: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    factor: Decimal = Decimal(1)
    excused: str = ""
    approved_by: str = ""
    note: str = ""
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A figure, a rate in percent, a level, or yes and no. A rule that counts takes a figure for so many times.

    `parts` tells which criteria are met, by their keys (award_on_criterion).
    """

    subject: str
    about: str
    period: str
    value: Decimal | str | bool
    parts: Mapping[str, bool] | None = None
    note: str = ""
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """Ballots of one voter group: how many for each choice."""

    subject: str
    about: str
    period: str
    counts: Mapping[str, int]
    voters: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The marks of all judges."""

    subject: str
    about: str
    period: str
    marks: tuple[Decimal, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Excused from a rule, an indicator or a category (`about` is its key), with who approved it and why."""

    subject: str
    about: str
    period: str
    reason: str
    approved_by: str
