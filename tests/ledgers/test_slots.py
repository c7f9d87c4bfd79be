import pytest

from branchwork.deadlines import Unresolved, read_deadline
from ledgers.slots import slots_of


def calendar(phrase: str) -> dict:
    return read_deadline(phrase).to_json()


def windows(phrase: str, year: int = 2026) -> list[tuple[str, str, str]]:
    return [(slot.key, f"{slot.opens_on}", f"{slot.due_on}") for slot in slots_of(calendar(phrase), year, 100)]


def test_slots_of_a_month_open_on_the_day_after_the_one_before():
    assert windows("每月")[:3] == [
        ("2026-01", "2026-01-01", "2026-01-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-03", "2026-03-01", "2026-03-31"),
    ]


def test_slots_due_on_the_25th_open_on_the_26th_before():
    assert windows("每季度末月25日前") == [
        ("2026Q1", "2026-01-01", "2026-03-25"),
        ("2026Q2", "2026-03-26", "2026-06-25"),
        ("2026Q3", "2026-06-26", "2026-09-25"),
        ("2026Q4", "2026-09-26", "2026-12-25"),
    ]


def test_slot_due_next_year_opens_after_last_years_due_date():
    assert windows("次年1月20日前") == [("1", "2026-01-21", "2027-01-20")]
    assert windows("次年2月底前") == [("1", "2026-03-01", "2027-02-28")]


def test_first_slot_never_opens_before_new_year():
    assert windows("6月底前、11月底前")[0] == ("1", "2026-01-01", "2026-06-30")


def test_slot_whose_year_is_written_is_not_opened_by_itself():
    assert windows("2026年6月30日前") == [("1", "2026-01-01", "2026-06-30")]


def test_feasts_of_an_unknown_last_year_open_on_new_year():
    assert windows("元旦、春节、五一、端午、中秋、国庆前") == [
        ("1", "2026-01-01", "2026-02-16"),
        ("2", "2026-02-17", "2026-04-30"),
        ("3", "2026-05-01", "2026-06-18"),
        ("4", "2026-06-19", "2026-09-24"),
        ("5", "2026-09-25", "2026-09-30"),
        ("6", "2026-10-01", "2026-12-31"),
    ]


def test_points_of_slots_add_up_to_the_task():
    slots = slots_of(calendar("元旦、春节、五一、端午、中秋、国庆前"), 2026, 100)
    assert [slot.points for slot in slots] == [16, 17, 17, 16, 17, 17]


def test_period_is_the_quarter_of_the_due_date_or_the_plans_year():
    assert [slot.period for slot in slots_of(calendar("每季度末"), 2026, 100)] == [
        "2026Q1",
        "2026Q2",
        "2026Q3",
        "2026Q4",
    ]
    assert [slot.period for slot in slots_of(calendar("次年2月底前"), 2026, 500)] == ["2026"]


@pytest.mark.parametrize("phrase", ["届满前6个月", "按批次"])
def test_an_event_has_no_slots(phrase):
    assert slots_of(calendar(phrase), 2026, 200) == []


def test_a_deadline_in_question_has_no_slots():
    assert slots_of({}, 2026, 200) == []


def test_a_year_without_feast_dates_is_refused():
    with pytest.raises(Unresolved):
        slots_of(calendar("端午前"), 2031, 100)


def test_a_task_without_points_has_slots_worth_nothing():
    assert [slot.points for slot in slots_of(calendar("每半年"), 2026, None)] == [0, 0]
