import pickle
from datetime import date

import pytest

from branchwork.periods import Period, PeriodKind, period_of_due_date, plan_periods, quarter_of, year_of


@pytest.mark.parametrize(
    ("text", "kind", "number", "starts_on", "ends_on", "next_starts_on"),
    [
        ("2026Q1", "quarter", 1, date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1)),
        ("2026Q2", "quarter", 2, date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 1)),
        ("2026Q3", "quarter", 3, date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)),
        ("2026Q4", "quarter", 4, date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 1)),
        ("2026H1", "half", 1, date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)),
        ("2026H2", "half", 2, date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1)),
        ("2026", "year", 1, date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_period_text_gives_its_bounds_and_comes_back(text, kind, number, starts_on, ends_on, next_starts_on):
    period = Period.parse(text)
    assert (period.year, period.kind, period.number) == (2026, kind, number)
    assert (period.starts_on, period.ends_on, period.next_starts_on) == (starts_on, ends_on, next_starts_on)
    assert str(period) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2026Q0",
        "2026Q5",
        "2026H3",
        "2026H0",
        "26Q1",
        "2026q1",
        "2026-Q1",
        " 2026",
        "2026Q1 ",
        "2026\n",
    ]
    + ["2026Q11", "12026", "0000", "1899", "3000Q1", "２０２６", "2026年", "Q1", "year"],
)
def test_parse_refuses_junk(text):
    with pytest.raises(ValueError):
        Period.parse(text)


@pytest.mark.parametrize(("kind", "number"), [("quarter", 5), ("quarter", 0), ("half", 3), ("year", 2), ("week", 1)])
def test_period_refuses_numbers_a_year_does_not_have(kind, number):
    with pytest.raises(ValueError):
        Period(2026, kind, number)


def test_periods_sort_with_the_year_after_its_quarters():
    texts = ["2027Q1", "2026", "2026H2", "2026Q4", "2026Q3", "2026H1", "2026Q2", "2026Q1", "2025"]
    in_order = ["2025", "2026Q1", "2026Q2", "2026H1", "2026Q3", "2026Q4", "2026H2", "2026", "2027Q1"]
    assert [str(p) for p in sorted(map(Period.parse, texts))] == in_order
    assert Period.parse("2026Q4") < Period.parse("2026") <= Period.parse("2026")
    assert Period.parse("2026Q2") >= Period.parse("2026Q1")


def test_comparing_a_period_with_text_is_a_type_error():
    with pytest.raises(TypeError):
        Period.parse("2026Q1") < "2026Q2"  # noqa: B015
    assert Period.parse("2026Q1") != "2026Q1"


def test_equal_periods_are_one_key_and_cannot_change():
    assert {Period.parse("2026Q1"), Period(2026, PeriodKind.QUARTER, 1), Period(2026, "quarter", 1)} == {
        Period.parse("2026Q1")
    }
    assert pickle.loads(pickle.dumps(Period.parse("2026H2"))) == Period.parse("2026H2")
    with pytest.raises(AttributeError):
        Period.parse("2026Q1").number = 2


def test_contains_takes_both_ends_and_nothing_outside():
    second = Period.parse("2026Q2")
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 1), date(2025, 5, 1)]
    assert [second.contains(day) for day in days] == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("text", "quarters"),
    [
        ("2026Q3", ["2026Q3"]),
        ("2026H1", ["2026Q1", "2026Q2"]),
        ("2026H2", ["2026Q3", "2026Q4"]),
        ("2026", ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]),
    ],
)
def test_quarters_of_a_period(text, quarters):
    assert [str(quarter) for quarter in Period.parse(text).quarters()] == quarters


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026Q1"),
        (date(2026, 3, 31), "2026Q1"),
        (date(2026, 4, 1), "2026Q2"),
        (date(2026, 6, 30), "2026Q2"),
        (date(2026, 7, 1), "2026Q3"),
        (date(2026, 9, 30), "2026Q3"),
        (date(2026, 10, 1), "2026Q4"),
        (date(2026, 12, 31), "2026Q4"),
        (date(2028, 2, 29), "2028Q1"),
    ],
)
def test_quarter_of_a_day(day, quarter):
    assert str(quarter_of(day)) == quarter
    assert quarter_of(day).contains(day)


def test_year_of_a_day():
    assert year_of(date(2026, 12, 31)) == Period.parse("2026")


def test_plan_periods_are_four_quarters_then_the_year():
    assert [str(period) for period in plan_periods(2026)] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"]


@pytest.mark.parametrize(
    ("due_on", "period"),
    [
        (date(2026, 1, 1), "2026Q1"),
        (date(2026, 6, 30), "2026Q2"),
        (date(2026, 12, 31), "2026Q4"),
        (date(2027, 1, 20), "2026"),
        (date(2027, 2, 28), "2026"),
    ],
)
def test_period_of_a_due_date_is_its_quarter_or_the_plan_year(due_on, period):
    assert str(period_of_due_date(due_on, 2026)) == period


def test_period_of_a_due_date_before_the_plan_year_is_an_error():
    with pytest.raises(ValueError):
        period_of_due_date(date(2025, 12, 31), 2026)
