"""Why a rule that counts, takes or adds did so, in words, and what would take less or add more."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from assessments.rule_words.figures import points_text, rate_text
from assessments.wording import percent
from branchwork.templatetags.words import day, period

Facts = Mapping[str, object]

_MOST_WINDOWS = 6
_REQUIRED = {
    "": gettext_noop("%(required)s required"),
    "month": gettext_noop("%(required)s required each month"),
    "quarter": gettext_noop("%(required)s required each quarter"),
    "half": gettext_noop("%(required)s required each half-year"),
    "year": gettext_noop("%(required)s required each year"),
}


def _told(facts: Facts) -> dict[str, object]:
    """The facts ready for a sentence: points as printed, `amount` without their sign."""
    told = dict(facts)
    for name in ("each", "per_day", "first"):
        if name in facts:
            told[name] = rate_text(str(facts[name]))
    for name in ("points", "could"):
        if name in facts:
            told[name] = points_text(str(facts[name]))
    if "points" in facts:
        told["amount"] = points_text(str(facts["points"])).removeprefix("-")
    if "count" in facts:
        told["times"] = _times(facts["count"])
    return told


def _times(count: object) -> str:
    return pgettext("times", "once") if count == "1" else _("%(count)s times") % {"count": count}


def _with_note(words: str, *notes: object) -> str:
    told = _(", ").join(str(note) for note in notes if note)
    return _("%(words)s (%(note)s)") % {"words": words, "note": told} if told else words


def _deduct_per_occurrence(facts: Facts) -> str:
    if facts["count"] == "0":
        return _("did not happen")
    told = _told(facts)
    words = str(told["times"])
    if "free" in facts:
        words += _(", %(free)s of them free") % told
    if facts["points"] == "0":
        return words + _(", nothing is taken")
    return words + _(", %(charged)s × %(each)s = %(amount)s taken") % told


def _once(facts: Facts) -> str:
    told = _told(facts)
    if facts["count"] == "0":
        return _("did not happen")
    if "takes_all" in facts:
        return _("%(times)s: all points are lost") % told
    if facts["points"] == "0":
        return _("%(times)s: nothing is taken") % told
    if facts["count"] == "1":
        return _("%(times)s: %(points)s") % told
    return _("%(times)s, counted once: %(points)s") % told


def _deduct_by_level(facts: Facts) -> str:
    if "levels" not in facts:
        return _("did not happen")
    if _is_one_figure(facts["sums"]):
        return _("%(levels)s, takes %(amount)s") % _levels(facts)
    return _("%(levels)s, takes %(sums)s = %(amount)s") % _levels(facts)


def _bonus_by_level(facts: Facts) -> str:
    if "levels" not in facts:
        return _("did not happen")
    if _is_one_figure(facts["sums"]):
        return _("%(levels)s, adds %(amount)s") % _levels(facts)
    return _("%(levels)s, adds %(sums)s = %(amount)s") % _levels(facts)


def _levels(facts: Facts) -> dict[str, object]:
    return _told(facts) | {"levels": _list(facts["levels"])}


def _list(told: object) -> str:
    return _(", ").join(str(told).split("; "))


def _is_one_figure(sums: object) -> bool:
    return not {"×", "+"} & set(str(sums))


def _late_deduction(facts: Facts) -> str:
    if facts["count"] == "0":
        return _("nothing was late")
    told = _told(facts)
    words = _("late %(times)s") % told
    if facts["points"] == "0":
        return words + _(", nothing is taken")
    if "once" in facts:
        return words + (_(": %(points)s") if facts["count"] == "1" else _(", counted once: %(points)s")) % told
    if "per_day" in facts:
        return words + _(", %(days)s days: %(charged)s × %(per_day)s = %(amount)s taken") % told
    return words + _(", %(charged)s × %(each)s = %(amount)s taken") % told


def _deduct_shortfall_count(facts: Facts) -> str:
    told = _told(facts)
    words = _(_REQUIRED[str(facts.get("per", ""))]) % told
    words += _(", %(count)s done") % told
    if "excused" in facts:
        words += _(", %(excused)s excused") % told
    if "missing" not in facts:
        return words
    words = _with_note(words + _(", %(missing)s missing") % told, _short_in(facts))
    if "takes_all" in facts:
        return words + _(", all points are lost")
    if "each" in facts:
        return words + _(", %(missing)s × %(each)s = %(amount)s taken") % told
    return words + _(", %(points)s") % told


def _short_in(facts: Facts) -> str:
    """Which months or quarters are short, where they are few and nothing is known for the whole only."""
    windows = str(facts.get("short_in", "")).split("; ")
    return _(", ").join(period(window) for window in windows if window) if len(windows) <= _MOST_WINDOWS else ""


def _inherit_multiplier(facts: Facts) -> str:
    if facts["upstream"] == "0":
        return _("nothing was taken there")
    return _("%(upstream)s taken there, × %(factor)s = %(amount)s taken here") % _told(facts)


def _award_per_event(facts: Facts) -> str:
    told = _told(facts) | {"times": _times(facts.get("total", facts["count"]))}
    if facts.get("is_reached") == "no":
        return _("%(times)s, fewer than %(required)s: nothing is added") % told
    if facts["count"] == "0":
        return _("did not happen")
    if "first" in facts:
        return _reached(facts, told)
    return _("%(times)s, %(charged)s × %(each)s = %(points)s") % told


def _reached(facts: Facts, told: Facts) -> str:
    """The sum is told where it is that of this card alone, and has two terms."""
    first, further, each = (Decimal(str(facts[name])) for name in ("first", "further", "each"))
    if further and first + further * each == Decimal(str(facts["points"])):
        return _("%(times)s, %(required)s reached: %(first)s + %(further)s × %(each)s = %(points)s") % told
    return _("%(times)s, %(required)s reached: %(points)s") % told


def _manual_range(facts: Facts) -> str:
    told = _told(facts)
    if facts["direction"] == "mark":
        words = _("given %(points)s") % told
    elif facts["points"] == "0":
        words = _("nothing taken") if facts["direction"] == "deduct" else _("nothing added")
    elif facts["direction"] == "deduct":
        words = _("%(amount)s taken as judged") % told
    else:
        words = _("%(amount)s added as judged") % told
    return _with_note(words, facts.get("note"))


def _award_on_criterion(facts: Facts) -> str:
    if "met" not in facts:
        return _("no criterion met")
    words = _("met: %(met)s, gives %(points)s") % (_told(facts) | {"met": _list(facts["met"])})
    if "unmet" in facts:
        words += _("; not met: %(unmet)s") % {"unmet": _list(facts["unmet"])}
    return words


def _excused(facts: Facts) -> str:
    words = _when(facts, _("%(times)s excused") % _told(facts))
    return _with_note(words, facts["excused"], _approved(facts))


def _reduced(facts: Facts) -> str:
    told = {"times": _times(facts["count"]), "share": percent(str(facts["factor"]))}
    words = _when(facts, _("%(times)s counted at %(share)s") % told)
    return _with_note(words, facts.get("note"), _approved(facts))


def _when(facts: Facts, words: str) -> str:
    """With the day, which needs no year: it is the card's."""
    happened_on = facts.get("happened_on")
    if not isinstance(happened_on, date):
        return words
    return _("%(day)s, %(words)s") % {"day": day(happened_on, happened_on.year), "words": words}


