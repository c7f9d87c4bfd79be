"""Short ways to write rule books and what happened down in tests."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal

from assessments.scoring import Card, Category, Indicator, Rule, Scheme
from assessments.scoring.engine import score_all
from assessments.scoring.facts import Event, Exemption, Subject, Value

D = Decimal
_COMMON = {field.name for field in fields(Rule)} - {"kind", "parameters", "key"}


def rule(kind: str, key: str, **told: object) -> Rule:
    common = {name: told.pop(name) for name in list(told) if name in _COMMON}
    return Rule(kind, told, key, **common)


def deduct(key: str, each: str = "1", **told: object) -> Rule:
    return rule("deduct_per_occurrence", key, each=D(each), **told)


def award(key: str, each: str = "1", **told: object) -> Rule:
    return rule("award_per_event", key, each=D(each), **told)


def share(key: str, **told: object) -> Rule:
    """Points × value ÷ 100."""
    return rule("proportional", key, **told)


def indicator(key: str, *rules: Rule, points: str | None = None, **told: object) -> Indicator:
    return Indicator(key, f"title of {key}", rules, None if points is None else D(points), **told)


def category(key: str, *indicators: Indicator, **told: object) -> Category:
    return Category(key, f"title of {key}", indicators, **told)


def book(*categories: Category, **told: object) -> Scheme:
    return Scheme("book", "title", categories, is_rule_book=True, **{"graded_by": "total"} | told)


def value(about: str, figure: object, period: str = "2026", subject: str = "a") -> Value:
    found = figure if isinstance(figure, bool) else str(figure)
    return Value(subject=subject, about=about, period=period, value=found if isinstance(found, bool) else D(found))


def event(about: str, on: date | None = None, period: str = "2026", subject: str = "a", **told: object) -> Event:
    return Event(subject=subject, about=about, period=period, on=on, **told)


def exemption(about: str, period: str = "2026", subject: str = "a") -> Exemption:
    return Exemption(subject=subject, about=about, period=period, reason="newly founded", approved_by="committee")


def cards(scheme: Scheme, *facts: object, groups: dict[str, str] | None = None, periods: Sequence[str] = ("2026",)):
    """Cards by (subject, period); subject "a" alone unless `groups` names others."""
    subjects = {key: Subject(key, group=group) for key, group in (groups or {"a": ""}).items()}
    return {(card.subject, card.period): card for card in score_all(scheme, facts, subjects, periods)}


def card(scheme: Scheme, *facts: object, periods: Sequence[str] = ("2026",)) -> Card:
    """The one card of subject "a", or the last of several periods."""
    return list(cards(scheme, *facts, periods=periods).values())[-1]


def points(found: Card) -> dict[str, Decimal | None]:
    return {line.indicator: line.points for line in found.lines}


def codes(found: Card, key: str) -> list[str]:
    return [reason.code for line in found.lines if line.indicator == key for reason in line.reasons]
