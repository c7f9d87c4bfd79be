"""Points that do not add up, and weights."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from assessments.scoring.lint import worth
from assessments.scoring.lint.finding import Finding, categories, indicators, told
from assessments.scoring.lint.peers import Peer, peers
from assessments.scoring.schemes import Category, Indicator, Scheme

# What is stated, and what it may add up to (a total may, or may not, contain the bonus).
Sums = tuple[Decimal | None, tuple[Decimal | None, ...]]


def check(scheme: Scheme) -> Iterator[Finding]:
    everybody = peers(scheme)
    for path, _, indicator in indicators(scheme):
        yield from _compared(path, indicator.title, everybody, lambda peer, one=indicator: _of_points(one, peer))
    for path, category in categories(scheme):
        yield from _compared(path, category.title, everybody, lambda peer, one=category: _of_category(one, peer))
    yield from _components(scheme, everybody)
    yield from _compared("total", "", everybody, lambda peer: _of_total(scheme, peer))
    yield from _weights(scheme)


def _compared(path: str, title: str, everybody: tuple[Peer, ...], sums: Callable[[Peer], Sums]) -> Iterator[Finding]:
    """One finding for all when it is the same for all, else one for each group concerned."""
    wrong: dict[tuple[Decimal, Decimal], list[Peer]] = {}
    checked = 0
    for peer in everybody:
        stated, possible = sums(peer)
        known = [figure for figure in possible if figure is not None]
        if stated is None or not known:
            continue
        checked += 1
        if stated not in known:
            wrong.setdefault((stated, known[0]), []).append(peer)
    for (stated, found), who in wrong.items():
        group = "" if len(who) == checked else ", ".join(peer.name for peer in who if peer.name)
        yield Finding(path, "points_do_not_sum", told(title=title, stated=stated, sum=found, group=group), True)


def _of_points(indicator: Indicator, peer: Peer) -> Sums:
    if not indicator.scoring_points or indicator.points is None:
        return None, ()
    return peer.amount(indicator.points), (
        worth.added(peer.amount(point.points) for point in indicator.scoring_points),
    )


def _of_category(category: Category, peer: Peer) -> Sums:
    """A base category's indicators give its points, or what these are converted from."""
    stated = category.points if category.out_of is None else category.out_of
    if category.role != "base" or stated == "best" or not category.indicators or not peer.is_meant(category.when):
        return None, ()
    # Where every indicator is open, what they give is converted without a sum to compare.
    points = worth.added(worth.of_indicator(one, peer) for one in category.indicators)
    return peer.amount(stated), (points if points or category.out_of is None else None,)


def _of_total(scheme: Scheme, peer: Peer) -> Sums:
    """The total of one period or of the combined card, with or without the bonus."""
    base = worth.of_base(scheme, peer)
    if scheme.total is None or not base:
        return None, ()
    by_year = [category for category in scheme.categories if category.role == "base" and category.cadence == "year"]
    once = worth.added(worth.of_category(category, peer) for category in by_year)
    combined = None if once is None else (base - once) * worth.times(scheme) + once
    bonus = _bonus(scheme, peer)
    sums = [base, combined]
    if once is not None and scheme.periods.combine == "independent":
        # No card ever adds up what is scored by the period and what is scored by the year.
        sums = [base - once, once]
    return scheme.total, (*sums, *(worth.added((one, bonus)) for one in sums))


def _bonus(scheme: Scheme, peer: Peer) -> Decimal | None:
    bonus = worth.added(
        worth.most_of_category(category, peer) if category.points is None else peer.amount(category.points)
        for category in scheme.categories
        if category.role == "bonus"
    )
    cap = scheme.bonus_cap
    return cap if cap is not None and (bonus is None or bonus > cap) else bonus


def _components(scheme: Scheme, everybody: tuple[Peer, ...]) -> Iterator[Finding]:
    for number, component in enumerate(scheme.components, start=1):
        own = [category for category in scheme.categories if category.component == component.key]
        if component.out_of is not None and own:
            yield from _compared(
                f"components[{number}]",
                component.title,
                everybody,
                lambda peer, stated=component.out_of, own=own: (
                    stated,
                    (worth.added(worth.of_category(category, peer) for category in own),),
                ),
            )


def _weights(scheme: Scheme) -> Iterator[Finding]:
    """Weights are factors: they make up 1, unless every one is left at 1."""
    weights = [component.weight for component in scheme.components if component.out_of is None]
    if any(weight != 1 for weight in weights) and len(weights) == len(scheme.components) and sum(weights) != 1:
        yield Finding("components", "weights_do_not_sum", told(sum=sum(weights, Decimal(0))), True)
    how = scheme.periods
    if how.combine != "weighted":
        return
    if sum(how.weights) != 1:
        yield Finding("periods.weights", "weights_do_not_sum", told(sum=sum(how.weights, Decimal(0))), True)
    if how.score and len(how.weights) != worth.parts_of(scheme):
        facts = {"count": str(len(how.weights)), "periods": str(worth.parts_of(scheme))}
        yield Finding("periods.weights", "weights_do_not_match", facts, True)
