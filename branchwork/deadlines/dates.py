"""Dates and lists of dates in words, in the spelling of `plain`: 6月底前、11月底前, 春节、中秋前, 次年1-2月."""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from typing import TypeVar

from branchwork.deadlines.rules import MONTH_END, Calendar, DueDay, Eve, Question, QuestionCode
from branchwork.deadlines.spelling import FEAST

TENTHS = {"上": 10, "中": 20, "下": MONTH_END}
_SOME_LEAP_YEAR = 2024

_Due = TypeVar("_Due", DueDay, Eve)

_YEAR = r"(?:(?P<year>20\d\d)年度?|(?P<next>次年)|当年)?"
_DAY = re.compile(
    rf"""(?=.*[年月度]){_YEAR}
    (?: (?P<month>\d{{1,2}})月 (?: (?P<day>\d{{1,2}})日? | (?P<tenth>[上中下])旬 )?
      | (?P<quarter>\d)季度
      | (?P<half>[上下])半年度?
      | 年度? )?
    (?P<end>[底末])? (?P<tail>[前内])?""",
    re.VERBOSE,
)
_DAY_OF_SAME_MONTH = re.compile(r"(?P<day>\d{1,2})日(?P<tail>[前内])?")
_FEAST = re.compile(rf"{_YEAR}(?P<feast>{FEAST})(?P<tail>前)?")

_OWNER = r"(?:(?<=^)|(?<=、))(?P<owner>(?:20\d\d年|次年|当年)?)"
_RUN = re.compile(_OWNER + r"(?P<numbers>\d{1,2}(?:-\d{1,2})?(?:、\d{1,2}(?:-\d{1,2})?)+)(?P<unit>(?:月|季度)[^、]*)")
_SPAN = re.compile(_OWNER + r"(?P<first>\d{1,2})-(?=\d{1,2}(?P<unit>月|季度))")


class Asked(Exception):
    """Reading met something to ask about."""

    def __init__(self, code: QuestionCode, phrase: str) -> None:
        super().__init__(code, phrase)
        self.question = Question(code, phrase)


@dataclass(frozen=True)
class _Part:
    """One date of a list, with what its neighbours need to know of how it was written."""

    words: str
    due: DueDay | Eve
    before: bool = False
    whole_month: bool = False


def listed_dates(text: str) -> Calendar:
    """A calendar of the dates named. Raises Asked, with the part of the list that is in doubt."""
    parts: list[_Part] = []
    for words in _with_own_units(text).split("、"):
        previous = parts[-1] if parts else None
        parts.append(_feast(words, previous) or _date_or_range(words, previous))
    _ask_about_doubts(parts)
    return Calendar("listed", listed=tuple(part.due for part in parts))


def _with_own_units(text: str) -> str:
    """3、6、9月底 becomes 3月底、6月底、9月底; 次年1-2月 becomes 次年1月-2月."""

    def spread(run: re.Match[str]) -> str:
        return "、".join(f"{run['owner']}{number}{run['unit']}" for number in run["numbers"].split("、"))

    return _SPAN.sub(r"\g<owner>\g<first>\g<unit>-", _RUN.sub(spread, text))


def _feast(words: str, previous: _Part | None) -> _Part | None:
    found = _FEAST.fullmatch(words)
    if found is None:
        return None
    eve = Eve(found["feast"], int(found["year"]) if found["year"] else None, bool(found["next"]))
    return _Part(words, _in_year(eve, words, previous), before=bool(found["tail"]))


def _date_or_range(words: str, previous: _Part | None) -> _Part:
    first, dash, last = words.partition("-")
    if not dash:
        return _date(words, words, previous, in_range=False)
    start = _date(first, words, previous, in_range=False)
    end = _date(last, words, start, in_range=True)
    same_year = (start.due.year is None) == (end.due.year is None)
    if same_year and _order(end.due) < _order(start.due):
        raise Asked(QuestionCode.REVERSED, words)
    return replace(end, words=words, whole_month=False)


