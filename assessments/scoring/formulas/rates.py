"""Points for each step that a rate lies below or above a base."""

from decimal import Decimal

from assessments.scoring.formulas.counting import ZERO
from assessments.scoring.formulas.measuring import answer, number, value_of
from assessments.scoring.given import NO_DATA, Given, Result
from assessments.scoring.schemes import Rule


def rate_step(rule: Rule, given: Given) -> Result:
    """Takes `below` for each step under the base, adds `above` for each over it; whole, begun or exact steps.

    A negative `above` takes too: a rate that should be low.
    """
    found, base = value_of(rule, given), given.parameter(rule, "base")
    if found is None or base is None:
        return NO_DATA
    value = number(rule, found.value)
    distance, step = abs(value - base), rule.parameters["step"]
    name, sign = ("below", -1) if value < base else ("above", 1)
    each = given.parameter(rule, name) or ZERO
    steps = _steps(distance, step, rule.parameters.get("steps", "whole"))
    # Exact steps are divided last, so that a third of a step three times is one.
    points = sign * each * distance / step if steps is None else sign * each * steps
    told = {
        "value": value,
        "base": base,
        "step": step,
        "each": abs(each),
        "distance": distance,
        "steps": distance / step if steps is None else steps,
        "side": name,
        "could": -points,
        "missing": distance if points < 0 else None,
    }
    return answer(rule, given, points, told, found)


def _steps(distance: Decimal, step: Decimal, counted: str) -> Decimal | None:
    """How many steps count; None for every part of one."""
    if counted == "exact":
        return None
    whole = distance // step
    return whole + 1 if counted == "begun" and distance % step else whole
