"""Caps and floors."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from assessments.scoring.cards import Reason
from assessments.scoring.given import Item
from assessments.scoring.rounding import plain
from branchwork.periods import Period, PeriodKind, period_of


def bounded(points: Decimal, cap: Decimal | None, floor: Decimal | None) -> Decimal:
    """Not above the cap, then not below the floor."""
    if cap is not None and points > cap:
        points = cap
    if floor is not None and points < floor:
        points = floor
    return points


def bounded_reason(where: str, title: str, before: Decimal, after: Decimal) -> tuple[Reason, ...]:
    """Why they are others than the sum; `where` is window, rule, scoring_point, indicator, category, bonus or total."""
    if before == after:
        return ()
    code = "capped" if after < before else "floored"
    facts = {"where": where, "title": title, "before": plain(before), "after": plain(after)}
    return (Reason(code, MappingProxyType(facts)),)


def trimmed(items: Sequence[Item], cap: Decimal | None, floor: Decimal | None) -> list[Item]:
    """The items with their sum bounded: the last ones lose first."""
    if cap is None and floor is None:
        return list(items)
    total = sum((item.points for item in items), Decimal(0))
    spare = total - bounded(total, cap, floor)
    left = list(items)
    for place in range(len(left) - 1, -1, -1):
        if not spare:
            break
        points = left[place].points
        taken = min(spare, max(points, Decimal(0))) if spare > 0 else max(spare, min(points, Decimal(0)))
        left[place] = left[place]._replace(points=points - taken)
        spare -= taken
    return left


def trimmed_per(items: Sequence[Item], cap_per: Mapping[str, Decimal]) -> list[Item]:
    """No more than so many points, of either sign, in each day, month, quarter, half or year.

    What has no day counts as of the last day of its period.
    """
    left = list(items)
    if not cap_per:
        return left
    order = sorted(range(len(left)), key=lambda place: (_day(left[place]), place))
    for window in sorted(cap_per, key=_WINDOWS.index):
        cap = cap_per[window]
        used: dict[tuple[object, bool], Decimal] = {}
        for place in order:
            points = left[place].points
            key = _window(_day(left[place]), window), points < 0
            room = cap - used.get(key, Decimal(0))
            counts = min(abs(points), room)
            used[key] = used.get(key, Decimal(0)) + counts
            left[place] = left[place]._replace(points=counts.copy_sign(points))
    return left


_WINDOWS = ["day", "month", "quarter", "half", "year"]


def _window(day: date, window: str) -> object:
    return day if window == "day" else period_of(day, PeriodKind(window))


def _day(item: Item) -> date:
    return item.on or Period.parse(item.period).ends_on
