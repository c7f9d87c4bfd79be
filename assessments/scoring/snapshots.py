"""Cards as frozen data: plain dictionaries, canonical bytes and their checksum."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from assessments.scoring.cards import Card, Line, Part, Reason, Subtotal, Vetoed


def card_to_dict(card: Card) -> dict[str, Any]:
    """What `Scorecard.snapshot` keeps: only text, whole numbers, booleans, null, lists and objects.

    Points are hundredths, dates are ISO, a rate is text ("99.50").
    """
    return _plain(card)


def card_from_dict(snapshot: Mapping[str, Any]) -> Card:
    """The card that `card_to_dict` was given."""
    return Card(
        **_revived(snapshot)
        | {
            "lines": tuple(_line(line) for line in snapshot["lines"]),
            "parts": tuple(Part(**_revived(part)) for part in snapshot["parts"]),
            "categories": tuple(_subtotal(one) for one in snapshot.get("categories", ())),
            "components": tuple(_subtotal(one) for one in snapshot.get("components", ())),
            "reasons": tuple(_reason(reason) for reason in snapshot.get("reasons", ())),
            "vetoes": tuple(Vetoed(**one) for one in snapshot.get("vetoes", ())),
            "figures": tuple(_line(line) for line in snapshot.get("figures", ())),
        }
    )


def canonical_json(cards: Iterable[Card]) -> bytes:
    """The same cards, in any order, give the same UTF-8 bytes: sorted by subject and period, keys sorted."""
    ordered = sorted(cards, key=lambda card: (card.subject, card.period))
    return json.dumps(
        [card_to_dict(card) for card in ordered], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def checksum(cards: Iterable[Card]) -> str:
    """SHA-256 of `canonical_json`, in hexadecimal."""
    return hashlib.sha256(canonical_json(cards)).hexdigest()


def _plain(value: Any) -> Any:
    """Spelled out by type because a year of 1,000 branches holds more than a million values."""
    kind = type(value)
    if kind in _PLAIN_TYPES:
        return value
    if kind is tuple:
        return [_plain(item) for item in value]
    if kind is date:
        return value.isoformat()
    if kind is Decimal:
        return str(value)
    if kind in (MappingProxyType, dict):
        return {key: _plain(item) for key, item in value.items()}
    known = {name: _plain(getattr(value, name)) for name in _FIELDS[kind]}
    for name, empty in _OF_RULE_BOOKS.get(kind, ()):
        if (found := getattr(value, name)) != empty:
            known[name] = _plain(found)
    return known


_PLAIN_TYPES = frozenset({str, int, bool, type(None)})
# Left out where empty: the cards of a plan's own scheme know nothing of them.
_OF_RULE_BOOKS = {
    Line: (("points", None), ("full", None)),
    Card: (
        ("base", None), ("total_for_grade", None), ("total_for_award", None), ("is_barred", False), ("reasons", ()),
        ("categories", ()), ("components", ()), ("vetoes", ()), ("figures", ()),
    ),
}  # fmt: skip
_FIELDS = {
    kind: tuple(
        field.name for field in fields(kind) if field.name not in {name for name, _ in _OF_RULE_BOOKS.get(kind, ())}
    )
    for kind in (Card, Line, Part, Reason, Subtotal, Vetoed)
}


def _line(snapshot: Mapping[str, Any]) -> Line:
    return Line(**_revived(snapshot) | {"reasons": tuple(_reason(reason) for reason in snapshot["reasons"])})


def _subtotal(snapshot: Mapping[str, Any]) -> Subtotal:
    return Subtotal(**_revived(snapshot) | {"reasons": tuple(_reason(reason) for reason in snapshot["reasons"])})


def _reason(snapshot: Mapping[str, Any]) -> Reason:
    facts = {key: _day(key, value) if type(value) is str else value for key, value in snapshot["facts"].items()}
    return Reason(snapshot["code"], MappingProxyType(facts), tuple(snapshot["entries"]))


def _revived(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _revive(key, value) if type(value) is str else value for key, value in values.items()}


def _revive(key: str, value: str) -> str | date | Decimal:
    return Decimal(value) if key in _EXACT else _day(key, value)


_EXACT = frozenset({"rate", "points", "full", "nominal", "base", "total_for_grade", "total_for_award"})


def _day(key: str, value: str) -> str | date:
    return date.fromisoformat(value) if key == "until" or key.endswith("_on") else value
