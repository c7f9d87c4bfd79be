"""When the offices of the story work: the free days of 2026, the days worked instead, and the hours. Pure."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def _span(first: str, days: int) -> set[date]:
    return {date.fromisoformat(first) + DAY * n for n in range(days)}


# As announced for 2026; for the weeks of 2027 the story may reach into, as usual.
FREE = (
    _span("2026-01-01", 3) | _span("2026-02-15", 9) | _span("2026-04-04", 3) | _span("2026-05-01", 5)
    | _span("2026-06-19", 3) | _span("2026-09-25", 3) | _span("2026-10-01", 7)
    | _span("2027-01-01", 3) | _span("2027-02-05", 8)
)  # fmt: skip
WORKED = {
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
}  # fmt: skip


def is_office_day(day: date) -> bool:
    return day in WORKED or day.weekday() < 5 and day not in FREE


def office_day_from(day: date) -> date:
    """That day, or the next one on which offices work."""
    while not is_office_day(day):
        day += DAY
    return day


def office_day_until(day: date) -> date:
    """That day, or the last one before it on which offices work."""
    while not is_office_day(day):
        day -= DAY
    return day


def office_day_within(day: date, first: date, last: date) -> date:
    """The office day nearest to `day` in these bounds; `last` itself where they hold none."""
    day = min(max(day, first), last)
    before, after = office_day_until(day), office_day_from(day)
    if before >= first and (after > last or day - before <= after - day):
        return before
    return after if after <= last else last


def add_office_days(day: date, count: int) -> date:
    for _n in range(count):
        day = office_day_from(day + DAY)
    return day


def moment_on(day: date, rng: Random) -> datetime:
    """Some minute of the office's hours that day, more often in the morning."""
    first, last = ((8, 35), (11, 50)) if rng.random() < 0.56 else ((13, 40), (17, 25))
    minute = rng.randint(first[0] * 60 + first[1], last[0] * 60 + last[1])
    return datetime.combine(day, time(minute // 60, minute % 60, rng.randint(0, 59)), SHANGHAI)


def later_the_same_day(moment: datetime, rng: Random) -> datetime:
    """A little later, still before the office closes."""
    return min(moment + timedelta(minutes=rng.randint(4, 55)), moment.replace(hour=17, minute=50))


def day_of(moment: datetime) -> date:
    """The day of a moment of the story: they are all in Shanghai."""
    return date(moment.year, moment.month, moment.day)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)
