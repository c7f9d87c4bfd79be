"""The one place where points lose digits: when they are printed."""

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def printed(figure: Decimal) -> Decimal:
    """Two places, half up (away from zero)."""
    return figure.quantize(_CENT, ROUND_HALF_UP)


def hundredths(figure: Decimal | None) -> int:
    """As cards store it: 93.314 is 9331; nothing is 0."""
    return 0 if figure is None else int(printed(figure).scaleb(2))


def plain(figure: Decimal) -> str:
    """A figure as reasons tell it: 2.50 is "2.5", 1E+2 is "100"."""
    text = f"{figure:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
