"""Deadlines in words (每季度末月25日前, “七一”前, 届满前6个月) and the dates they mean. Standard library only.

rule = read_deadline(phrase)      # a Calendar, an Event or a Question
rule.to_json(), from_json(data)   # what a task stores
rule.slots(2026)                  # Calendar: the plan year's due dates; raises Unresolved
rule.due_on(event_on)             # Event: the due date once the event's day is known
"""

from branchwork.deadlines.reading import read_deadline
from branchwork.deadlines.rules import (
    MONTH_END,
    Calendar,
    Deadline,
    DueDay,
    Eve,
    Event,
    Question,
    QuestionCode,
    Slot,
    Unresolved,
    from_json,
)

__all__ = [
    "MONTH_END",
    "Calendar",
    "Deadline",
    "DueDay",
    "Eve",
    "Event",
    "Question",
    "QuestionCode",
    "Slot",
    "Unresolved",
    "from_json",
    "read_deadline",
]
