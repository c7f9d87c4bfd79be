from datetime import date
from decimal import Decimal as D

import pytest

from assessments.scoring import card_from_dict, card_to_dict
from assessments.scoring.combining import combine_periods
from assessments.scoring.engine import score
from assessments.scoring.facts import NO_STATES, Subject
from assessments.scoring.schemes import Combination, Grade, Veto
from tests.assessments.scoring.rule_books import (
    award,
    book,
    card,
    cards,
    category,
    deduct,
    event,
    exemption,
    indicator,
    points,
    rule,
    share,
    value,
)

QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
BASE = category("c", indicator("i", share("x", factor=D(1)), points="25"))
TOLD = [value("x", figure, quarter) for figure, quarter in zip((20, 22, 25, 19), QUARTERS, strict=True)]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        (Combination("quarter", "sum"), "86"),
        (Combination("quarter", "mean"), "21.5"),
        (Combination("quarter", "weighted", weights=(D("0.1"), D("0.2"), D("0.3"), D("0.4"))), "21.5"),
        (Combination("quarter", "weighted", weights=(D(1), D(0), D(0), D(1))), "39"),
    ],
)
def test_the_year_is_made_of_its_quarters(periods, expected):
    found = card(book(BASE, periods=periods), *TOLD, periods=QUARTERS)
    assert (found.period, found.total_for_grade, found.base) == ("2026", D(expected), D(expected))
    assert points(found) == {"i": D(expected)}
    assert [part.period for part in found.parts] == list(QUARTERS)
    assert found.lines[0].reasons[0].facts["parts"] == "2026Q1 20; 2026Q2 22; 2026Q3 25; 2026Q4 19"


def test_quarters_graded_alone_make_no_year():
    plus = category("plus", indicator("p", award("prize")), role="bonus")
    scheme = book(BASE, plus, periods=Combination("quarter", "independent"))
    found = cards(scheme, *TOLD, value("prize", 1, "2026Q1"), periods=QUARTERS)
    assert [period for _key, period in found] == list(QUARTERS)
    with_year = cards(scheme, *TOLD, value("prize", 1, "2026"), periods=QUARTERS)
    assert points(with_year["a", "2026"]) == {"p": D(1)}


def test_a_quarter_without_data_leaves_the_mean_and_every_line_with_it():
    found = card(book(BASE, periods=Combination("quarter", "mean")), *TOLD[:2], periods=QUARTERS)
    assert (found.total_for_grade, points(found), found.available) == (D(21), {"i": D(21)}, 2500)


def test_halves_make_a_year_and_months_a_half():
    halves = Combination("half", "mean")
    told = [value("x", 10, "2026H1"), value("x", 20, "2026-09")]
    assert card(book(BASE, periods=halves), *told, periods=("2026H1", "2026H2")).total_for_grade == D(15)
    months = Combination("month", "sum", into="half")
    found = cards(
        book(BASE, periods=months), value("x", 3, "2026-01"), value("x", 4, "2026-06"), periods=("2026-01", "2026-06")
    )
    assert found["a", "2026H1"].total_for_grade == D(7)


def test_a_category_scored_by_the_year_comes_on_top():
    annual = category("lead", indicator("l", share("leadership"), points="10"), cadence="year")
    scheme = book(BASE, annual, periods=Combination("quarter", "mean"))
    found = card(scheme, *TOLD, value("leadership", 90), periods=QUARTERS)
    assert (found.total_for_grade, found.available) == (D("30.5"), 3500)
    assert points(found) == {"i": D("21.5"), "l": D(9)}
    first = cards(scheme, *TOLD, periods=QUARTERS)["a", "2026Q1"]
    assert points(first) == {"i": D(20)}


def test_an_indicator_of_the_year_joins_its_category_on_the_combined_card():
    category_ = category(
        "c", indicator("i", share("x", factor=D(1))), indicator("y", deduct("z"), points="5", cadence="year")
    )
    found = card(book(category_, periods=Combination("quarter", "sum")), *TOLD, value("z", 2), periods=QUARTERS)
    assert points(found) == {"i": D(86), "y": D(3)}
    assert found.categories[0].points == found.total_for_grade == D(89)


def test_bonus_adds_up_over_a_mean_and_stops_at_its_cap_in_the_year_too():
    plus = category("plus", indicator("p", award("prize")), role="bonus", cap=D(3))
    scheme = book(BASE, plus, periods=Combination("quarter", "mean"))
    happened = [event("prize", date(2026, 2, 1), "2026Q1", quantity=D(2)), event("prize", date(2026, 5, 1), "2026Q2")]
    assert card(scheme, *TOLD, *happened, periods=QUARTERS).total_for_grade == D("24.5")
    more = [*happened, event("prize", date(2026, 8, 1), "2026Q3", quantity=D(9))]
    assert card(scheme, *TOLD, *more, periods=QUARTERS).total_for_grade == D("24.5")


