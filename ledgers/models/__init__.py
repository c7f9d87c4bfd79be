"""What was asked (Plan → Item → Task → Assignment) and what was done (Entry, Evidence), and how the two meet
(Fulfilment). Nothing here knows what it is worth beyond the points the plan itself prints."""

from .entries import Entry, EntryQuerySet, Evidence, Fulfilment, WorkType
from .plans import Assignment, AssignmentQuerySet, Item, PeriodLock, Plan, PlanQuerySet, Task

__all__ = [
    "Assignment", "AssignmentQuerySet", "Entry", "EntryQuerySet", "Evidence", "Fulfilment", "Item", "PeriodLock",
    "Plan", "PlanQuerySet", "Task", "WorkType",
]  # fmt: skip
