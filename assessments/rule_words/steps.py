"""What happens to points after the rules have spoken: merged, bounded, excused, put together."""

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments.rule_words.figures import points_text
from branchwork.templatetags.words import period_in_year

Facts = Mapping[str, object]

_WHERE = {
    "window": gettext_noop("each day, month or quarter"),
    "rule": gettext_noop("this rule"),
    "scoring_point": gettext_noop("this scoring point"),
    "indicator": gettext_noop("this indicator"),
    "category": gettext_noop("this category"),
    "bonus": gettext_noop("all bonuses"),
    "total": gettext_noop("the total"),
}
_TREATMENTS = {
    "leave": gettext_noop("left out of what can be earned"),
    "full": gettext_noop("counted in full"),
    "zero": gettext_noop("counted as 0"),
    "group_mean": gettext_noop("counted with the mean of the peer group"),
}
_COMBINED = {
    "sum": gettext_noop("Added up: %(parts)s = %(points)s"),
    "mean": gettext_noop("Mean of %(parts)s = %(points)s"),
    "weighted": gettext_noop("Weighted: %(parts)s = %(points)s"),
    "lowest": gettext_noop("The lowest of %(parts)s = %(points)s"),
    "last": gettext_noop("The last of %(parts)s = %(points)s"),
}


# What never ends (a third of something) is told with two places.
_NUMBER = re.compile(r"[0-9]+\.[0-9]{5,}")


def _short(words: str) -> str:
    return _NUMBER.sub(lambda number: points_text(number[0]), words)


def _printed(facts: Facts, *names: str) -> dict[str, object]:
    return dict(facts) | {name: points_text(str(facts[name])) for name in names}


def _merged(facts: Facts) -> str:
    told = _printed(facts, "told", "counts")
    if facts["keep"] == "highest":
        return _("The same matter (%(matter)s) told %(times)s times, %(told)s: the highest counts, %(counts)s") % told
    if facts["keep"] == "sum":
        return _("The same matter (%(matter)s) told %(times)s times, %(told)s: no more than %(counts)s counts") % told
    return _("The same matter (%(matter)s) told %(times)s times, %(told)s: less each time, %(counts)s") % told


def _capped(facts: Facts) -> str:
    told = _printed(facts, "before", "after") | {"where": _(_WHERE[str(facts["where"])])}
    return _("%(before)s is more than %(where)s allows: %(after)s counts") % told


def _floored(facts: Facts) -> str:
    told = _printed(facts, "before", "after") | {"where": _(_WHERE[str(facts["where"])])}
    words = _("%(before)s is less than %(where)s allows: %(after)s counts") % told
    if "short" in facts:
        return _("%(words)s; only more than %(points)s on top would raise it") % {
            "words": words,
            "points": points_text(str(facts["short"])),
        }
    return words


def _exempted(facts: Facts) -> str:
    words = _("Exempt")
    if treatment := facts.get("treatment"):
        words = _("%(words)s, %(how)s") % {"words": words, "how": _(_TREATMENTS[str(treatment)])}
    notes = [str(facts[name]) for name in ("title", "note") if facts.get(name)]
    if facts.get("approved_by"):
        notes.append(_("approved by %(name)s") % {"name": facts["approved_by"]})
    return _("%(words)s (%(note)s)") % {"words": words, "note": _(", ").join(notes)} if notes else words


def _combined(facts: Facts) -> str:
    parts = [part.rsplit(" ", 1) for part in str(facts["parts"]).split("; ") if part]
    told = _(", ").join(
        f"{period_in_year(period)} {'—' if points == '-' else points_text(points)}" for period, points in parts
    )
    if "points" not in facts or not told:
        return _("No data in any period")
    return _(_COMBINED[str(facts["combine"])]) % {"parts": told, "points": points_text(str(facts["points"]))}


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "merged": _merged,
    "capped": _capped,
    "floored": _floored,
    "exempted": _exempted,
    "no_data": lambda facts: _("No data: %(title)s") % facts,
    "added": lambda facts: _short(f"{facts['sum']} = {facts['points']}"),
    "combined": _combined,
    "counted_before": lambda facts: (
        _("%(before)s was counted in earlier periods of the year: %(points)s counts now")
        % _printed(facts, "before", "points")
    ),
    "group_mean": lambda facts: _("Mean of %(of)s in the peer group: %(points)s") % _printed(facts, "points"),
    "converted": lambda facts: _short(
        _("Converted: %(raw)s ÷ %(out_of)s × %(full)s = %(points)s") % _printed(facts, "points")
    ),
    "rescaled": lambda facts: _short(
        _("What is exempt is made up for: %(base)s × %(nominal)s ÷ %(full)s") % _printed(facts, "base")
    ),
    "figure": lambda facts: (
        f"{facts['formula']} = {points_text(str(facts['points']))}"
        if "points" in facts
        else _("No data: %(title)s") % {"title": facts["formula"]}
    ),
}
CHANGES: Mapping[str, Callable[[Facts], str]] = {}
