"""On which day a feast falls, and the names it goes by.

Feasts fixed in the calendar are here; `feasts.json` holds, for each year, those that move (the lunar ones
and 清明). A new year is added there.
"""

import json
from datetime import date
from pathlib import Path

FIXED_DAYS = {
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

# Canonical name: a pattern of all its names. 十一 before a digit may be the months 十一、12月: left unread.
NAMES = {
    "元旦": "元旦节?",
    "春节": "春节",
    "元宵": "元宵节?",
    "清明": "清明节?",
    "端午": "端午节?",
    "中秋": "中秋节?",
    "重阳": "重阳节?",
    "三八": "三八(?:国际)?(?:妇女)?节?|(?:国际)?妇女节",
    "五一": "五一(?:国际)?(?:劳动)?节?|(?:国际)?劳动节",
    "五四": "五四(?:青年)?节?|青年节",
    "六一": "六一(?:国际)?(?:儿童)?节?|(?:国际)?儿童节",
    "七一": "七一(?:建党)?节?|建党节",
    "八一": "八一(?:建军)?节?|建军节",
    "教师节": "教师节",
    "国庆": "(?:十一)?国庆节?|十一节?(?!、\\d)",
}

_MOVABLE_DAYS: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("feasts.json").read_text(encoding="utf-8")
)


def feast_day(name: str, year: int) -> date | None:
    """The day of a feast (by its canonical name); None when the data has no date for that year."""
    if name in FIXED_DAYS:
        return date(year, *FIXED_DAYS[name])
    month_day = _MOVABLE_DAYS.get(str(year), {}).get(name)
    return date.fromisoformat(f"{year}-{month_day}") if month_day else None
