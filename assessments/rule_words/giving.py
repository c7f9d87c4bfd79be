"""Why a rule that measures or compares gave what it gave, in words, and what would give more."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments.rule_words.figures import points_text
from branchwork.templatetags.words import day

Facts = Mapping[str, object]
EXACT_PLACES = 4
_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")


def _figure(fact: object) -> str:
    """As it was told; one that never ends (a mean of three) with two places."""
    text = str(fact)
    is_long = _NUMBER.fullmatch(text) and len(text.partition(".")[2]) > EXACT_PLACES
    return points_text(text) if is_long else text


def _figures(facts: Facts) -> dict[str, str]:
    """All facts ready for a sentence: points with two places, `amount` without their sign."""
    words = {name: _figure(fact) for name, fact in facts.items()}
    words |= {name: points_text(str(facts[name])) for name in ("points", "could") if name in facts}
    return words | {"amount": points_text(str(abs(Decimal(str(facts["points"])))))}


def _outcome(facts: Facts) -> str:
    """Points without a sum of their own: what they are, or that there are none."""
    if "takes_all" in facts:
        return _("all points are lost")
    points = Decimal(str(facts["points"]))
    if not points:
        return _("no points given or taken")
    return (_("%(amount)s points given") if points > 0 else _("%(amount)s points taken")) % _figures(facts)


def _gain(facts: Facts) -> str:
    words = _("%(could)s points fewer taken") if _is_taken(facts) else _("%(could)s points more")
    return words % _figures(facts)


def _is_taken(facts: Facts) -> bool:
    """Whether what could be had is nothing but what was taken."""
    points = Decimal(str(facts["points"]))
    return points < 0 and Decimal(str(facts["could"])) <= -points


# Proportions


def _proportional(facts: Facts) -> str:
    figures = _figures(facts)
    if "factor" in facts:
        return _("%(value)s × %(factor)s = %(points)s") % figures
    if facts.get("best") == "0" or facts.get("per") == "0":
        return _("Nobody has any: no points") if "best" in facts else _("Nothing was to be done: no points")
    if "best" in facts:
        return _("%(value)s, the best %(best)s: %(full)s × %(value)s ÷ %(best)s = %(points)s") % figures
    if facts["per"] == "100":
        return _("At %(value)s%%: %(full)s × %(value)s ÷ 100 = %(points)s") % figures
    return _("%(value)s of %(per)s: %(full)s × %(value)s ÷ %(per)s = %(points)s") % figures


def _more_in_proportion(facts: Facts) -> str:
    if facts.get("per") == "100":
        return _("%(missing)s percentage points more would give %(could)s points more") % _figures(facts)
    return _("%(missing)s more would give %(could)s points more") % _figures(facts)


# Steps


def _rate_step(facts: Facts) -> str:
    figures = _figures(facts)
    if Decimal(str(facts["points"])):
        is_taken = Decimal(str(facts["points"])) < 0
        return _(_STEPS[str(facts["side"]), is_taken]) % figures
    return _("%(value)s%% with a base of %(base)s%%: no points given or taken") % figures


_STEPS = {
    ("below", True): gettext_noop(
        "%(value)s%%, %(distance)s below the base of %(base)s%%: in steps of %(step)s, "
        "%(steps)s × %(each)s = %(amount)s points taken"
    ),
    ("above", False): gettext_noop(
        "%(value)s%%, %(distance)s above the base of %(base)s%%: in steps of %(step)s, "
        "%(steps)s × %(each)s = %(amount)s points given"
    ),
    ("above", True): gettext_noop(
        "%(value)s%%, %(distance)s above the base of %(base)s%%: in steps of %(step)s, "
        "%(steps)s × %(each)s = %(amount)s points taken"
    ),
}


def _fewer_steps(facts: Facts) -> str:
    if facts["side"] == "above":
        return _("%(missing)s percentage points less would bring back %(could)s points") % _figures(facts)
    return _("%(missing)s percentage points more would bring back %(could)s points") % _figures(facts)


# Places


def _rank_based(facts: Facts) -> str:
    figures = _figures(facts)
    if "is_too_small" in facts:
        return _("Only %(of)s to compare: no places") % figures
    words = _("Place %(place)s of %(of)s") % figures
    if "percent" in facts:
        words += _(" (the first %(percent)s%%)") % figures
    if "from_end" in facts:
        words += _(", place %(from_end)s from the end") % figures
    return _("%(words)s: %(outcome)s") % {"words": words, "outcome": _outcome(facts)}


def _better_place(facts: Facts) -> str:
    return _("Among the first %(needed)s: %(could)s points more") % _figures(facts)


# Votes and marks


def _vote_weighted(facts: Facts) -> str:
    votes = [vote.rpartition(" ") for vote in str(facts["votes"]).split("; ")]
    counts = _(", ").join(_("%(choice)s %(count)s") % {"choice": choice, "count": count} for choice, _s, count in votes)
    return _mean(facts, _("Votes: %(votes)s") % {"votes": counts})


def _judge_mean(facts: Facts) -> str:
    words = _("Marks: %(marks)s") % facts
    if "dropped" in facts:
        words += _(", %(dropped)s of them left out") % facts
    return _mean(facts, words)


def _mean(facts: Facts, words: str) -> str:
    """The mean, weighed by voter groups perhaps, and what it is worth."""
    told = _figures(facts) | {"words": words}
    mean = _("%(words)s; weighed mean %(mean)s") if "groups" in facts else _("%(words)s; mean %(mean)s")
    if "full" not in facts:
        return mean % told
    return _("%(words)s: %(full)s × %(mean)s ÷ %(out_of)s = %(points)s") % (told | {"words": mean % told})


def _better_votes(facts: Facts) -> str:
    return _("If all vote “%(top)s”: %(could)s points more") % _figures(facts)


def _better_marks(facts: Facts) -> str:
    return _("A mean %(missing)s higher would give %(could)s points more") % _figures(facts)


# Tiers


def _tiered(facts: Facts) -> str:
    if "amounts" in facts:
        pairs = (pair.split("=") for pair in str(facts["amounts"]).split("; "))
        parts = (
            _("%(quantity)s gives %(points)s") % {"quantity": size, "points": points_text(points)}
            for size, points in pairs
        )
        words = _(", ").join(parts)
    else:
        words = _looked_at(facts)
    return _("%(words)s: %(outcome)s") % {"words": words, "outcome": _outcome(facts)}


def _looked_at(facts: Facts) -> str:
    """What was compared, and the tier it lies in where that is not the same word."""
    seen = _SEEN[next(name for name in _SEEN if name in facts)]
    words = _(seen) % (_figures(facts) | {"level": str(facts.get("level", "")).replace("; ", _(", "))})
    tier = _bounds(facts, "tier_")
    if tier and "tier_level" not in facts:
        return _("%(words)s (%(note)s)") % {"words": words, "note": tier}
    return words


_SEEN = {
    "no_level": gettext_noop("No level reached"),
    "shortfall": gettext_noop("%(value)s of %(target)s, %(shortfall)s short"),
    "level": gettext_noop("Level %(level)s"),
    "value": gettext_noop("Value %(value)s"),
    "count": gettext_noop("Counted %(count)s"),
}
_BOUNDS = {
    "from": gettext_noop("%(bound)s or more"),
    "above": gettext_noop("more than %(bound)s"),
    "up_to": gettext_noop("%(bound)s or less"),
    "below": gettext_noop("less than %(bound)s"),
}


def _bounds(facts: Facts, prefix: str) -> str:
    found = (_(words) % {"bound": facts[prefix + name]} for name, words in _BOUNDS.items() if prefix + name in facts)
    return _(", ").join(found)


def _better_tier(facts: Facts) -> str:
    gain, bounds = _gain(facts), _bounds(facts, "next_")
    if "next_level" in facts:
        return _("With level “%(level)s”: %(gain)s") % {"level": facts["next_level"], "gain": gain}
    if not bounds:
        return gain
    words = _("If it falls short by %(bounds)s: %(gain)s") if "shortfall" in facts else _("If %(bounds)s: %(gain)s")
    return words % {"bounds": bounds, "gain": gain}


# Formulas


def _derived_formula(facts: Facts) -> str:
    return _("By the formula %(formula)s: %(outcome)s") % {"formula": facts["formula"], "outcome": _outcome(facts)}


def _assignment_share(facts: Facts) -> str:
    """12 × 0.93 ÷ 1.00 = 11.16: how what the plan's tasks are worth is converted."""
    told = {name: points_text(str(facts[name])) for name in ("earned", "due", "points") if name in facts}
    if "full" not in facts:
        return _("%(earned)s earned of %(due)s due by the plan's points") % told
    words = _("%(earned)s earned of %(due)s due by the plan's points: %(full)s × %(earned)s ÷ %(due)s = %(points)s")
    return words % (told | {"full": facts["full"]})


