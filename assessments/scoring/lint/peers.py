"""Whom a scheme tells apart by peer group or kind, and what is worth how much for them."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from assessments.scoring.expressions import ExpressionError, holds, parse
from assessments.scoring.schemes import Amount, ByGroup, Scheme

_QUOTED = re.compile(r"""["'“‘]([^"'”’]+)["'”’]""")


class Peer(NamedTuple):
    """Anybody of this peer group and kind; "" for those the scheme does not name."""

    group: str = ""
    kind: str = ""

    @property
    def name(self) -> str:
        return " · ".join(part for part in self if part)

    def amount(self, amount: Amount | None) -> Decimal | None:
        return amount.of(self.group) if isinstance(amount, ByGroup) else amount

    def is_meant(self, condition: str) -> bool | None:
        """Whether a condition is for them; None where it asks for more than group and kind."""
        if not condition:
            return True
        if _names(condition) - {"group", "kind"}:
            return None
        return holds(condition, self._asdict().get, lambda *_: None)


def peers(scheme: Scheme) -> tuple[Peer, ...]:
    """Every group and kind that amounts and conditions name, and those they do not name."""
    groups, kinds = {""}, {""}
    for amount in _amounts(scheme):
        if isinstance(amount, ByGroup):
            groups.update(amount.amounts)
    for condition in _conditions(scheme):
        names = _names(condition)
        if names and names <= {"group", "kind"}:
            groups.update(_QUOTED.findall(condition) if "group" in names else ())
            kinds.update(_QUOTED.findall(condition) if "kind" in names else ())
    return tuple(Peer(*peer) for peer in product(sorted(groups), sorted(kinds)))


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
