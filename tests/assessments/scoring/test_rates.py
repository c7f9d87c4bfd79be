from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Card, grade_of, mean, median, places, rate_of
from assessments.scoring.rates import share_of

from .builders import scheme_of


@pytest.mark.parametrize(
    ("earned", "available", "rate"),
    [
        (1384, 1391, "99.50"),
        (983, 1283, "76.62"),
        (7348, 7875, "93.31"),
        (0, 100, "0.00"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (100, 100, "100.00"),
        (17999, 20000, "90.00"),  # 89.995
        (179989, 200000, "89.99"),  # 89.9945
        (1, 20000, "0.01"),  # 0.005
        (1, 20001, "0.00"),
    ],
)
def test_rate_of_is_rounded_half_up(earned, available, rate):
    assert str(rate_of(earned, available)) == rate


def test_rate_of_nothing_available_is_none():
    assert rate_of(0, 0) is None


@given(st.integers(0, 50_000), st.integers(1, 50_000))
def test_rate_of_agrees_with_whole_number_arithmetic(earned, available):
    assert rate_of(earned, available) * 100 == (20_000 * earned + available) // (2 * available)


@pytest.mark.parametrize(
    ("points", "late"), [(33, 26), (100, 80), (16, 13), (17, 14), (25, 20), (1, 1), (0, 0), (2, 2), (3, 2)]
)
def test_share_of_is_rounded_half_up(points, late):
    assert share_of(points, Decimal("0.80")) == late


def test_share_of_exact_half_goes_up():
    assert share_of(5, Decimal("0.50")) == 3
    assert share_of(1, Decimal("0.50")) == 1


@pytest.mark.parametrize(
    ("rate", "grade"),
    [
        ("100.00", "好"),
        ("90.00", "好"),
        ("89.99", "较好"),
        ("80.00", "较好"),
        ("79.99", "一般"),
        ("60.00", "一般"),
        ("59.99", "差"),
        ("0.00", "差"),
    ],
)
def test_grade_of_rate(rate, grade):
    assert grade_of(scheme_of("a"), Decimal(rate)) == grade


def test_grade_of_89_995_uses_the_printed_rate():
    assert grade_of(scheme_of("a"), rate_of(17999, 20000)) == "好"


def test_grade_of_no_rate_is_none():
    assert grade_of(scheme_of("a"), None) is None


def test_grade_of_rate_below_every_line_is_none():
    top_only = scheme_of("a").grades[:1]
    assert grade_of(scheme_of("a", grades=top_only), Decimal("89.99")) is None


def test_grade_of_does_not_depend_on_the_order_of_grades():
    backwards = scheme_of("a", grades=scheme_of("a").grades[::-1])
    assert grade_of(backwards, Decimal("85.00")) == "较好"


def _rates(*texts):
    return [None if text is None else Decimal(text) for text in texts]


def test_mean_leaves_out_those_without_a_rate():
    assert str(mean(_rates("100.00", None, "76.62", "100.00", "100.00"))) == "94.16"
    assert mean([None]) is None
    assert mean([]) is None


def test_median_of_odd_and_even_numbers():
    assert str(median(_rates("70.00", "100.00", "90.00"))) == "90.00"
    assert str(median(_rates("70.00", "90.01", "100.00", "90.00"))) == "90.01"
    assert str(median(_rates("70.00", None))) == "70.00"
    assert median([None]) is None
    assert median([]) is None


def _cards(is_closed=True, **rates):
    return [
        Card(subject, "2026", is_closed, rate=None if rate is None else Decimal(rate))
        for subject, rate in rates.items()
    ]


def test_places_share_ties():
    cards = _cards(anna="93.31", bo="99.00", chen="93.31", dai="80.00")
    groups = dict.fromkeys(["anna", "bo", "chen", "dai"], ("windows", "branches"))
    assert places(cards, groups) == {"anna": 2, "bo": 1, "chen": 2, "dai": 4}


def test_places_are_given_within_each_group():
    cards = _cards(a="90", b="80", c="70", d="95", e="85", f="75", g="99")
    groups = dict.fromkeys("abc", "branches") | dict.fromkeys("def", "committees")
    assert places(cards, groups) == {"a": 1, "b": 2, "c": 3, "d": 1, "e": 2, "f": 3, "g": None}


def test_places_need_three_that_can_be_compared():
    cards = _cards(a="90", b="80", c=None)
    assert places(cards, dict.fromkeys("abc", "branches")) == {"a": None, "b": None, "c": None}
    assert places(cards, dict.fromkeys("abc", "branches"), smallest=2) == {"a": 1, "b": 2, "c": None}


def test_places_of_open_cards_are_none():
    cards = _cards(is_closed=False, a="90", b="80", c="70")
    assert places(cards, dict.fromkeys("abc", "branches")) == {"a": None, "b": None, "c": None}


def test_places_of_two_cards_of_one_subject_are_refused():
    with pytest.raises(ValueError, match="anna"):
        places(_cards(anna="90") + _cards(anna="80"), {})
