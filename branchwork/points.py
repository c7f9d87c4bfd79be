"""Points as whole hundredths: the only form in which points are stored, added and compared."""

import re
import unicodedata

_WRITTEN = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,2})0*)?")


def slot_points(points: int, k: int, n: int) -> int:
    """Hundredths that slot `k` of `n` (counted from 1) is worth of a task worth `points` hundredths.

    The slots of a task always add up to the task exactly: 1.00 over 6 is .16 .17 .17 .16 .17 .17.
    """
    if points < 0:
        raise ValueError(f"a task cannot be worth {points} hundredths")
    if not 1 <= k <= n:
        raise ValueError(f"there is no slot {k} of {n}")
    return points * k // n - points * (k - 1) // n


def format_points(hundredths: int) -> str:
    """Hundredths as written on cards and in workbooks, always with two places: 75 is "0.75"."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"


def parse_points(text: str) -> int:
    """Hundredths from what an office writes: "0.5", "2", "２．５", "3分" (50, 200, 250, 300).

    Raises ValueError for anything else: an empty cell, a sign, a range, more than two places,
    a million points or more.
    """
    written = unicodedata.normalize("NFKC", text).strip().removesuffix("分").rstrip()
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(f"not a number of points with at most two places: {text!r}")
    whole, rest = match.groups(default="")
    return int(whole) * 100 + int(rest.ljust(2, "0"))
