"""Points of a rule book as they are printed."""

from decimal import Decimal

from assessments.scoring.rounding import hundredths
from branchwork.points import format_points

_PRINTED_PLACES = 2


def points_text(figure: str) -> str:
    """Two places, half up: "0.125" is "0.13", "-2" is "-2.00"."""
    return format_points(hundredths(Decimal(figure)))


def rate_text(figure: str) -> str:
    """What one is worth: two places at least, and all of them where rounding would belie the arithmetic."""
    return figure if len(figure.partition(".")[2]) > _PRINTED_PLACES else points_text(figure)
