"""Points for the assignments of a ledger."""

from decimal import Decimal
from operator import attrgetter

from assessments.scoring.assignment_share import assignment_share as judge_assignments
from assessments.scoring.facts import Fact
from assessments.scoring.given import NO_DATA, Given, Item, Result
from assessments.scoring.schemes import Rule
from assessments.scoring.terms import Terms

HUNDREDTHS = Decimal(100)


def assignment_share(rule: Rule, given: Given) -> Result:
    """Points × earned ÷ available; what they earned where the indicator has no points. One reason for each."""
    facts = sorted((fact for fact in given.of_period() if isinstance(fact, Fact)), key=attrgetter("due_on", "slot"))
    tally = judge_assignments(rule, Terms(given.scheme, given.state), tuple(facts))
    if not tally.available:
        return NO_DATA
    points = tally.earned / HUNDREDTHS if given.points is None else given.points * tally.earned / tally.available
    return Result((Item(points, str(given.period)),), tally.reasons)
