"""Short ways to write a rule, its facts and what it is given down in tests."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from assessments.scoring.facts import OPEN_WITHOUT_DATE, Event, Value
from assessments.scoring.given import Given, Read
from assessments.scoring.kinds import KINDS
from assessments.scoring.schemes import ByFormula, ByGroup, Rule, Scheme
from branchwork.periods import Period

_WRITTEN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SCHEME = Scheme("book", "Rule book", (), is_rule_book=True)


def rule_of(kind: str, **parameters: object) -> Rule:
    """A rule "r" titled "Rule", with these parameters; 2 and "0.5" are figures, but where whole numbers belong."""
    known = KINDS[kind].parameters
    figures = {name: value if known[name].what == "integer" else _figure(value) for name, value in parameters.items()}
    return Rule(kind, figures, "r", "Rule")


def _figure(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _figure(amount) for key, amount in value.items()}
    if isinstance(value, list | tuple) and not isinstance(value, ByGroup | ByFormula):
        return tuple(map(_figure, value))
    if isinstance(value, str):
        return Decimal(value) if _WRITTEN.fullmatch(value) else value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


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
        rivals=lambda of_all: tuple(sorted(everybody if of_all else rivals)),
        lookup=(names or {}).get,
        gather=lambda function, name, in_group: (gathered or {}).get((function, name, in_group)),
    )
