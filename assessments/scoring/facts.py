"""What happened, as the engine is told it: one fact for each assignment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
