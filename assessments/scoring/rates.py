"""Rates, means and medians: `None` is "no data", which is not the same as 0."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from assessments.scoring.schemes import Scheme

_CENT = Decimal("0.01")
_UNIT = Decimal(1)


def rate_of(earned: int, available: int) -> Decimal | None:
    """The printed rate: 100 × earned ÷ available, rounded half up to 0.01; None when nothing is available."""
    if available == 0:
        return None
    return (Decimal(100 * earned) / Decimal(available)).quantize(_CENT, ROUND_HALF_UP)


def share_of(points: int, share: Decimal) -> int:
    """A share of some hundredths, rounded half up to a whole one: 33 at 0.80 is 26."""
    return int((points * share).quantize(_UNIT, ROUND_HALF_UP))


def grade_of(scheme: Scheme, rate: Decimal | None) -> str | None:
    """The name of the highest grade whose lower bound the printed rate reaches."""
    if rate is None:
        return None
    reached = [grade for grade in scheme.grades if rate >= grade.at_least]
    return max(reached, key=lambda grade: grade.at_least).name if reached else None


def mean(rates: Iterable[Decimal | None]) -> Decimal | None:
    """The mean of those that have a rate, rounded half up to 0.01."""
    known = [rate for rate in rates if rate is not None]
    return (sum(known, Decimal(0)) / len(known)).quantize(_CENT, ROUND_HALF_UP) if known else None


def median(rates: Iterable[Decimal | None]) -> Decimal | None:
    """The middle one of those that have a rate; of an even number, the mean of the middle two."""
    known = sorted(rate for rate in rates if rate is not None)
    return mean(known[(len(known) - 1) // 2 : len(known) // 2 + 1])
