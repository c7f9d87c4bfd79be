"""What is added for each time something happened."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

from assessments.scoring.formulas.counting import (
    ZERO,
    Occurrence,
    beyond,
    count_of,
    current_sum,
    item_of,
    occurrences,
    reasons_of,
    remembered,
    weight_of,
)
from assessments.scoring.given import Given, Item, Result
from assessments.scoring.schemes import Rule


def award_per_event(rule: Rule, given: Given) -> Result:
    """`each` for every occurrence; with `required`, nothing until there are so many, then `first` and `each` beyond."""
    each, first, required = (given.parameter(rule, name) for name in ("each", "first", "required"))
    each = each or ZERO
    if required is None:
        required = ZERO if first is None else Decimal(1)
    happened = occurrences(given)
    items = tuple(item for together in remembered(happened, rule) for item in _items(together, each, first, required))
    points = current_sum(items, given)
    told = {"count": count_of(happened), "charged": weight_of(happened), "each": each, "required": required or None}
    known = happened if rule.over else [one for one in happened if one.is_current]
    total = sum((one.times for one in known), ZERO)
    if first is not None:
        told |= {"first": first, "further": weight_of(beyond(required, known))}
    if required:
        told |= {"total": None if total == told["count"] else total, "is_reached": "yes" if total >= required else "no"}
    told |= _one_more(rule, given, points, required - total, each * required if first is None else first)
    return Result(items, reasons_of(rule, points, given, **told))


def _items(happened: Sequence[Occurrence], each: Decimal, first: Decimal | None, required: Decimal) -> tuple[Item, ...]:
    place = _place_reached(happened, required)
    if place is None:
        return ()
    if first is None:
        return _every_one(happened, place, each)
    return _first_and_beyond(happened[place:], beyond(required, happened)[place:], each, first)


def _place_reached(happened: Sequence[Occurrence], required: Decimal) -> int | None:
    """Where, by day, the required number is there."""
    sums = accumulate(one.times for one in happened)
    return next((place for place, so_far in enumerate(sums) if so_far >= required), None)


def _every_one(happened: Sequence[Occurrence], place: int, each: Decimal) -> tuple[Item, ...]:
    """Earlier cards gave nothing for what came before the required number: that is made good where it is reached."""
    reached = happened[place]
    return tuple(
        item_of(reached if at < place and one.period != reached.period else one, each * one.times * one.factor)
        for at, one in enumerate(happened)
    )


def _first_and_beyond(
    happened: Sequence[Occurrence], further: Sequence[Occurrence], each: Decimal, first: Decimal
) -> tuple[Item, ...]:
    """One item each, with `first` in that of the occurrence that reaches the number."""
    return tuple(
        item_of(one, each * rest.times * rest.factor + (ZERO if at else first))
        for at, (one, rest) in enumerate(zip(happened, further, strict=True))
    )


def _one_more(rule: Rule, given: Given, points: Decimal, missing: Decimal, reward: Decimal) -> dict[str, Decimal]:
    """How many occurrences more would add something, and how much: `reward` for reaching the number, then each."""
    if rule.merge is not None or rule.cap_per:
        return {}
    cap = given.amount(rule.cap)
    could = reward if missing > 0 else given.parameter(rule, "each") or ZERO
    could = could if cap is None else min(could, cap - points)
    return {"missing": max(missing, Decimal(1)), "could": could} if could > 0 else {}
