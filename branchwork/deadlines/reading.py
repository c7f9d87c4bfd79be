"""From an office's words to a deadline. What has no reading, or more than one, becomes a Question.

Two rules decide most doubtful cases:
- 前 after a point (6月20日前, 6月底前, 春节前) is clear. After a span (6月前, 三季度前, 6月中旬前) it could mean
  before the span or before its end: asked, unless only one of the two lies in the plan's year (1月前,
  一季度前, 上半年前).
- A span (6月, 二季度, 上半年, 3—5月) is due on its last day, 上旬 and 中旬 on the 10th and the 20th.
"""

import re
from collections.abc import Callable

from branchwork.deadlines.dates import TENTHS, Asked, listed_dates
from branchwork.deadlines.rules import (
    MONTH_END,
    SPAN_MONTHS,
    Calendar,
    Deadline,
    DueDay,
    Event,
    Question,
    QuestionCode,
)
from branchwork.deadlines.spelling import FEAST, VERB, plain

# A paragraph is no deadline, and some readings take time growing with the square of the length.
_LONGEST = 200

_Found = re.Match[str]

_SPANS = {"月": "month", "季度": "quarter", "半年": "half"}
_WHEN = r"(?:(?P<end>[底末])|(?P<tenth>[上中下])旬|(?:(?P<first>\d{1,2})日?-)?(?P<day>\d{1,2})日)?(?P<before>前)?"
_AMOUNT = r"(?:(?P<number>\d{1,3})(?P<unit>个?月|年|天|日|周)|(?P<half_year>半年))"
_AT_LEAST_TIMES = (
    rf"(?:{VERB})?(?:至少|不少于|不低于|各)?(?:{VERB})?(?P<times>\d+)[次天条篇场期份件个名人回遍](?:以上)?"
)

_VAGUE = re.compile(
    "适时|及时|按时|即时|随时|尽快|尽早|近期|择机|不定期|定期|视情|酌情|待定|另行|通知|要求|安排|部署|规定|计划|程序|根据|结合"
)
_ANCHORS = (
    ("term_end", re.compile("届满|到届|任期结束|任期到期")),
    ("vacancy", re.compile("空缺|出缺|缺额")),
    ("appointment", re.compile("任职|到任|上任|就任|任命|履新|到岗")),
    ("feedback", re.compile("反馈")),
)
# The words before 后 or 前: Chinese, and naming no part of the calendar (nor 提前, 今后, 上半年前).
_EVENT = re.compile(
    rf"(?!.*(?:{FEAST}))(?:(?![每月季年节周旬日天前后起内底末初])[一-鿿]){{2,12}}(?<![上下提目今此往])|会"
)


def read_deadline(phrase: str) -> Deadline:
    """What the words in a ledger's 完成时限 mean; never raises, never guesses."""
    if not re.search(r"\w", phrase):
        return Question(QuestionCode.EMPTY, phrase.strip())
    if len(phrase) > _LONGEST:
        return Question(QuestionCode.UNREADABLE, phrase.strip())
    answer = _read(plain(phrase))
    if isinstance(answer, Question) and re.search(r"\s", phrase.strip()):
        # 6月底 11月底, one under the other in the cell: the blanks may stand for 、
        in_parts = _read(plain(phrase, gap="、"))
        answer = answer if isinstance(in_parts, Question) else in_parts
    if isinstance(answer, Question) and answer.phrase not in phrase:
        return Question(answer.code, phrase.strip())
    return answer


def _read(text: str) -> Deadline:
    try:
        for pattern, builder in _READINGS:
            found = pattern.fullmatch(text)
            deadline = builder(found) if found else None
            if deadline is not None:
                return deadline
        return listed_dates(text)
    except Asked as asked:
        question = asked.question
    if question.code == QuestionCode.UNREADABLE and _VAGUE.search(question.phrase):
        return Question(QuestionCode.VAGUE, question.phrase)
    return question


def _asking(code: QuestionCode) -> Callable[[_Found], Deadline]:
    return lambda found: Question(code, found[0])


def _year_end(found: _Found) -> Calendar:
    return Calendar("listed", listed=(DueDay(12),))


def _same_as(template: str) -> Callable[[_Found], Deadline]:
    return lambda found: _read(found.expand(template))


def _counted(found: _Found) -> Deadline:
    if found["times"] == "1":
        return _read(found["rest"])
    return Question(QuestionCode.SEVERAL, found[0])


def _recurring(found: _Found) -> Deadline:
    """每季度末月25日前, 每月10日前, 半年末, 月底前."""
    every = _SPANS[found["span"]]
    month = _month_of_span(found["which"], SPAN_MONTHS[every])
    if month is None and every != "month" and (found["day"] or found["tenth"]):
        return Question(QuestionCode.AMBIGUOUS, found[0])
    bare = not (found["each"] or found["which"])
    if bare and (found["day"] or found["tenth"] or not found["end"] and found[0] not in ("季度", "月度")):
        return Question(QuestionCode.AMBIGUOUS, found[0])
    if month is not None and every == "month" and found["which"] != "次月":
        return Question(QuestionCode.UNREADABLE, found[0])
    return _on_day(found, every, month or SPAN_MONTHS[every])


