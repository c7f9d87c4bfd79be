from decimal import Decimal as D

import pytest

from assessments.scoring.schemes import ByGroup, Component, Grade
from tests.assessments.scoring.rule_books import (
    award,
    book,
    card,
    cards,
    category,
    deduct,
    exemption,
    indicator,
    points,
    share,
    value,
)


def given(key: str, **told):
    """A category whose points are the value told of it."""
    rules = indicator(f"{key}.i", share(key, factor=D(1)))
    return category(key, rules, **told)


def test_components_count_by_their_weights():
    scheme = book(
        given("leaders", component="l"),
        given("staff", component="s"),
        components=(Component("l", "l", D("0.2")), Component("s", "s", D("0.8"))),
    )
    found = card(scheme, value("leaders", "88.4"), value("staff", "83.2"))
    assert found.total_for_grade == D("84.24")
    assert [(one.key, one.points) for one in found.components] == [("l", D("88.4")), ("s", D("83.2"))]


def test_a_component_may_be_converted_to_points_of_its_own():
    part = Component("vote", "vote", points=D(24), out_of=D(100))
    found = card(
        book(given("v", component="vote"), given("daily"), components=(part,)), value("v", 85), value("daily", 40)
    )
    assert found.total_for_grade == D("60.4")


def test_raw_points_are_converted_to_the_share_of_their_category():
    scheme = book(category("c", indicator("i", award("prize", "5")), points=D(3), out_of=D(50)))
    found = card(scheme, value("prize", 4))
    assert (points(found), found.total_for_grade) == ({"i": D(20)}, D("1.2"))
    (part,) = found.categories
    assert [reason.code for reason in part.reasons] == ["converted"]
    assert (part.points, part.full) == (D("1.2"), D(3))


def test_raw_points_may_be_measured_by_the_best_of_the_group():
    scheme = book(category("c", indicator("i", award("prize")), points=D(10), out_of="best"))
    told = [value("prize", 4), value("prize", 8, subject="b"), value("prize", 99, subject="c")]
    found = cards(scheme, *told, groups={"a": "x", "b": "x", "c": "y"})
    assert [one.total_for_grade for one in found.values()] == [D(5), D(10), D(10)]


def test_category_stops_at_its_cap_and_says_so():
    found = card(book(category("c", indicator("i", award("prize")), role="bonus", cap=D(10))), value("prize", 12))
    assert found.total_for_grade == D(10)
    assert dict(found.categories[0].reasons[0].facts) == {
        "where": "category", "title": "title of c", "before": "12", "after": "10",
    }  # fmt: skip


def test_bonus_and_deductions_come_after_the_weights():
    scheme = book(
        given("base", component="b"),
        category("plus", indicator("p", award("prize")), role="bonus"),
        category("minus", indicator("m", deduct("case", "2")), role="deduction"),
        components=(Component("b", "b", D("0.5")),),
    )
    found = card(scheme, value("base", 80), value("prize", 3), value("case", 1))
    assert (found.base, found.total_for_grade) == (D(40), D(41))


def test_all_bonuses_together_have_a_cap():
    plus = [category(key, indicator(f"{key}.i", award(key)), role="bonus") for key in ("one", "two")]
    found = card(book(given("base"), *plus, bonus_cap=D(5)), value("base", 80), value("one", 4), value("two", 4))
    assert found.total_for_grade == D(85)
    assert [reason.facts["where"] for reason in found.reasons] == ["bonus"]


def test_a_bonus_may_be_shown_without_counting_for_the_grade():
    """Rule book 05: 88 is graded, 91 is what awards are given by."""
    scheme = book(
        given("base"),
        category("plus", indicator("p", award("prize")), role="bonus", counts_for=("award",)),
        grades=(Grade("pass", D(90)), Grade("just", D(86))),
    )
    found = card(scheme, value("base", 88), value("prize", 3))
    assert (found.total_for_grade, found.total_for_award, found.grade) == (D(88), D(91), "just")


@pytest.mark.parametrize(("told", "expected"), [("130", "110"), ("-5", "0"), ("50", "50")])
def test_totals_have_bounds(told, expected):
    scheme = book(given("base"), total_cap=D(110), total_floor=D(0))
    assert card(scheme, value("base", told)).total_for_grade == D(expected)


def test_what_is_exempt_is_made_up_for_where_the_book_says_so():
    parts = category("c", indicator("i", share("x"), points="40"), indicator("j", share("y"), points="60"))
    told = [exemption("i"), value("y", 90)]
    assert card(book(parts), *told).total_for_grade == D(54)
    found = card(book(parts, rescale=True), *told)
    assert (found.total_for_grade, found.available) == (D(90), 10000)
    assert [reason.code for reason in found.reasons] == ["rescaled"]


def test_the_rate_is_the_total_over_what_could_be_had():
    found = card(book(category("c", indicator("i", share("x"), points="75")), graded_by="rate"), value("x", 50))
    assert (found.rate, found.earned, found.available) == (D("50.00"), 3750, 7500)
    negative = card(book(category("c", indicator("i", deduct("case", "0.7")))), value("case", 1))
    assert (negative.rate, negative.earned, negative.total_for_grade) == (None, -70, D("-0.7"))


def test_points_of_a_category_may_differ_by_group():
    scheme = book(category("c", indicator("i", award("p")), points=ByGroup({"x": D(6)}, D(3)), out_of=D(10)))
    told = [value("p", 5), value("p", 5, subject="b")]
    found = cards(scheme, *told, groups={"a": "x", "b": "y"})
    assert [one.total_for_grade for one in found.values()] == [D(3), D("1.5")]


def test_what_is_exempt_leaves_a_converted_category_too():
    parts = (indicator("i", share("x"), points="60"), indicator("j", share("y"), points="40"))
    scheme = book(
        category("c", *parts, points=D(600), out_of=D(100)),
        category("d", indicator("k", share("z"), points="400")),
        rescale=True,
    )
    told = [value("x", 100), value("z", 100), exemption("j")]
    found = card(scheme, *told)
    assert (found.total_for_grade, found.rate) == (D(1000), D("100.00"))
    assert found.categories[0].full == D(360)
    whole = card(scheme, value("z", 100), exemption("c"))
    assert (whole.total_for_grade, whole.categories[0].points) == (D(1000), None)


def test_where_the_best_has_nothing_or_less_nobody_has_anything():
    scheme = book(category("c", indicator("i", award("prize"), deduct("late")), points=D(10), out_of="best"))
    assert card(scheme, value("prize", 0)).total_for_grade == D(0)
    assert card(scheme, value("late", 2)).total_for_grade == D(0)
