from datetime import date
from decimal import Decimal as D

import pytest

from assessments.scoring.given import Item
from assessments.scoring.limits import bounded, bounded_reason, trimmed, trimmed_per


def items(*told: tuple[str, str | None]) -> list[Item]:
    return [Item(D(points), "2026Q1", None if day is None else date.fromisoformat(day)) for points, day in told]


def left(found) -> list[D]:
    return [item.points for item in found]


@pytest.mark.parametrize(
    ("points", "cap", "floor", "expected"),
    [("12", "10", None, "10"), ("-3", None, "0", "0"), ("-3", "10", "-5", "-3"), ("7", None, None, "7")],
)
def test_points_stay_within_their_bounds(points, cap, floor, expected):
    assert bounded(D(points), cap and D(cap), floor and D(floor)) == D(expected)


def test_the_last_ones_lose_first():
    told = items(("3", None), ("3", None), ("3", None))
    assert left(trimmed(told, D(5), None)) == [D(3), D(2), D(0)]
    taken = items(("-1", None), ("-1", None), ("-1", None))
    assert left(trimmed(taken, None, D("-1.5"))) == [D(-1), D("-0.5"), D(0)]


def test_each_month_has_its_own_cap_and_the_year_one_over_all():
    told = items(("2", "2026-01-05"), ("2", "2026-01-20"), ("2", "2026-02-01"), ("2", "2026-03-01"))
    assert left(trimmed_per(told, {"month": D(3)})) == [D(2), D(1), D(2), D(2)]
    assert left(trimmed_per(told, {"month": D(3), "year": D(6)})) == [D(2), D(1), D(2), D(1)]


def test_a_day_has_a_cap_and_what_has_no_day_counts_on_the_last():
    told = items(("1", "2026-03-31"), ("1", None), ("1", "2026-03-30"))
    assert left(trimmed_per(told, {"day": D(1)})) == [D(1), D(0), D(1)]


def test_caps_of_a_window_hold_for_what_is_taken_too():
    told = items(("-2", "2026-01-05"), ("-2", "2026-01-06"), ("1", "2026-01-07"))
    assert left(trimmed_per(told, {"month": D(3)})) == [D(-2), D(-1), D(1)]


def test_a_bound_that_was_hit_is_told():
    assert bounded_reason("rule", "r", D(1), D(1)) == ()
    (reason,) = bounded_reason("indicator", "study", D("-2"), D(0))
    assert (reason.code, dict(reason.facts)) == (
        "floored",
        {"where": "indicator", "title": "study", "before": "-2", "after": "0"},
    )
    assert bounded_reason("bonus", "", D(12), D(10))[0].code == "capped"
