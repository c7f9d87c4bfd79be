"""Tiers and places: the first that fits is taken, so one may hide another; and between two nothing may fit."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from assessments.scoring.lint.finding import Finding, Located, rules, told
from assessments.scoring.schemes import Scheme

_INFINITY = Decimal("Infinity")


class Span(NamedTuple):
    """From `least` to `most`; `has_least` and `has_most` say whether the ends belong to it."""

    least: Decimal
    has_least: bool
    most: Decimal
    has_most: bool

    def is_empty(self) -> bool:
        return self.least > self.most or (self.least == self.most and not (self.has_least and self.has_most))

    def shared(self, other: "Span") -> "Span":
        least = max((self.least, not self.has_least), (other.least, not other.has_least))
        most = min((self.most, self.has_most), (other.most, other.has_most))
        return Span(least[0], not least[1], most[0], most[1])

    def __str__(self) -> str:
        low = "" if self.least == -_INFINITY else f"{'≥' if self.has_least else '>'} {self.least:f}"
        high = "" if self.most == _INFINITY else f"{'≤' if self.has_most else '<'} {self.most:f}"
        return ", ".join(part for part in (low, high) if part) or "…"


def check(scheme: Scheme) -> Iterator[Finding]:
    for located in rules(scheme):
        if located.rule.kind == "tiered":
            yield from _tiered(located)
        elif located.rule.kind == "rank_based":
            for name in ("places", "last"):
                yield from _places(located, name)


def _tiered(located: Located) -> Iterator[Finding]:
    tiers, by = located.rule.parameters["tiers"], located.rule.parameters.get("by", "value")
    if by == "level":
        yield from _levels(located, tiers)
        return
    spans = [_span(tier) for tier in tiers]
    if None in spans:
        return
    for number, span in enumerate(spans):
        yield from _hidden(located, number, span, spans[:number])
    yield from _gaps(located, sorted(spans), is_whole=by in ("count", "quantity"))


def _span(tier: Mapping) -> Span | None:
    """None where a bound differs by peer group, or a level stands beside it."""
    bounds = {name: tier[name] for name in ("from", "above", "up_to", "below") if tier.get(name) is not None}
    if tier.get("level") or not all(isinstance(bound, Decimal) for bound in bounds.values()):
        return None
    low = max((bounds.get("from", -_INFINITY), 0), (bounds.get("above", -_INFINITY), 1))
    high = min((bounds.get("up_to", _INFINITY), 1), (bounds.get("below", _INFINITY), 0))
    return Span(low[0], not low[1], high[0], bool(high[1]))


def _hidden(located: Located, number: int, span: Span, before: Sequence[Span]) -> Iterator[Finding]:
    """A tier that an earlier one leaves nothing of, or whose own bound lies inside an earlier one."""
    path = f"{located.path}.tiers[{number + 1}]"
    for other in before:
        both = span.shared(other)
        if span.is_empty() or both == span:
            yield Finding(path, "tier_never_reached", told(title=located.title, tier=str(span)), True)
            return
        if not both.is_empty() and _is_crossed(span, other):
            facts = told(title=located.title, tier=str(span), other=str(other), both=str(both))
            yield Finding(path, "overlapping_tiers", facts)
            return


def _is_crossed(span: Span, earlier: Span) -> bool:
    """`from: 90`, then `from: 80` is how tiers are written: open towards the earlier one. A bound inside it is not."""
    is_below = (span.least, not span.has_least) < (earlier.least, not earlier.has_least)
    is_above = (span.most, span.has_most) > (earlier.most, earlier.has_most)
    return is_below != is_above and (span.most < _INFINITY if is_below else span.least > -_INFINITY)


def _gaps(located: Located, spans: Sequence[Span], is_whole: bool) -> Iterator[Finding]:
    """Between the lowest and the highest tier something fits nowhere."""
    if not spans:
        return
    reached, has_end = spans[0].most, spans[0].has_most
    for span in spans[1:]:
        gap = Span(reached, not has_end, span.least, not span.has_least)
        if not gap.is_empty() and not (is_whole and not _has_whole(gap)):
            yield Finding(f"{located.path}.tiers", "tier_gap", told(title=located.title, gap=str(gap)))
        reached, has_end = max((reached, has_end), (span.most, span.has_most))


def _has_whole(gap: Span) -> bool:
    """Whether a whole number lies in it."""
    first = gap.least.to_integral_value(ROUND_CEILING)
    last = gap.most.to_integral_value(ROUND_FLOOR)
    first += first == gap.least and not gap.has_least
    last -= last == gap.most and not gap.has_most
    return first <= last


def _levels(located: Located, tiers: Sequence[Mapping]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, tier in enumerate(tiers, start=1):
        level = str(tier.get("level", ""))
        if level in seen:
            facts = told(title=located.title, tier=level)
            yield Finding(f"{located.path}.tiers[{number}]", "tier_never_reached", facts, True)
        seen.add(level)


def _places(located: Located, name: str) -> Iterator[Finding]:
    reached = Decimal(0)
    for number, place in enumerate(located.rule.parameters.get(name, ()), start=1):
        if not isinstance(place["up_to"], Decimal):
            return
        if place["up_to"] <= reached:
            facts = told(title=located.title, tier=f"≤ {place['up_to']:f}")
            yield Finding(f"{located.path}.{name}[{number}]", "tier_never_reached", facts, True)
        reached = max(reached, place["up_to"])
