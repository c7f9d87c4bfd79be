"""Which kind of work a task asks for, recognised by its words."""

from collections.abc import Iterable

from .models import WorkType

# What no other type recognises.
OTHER = "other"


def recognise(content: str, work_types: Iterable[WorkType]) -> WorkType | None:
    """The first type, in `position` order, with a keyword in the task's content; else 其他工作 where it exists."""
    fallback = None
    for work_type in work_types:
        if any(keyword in content for keyword in work_type.keywords):
            return work_type
        if work_type.code == OTHER:
            fallback = work_type
    return fallback
