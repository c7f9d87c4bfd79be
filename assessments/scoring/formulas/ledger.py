"""Points for the assignments of a ledger."""

from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType

from assessments.scoring.assignment_share import assignment_share as judge_assignments
from assessments.scoring.cards import Reason
from assessments.scoring.facts import Fact
from assessments.scoring.given import Given, Item, Result
from assessments.scoring.rounding import plain
from assessments.scoring.schemes import Rule
from assessments.scoring.terms import Terms

HUNDREDTHS = Decimal(100)


def assignment_share(rule: Rule, given: Given) -> Result:
    """Points × earned ÷ available; what they earned where the indicator has no points. The sum first, then a reason
    for each assignment."""
    facts = sorted((fact for fact in given.of_period() if isinstance(fact, Fact)), key=attrgetter("due_on", "slot"))
    tally = judge_assignments(rule, Terms(given.scheme, given.state), tuple(facts))
    if not tally.available:
        return Result(reasons=(_reason("nothing_due", rule),), has_data=False)
    points = _points(given, tally.earned, tally.available)
    told: dict[str, object] = {
        "earned": plain(Decimal(tally.earned) / HUNDREDTHS),
        "due": plain(Decimal(tally.available) / HUNDREDTHS),
    }
    if given.points is not None:
        told |= {"full": plain(given.points), "points": plain(points)}
    if tally.could_earn and (could := _points(given, tally.earned + tally.could_earn, tally.assigned)) > points:
        told |= {"could": plain(could - points), "reach": plain(could)}
        told |= {"until_on": tally.until} if tally.until else {}
    return Result((Item(points, str(given.period)),), (_reason("assignment_share", rule, **told), *tally.reasons))


def _points(given: Given, earned: int, available: int) -> Decimal:
    return Decimal(earned) / HUNDREDTHS if given.points is None else given.points * earned / available


def _reason(code: str, rule: Rule, **told: object) -> Reason:
    return Reason(code, MappingProxyType({"rule": rule.key} | ({"title": rule.title} if rule.title else {}) | told))
