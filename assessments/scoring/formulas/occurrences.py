"""What is taken for each time something happened, or once however often."""

from datetime import timedelta
from decimal import Decimal
from operator import attrgetter

from assessments.scoring.facts import Event
from assessments.scoring.formulas.counting import (
    ZERO,
    Occurrence,
    beyond,
    could_regain,
    count_of,
    current_sum,
    item_of,
    occurrences,
    reasons_of,
    remembered,
    weight_of,
)
from assessments.scoring.given import Given, Result
from assessments.scoring.schemes import Rule


def deduct_per_occurrence(rule: Rule, given: Given) -> Result:
    """`each` for every occurrence after the first `free` ones."""
    each = given.parameter(rule, "each") or ZERO
    happened = occurrences(given)
    free = given.parameter(rule, "free") or ZERO
    charged = [one for together in remembered(happened, rule) for one in beyond(free, together)]
    items = tuple(item_of(one, -each * one.times * one.factor) for one in charged if one.times)
    count, weight = count_of(happened), weight_of(charged)
    told = {"count": count, "free": count - count_of(charged) or None, "charged": weight, "each": each}
    told |= _fewer(rule, given, each, weight)
    return Result(items, reasons_of(rule, current_sum(items, given), given, **told))


def deduct_if(rule: Rule, given: Given) -> Result:
    """`points`, once, however often it happened."""
    if rule.parameters.get("points") == "all":
        return all_or_nothing(rule, given)
    return _once(rule, given, given.parameter(rule, "points") or ZERO, occurrences(given))


def all_or_nothing(rule: Rule, given: Given) -> Result:
    """One occurrence takes every point; where there are points, one that counts in part takes that part of them."""
    return _all(rule, given, occurrences(given))


def _all(rule: Rule, given: Given, happened: list[Occurrence]) -> Result:
    takes_all = any(one.is_current and (one.factor >= 1 or given.points is None) for one in _worst(happened, rule))
    if not takes_all:
        return _once(rule, given, given.points or ZERO, happened)
    taken = given.points or ZERO
    told = {"count": count_of(happened), "could": could_regain(taken, rule, given)}
    return Result(reasons=reasons_of(rule, -taken, given, takes_all="yes", **told), takes_all=True)


def late_deduction(rule: Rule, given: Given) -> Result:
    """For what was late: `each` time, `once` (or all of it), or `per_day` after the days of grace."""
    grace = timedelta(days=int(max(given.parameter(rule, "grace_days") or ZERO, ZERO)))
    late = [one for one in occurrences(given) if _is_late(one, grace)]
    if rule.parameters.get("once") == "all":
        return _all(rule, given, late)
    once, per_day = given.parameter(rule, "once"), given.parameter(rule, "per_day")
    if once is not None:
        return _once(rule, given, once, late)
    charged = late if per_day is None else [_by_days(one, grace) for one in late]
    each = (given.parameter(rule, "each") if per_day is None else per_day) or ZERO
    items = tuple(item_of(one, -each * one.times * one.factor) for one in charged)
    points = current_sum(items, given)
    told = {"count": count_of(late), "charged": weight_of(charged), "could": could_regain(-points, rule, given)}
    told |= {"each": each} if per_day is None else {"per_day": each, "days": count_of(charged)}
    return Result(items, reasons_of(rule, points, given, **told))


def _once(rule: Rule, given: Given, points: Decimal, happened: list[Occurrence]) -> Result:
    items = tuple(item_of(one, -points * one.factor) for one in _worst(happened, rule))
    taken = -current_sum(items, given)
    told = {"count": count_of(happened), "once": points, "could": could_regain(taken, rule, given)}
    return Result(items, reasons_of(rule, -taken, given, **told))


def _worst(happened: list[Occurrence], rule: Rule) -> list[Occurrence]:
    """Which one is taken for, where only one is: the one that counts most. An earlier card is remembered by having
    had it."""
    return [
        max((one for one in together if one.period == together[0].period), key=attrgetter("factor"))
        for together in remembered(happened, rule)
        if together
    ]


def _fewer(rule: Rule, given: Given, each: Decimal, weight: Decimal) -> dict[str, Decimal | None]:
    """How many occurrences less would take less, and by how much: those below the floor change nothing."""
    taken = each * weight
    returned = could_regain(taken, rule, given)
    if not returned:
        return {}
    beyond = taken - returned
    missing = (beyond // each + 1).min(weight)
    return {"missing": missing, "could": each * missing - beyond}


def _is_late(one: Occurrence, grace: timedelta) -> bool:
    fact = one.fact
    if not isinstance(fact, Event) or fact.due_on is None or fact.on is None:
        return True
    return fact.on > fact.due_on + grace


def _by_days(one: Occurrence, grace: timedelta) -> Occurrence:
    """Counted by its days of delay; where no days are known, it tells so many itself."""
    fact = one.fact
    if not isinstance(fact, Event) or fact.due_on is None or fact.on is None:
        return one
    return one._replace(times=one.times * (fact.on - fact.due_on - grace).days)
