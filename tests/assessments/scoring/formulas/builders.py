"""Short ways to write a rule, its facts and what it is given down in tests."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from assessments.scoring.facts import OPEN_WITHOUT_DATE, Event, Value
from assessments.scoring.given import Given, Read
from assessments.scoring.schemes import Rule, Scheme
from branchwork.periods import Period

SCHEME = Scheme("book", "Rule book", (), is_rule_book=True)


def rule_of(kind: str, **parameters: object) -> Rule:
    """A rule "r" titled "Rule", with these parameters: whole numbers and texts of figures are written as they come."""
    return Rule(kind, {name: _figure(value) for name, value in parameters.items()}, "r", "Rule")


def _figure(value: object) -> object:
    if isinstance(value, float):
        raise TypeError(f"figures of tests are whole numbers, texts or Decimals: {value}")
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Mapping):
        return {key: Decimal(amount) for key, amount in value.items()}
    return value


def event_of(on: str = "", *, period: str = "2026", due: str = "", **told: object) -> Event:
    """One event that rule "r" reads, on that day or some day of the period."""
    days = {"on": on and date.fromisoformat(on) or None, "due_on": due and date.fromisoformat(due) or None}
    figures = {key: Decimal(told.pop(key)) for key in ("quantity", "points", "factor") if key in told}
    return Event(**{"subject": "b1", "about": "r", "period": period} | days | figures | told)


def value_of(value: Decimal | str | bool | int, *, period: str = "2026", **told: object) -> Value:
    """One value that rule "r" reads; a whole number is a figure, a text a level."""
    figure = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return Value(**{"subject": "b1", "about": "r", "period": period, "value": figure} | told)


def given_of(
    *facts: Read,
    points: Decimal | int | str | None = None,
    group: str = "",
    period: str = "2026",
    rivals: tuple[Decimal, ...] = (),
    everybody: tuple[Decimal, ...] = (),
    names: Mapping[str, object] | None = None,
    gathered: Mapping[tuple[str, str, bool], Decimal] | None = None,
) -> Given:
    """What a formula is given: facts, the points it is about, and what it may look up by name."""
    return Given(
        facts=facts,
        period=Period.parse(period),
        points=None if points is None else Decimal(points),
        group=group,
        scheme=SCHEME,
        state=OPEN_WITHOUT_DATE,
        rivals=lambda of_all: everybody if of_all else rivals,
        lookup=(names or {}).get,
        gather=lambda function, name, in_group: (gathered or {}).get((function, name, in_group)),
    )
