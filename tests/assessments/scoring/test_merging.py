from datetime import date
from decimal import Decimal

import pytest

from assessments.scoring.given import Item
from assessments.scoring.merging import merge
from assessments.scoring.schemes import Merge


def item(points: str, day: int | None = None, **fields: str) -> Item:
    return Item(Decimal(points), "2026", None if day is None else date(2026, 3, day), fields)


def counted(items, how) -> list[str]:
    return [str(one.points.normalize()) for one in merge(items, how)[0]]


def test_same_case_and_department_counts_once_with_the_highest():
    items = [
        item("-3", matter="甲", department="一局"),
        item("-1", matter="甲", department="一局"),
        item("-5", matter="甲", department="二局"),
        item("-5", matter="乙", department="一局"),
    ]
    assert counted(items, Merge(("matter", "department"))) == ["-3", "0", "-5", "-5"]


def test_of_equals_the_first_by_day_counts():
    assert counted([item("2", 9, matter="甲"), item("2", 3, matter="甲")], Merge()) == ["0", "2"]


def test_repeats_are_reduced_in_turn_by_day():
    items = [
        item("4", 20, matter="甲"),
        item("4", 1, matter="甲"),
        item("4", 10, matter="甲"),
        item("6", 5, matter="乙"),
    ]
    how = Merge(("matter",), "in_turn", (Decimal(1), Decimal("0.5"), Decimal("0.25")))
    assert counted(items, how) == ["1", "4", "2", "6"]


def test_the_last_factor_goes_for_all_that_follow():
    items = [item("2", day, matter="甲") for day in (1, 2, 3, 4)]
    assert counted(items, Merge(("matter",), "in_turn")) == ["2", "1", "1", "1"]


@pytest.mark.parametrize("how", [None, Merge(("matter",), "sum")])
def test_without_a_merge_all_count(how):
    assert counted([item("2", matter="甲"), item("2", matter="甲")], how) == ["2", "2"]


def test_an_event_without_the_field_stands_alone():
    assert counted([item("2"), item("2"), item("3", matter="甲")], Merge()) == ["2", "2", "3"]


def test_what_was_merged_away_is_told():
    _items, reasons = merge([item("-3", matter="甲"), item("-1", matter="甲"), item("-9", matter="乙")], Merge())
    assert [(reason.code, dict(reason.facts)) for reason in reasons] == [
        ("merged", {"matter": "甲", "keep": "highest", "times": 2, "told": "-4", "counts": "-3"})
    ]


def test_no_matter_counts_for_more_than_its_bound():
    items = [
        item("-2", 1, matter="甲"),
        item("-3", 2, matter="甲"),
        item("-3", 3, matter="甲"),
        item("-9", matter="乙"),
    ]
    assert counted(items, Merge(("matter",), "sum", at_most=Decimal(6))) == ["-2", "-3", "-1", "-6"]
    assert counted(items, Merge(("matter",), "highest", at_most=Decimal(2))) == ["0", "-2", "0", "-2"]
    assert counted([item("9", matter="甲")], Merge(at_most=Decimal(4))) == ["4"]
