"""Points worked out by an expression of the rule book's own."""

from assessments.scoring.expressions import parse
from assessments.scoring.formulas.measuring import answer, number
from assessments.scoring.given import NO_DATA, Given, Result
from assessments.scoring.schemes import Rule


def derived_formula(rule: Rule, given: Given) -> Result:
    """What the formula comes to; taken away where its direction is to deduct. Without a part of it: no data."""
    formula = str(rule.parameters["formula"])
    found = parse(formula).evaluate(given.lookup, given.gather)
    if found is None:
        return NO_DATA
    amount = number(rule, found) + 0
    points = -amount if rule.parameters.get("direction") == "deduct" else amount
    return answer(rule, given, points, {"formula": formula})
