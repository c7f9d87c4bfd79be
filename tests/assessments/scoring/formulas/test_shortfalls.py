from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.scoring.formulas.shortfalls import deduct_shortfall_count
from assessments.scoring.given import NO_DATA
from assessments.scoring.schemes import ByGroup
from tests.assessments.scoring.formulas.builders import event_of, given_of, rule_of, value_of


def told(result):
    return {key: fact for key, fact in result.reasons[0].facts.items() if key not in ("rule", "title")}


def short(*facts, points=None, period="2026", group="", **parameters):
    rule = rule_of("deduct_shortfall_count", **parameters)
    return deduct_shortfall_count(rule, given_of(*facts, points=points, period=period, group=group))


@pytest.mark.parametrize(
    ("parameters", "done", "points"),
    [
        ({"required": 3, "each": 1}, 1, "-2"),  # rule book 25, second quarter
        ({"required": 3, "each": 1}, 4, "0"),
        ({"required": 12, "each": "0.5"}, 9, "-1.5"),  # rule book 33, studies
        ({"required": 4, "each": "0.5"}, 3, "-0.5"),  # rule book 33, lessons
        ({"required": 2}, 1, "-1.5"),  # rule book 50: half of 3 points
        ({"required": 3}, 2, "-1"),
    ],
)
def test_what_is_missing_is_taken(parameters, done, points):
    assert told(short(value_of(done), points=3, **parameters))["points"] == points


def test_silence_is_no_data_and_nothing_is_told_as_nought():
    assert short(required=3, each=1) == NO_DATA
    assert told(short(value_of(0), required=3, each=1, points=3)) == {
        "points": "-3", "count": "0", "required": "3", "missing": "3", "each": "1", "could": "3",
    }  # fmt: skip


def test_required_in_each_window():
    # One a month would be twelve; five in March make up for no other month.
    facts = [event_of("2026-03-01", quantity=5), *(event_of(f"2026-{month:02}-10") for month in (1, 2, 5, 6, 8, 9))]
    result = short(*facts, required=1, each="0.5", per="month")
    assert [(str(item.points), item.on) for item in result.items] == [
        ("-0.5", date(2026, 4, 30)),
        ("-0.5", date(2026, 7, 31)),
        ("-0.5", date(2026, 10, 31)),
        ("-0.5", date(2026, 11, 30)),
        ("-0.5", date(2026, 12, 31)),
    ]
    assert told(result) == {
        "points": "-2.5", "count": "11", "required": "1", "per": "month", "windows": "12", "missing": "5",
        "short_in": "2026-04; 2026-07; 2026-10; 2026-11; 2026-12", "each": "0.5", "could": "2.5",
    }  # fmt: skip


def test_a_count_of_the_whole_period_is_held_against_all_windows():
    result = short(value_of(3), required=1, per="quarter", points=8)
    assert told(result)["points"] == "-2"
    assert told(result)["missing"] == "1"


def test_facts_of_a_window_and_of_longer_times_count_where_they_belong():
    facts = [
        value_of(3, period="2026-01"),
        value_of(4, period="2026Q2"),
        event_of("2026-08-08", period="2026"),
        event_of(period="2026-09"),
    ]
    result = short(*facts, required=1, each=1, per="month")
    # January, the second quarter, August and September are there: February, March, July and the fourth quarter are not.
    assert told(result)["missing"] == "6"
    assert told(result)["short_in"] == "2026-02; 2026-03; 2026-07; 2026-10; 2026-11; 2026-12"


def test_a_window_longer_than_the_card_requires_nothing():
    assert short(value_of(0), required=1, each=1, per="year", period="2026Q1").items == ()


def test_all_is_taken_for_any_missing_one():
    result = short(value_of(1), required=2, each="all", points=3)
    assert result.takes_all
    assert told(result)["points"] == "-3"
    assert not short(value_of(2), required=2, each="all", points=3).takes_all


def test_excused_is_one_that_need_not_have_been():
    result = short(event_of("2026-02-01"), event_of(excused="换届", approved_by="机关工委"), required=4, each=1)
    assert told(result)["points"] == "-2"
    assert told(result)["excused"] == "1"
    assert [reason.code for reason in result.reasons] == ["deduct_shortfall_count", "excused"]


def test_half_a_meeting_is_half_a_meeting():
    assert told(short(event_of(factor="0.5"), required=1, each=5))["points"] == "-2.5"


def test_what_is_required_may_differ_by_group():
    required = ByGroup({"部门": Decimal(12), "村居": Decimal(24)})
    facts = value_of(11)
    assert told(short(facts, required=required, each=1, group="部门"))["points"] == "-1"
    assert told(short(facts, required=required, each=1, group="村居"))["points"] == "-13"
    assert told(short(facts, required=required, each=1, group="窗口"))["points"] == "0"


def test_no_more_can_be_regained_than_the_indicator_has():
    assert told(short(value_of(0), required=3, each=5, points=6))["could"] == "6"


def test_earlier_cards_are_judged_each_by_itself():
    facts = value_of(1, period="2026Q1"), value_of(0, period="2026Q2")
    rule = replace(rule_of("deduct_shortfall_count", required=2, each=1), over="year")
    result = deduct_shortfall_count(rule, given_of(*facts, period="2026Q2"))
    assert [(str(item.points), item.period) for item in result.items] == [("-1", "2026Q1"), ("-2", "2026Q2")]
    assert told(result)["points"] == "-2"


def test_the_order_of_facts_does_not_matter():
    facts = [value_of(2, period="2026Q2"), value_of(5), event_of("2026-02-01"), event_of("2026-02-02", excused="病假")]
    results = [short(*facts[turn:], *facts[:turn], required=1, each=1, per="month") for turn in range(4)]
    assert all(result == results[0] for result in results)
    assert told(results[0])["points"] == "-4"
