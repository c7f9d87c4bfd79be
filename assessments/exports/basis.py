"""What every sheet of a workbook is drawn from, read once: frozen cards of a closed period, or the cards as they
stand today of an open one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from assessments.models import Closing
from assessments.scoring import Card, Line, Reason, Scheme
from branchwork.periods import Period
from ledgers.models import Plan, Task


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a card is about, as at the closing."""

    key: str
    code: str
    name: str
    label: str  # where room is short
    level: str
    peer_group: str


@dataclass(frozen=True, slots=True)
class Ranked:
    subject: Subject
    card: Card
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One due date of a task for one organization, as its card tells it; made up since, where `reason` says so."""

    slot: str
    due_on: date
    points: int
    earned: int
    reason: Reason

    @property
    def code(self) -> str:
        return self.reason.code

    @property
    def counts(self) -> bool:
        return self.code not in ("exempt", "not_applicable")


def group_order(ranked: Iterable[Ranked]) -> dict[str, int]:
    """Peer groups in the order of their organizations' codes: that of the office's own list."""
    ordered = sorted(ranked, key=lambda one: one.subject.code)
    names = dict.fromkeys(one.subject.peer_group for one in ordered)
    return {name: number for number, name in enumerate(names)}


DONE = frozenset({"on_time", "late", "recorded_late", "made_up"})


def dues_of(line: Line) -> list[Due]:
    """The due dates behind a card's line, in order. A year's line tells of one made up twice: lost, then made up."""
    by_slot: dict[str, list[Reason]] = defaultdict(list)
    for reason in line.reasons:
        by_slot[reason.facts["slot"]].append(reason)
    return sorted((_due(reasons) for reasons in by_slot.values()), key=lambda due: (due.due_on, due.slot))


def _due(reasons: list[Reason]) -> Due:
    facts = reasons[0].facts
    earned = sum(reason.facts.get("earned", 0) for reason in reasons)
    return Due(facts["slot"], facts["due_on"], facts["points"], earned, reasons[-1])


@dataclass(frozen=True)
class Basis:
    """`closing` is None while the period is open: then neither places nor grades are given and `as_of` is today.

    `made_at` is the time the workbook bears: that of the closing, or the morning of `as_of`, so that the same
    figures give the same bytes. `own` are the due dates of the committee's own tasks, by task.
    """

    plan: Plan
    period: Period
    closing: Closing | None
    scheme: Scheme
    as_of: date
    made_at: datetime
    ranked: tuple[Ranked, ...]
    tasks: tuple[Task, ...]
    own: Mapping[str, tuple[Due, ...]]
    # Where the cards' lines are not tasks, by subject: how each task stands.
    by_task: Mapping[str, list[Line]] | None = None

    @property
    def is_closed(self) -> bool:
        return self.closing is not None

    @cached_property
    def group_order(self) -> dict[str, int]:
        return group_order(self.ranked)

    @cached_property
    def lines(self) -> dict[str, dict[str, Line]]:
        """The cards' lines by task, then by subject; both by key."""
        lines: dict[str, dict[str, Line]] = defaultdict(dict)
        for one in self.ranked:
            for line in one.card.lines if self.by_task is None else self.by_task.get(one.subject.key, ()):
                lines[line.indicator][one.subject.key] = line
        return lines

    @cached_property
    def dues(self) -> dict[str, dict[str, list[Due]]]:
        """By task, then by subject; both by key."""
        return {task: {subject: dues_of(line) for subject, line in lines.items()} for task, lines in self.lines.items()}

    @cached_property
    def shown_tasks(self) -> list[Task]:
        """A quarter shows what falls due in it; a year the whole plan."""
        if self.period.kind == "year":
            return list(self.tasks)
        return [task for task in self.tasks if str(task.pk) in self.lines or str(task.pk) in self.own]