def _approved(facts: Facts) -> str:
    return _("approved by %(name)s") % {"name": facts["approved_by"]} if "approved_by" in facts else ""


def _could_by_hand(facts: Facts) -> str:
    if facts["direction"] == "mark":
        return _("%(could)s short of full marks") % _told(facts)
    return _without_it(facts)


def _without_it(facts: Facts) -> str:
    return _("without it %(could)s less would be taken") % _told(facts)


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "deduct_per_occurrence": _deduct_per_occurrence,
    "deduct_if": _once,
    "all_or_nothing": _once,
    "deduct_by_level": _deduct_by_level,
    "late_deduction": _late_deduction,
    "deduct_shortfall_count": _deduct_shortfall_count,
    "inherit_multiplier": _inherit_multiplier,
    "award_per_event": _award_per_event,
    "bonus_by_level": _bonus_by_level,
    "award_on_criterion": _award_on_criterion,
    "manual_range": _manual_range,
    "excused": _excused,
    "reduced": _reduced,
}
CHANGES: Mapping[str, Callable[[Facts], str]] = {
    "deduct_per_occurrence": lambda facts: _("%(missing)s fewer would take %(could)s less") % _told(facts),
    "deduct_if": _without_it,
    "all_or_nothing": _without_it,
    "deduct_by_level": _without_it,
    "late_deduction": lambda facts: _("in time %(could)s less would be taken") % _told(facts),
    "deduct_shortfall_count": lambda facts: _("%(missing)s more would bring back %(could)s") % _told(facts),
    "inherit_multiplier": _without_it,
    "award_per_event": lambda facts: _("%(missing)s more would add %(could)s") % _told(facts),
    "award_on_criterion": lambda facts: _("all met would give %(could)s more") % _told(facts),
    "manual_range": _could_by_hand,
}
