"""Points by the first of several tiers that fits a figure or a level."""

import operator
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.facts import Event, Value
from assessments.scoring.formulas.counting import ZERO, current_sum, item_of, occurrences, reasons_of
from assessments.scoring.formulas.measuring import answer, counted, measured, number
from assessments.scoring.given import NO_DATA, Given, Result
from assessments.scoring.rounding import plain
from assessments.scoring.schemes import Rule

BOUNDS = {"from": operator.ge, "above": operator.gt, "up_to": operator.le, "below": operator.lt}


class Looked(NamedTuple):
    """Figures or levels that tiers are tried on, and what is told of them."""

    at: tuple[Decimal | str, ...]
    told: Mapping[str, object]
    value: Value | None


def tiered(rule: Rule, given: Given) -> Result:
    """Gives or takes what the first fitting tier says; nothing where none fits. No level reached fits a tier without
    one."""
    by = rule.parameters.get("by", "value")
    if by == "quantity":
        return _each_by_itself(rule, given)
    looked = _look(rule, given, str(by))
    if looked is None:
        return NO_DATA
    tier = _first_fitting(rule, given, looked.at)
    worth = _worth(given, tier)
    told = dict(looked.told) | _bounds(given, tier) | _better(rule, given, worth)
    if _takes_all(tier):
        told["takes_all"] = "yes"
    result = answer(rule, given, worth or ZERO, told, looked.value)
    return result._replace(items=(), takes_all=True) if _takes_all(tier) else result


def _look(rule: Rule, given: Given, by: str) -> Looked | None:
    found = counted(given) if by == "count" else measured(rule, given)
    if found is None:
        return None
    levels = _levels(rule, given, by, found.figure)
    if levels:
        return Looked(levels, {"level": "; ".join(levels)}, found.value)
    if by == "level" and found.value is not None and found.value.value is False:
        return Looked((found.figure,), {"no_level": "yes"}, found.value)
    if by == "shortfall":
        target, value = given.parameter(rule, "target"), number(rule, found.figure)
        if target is None:
            return None
        short = max(target - value, ZERO)
        return Looked((short,), {"value": value, "target": target, "shortfall": short}, found.value)
    return Looked((found.figure,), {"count" if by == "count" else "value": found.figure}, found.value)


def _levels(rule: Rule, given: Given, by: str, figure: Decimal | str) -> tuple[str, ...]:
    """The level that is the value; or those of what happened."""
    if isinstance(figure, str):
        return (figure,)
    if by != "level":
        return ()
    events = (fact for fact in given.of_period() if isinstance(fact, Event) and not fact.excused)
    return tuple(sorted({event.level for event in events if event.level}))


def _takes_all(tier: Mapping | None) -> bool:
    return tier is not None and tier.get("loses") == "all"


def _first_fitting(rule: Rule, given: Given, at: Iterable[Decimal | str]) -> Mapping | None:
    return next((tier for tier in rule.parameters["tiers"] if any(_fits(rule, given, tier, one) for one in at)), None)


def _fits(rule: Rule, given: Given, tier: Mapping, one: Decimal | str) -> bool:
    if tier.get("level") is not None:
        return tier["level"] == one
    bounds = [(holds, given.amount(tier[name])) for name, holds in BOUNDS.items() if tier.get(name) is not None]
    return all(bound is not None and holds(number(rule, one), bound) for holds, bound in bounds)


def _worth(given: Given, tier: Mapping | None) -> Decimal | None:
    """Signed points of a tier; None for everything where that is no figure."""
    if tier is None:
        return ZERO
    if _takes_all(tier):
        return None if given.points is None else -given.points
    if "points" in tier:
        return given.amount(tier["points"]) or ZERO
    return -(given.amount(tier["loses"]) or ZERO)


def _bounds(given: Given, tier: Mapping | None, prefix: str = "tier_") -> dict[str, object]:
    """What a tier asks for, as facts of a reason."""
    told = {} if tier is None else {name: given.amount(tier[name]) for name in BOUNDS if tier.get(name) is not None}
    if tier is not None and tier.get("level") is not None:
        told["level"] = tier["level"]
    return {prefix + name: fact for name, fact in told.items()}


def _better(rule: Rule, given: Given, worth: Decimal | None) -> dict[str, object]:
    """The next better tier: what it is worth more, and what it asks for."""
    if worth is None:
        return {}
    more = [(_worth(given, tier), tier) for tier in rule.parameters["tiers"]]
    more = [(better, tier) for better, tier in more if better is not None and better > worth]
    if not more:
        return {}
    better, tier = min(more, key=lambda pair: pair[0])
    return {"could": better - worth} | _bounds(given, tier, "next_")


def _each_by_itself(rule: Rule, given: Given) -> Result:
    """Every event by its own quantity; a bare figure is one."""
    if counted(given) is None:
        return NO_DATA
    happened = occurrences(given)
    tiers = [_first_fitting(rule, given, (one.times,)) for one in happened]
    worth = [_worth(given, tier) or ZERO for tier in tiers]
    items = tuple(item_of(one, points * one.factor) for one, points in zip(happened, worth, strict=True))
    pairs = [(one, tier) for one, tier in zip(happened, tiers, strict=True) if one.is_current]
    told = {
        "count": len(pairs),
        "amounts": "; ".join(f"{plain(one.times)}={plain(_worth(given, tier) or ZERO)}" for one, tier in pairs) or None,
    }
    takes_all = any(_takes_all(tier) for _, tier in pairs)
    points = current_sum(items, given)
    reasons = reasons_of(rule, points, given, **told, takes_all="yes" if takes_all else None)
    return Result(items, reasons, takes_all=takes_all)
