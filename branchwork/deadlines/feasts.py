"""On which day a feast falls: those fixed in the calendar, and those whose date is data for each year.

`feasts.json` holds the movable ones (lunar feasts and 清明) by year; a new year is added there.
"""

import json
from datetime import date
from pathlib import Path

FIXED_FEASTS = {
    "元旦": (1, 1),
    "三八": (3, 8),
    "五一": (5, 1),
    "五四": (5, 4),
    "六一": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
}
MOVABLE_FEASTS = ("春节", "元宵", "清明", "端午", "中秋", "重阳")

_DATES: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("feasts.json").read_text("utf-8"))


def feast_day(name: str, year: int) -> date | None:
    """The feast's day in that year; None when the year's date is not in the data."""
    if name in FIXED_FEASTS:
        return date(year, *FIXED_FEASTS[name])
    written = _DATES.get(str(year), {}).get(name)
    return date.fromisoformat(f"{year}-{written}") if written else None
