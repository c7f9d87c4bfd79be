"""What was asked and what was done, as the story knows them. Plain values, no tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from assessments.sample.people import Body


@dataclass(frozen=True)
class Asked:
    """An assignment. `task` is the task's number in the plan ("5.1"); `is_reviewed`: the committee has to approve."""

    pk: int
    task: str
    slot: str
    opens_on: date
    due_on: date
    period: str
    is_reviewed: bool


@dataclass(frozen=True)
class Timeline:
    """`closings`: when each of the five periods is closed, also those still to come; nothing happens from `end` on."""

    published_on: date
    closings: Mapping[str, datetime]
    end: datetime
    grace_days: int = 10


class How(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    RECORDED_LATE = "recorded_late"
    MADE_UP = "made_up"
    OTHER = "other"  # work that no task asked for


class Turn(StrEnum):
    """What became of an entry on its way, told act by act and not in bulk."""

    RESENT = "resent"
    REPLACED = "replaced"
    REJECTED = "rejected"
    FILED = "filed"  # brought a file


@dataclass(frozen=True)
class Telling:
    """What an entry says. `attended` of the organization's members."""

    title: str
    effect: str = ""
    place: str = ""
    attended: int | None = None


@dataclass(frozen=True)
class Fixed:
    """How one assignment went, told by hand. `also` are other (task, slot) it counts for."""

    how: How
    happened_on: date
    recorded_at: datetime
    confirmed_at: datetime
    approved_at: datetime | None = None
    also: tuple[tuple[str, str], ...] = ()
    returned_at: datetime | None = None
    reason: str = ""
    turn: Turn | None = None
    is_draft: bool = False
    is_on_behalf: bool = False
    telling: Telling | None = None


@dataclass
class Deed:
    """One entry to be. `claims` begin with what it was done for (`lead`), none for other work.

    `confirmed_at` and `approved_at` are when that would happen; what lies behind the story's end has not happened.
    """

    body: Body
    lead: Asked | None
    how: How
    happened_on: date
    recorded_at: datetime
    confirmed_at: datetime
    approved_at: datetime | None = None
    claims: list[Asked] = field(default_factory=list)
    is_on_behalf: bool = False
    is_draft: bool = False
    returned_at: datetime | None = None
    reason: str = ""
    turn: Turn | None = None
    is_fixed: bool = False
    telling: Telling | None = None

    @property
    def key(self) -> tuple[str, str]:
        """(task, slot) of what it was done for; other work is keyed by its day."""
        return (self.lead.task, self.lead.slot) if self.lead else ("", self.happened_on.isoformat())

    @property
    def is_reviewed(self) -> bool:
        return any(asked.is_reviewed for asked in self.claims)
