"""Points for the place among those who are compared."""

from collections.abc import Iterable, Mapping
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

    def reached(self, counted: str, place: Decimal) -> Decimal:
        """The place, or the share of all that have it or a better one."""
        return place * ENTIRE / self.size if counted == "percent" else place


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
        return answer(rule, given, ZERO, {"value": value, "of": len(rivals), "too_few": 1}, found)
    place = _place_of(rule, value, rivals)
    places, last = (tuple(rule.parameters.get(name, ())) for name in ("places", "last"))
    counted = str(rule.parameters.get("counted", "place"))
    reached, from_end = place.reached(counted, place.first), place.reached(counted, place.last)
    first, end = _worth(given, places, reached), _worth(given, last, from_end)
    told = {
        "value": None if rule.parameters.get("given") else value,
        "place": place.first,
        "of": place.size,
        "percent": reached if counted == "percent" else None,
        "from_end": place.last if end else None,
    }
    return answer(rule, given, first + end, told | _better(given, places, first, counted), found)


def _place_of(rule: Rule, value: Decimal, rivals: tuple[Decimal, ...]) -> Place:
    is_given = rule.parameters.get("given")
    smaller, larger = sum(rival < value for rival in rivals), sum(rival > value for rival in rivals)
    is_small_best = is_given or rule.parameters.get("best") == "lowest"
    better, worse = (smaller, larger) if is_small_best else (larger, smaller)
    if is_given:
        return Place(value, Decimal(worse + 1), max(Decimal(len(rivals)), *rivals, value))
    return Place(Decimal(better + 1), Decimal(worse + 1), Decimal(len(rivals)))


def _worth(given: Given, tiers: Iterable[Mapping], reached: Decimal) -> Decimal:
    tier = next((tier for tier in tiers if reached <= tier["up_to"]), None)
    return ZERO if tier is None else _signed(given, tier)


def _signed(given: Given, tier: Mapping) -> Decimal:
    if "points" in tier:
        return given.amount(tier["points"]) or ZERO
    return -(given.amount(tier["loses"]) or ZERO)


def _better(given: Given, places: Iterable[Mapping], worth: Decimal, counted: str) -> dict[str, object]:
    """The nearest places that are worth more."""
    more = [(_signed(given, tier), tier["up_to"]) for tier in places if _signed(given, tier) > worth]
    if not more:
        return {}
    points, up_to = min(more)
    return {"could": points - worth, "needed_percent" if counted == "percent" else "needed": up_to}