def _date(text: str, words: str, previous: _Part | None, *, in_range: bool) -> _Part:
    found = _DAY.fullmatch(text)
    if found is None:
        return _day_of_same_month(text, words, previous)
    due = _in_year(_due_day(found, words), words, previous, in_range=in_range)
    has_day = bool(found["day"] or found["end"])
    if found["tail"] == "前" and not has_day and not _starts_the_year(found):
        raise Asked(QuestionCode.AMBIGUOUS, words)
    whole_month = bool(found["month"]) and not (has_day or found["tenth"] or found["tail"])
    return _Part(words, due, found["tail"] == "前", whole_month)


def _due_day(found: re.Match[str], words: str) -> DueDay:
    month, day = 12, MONTH_END
    if found["month"]:
        month = int(found["month"])
        day = TENTHS[found["tenth"]] if found["tenth"] else int(found["day"] or MONTH_END)
    elif found["quarter"]:
        month = 3 * int(found["quarter"])
    elif found["half"] == "上":
        month = 6
    year = int(found["year"]) if found["year"] else None
    exists = 1 <= month <= 12 and day <= monthrange(year or _SOME_LEAP_YEAR, month)[1]
    if not exists or found["day"] and day == 0:
        raise Asked(QuestionCode.IMPOSSIBLE_DATE, words)
    return DueDay(month, day, year, bool(found["next"]))


def _day_of_same_month(text: str, words: str, previous: _Part | None) -> _Part:
    """25日 after 6月20日; alone it has no month."""
    found = _DAY_OF_SAME_MONTH.fullmatch(text)
    if found is None:
        raise Asked(QuestionCode.UNREADABLE, words)
    if previous is None or not isinstance(previous.due, DueDay) or previous.due.day == MONTH_END:
        raise Asked(QuestionCode.AMBIGUOUS, words)
    day, month = int(found["day"]), previous.due.month
    if not 1 <= day <= monthrange(previous.due.year or _SOME_LEAP_YEAR, month)[1]:
        raise Asked(QuestionCode.IMPOSSIBLE_DATE, words)
    return _Part(words, replace(previous.due, day=day), bool(found["tail"]))


def _in_year(due: _Due, words: str, previous: _Part | None, *, in_range: bool = False) -> _Due:
    """A written year holds for what follows; 次年 does within a range, in a list it is asked about."""
    if previous is None or due.year or due.next_year or words.startswith("当年"):
        return due
    if previous.due.next_year and not in_range:
        raise Asked(QuestionCode.AMBIGUOUS, words)
    return replace(due, year=previous.due.year, next_year=previous.due.next_year)


def _starts_the_year(found: re.Match[str]) -> bool:
    first = found["month"] in ("1", "01") and not found["tenth"] or found["quarter"] == "1" or found["half"] == "上"
    return bool(first) and not (found["next"] or found["year"])


def _ask_about_doubts(parts: list[_Part]) -> None:
    for position, part in enumerate(parts):
        later = parts[position + 1 :]
        if isinstance(part.due, Eve) and not any(one.before for one in [part, *later]):
            raise Asked(QuestionCode.AMBIGUOUS, part.words)
        if part.whole_month and any(isinstance(one.due, DueDay) and one.due.day for one in later):
            raise Asked(QuestionCode.AMBIGUOUS, part.words)
        if part.due in [one.due for one in later]:
            raise Asked(QuestionCode.REPEATED, part.words)
    dated = [part for part in parts if isinstance(part.due, DueDay)]
    for one, following in zip(dated, dated[1:], strict=False):
        if (one.due.year is None) != (following.due.year is None):
            continue
        if _order(one.due) == _order(following.due):
            raise Asked(QuestionCode.REPEATED, following.words)
        if _order(one.due) > _order(following.due):
            raise Asked(QuestionCode.REVERSED, following.words)


def _order(due: DueDay | Eve) -> tuple[int, bool, int, int]:
    last = monthrange(due.year or _SOME_LEAP_YEAR, due.month)[1]
    return (due.year or 0, due.next_year, due.month, due.day or last)