def test_what_was_told_of_the_year_as_a_whole_is_a_bonus_of_the_year():
    plus = category("plus", indicator("p", award("prize", "2")), role="bonus")
    scheme = book(BASE, plus, periods=Combination("quarter", "sum"))
    found = card(scheme, *TOLD, event("prize", period="2026"), event("prize", period="2026Q1"), periods=QUARTERS)
    assert (found.total_for_grade, points(found)["p"]) == (D(90), D(4))


def test_frozen_cards_combine_like_live_ones():
    scheme = book(category("c", indicator("i", share("x"), points="7")), periods=Combination("quarter", "mean"))
    told = [value("x", figure, quarter) for figure, quarter in zip((33, 41, 77), QUARTERS, strict=False)]
    subjects = {"a": Subject("a")}
    quarters = score(scheme, told, subjects=subjects, periods=QUARTERS)
    frozen = [card_from_dict(card_to_dict(one)) for one in quarters]
    assert frozen == list(quarters)
    (live,) = combine_periods(scheme, "2026", quarters, told, subjects, NO_STATES)
    (thawed,) = combine_periods(scheme, "2026", frozen, told, subjects, NO_STATES)
    assert live == thawed
    assert live.total_for_grade == D("10.57") / 3
    assert live.earned == 352
    assert card_from_dict(card_to_dict(live)) == live


@pytest.mark.parametrize(("scope", "quarter", "year"), [("all", 0, 0), ("period", 0, 66), ("combined", 20, 0)])
def test_a_zero_holds_for_its_quarter_or_for_the_year(scope, quarter, year):
    veto = Veto("v", "v", "zero", reads=("case",), scope=scope)
    scheme = book(BASE, periods=Combination("quarter", "sum"), vetoes=(veto,))
    found = cards(scheme, *TOLD, event("case", date(2026, 2, 1), "2026Q1"), periods=QUARTERS)
    assert (found["a", "2026Q1"].total_for_grade, found["a", "2026"].total_for_grade) == (quarter, year)


@pytest.mark.parametrize(("combine", "expected"), [("sum", "76"), ("mean", "38")])
def test_what_was_exempt_in_a_quarter_is_made_up_for_in_the_year_too(combine, expected):
    parts = category("c", indicator("i", share("x"), points="20"), indicator("j", share("y"), points="30"))
    scheme = book(parts, periods=Combination("quarter", combine), rescale=True)
    told = [value("x", 60, "2026Q1"), value("y", 80, "2026Q1"), exemption("i", "2026Q2"), value("y", 80, "2026Q2")]
    found = cards(scheme, *told, periods=QUARTERS[:2])
    assert found["a", "2026Q2"].total_for_grade == D(40)
    # 36 of 50, and 24 of 30 made up to 40 of 50: what the quarters' cards print.
    assert found["a", "2026"].total_for_grade == D(expected)
    assert found["a", "2026"].rate == D("76.00")
    assert found["a", "2026"].lines[0].reasons[0].facts["parts"] == "2026Q1 12; 2026Q2 -"


def test_the_year_may_ask_for_its_weakest_quarter_and_for_lines_of_its_quarters():
    grades = (Grade("五星", D(80), "lowest_period >= 20"), Grade("四星", D(0)))
    best = category(
        "b", indicator("y", rule("derived_formula", "f", formula="points(i) / 4 + highest_period")), cadence="year"
    )
    scheme = book(BASE, best, grades=grades, periods=Combination("quarter", "sum"))
    weak = card(scheme, *TOLD, periods=QUARTERS)
    assert (points(weak)["y"], weak.grade) == (D("46.5"), "四星")
    assert card(scheme, *TOLD[:3], value("x", 20, "2026Q4"), periods=QUARTERS).grade == "五星"


def test_an_annual_category_may_hold_indicators_scored_by_the_month():
    monthly = indicator("dues", deduct("unpaid"), points="3", cadence="month")
    scheme = book(BASE, category("a", monthly, cadence="year"), periods=Combination("quarter", "sum"))
    happened = [
        event("unpaid", date(2026, 2, 5), "2026-02", quantity=D(3)),
        event("unpaid", date(2026, 7, 1), "2026Q3"),
    ]
    assert points(card(scheme, *TOLD, *happened, periods=QUARTERS))["dues"] == D(32) / 12


def test_a_bonus_scored_by_the_month_may_be_told_of_the_year():
    monthly = indicator("p", award("prize"), cadence="month", combine="sum")
    scheme = book(BASE, category("plus", monthly, role="bonus"), periods=Combination("quarter", "sum"))
    told = event("prize", date(2026, 3, 9), "2026")
    assert points(card(scheme, *TOLD, told, periods=QUARTERS))["p"] == D(1)


def test_a_category_that_is_for_others_is_not_on_the_year_card():
    other = category("o", indicator("j", deduct("late"), points="5"), when='group == "x"')
    found = card(book(BASE, other, periods=Combination("quarter", "sum")), *TOLD, periods=QUARTERS)
    assert [one.key for one in found.categories] == ["c"]
