"""What the parts of a scheme are worth, and the most they can give. None: it cannot be told, or has no bound."""

from collections.abc import Iterable
from decimal import Decimal

from assessments.scoring.kinds import effect_of
from assessments.scoring.lint.peers import Peer
from assessments.scoring.schemes import Category, Indicator, Rule, Scheme, ScoringPoint

NOTHING = Decimal(0)
_PARTS = {"year": {"month": 12, "quarter": 4, "half": 2, "year": 1}, "half": {"month": 6, "quarter": 2, "half": 1}}


def added(figures: Iterable[Decimal | None]) -> Decimal | None:
    """Their sum; None when one of them is unknown."""
    total = NOTHING
    for figure in figures:
        if figure is None:
            return None
        total += figure
    return total


def of_indicator(indicator: Indicator, peer: Peer) -> Decimal | None:
    """Its points; those of its scoring points where it has none of its own; nothing where it is open."""
    is_meant = peer.is_meant(indicator.when)
    if not is_meant:
        return None if is_meant is None else NOTHING
    if indicator.cadence and indicator.combine == "sum":
        return None
    if indicator.points is not None:
        return peer.amount(indicator.points)
    if indicator.scoring_points:
        return added(peer.amount(point.points) for point in indicator.scoring_points)
    return None if any(effect_of(rule.kind, rule.parameters) == "gives" for rule in indicator.rules) else NOTHING


def of_category(category: Category, peer: Peer) -> Decimal | None:
    """Its own points, else those of its indicators."""
    is_meant = peer.is_meant(category.when)
    if not is_meant:
        return None if is_meant is None else NOTHING
    if category.points is not None:
        return peer.amount(category.points)
    return added(of_indicator(indicator, peer) for indicator in category.indicators)


def of_base(scheme: Scheme, peer: Peer, figure=of_category) -> Decimal | None:
    """All base categories, by their components; `figure` says what is taken of each."""
    base = [category for category in scheme.categories if category.role == "base"]
    components = {component.key: component for component in scheme.components}
    total = added(figure(category, peer) for category in base if category.component not in components)
    for component in components.values():
        own = added(figure(category, peer) for category in base if category.component == component.key)
        if component.out_of is not None and component.points is not None:
            own = component.points
        elif own is not None:
            own *= component.weight
        total = added((total, own))
    return total


def times(scheme: Scheme) -> Decimal:
    """How many times the base of one period enters the combined card."""
    how = scheme.periods
    if how.combine == "weighted":
        return sum(how.weights, NOTHING)
    return Decimal(parts_of(scheme)) if how.combine == "sum" else Decimal(1)


def parts_of(scheme: Scheme) -> int:
    """How many periods are combined; 1 where that is left to the facts."""
    return _PARTS[scheme.periods.into].get(scheme.periods.score, 1)


# The most there can be


def most_of_category(category: Category, peer: Peer) -> Decimal | None:
    if peer.is_meant(category.when) is False:
        return NOTHING
    most = added(most_of_indicator(indicator, peer) for indicator in category.indicators)
    if category.out_of is not None:
        most = _converted(category, peer, most)
    cap = peer.amount(category.points) if category.cap == "points" else category.cap
    cap = None if cap == "none" else peer.amount(cap)
    return cap if most is None or cap is not None and cap < most else most


def _converted(category: Category, peer: Peer, most: Decimal | None) -> Decimal | None:
    points, out_of = peer.amount(category.points), category.out_of
    if points is None or out_of == "best":
        return points
    full = peer.amount(out_of)
    return most * points / full if most is not None and full else None


def most_of_indicator(indicator: Indicator, peer: Peer) -> Decimal | None:
    """Its cap; without one, what its rules can add to where it starts."""
    if peer.is_meant(indicator.when) is False:
        return NOTHING
    cap = _cap(indicator, peer)
    if cap is not None:
        return cap
    if indicator.cap == "none" and indicator.points is not None:
        return None
    points = added(_most_of_point(point, peer) for point in indicator.scoring_points)
    return added((points, *(most_of_rule(rule) for rule in indicator.rules)))


def _most_of_point(point: ScoringPoint, peer: Peer) -> Decimal | None:
    cap = _cap(point, peer)
    if cap is not None or point.points is not None:
        return cap
    return added(most_of_rule(rule) for rule in point.rules)


def _cap(part: Indicator | ScoringPoint, peer: Peer) -> Decimal | None:
    if part.cap == "none":
        return None
    return peer.amount(part.points if part.cap == "points" else part.cap)


def most_of_rule(rule: Rule) -> Decimal | None:
    """What an open indicator can get by it."""
    if isinstance(rule.cap, Decimal):
        return rule.cap
    return NOTHING if not can_add(rule) else None


def can_add(rule: Rule) -> bool:
    """Whether it may ever answer more than nothing."""
    if rule.kind == "rate_step":
        return "above" in rule.parameters
    if rule.kind in ("tiered", "rank_based"):
        return any("points" in tier for tier in _tiers(rule))
    return effect_of(rule.kind, rule.parameters) != "takes"


def can_take(rule: Rule) -> bool:
    """Whether it may ever answer less than nothing."""
    if rule.kind == "rate_step":
        return "below" in rule.parameters
    if rule.kind in ("tiered", "rank_based"):
        return any("loses" in tier for tier in _tiers(rule))
    return rule.kind == "derived_formula" or effect_of(rule.kind, rule.parameters) == "takes"


def _tiers(rule: Rule) -> list:
    return [tier for name in ("tiers", "places", "last") for tier in rule.parameters.get(name, ())]
