from datetime import date
from decimal import Decimal as D

import pytest

from tests.assessments.scoring.rule_books import (
    book,
    card,
    cards,
    category,
    codes,
    deduct,
    event,
    exemption,
    indicator,
    points,
    rule,
    share,
    value,
)


def two(**told):
    """An indicator "i" that may be excused, beside one that is always full."""
    return category(
        "c", indicator("i", share("done"), points="10", **told), indicator("j", deduct("late"), points="20")
    )


@pytest.mark.parametrize(
    ("treatment", "expected", "available"), [("leave", None, 2000), ("full", D(10), 3000), ("zero", D(0), 3000)]
)
def test_an_exempt_indicator_earns_what_the_scheme_says(treatment, expected, available):
    found = card(book(two(exempt=treatment)), exemption("i"))
    assert points(found)["i"] == expected
    assert found.available == available
    assert dict(found.lines[0].reasons[0].facts)["treatment"] == treatment


def test_an_exempt_indicator_may_earn_the_mean_of_its_group():
    scheme = book(two(exempt="group_mean"))
    told = [value("done", 100, subject="b"), value("done", 50, subject="c"), value("done", 0, subject="d")]
    found = cards(scheme, exemption("i"), *told, groups={"a": "x", "b": "x", "c": "x", "d": "y"})
    first = found["a", "2026"]
    assert points(first) == {"i": D("7.5"), "j": D(20)}
    assert (first.available, codes(first, "i")) == (3000, ["exempted", "group_mean"])


def test_a_group_without_anybody_else_leaves_the_exempt_out():
    found = card(book(two(exempt="group_mean")), exemption("i"))
    assert points(found)["i"] is None


def test_a_category_and_a_condition_excuse_too():
    assert points(card(book(two(exempt="full")), exemption("c"))) == {"i": D(10), "j": None}
    scheme = book(two(exempt="full", exempt_when="members < 3"))
    assert points(card(scheme, value("members", 2)))["i"] == D(10)
    assert points(card(scheme, value("members", 3), value("done", 50)))["i"] == D(5)


def test_an_indicator_for_others_has_no_line():
    scheme = book(two(when='group == "部门"'))
    found = cards(scheme, value("done", 50), value("done", 50, subject="b"), groups={"a": "部门", "b": "村居"})
    assert [list(points(one)) for one in found.values()] == [["i", "j"], ["j"]]


@pytest.mark.parametrize(("how", "expected"), [("mean", "2.75"), ("sum", "33"), ("lowest", "1"), ("last", "3")])
def test_an_indicator_has_a_cadence_of_its_own(how, expected):
    scheme = book(category("c", indicator("dues", deduct("unpaid"), points="3", cadence="month", combine=how)))
    happened = [event("unpaid", date(2026, 2, 5), quantity=D(2)), event("unpaid", date(2026, 7, 1))]
    by_month = [event("unpaid", one.on, f"2026-{one.on.month:02d}", quantity=one.quantity) for one in happened]
    assert points(card(scheme, *happened)) == points(card(scheme, *by_month)) == {"dues": D(expected)}


def test_an_indicator_of_a_longer_cadence_has_no_line_on_a_shorter_card():
    scheme = book(category("c", indicator("i", deduct("late"), points="3", cadence="year")))
    assert points(card(scheme, periods=("2026Q1",))) == {}


def test_lines_are_rounded_first_where_the_book_says_so():
    thirds = [indicator(key, share(key), points="1") for key in ("i", "j", "k")]
    told = [value(key, "33.4") for key in ("i", "j", "k")]
    assert card(book(category("c", *thirds)), *told).total_for_grade == D("1.002")
    assert card(book(category("c", *thirds), rounding="line"), *told).total_for_grade == D("0.99")


def test_the_ledger_rule_reads_votes_of_nobody():
    scheme = book(category("c", indicator("i", rule("vote_weighted", "v", scores={"好": D(100)}), points="10")))
    assert codes(card(scheme), "i") == ["no_data"]
