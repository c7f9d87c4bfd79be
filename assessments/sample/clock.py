from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment`: actions stamp it, judge by it and refuse by it, as they did that day.

    For a process of its own (a command): whoever else asks for the time in this process is answered the same.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
