"""A list of criteria with points for each that is met."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from assessments.scoring.facts import Event, Value
from assessments.scoring.formulas.counting import ZERO, of_card, reasons_of
from assessments.scoring.given import NO_DATA, Given, Item, Result
from assessments.scoring.schemes import Rule


def award_on_criterion(rule: Rule, given: Given) -> Result:
    """The points of every criterion that is met, by the first name it reads that tells of any."""
    facts = of_card(given)
    told_by = next((name for name in rule.sources if any(fact.about == name for fact in facts)), None)
    if told_by is None:
        return NO_DATA
    criteria = rule.parameters["criteria"]
    amounts = {str(criterion["key"]): given.amount(criterion["points"]) or ZERO for criterion in criteria}
    shares = _shares([fact for fact in facts if fact.about == told_by], amounts)
    items = tuple(
        Item(amounts[key] * share, str(given.period), None, {"about": told_by})
        for key, share in shares.items()
        if share
    )
    points = sum((item.points for item in items), ZERO)
    told = _told(criteria, shares, amounts) | {"could": _could(points, amounts, given)}
    return Result(items, reasons_of(rule, points, given, **told))


def _shares(facts: Sequence[Event | Value], amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """For which part each criterion counts as met: 0 or 1, or the factor of the event that says so."""
    shares = dict.fromkeys(amounts, ZERO)
    for fact in facts:
        factor = fact.factor if isinstance(fact, Event) else Decimal(1)
        for key in _met(fact, amounts):
            if key not in amounts:
                raise ValueError(f"{fact.about} meets {key!r}, and the criteria are {', '.join(amounts)}")
            shares[key] = max(shares[key], factor)
    return shares


def _met(fact: Event | Value, amounts: Mapping[str, Decimal]) -> Sequence[str]:
    if isinstance(fact, Event):
        return [fact.level]
    if fact.parts is not None:
        return [key for key, is_met in fact.parts.items() if is_met]
    if isinstance(fact.value, str):
        return [fact.value]
    return list(amounts) if fact.value is True else _none_met(fact)


def _none_met(fact: Value) -> Sequence[str]:
    if fact.value:
        raise ValueError(f"{fact.about} tells which criteria are met, not {fact.value}")
    return []


def _told(
    criteria: Sequence[Mapping[str, object]], shares: Mapping[str, Decimal], amounts: Mapping[str, Decimal]
) -> dict[str, object]:
    titles = {str(criterion["key"]): str(criterion.get("title") or criterion["key"]) for criterion in criteria}
    return {
        "met": "; ".join(titles[key] for key in amounts if shares[key]) or None,
        "unmet": "; ".join(titles[key] for key in amounts if not shares[key]) or None,
        "full": sum(amounts.values(), ZERO),
    }


def _could(points: Decimal, amounts: Mapping[str, Decimal], given: Given) -> Decimal | None:
    """What meeting all of them would add, within the points there are."""
    most = sum(amounts.values(), ZERO)
    return max((most if given.points is None else min(most, given.points)) - points, ZERO) or None
