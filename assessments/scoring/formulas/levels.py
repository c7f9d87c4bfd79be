"""Points by level: what is taken for each sanction, what is added for each honour."""

from collections.abc import Sequence
from decimal import Decimal

from assessments.scoring.facts import Event, Value
from assessments.scoring.formulas.counting import (
    ZERO,
    Occurrence,
    could_regain,
    count_of,
    current_sum,
    item_of,
    occurrences,
    reasons_of,
)
from assessments.scoring.given import Given, Result
from assessments.scoring.rounding import plain
from assessments.scoring.schemes import Rule


def deduct_by_level(rule: Rule, given: Given) -> Result:
    """The level's points for every event, each time."""
    return _by_level(rule, given, -1)


def bonus_by_level(rule: Rule, given: Given) -> Result:
    """The level's points for every event, each time."""
    return _by_level(rule, given, 1)


def _by_level(rule: Rule, given: Given, sign: int) -> Result:
    amounts = {level: given.amount(amount) or ZERO for level, amount in rule.parameters["levels"].items()}
    happened = occurrences(given, times=_times)
    items = tuple(item_of(one, sign * amounts[_level(one.fact, amounts)] * one.times * one.factor) for one in happened)
    points = current_sum(items, given)
    could = could_regain(-points, rule, given) if sign < 0 else None
    told = {"count": count_of(happened), **_told(happened, amounts), "could": could}
    return Result(items, reasons_of(rule, points, given, **told))


def _times(fact: Event | Value) -> Decimal:
    """A level as a value is one occurrence; no, or 0, is none."""
    if isinstance(fact, Event):
        return fact.quantity
    return Decimal(1) if fact.value else ZERO


def _level(fact: Event | Value, amounts: dict[str, Decimal]) -> str:
    level = fact.level if isinstance(fact, Event) else str(fact.value)
    if level not in amounts:
        raise ValueError(f"{fact.about} has the level {level!r}, and the rule knows only {', '.join(amounts)}")
    return level


def _told(happened: Sequence[Occurrence], amounts: dict[str, Decimal]) -> dict[str, str | None]:
    """How often each level happened on this card, "省×2; 市", and the sum, "2×6 + 4", as the rule has them in order."""
    times, weights = dict.fromkeys(amounts, ZERO), dict.fromkeys(amounts, ZERO)
    for one in happened:
        if one.is_current:
            level = _level(one.fact, amounts)
            times[level] += one.times
            weights[level] += one.times * one.factor
    there = [level for level in amounts if times[level]]
    levels = "; ".join(level if times[level] == 1 else f"{level}×{plain(times[level])}" for level in there)
    terms = [(weights[level], plain(amounts[level])) for level in there]
    sums = " + ".join(amount if weight == 1 else f"{plain(weight)}×{amount}" for weight, amount in terms)
    return {"levels": levels or None, "sums": sums or None}
