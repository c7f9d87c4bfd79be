"""Points for the place among those who are compared."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.formulas.counting import ZERO
from assessments.scoring.formulas.measuring import ENTIRE, answer, number, value_of
from assessments.scoring.given import NO_DATA, Given, Result
from assessments.scoring.schemes import Rule


class Place(NamedTuple):
    """Counted from the best and from the end; equal values share both."""

    first: Decimal
    last: Decimal
    size: Decimal

    def share(self, place: Decimal) -> Decimal:
        """How much of all, in percent, that place and the better ones are."""
        return place * ENTIRE / self.size

    def part(self, share: Decimal) -> Decimal:
        """The last whole place inside that share."""
        return share * self.size // ENTIRE


def rank_based(rule: Rule, given: Given) -> Result:
    """Gives or takes by the first of `places` that is reached, and the first of `last`, counted from the end.

    A peer group smaller than the scheme's least has no places, unless the place itself was given.
    """
    found = value_of(rule, given)
    if found is None:
        return NO_DATA
    of_all, value = rule.parameters.get("among") == "all", number(rule, found.value)
    rivals = given.rivals(of_all) or (value,)
    if not of_all and not rule.parameters.get("given") and len(rivals) < given.scheme.min_place_group:
        return answer(rule, given, ZERO, {"value": value, "of": len(rivals), "is_too_small": "yes"}, found)
    place = _place_of(rule, value, rivals)
    first, end = _worth(rule, given, place)
    told = {
        "value": None if rule.parameters.get("given") else value,
        "place": place.first,
        "of": place.size,
        "percent": place.share(place.first) if rule.parameters.get("counted") == "percent" else None,
        "from_end": place.last if end else None,
    }
    return answer(rule, given, first + end, told | _better(rule, given, place, first + end), found)


def _place_of(rule: Rule, value: Decimal, rivals: tuple[Decimal, ...]) -> Place:
    is_given = rule.parameters.get("given")
    smaller, larger = bisect_left(rivals, value), len(rivals) - bisect_right(rivals, value)
    is_small_best = is_given or rule.parameters.get("best") == "lowest"
    better, worse = (smaller, larger) if is_small_best else (larger, smaller)
    if is_given:
        return Place(value, Decimal(worse + 1), max(Decimal(len(rivals)), rivals[-1], value))
    return Place(Decimal(better + 1), Decimal(worse + 1), Decimal(len(rivals)))


def _worth(rule: Rule, given: Given, place: Place) -> tuple[Decimal, Decimal]:
    """What the place is worth counted from the best, and from the end."""
    is_share = rule.parameters.get("counted") == "percent"
    ends = ("places", place.first), ("last", place.last)
    first, end = (
        _first_fitting(_steps(rule, given, name), place.share(reached) if is_share else reached)
        for name, reached in ends
    )
    return first, end


class Step(NamedTuple):
    """Up to which place (or share) it goes, and the signed points it is worth."""

    up_to: Decimal
    worth: Decimal


def _steps(rule: Rule, given: Given, name: str) -> list[Step]:
    """Those there are for this subject: one that goes up to nothing known is none."""
    steps = []
    for tier in rule.parameters.get(name, ()):
        up_to = given.amount(tier["up_to"])
        if up_to is not None:
            gives = "points" in tier
            amount = given.amount(tier["points" if gives else "loses"]) or ZERO
            steps.append(Step(up_to, amount if gives else -amount))
    return steps


def _first_fitting(steps: Iterable[Step], reached: Decimal) -> Decimal:
    return next((step.worth for step in steps if reached <= step.up_to), ZERO)


def _better(rule: Rule, given: Given, place: Place, points: Decimal) -> dict[str, object]:
    """The nearest better place that is worth more, were it reached alone."""
    is_share = rule.parameters.get("counted") == "percent"
    whole = {
        name: [place.part(step.up_to) if is_share else step.up_to for step in _steps(rule, given, name)]
        for name in ("places", "last")
    }
    better = {*whole["places"], *(place.size - up_to for up_to in whole["last"])}
    for needed in sorted((one for one in better if 1 <= one < place.first), reverse=True):
        could = sum(_worth(rule, given, Place(needed, place.size - needed + 1, place.size))) - points
        if could > 0:
            return {"could": could, "needed": needed}
    return {}
