"""Whom a scheme tells apart by peer group or kind, and what is worth how much for them."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from assessments.scoring.expressions import ExpressionError, holds, parse
from assessments.scoring.schemes import Amount, ByFormula, ByGroup, Scheme

_QUOTED = re.compile(r"""["'“‘]([^"'”’]+)["'”’]""")


class Peer(NamedTuple):
    """Anybody of this peer group and kind; "" for those the scheme does not name."""

    group: str = ""
    kind: str = ""

    @property
    def name(self) -> str:
        return " · ".join(part for part in self if part)

    def amount(self, amount: Amount | None) -> Decimal | None:
        """The figure for them; None where it depends on each subject."""
        if isinstance(amount, ByFormula):
            return None
        return amount.of(self.group) if isinstance(amount, ByGroup) else amount

    def is_meant(self, condition: str) -> bool | None:
        """Whether a condition is for them; None where it asks for more than group and kind."""
        if not condition:
            return True
        if _names(condition) - {"group", "kind"}:
            return None
        return holds(condition, self._asdict().get, lambda *_: None)


def peers(scheme: Scheme) -> tuple[Peer, ...]:
    """Every group and kind that amounts and conditions name; and the others, unless parts are for named ones only."""
    by_group = [amount for amount in _amounts(scheme) if isinstance(amount, ByGroup)]
    asked = [one for one in _conditions(scheme) if _names(one) and _names(one) <= {"group", "kind"}]
    groups = {group for amount in by_group for group in amount.amounts} | _named(asked, "group")
    if not _is_closed(asked, "group") or any(amount.otherwise is not None for amount in by_group):
        groups.add("")
    kinds = _named(asked, "kind") | (set() if _is_closed(asked, "kind") else {""})
    return tuple(Peer(*peer) for peer in product(sorted(groups), sorted(kinds)))


def _named(conditions: list[str], name: str) -> set[str]:
    return {text for condition in conditions if name in _names(condition) for text in _QUOTED.findall(condition)}


def _is_closed(conditions: list[str], name: str) -> bool:
    """Whether conditions say for whom something is, rather than for whom not."""
    asking = [condition for condition in conditions if name in _names(condition)]
    return bool(asking) and not any("!=" in one or "≠" in one or "not " in one for one in asking)


def _names(condition: str) -> frozenset[str]:
    """What it asks for; what cannot be read asks for something unknown."""
    try:
        expression = parse(condition)
    except ExpressionError:
        return frozenset({"?"})
    return expression.names | {name for _, name in expression.gathered}


def _amounts(scheme: Scheme) -> Iterator[object]:
    for category in scheme.categories:
        yield from (category.points, category.out_of, category.cap)
    for _, indicator in scheme.indicators():
        yield from (indicator.points, indicator.cap, *(point.points for point in indicator.scoring_points))


def _conditions(scheme: Scheme) -> Iterator[str]:
    for category in scheme.categories:
        yield category.when
    for _, indicator in scheme.indicators():
        yield indicator.when