def _alternate_months(found: _Found) -> Deadline:
    return _on_day(found, "month", 1, tuple(range(1 if found["odd"] else 2, 13, 2)))


def _after_span(found: _Found) -> Deadline:
    """每季度结束后10日内: the 10th of the month after."""
    every, day = _SPANS[found["span"]], int(found["day"])
    if not 1 <= day <= 28:
        return Question(QuestionCode.UNREADABLE, found[0])
    return Calendar(every, SPAN_MONTHS[every] + 1, day)


def _month_of_span(which: str | None, length: int) -> int | None:
    if which is None:
        return None
    named = {"首月": 1, "末月": length, "最后1个月": length, "次月": length + 1}
    month = named.get(which) or int(re.sub(r"\D", "", which))
    if which not in named and not 1 <= month <= length:
        raise Asked(QuestionCode.IMPOSSIBLE_DATE, which)
    return month


def _on_day(found: _Found, every: str, month: int, only: tuple[int, ...] = ()) -> Deadline:
    day = TENTHS[found["tenth"]] if found["tenth"] else int(found["day"] or MONTH_END)
    if found["day"] and not 1 <= day <= 31:
        return Question(QuestionCode.IMPOSSIBLE_DATE, found[0])
    if found["first"] and not 1 <= int(found["first"]) <= day:
        return Question(QuestionCode.REVERSED, found[0])
    if found["before"] and not (found["day"] or found["end"]):
        return Question(QuestionCode.AMBIGUOUS, found[0])
    return Calendar(every, month, day, only)


def _after_event(found: _Found) -> Deadline | None:
    return _event(found, "after")


def _before_event(found: _Found) -> Deadline | None:
    if found.groupdict().get("within") and _anchor(found["anchor"], "before"):
        return Question(QuestionCode.AMBIGUOUS, found[0])
    return _event(found, "before")


def _event(found: _Found, direction: str) -> Event | None:
    anchor = _anchor(found["anchor"], direction)
    if anchor is None:
        return None
    number, unit = (6, "月") if found["half_year"] else (int(found["number"]), found["unit"])
    if unit in ("天", "日", "周"):
        return Event(anchor, direction, days=number * (7 if unit == "周" else 1))
    return Event(anchor, direction, months=number * (12 if unit == "年" else 1))


def _anchor(words: str, direction: str) -> str | None:
    """The event the days are counted from; 换届前 counts back from the end of the term."""
    if direction == "before" and words.endswith("换届"):
        return "term_end"
    if not _EVENT.fullmatch(words) or _VAGUE.fullmatch(words):
        return None
    for anchor, names in _ANCHORS:
        if names.search(words):
            return anchor
    return "other"


_AMBIGUOUS = _asking(QuestionCode.AMBIGUOUS)
_EVERY_SPAN = r"(?:(?P<each>每|逐|按)个?)?(?P<span>月|季度|半年)度?"

# The first reading that fits and does not decline (None) holds; what is left over is a list of dates.
_READINGS: tuple[tuple[re.Pattern[str], Callable[[_Found], Deadline | None]], ...] = tuple(
    (re.compile(pattern), builder)
    for pattern, builder in (
        (r"(?:全年|长期|常年|日常|常态化|持续)+|年度?内?", _year_end),
        (r".*工作日.*", _asking(QuestionCode.WORKING_DAYS)),
        (r"(?:每|逐|按)个?(?:半个?月|周|星期|礼拜|旬|日|天).*|半月|双周|旬|周", _asking(QuestionCode.TOO_OFTEN)),
        (rf"(?P<rest>(?:每|当年|全年|双月|单月).*?){_AT_LEAST_TIMES}", _counted),
        (r"每个?(?:月|季度|半年).*\d日?前?、\d.*", _asking(QuestionCode.TOO_OFTEN)),
        (r"每3个月(.*)", _same_as(r"每季度\1")),
        (r"每6个月(.*)", _same_as(r"每半年\1")),
        (rf"(?:(?P<odd>单月)|双月|每2个月){_WHEN}", _alternate_months),
        (r"(\d+次)/(.+)", _same_as(r"每\2\1")),
        (r"(次月.+)", _same_as(r"每月\1")),
        (rf"{_EVERY_SPAN}(?P<which>首月|末月|次月|最后1个月|第\d个?月)?{_WHEN}", _recurring),
        (r"(?:每个?)?(?P<span>月|季度|半年)度?(?:结束|终了|末)后(?P<day>\d{1,2})[日天]内?", _after_span),
        (r"(?:按|分|每|随|逐)批次?", lambda found: Event("batch", "on")),
        (rf"(?P<anchor>.+?)(?:之日起|后|起){_AMOUNT}内?", _after_event),
        (rf"(?P<anchor>.+?)(?:之日)?前{_AMOUNT}(?P<within>内)?", _before_event),
        (rf"(?P<anchor>.+?){_AMOUNT}前", _before_event),
        (r"\d{1,2}(?:[.-]\d{1,2})?", _AMBIGUOUS),
        (r".*(?:初|年中(?!秋)|月中(?!旬)|前后|左右|期间|或).*", _AMBIGUOUS),
        (r"半年度?|年前", _AMBIGUOUS),
    )
)
