"""A task's calendar cut into slots: when each opens and falls due, in which period, and what it is worth."""

from dataclasses import dataclass
from datetime import date, timedelta

from branchwork.deadlines import Calendar, Deadline, Unresolved, from_json
from branchwork.periods import period_of_due_date
from branchwork.points import slot_points


@dataclass(frozen=True, slots=True)
class TaskSlot:
    """One due date of a task; `points` in hundredths, fixed by its place in the whole year's calendar."""

    key: str
    opens_on: date
    due_on: date
    period: str
    points: int


def deadline_of(calendar: dict) -> Deadline | None:
    """The deadline a task stores; None while it is still a question."""
    return from_json(calendar) if calendar else None


def slots_of(calendar: dict, year: int, points: int | None) -> list[TaskSlot]:
    """All slots of the plan's year in order, none for an event or an unanswered deadline. Raises Unresolved.

    A slot opens the day after the task's previous due date (last year's included), never before 1 January.
    """
    deadline = deadline_of(calendar)
    if not isinstance(deadline, Calendar):
        return []
    dates = deadline.slots(year)
    new_year = date(year, 1, 1)
    opens_on = max(new_year, _last_years(deadline, year, dates[0].due_on) + timedelta(days=1))
    slots = []
    for number, slot in enumerate(dates, 1):
        worth = slot_points(points or 0, number, len(dates))
        period = str(period_of_due_date(slot.due_on, year))
        slots.append(TaskSlot(slot.key, opens_on, slot.due_on, period, worth))
        opens_on = slot.due_on + timedelta(days=1)
    return slots


def _last_years(calendar: Calendar, year: int, before: date) -> date:
    """The last due date of the year before. A year without feast dates has none that reaches into this one."""
    never = date(year - 1, 12, 31)
    try:
        dates = [slot.due_on for slot in calendar.slots(year - 1)]
    except Unresolved:
        return never
    return max((due_on for due_on in dates if due_on < before), default=never)
