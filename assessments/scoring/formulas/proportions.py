"""Points in proportion to a figure."""

from decimal import Decimal

from assessments.scoring.formulas.measuring import ENTIRE, answer, measured, number
from assessments.scoring.given import NO_DATA, Given, Result
from assessments.scoring.schemes import Rule


def proportional(rule: Rule, given: Given) -> Result:
    """Points × value ÷ `per`, or ÷ the best value of all; or value × `factor`."""
    found = measured(rule, given)
    factor = rule.parameters.get("factor")
    if found is None or factor is None and given.points is None:
        return NO_DATA
    value = number(rule, found.figure)
    if factor is not None:
        return answer(rule, given, value * factor, {"value": value, "factor": factor}, found.value)
    whole = _best(rule, given, value) if rule.parameters.get("to_best") else _per(rule, given)
    points = given.points * value / whole if whole > 0 else Decimal(0)
    told = {
        "value": value,
        "full": given.points,
        "best" if rule.parameters.get("to_best") else "per": whole,
        "could": given.points - points if whole > value else None,
        "missing": whole - value if whole > value else None,
    }
    return answer(rule, given, points, told, found.value)


def _per(rule: Rule, given: Given) -> Decimal:
    per = given.parameter(rule, "per")
    return ENTIRE if per is None else per


def _best(rule: Rule, given: Given, value: Decimal) -> Decimal:
    return max((value, *given.rivals(rule.parameters.get("among") == "all")[-1:]))