def _still_to_earn(facts: Facts) -> str:
    told = {name: points_text(str(facts[name])) for name in ("could", "reach")}
    if not isinstance(until := facts.get("until_on"), date):
        return _("%(could)s more can still be earned, up to %(reach)s") % told
    words = _("%(could)s more can still be earned, up to %(reach)s; the first part lapses after %(until)s")
    return words % (told | {"until": day(until, until.year)})


SENTENCES: Mapping[str, Callable[[Facts], str]] = MappingProxyType(
    {
        "proportional": _proportional,
        "rate_step": _rate_step,
        "rank_based": _rank_based,
        "vote_weighted": _vote_weighted,
        "judge_mean": _judge_mean,
        "tiered": _tiered,
        "derived_formula": _derived_formula,
        "assignment_share": _assignment_share,
        "nothing_due": lambda facts: _("no task of this sort is due in this period"),
    }
)

# Of reasons that tell what `could` still be had.
CHANGES: Mapping[str, Callable[[Facts], str]] = MappingProxyType(
    {
        "proportional": _more_in_proportion,
        "rate_step": _fewer_steps,
        "rank_based": _better_place,
        "vote_weighted": _better_votes,
        "judge_mean": _better_marks,
        "tiered": _better_tier,
        "assignment_share": _still_to_earn,
    }
)
