"""同一事项: what a matter counts that is told more than once."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from assessments.scoring.cards import Reason
from assessments.scoring.given import Item
from assessments.scoring.rounding import plain
from assessments.scoring.schemes import Merge


def merge(items: Sequence[Item], how: Merge | None) -> tuple[list[Item], list[Reason]]:
    """The items in their order, with points as far as they count, and one reason for each matter that lost some.

    "highest" leaves the largest in amount (of equals the first by day); "in_turn" goes by day.
    """
    counted = list(items)
    if how is None or how.at_most is None and (how.keep == "sum" or len(items) < 2):
        return counted, []
    reasons = []
    for key, places in _matters(items, how.by).items():
        left = how.at_most
        for place, factor in _FACTORS[how.keep](items, places, how).items():
            points = items[place].points * factor if factor else Decimal(0)
            if left is not None:
                points = min(abs(points), left).copy_sign(points)
                left -= abs(points)
            counted[place] = items[place]._replace(points=points)
        reason = _reason(key, how, [items[place] for place in places], [counted[place] for place in places])
        if reason is not None:
            reasons.append(reason)
    return counted, reasons


def _matters(items: Sequence[Item], by: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
    """Places of the items of each matter, by day; an item that lacks a field is no part of any."""
    found: dict[tuple[str, ...], list[int]] = {}
    for place, item in enumerate(items):
        key = tuple(str(item.fields.get(name, "")) for name in by)
        if all(key):
            found.setdefault(key, []).append(place)
    for places in found.values():
        places.sort(key=lambda place: (items[place].on or date.max, -abs(items[place].points), place))
    return found


def _highest(items: Sequence[Item], places: list[int], how: Merge) -> dict[int, Decimal]:
    best = max(places, key=lambda place: abs(items[place].points))
    return {place: Decimal(place == best) for place in places}


def _in_turn(items: Sequence[Item], places: list[int], how: Merge) -> dict[int, Decimal]:
    last = len(how.factors) - 1
    return {place: how.factors[min(turn, last)] for turn, place in enumerate(places)}


def _all(items: Sequence[Item], places: list[int], how: Merge) -> dict[int, Decimal]:
    return dict.fromkeys(places, Decimal(1))


_FACTORS = {"highest": _highest, "in_turn": _in_turn, "sum": _all}


def _reason(key: tuple[str, ...], how: Merge, before: list[Item], after: list[Item]) -> Reason | None:
    told, counts = sum(item.points for item in before), sum(item.points for item in after)
    if told == counts:
        return None
    facts = {
        "matter": " · ".join(key),
        "keep": how.keep,
        "times": len(before),
        "told": plain(told),
        "counts": plain(counts),
    }
    return Reason("merged", MappingProxyType(facts))
