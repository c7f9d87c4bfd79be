"""What the formulas that measure and compare have in common: the figure they read, and their answer."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assessments.scoring.facts import Event, Value
from assessments.scoring.formulas.counting import ZERO, is_excused, reason_of, reasons_of, times_of
from assessments.scoring.given import Given, Item, Result
from assessments.scoring.schemes import Rule

ENTIRE = Decimal(100)


class Measured(NamedTuple):
    """A figure, or a level, and the value it is read from; none where it was counted."""

    figure: Decimal | str
    value: Value | None = None


def value_of(rule: Rule, given: Given) -> Value | None:
    """The value of the first name the rule reads that has one; of several of one name, the last."""
    values = of_first_source(rule, given, Value)
    return values[-1] if values else None


def of_first_source(rule: Rule, given: Given, sort: type) -> list:
    """The facts of that sort about the first name that has some."""
    of_sort = [fact for fact in given.of_period() if isinstance(fact, sort)]
    for name in rule.sources:
        if facts := [fact for fact in of_sort if fact.about == name]:
            return facts
    return []


def measured(rule: Rule, given: Given) -> Measured | None:
    """A single value; where there is none, how often it happened."""
    value = value_of(rule, given)
    if value is None:
        return counted(given)
    return Measured(value.value if isinstance(value.value, str) else Decimal(value.value), value)


def counted(given: Given) -> Measured | None:
    """How often all that the rule reads happened, taken together; None when nothing is known."""
    facts = [fact for fact in given.of_period() if isinstance(fact, Event | Value)]
    if not facts:
        return None
    return Measured(sum((_weighed(fact) for fact in facts if not is_excused(fact)), ZERO))


def _weighed(fact: Event | Value) -> Decimal:
    return times_of(fact) * (fact.factor if isinstance(fact, Event) else 1)


def number(rule: Rule, figure: Decimal | str | bool) -> Decimal:
    """A figure that must not be a level. Raises ValueError."""
    if isinstance(figure, str):
        raise ValueError(f"rule {rule.key} needs a number, and {figure!r} is none")
    return Decimal(figure)


def exact(ratio: Fraction) -> Decimal:
    """A sum of fractions as a decimal: divided last, so that nothing is rounded on the way."""
    return Decimal(ratio.numerator) / Decimal(ratio.denominator)


def answer(rule: Rule, given: Given, points: Decimal, told: Mapping[str, object], value: Value | None = None) -> Result:
    """Points for the whole rule and why: from this one value, or from all that it reads."""
    points += 0  # There is no "-0".
    told = dict(told) | {"points": points, "could": could(told.get("could"))}
    reasons = reasons_of(rule, given=given, **told) if value is None else (reason_of(rule, rule.kind, [value], **told),)
    return Result((Item(points, str(given.period)),), reasons)


def could(more: Decimal | None) -> Decimal | None:
    """What is still to be had; not told when it is nothing."""
    return more if more is not None and more > 0 else None
