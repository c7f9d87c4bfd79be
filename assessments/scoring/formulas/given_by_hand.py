"""Points that somebody else has given: a person within a range, or another system."""

from decimal import Decimal

from assessments.scoring.facts import Event, Value
from assessments.scoring.formulas.counting import (
    ZERO,
    Occurrence,
    could_regain,
    current_sum,
    item_of,
    occurrences,
    of_card,
    reasons_of,
)
from assessments.scoring.given import NO_DATA, Given, Result
from assessments.scoring.schemes import Rule


def inherit_multiplier(rule: Rule, given: Given) -> Result:
    """What another system took, whichever sign it writes it with, times `factor`."""
    times = rule.parameters["factor"]
    found = occurrences(given, times=_taken_upstream)
    items = tuple(item_of(one, -one.times * times * one.factor) for one in found)
    points = current_sum(items, given)
    upstream = sum((one.times * one.factor for one in found if one.is_current), ZERO)
    told = {"upstream": upstream, "factor": times, "could": could_regain(-points, rule, given)}
    return Result(items, reasons_of(rule, points, given, **told))


def manual_range(rule: Rule, given: Given) -> Result:
    """A person's points: taken, added, or (`mark`) the score itself, of several the last by day."""
    direction = rule.parameters["direction"]
    if direction == "mark":
        return _mark(rule, given)
    sign = -1 if direction == "deduct" else 1
    found = occurrences(given, times=_points_given)
    items = tuple(item_of(one, sign * one.times * one.factor) for one in found)
    points = current_sum(items, given)
    could = could_regain(-points, rule, given) if sign < 0 else None
    notes = _notes([one.fact for one in found if one.is_current])
    return Result(items, reasons_of(rule, points, given, direction=direction, note=notes, could=could))


def _mark(rule: Rule, given: Given) -> Result:
    """Of the first name it reads that is marked."""
    marks = of_card(given)
    for name in rule.sources:
        named = [fact for fact in marks if fact.about == name]
        if named:
            return _marked(rule, given, named[-1])
    return NO_DATA


def _marked(rule: Rule, given: Given, mark: Event | Value) -> Result:
    factor = mark.factor if isinstance(mark, Event) else Decimal(1)
    points = _points_given(mark) * factor
    one = Occurrence(mark, Decimal(1), str(given.period), True, factor)
    full = given.points if given.points is not None else given.parameter(rule, "most")
    could = full - points if full is not None and full > points else None
    told = {"direction": "mark", "full": full, "note": mark.note or None, "could": could}
    return Result((item_of(one, points),), reasons_of(rule, points, given, **told))


def _points_given(fact: Event | Value) -> Decimal:
    points = fact.points if isinstance(fact, Event) else fact.value
    if not isinstance(points, Decimal):
        raise ValueError(f"{fact.about} needs points, a number")
    return points


def _taken_upstream(fact: Event | Value) -> Decimal:
    if isinstance(fact, Event):
        return abs(fact.quantity if fact.points is None else fact.points)
    if not isinstance(fact.value, Decimal):
        raise ValueError(f"{fact.about} needs a number, not {fact.value!r}")
    return abs(fact.value)


def _notes(facts: list[Event | Value]) -> str | None:
    return "; ".join(dict.fromkeys(fact.note for fact in facts if fact.note)) or None
