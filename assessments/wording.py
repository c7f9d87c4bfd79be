"""What scoring says as data, in words: cards and workbooks show the same sentences.

Days are said without their year where it is `year`, the plan's, so that the words of a closed period never change.
"""

import re
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments.scoring import Line, Reason
from assessments.scoring.years import UNEARNED
from branchwork.periods import Period
from branchwork.points import format_points
from branchwork.templatetags.words import day, period

_SENTENCES = {
    "on_time": gettext_noop("Done on %(done_on)s, in time"),
    "late": gettext_noop("Due on %(due_on)s, done on %(done_on)s: late"),
    "recorded_late": gettext_noop("Done on %(done_on)s, recorded only on %(recorded_on)s"),
    "waiting": gettext_noop("Recorded, still to be reviewed"),
    "not_accepted": gettext_noop("Recorded, but not reviewed when the period was closed"),
    "open": gettext_noop("Due on %(due_on)s"),
    "missed": gettext_noop("Due on %(due_on)s, not done"),
    "returned": gettext_noop("Due on %(due_on)s, returned and not sent again"),
    "exempt": gettext_noop("Exempt"),
    "not_applicable": gettext_noop("Not applicable"),
    "made_up": gettext_noop("Due on %(due_on)s, made up on %(done_on)s"),
    "make_up_waiting": gettext_noop("Due on %(due_on)s, made up, still to be reviewed"),
    "make_up_open": gettext_noop("Due on %(due_on)s, not done, can still be made up"),
}
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def reason_words(reason: Reason, year: int) -> str:
    """Why an assignment earned what it did: the facts, how many of how many, the arithmetic, somebody's own words."""
    facts = reason.facts
    words = _(_SENTENCES[reason.code]) % {
        key: day(value, year) if isinstance(value, date) else value for key, value in facts.items()
    }
    if facts.get("done_count", 0) < facts.get("required_count", 0):
        words += _("; %(done_count)s of %(required_count)s times") % facts
    if facts.get("could_earn"):
        words += _("; %(points)s can still be earned") % {"points": format_points(facts["could_earn"])}
    if "share" in facts and (facts.get("earned") or facts.get("could_earn")):
        words += _(": %(points)s × %(share)s") % {
            "points": format_points(facts["points"]),
            "share": percent(facts["share"]),
        }
    return _("%(words)s (%(note)s)") % {"words": words, "note": facts["note"]} if "note" in facts else words


def slot_words(slot: str, due_on: date, year: int) -> str:
    """Which of a task's due dates is meant: 3月, 第一季度, 上半年; any other by its day, 3月31日到期."""
    if found := _MONTH.fullmatch(slot):
        return _("month %(number)d") % {"number": int(found[2])}
    try:
        return period(Period.parse(slot))
    except ValueError:
        return _(_SENTENCES["open"]) % {"due_on": day(due_on, year)}


def percent(share: str) -> str:
    """A share as it is said: "0.80" is 80%."""
    return f"{(Decimal(share) * 100).normalize():f}%"


def line_words(line: Line, year: int) -> list[str]:
    """A line's reasons as few sentences: what was in time, or is not due yet, is told together; the rest one by one."""
    made_up = {reason.facts["slot"] for reason in line.reasons if reason.code.startswith("ma")}
    told = [
        reason
        for reason in line.reasons
        if reason.code.startswith("ma") or reason.facts["slot"] not in made_up or reason.code not in UNEARNED
    ]
    told.sort(key=lambda reason: (reason.facts["due_on"], reason.facts["slot"]))
    if len(told) == 1:
        return [reason_words(told[0], year)]
    sentences = []
    for code, run in groupby(told, key=lambda reason: reason.code):
        reasons = list(run)
        if code in _TOGETHER and len(reasons) > 1:
            slots = _(", ").join(_slot(reason, year) for reason in reasons)
            sentences.append(_(_TOGETHER[code]) % {"slots": slots})
        else:
            sentences += [_slot_and_words(reason, year) for reason in reasons]
    return sentences


def _slot_and_words(reason: Reason, year: int) -> str:
    """A slot named by its due date is not said twice: 11月30日到期，没有完成."""
    slot, words = _slot(reason, year), reason_words(reason, year)
    is_due_date = slot == _(_SENTENCES["open"]) % {"due_on": day(reason.facts["due_on"], year)}
    if is_due_date and words.startswith(slot):
        return words
    return _("%(slot)s: %(words)s") % {"slot": slot, "words": words}


_TOGETHER = {
    "on_time": gettext_noop("%(slots)s done in time"),
    "open": gettext_noop("%(slots)s not due yet"),
}


def _slot(reason: Reason, year: int) -> str:
    return slot_words(str(reason.facts["slot"]), reason.facts["due_on"], year)


def earning_words(reason: Reason) -> str:
    """How points that are still to be had are earned: what to do, and the arithmetic where they are fewer."""
    facts = reason.facts
    words = _(_EARNING[reason.code])
    if "share" not in facts:
        return words
    return _("%(words)s, at %(share)s: %(points)s × %(share)s") % {
        "words": words,
        "points": format_points(facts["points"]),
        "share": percent(facts["share"]),
    }


_EARNING = {
    "open": gettext_noop("Done and recorded in time, all points"),
    "missed": gettext_noop("Done and recorded before the closing"),
    "returned": gettext_noop("Mend the returned entry and send it again"),
    "make_up_open": gettext_noop("Made up after the quarter was closed"),
}


def is_of_assignment(reason: Reason) -> bool:
    """Whether it speaks of one assignment, as every reason of a plan's own scheme does."""
    return reason.code in _SENTENCES and "slot" in reason.facts
