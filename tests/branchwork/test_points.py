import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchwork.points import format_points, parse_points, slot_points


def test_slot_points_of_one_point_over_six():
    assert [slot_points(100, k, 6) for k in range(1, 7)] == [16, 17, 17, 16, 17, 17]


def test_slot_points_of_four_points_over_twelve():
    assert [slot_points(400, k, 12) for k in range(1, 13)] == [33, 33, 34] * 4


def test_slot_points_of_fewer_hundredths_than_slots():
    assert [slot_points(2, k, 4) for k in range(1, 5)] == [0, 1, 0, 1]


@given(st.integers(0, 100_000), st.integers(1, 366))
def test_slot_points_add_up_to_the_task(points, n):
    slots = [slot_points(points, k, n) for k in range(1, n + 1)]
    assert sum(slots) == points
    assert max(slots) - min(slots) <= 1


@pytest.mark.parametrize(("points", "k", "n"), [(100, 0, 6), (100, 7, 6), (100, 1, 0), (-1, 1, 6)])
def test_slot_points_outside_the_task(points, k, n):
    with pytest.raises(ValueError):
        slot_points(points, k, n)


@pytest.mark.parametrize(
    ("hundredths", "text"),
    [(0, "0.00"), (5, "0.05"), (75, "0.75"), (100, "1.00"), (7348, "73.48"), (-75, "-0.75"), (-100, "-1.00")],
)
def test_format_points(hundredths, text):
    assert format_points(hundredths) == text


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("0.5", 50),
        ("0.05", 5),
        ("2", 200),
        (" 1.25 ", 125),
        ("0.500", 50),
        ("2.0", 200),
        ("3分", 300),
        ("２．５ 分", 250),
        ("0", 0),
        ("100", 10000),
    ],
)
def test_parse_points(text, hundredths):
    assert parse_points(text) == hundredths


@pytest.mark.parametrize(
    "text",
    ["", " ", "分", "-1", "+1", "0.125", "1,5", "1-2", "1.", ".5", "1e3", "NaN", "两分", "1000000", "3分分"],
)
def test_parse_points_that_cannot_be_read(text):
    with pytest.raises(ValueError, match="not a number of points"):
        parse_points(text)


@given(st.integers(0, 99_999_999))
def test_points_written_are_read_back(hundredths):
    assert parse_points(format_points(hundredths)) == hundredths
