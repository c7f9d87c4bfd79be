from decimal import Decimal

import pytest

from assessments.scoring.formulas.proportions import proportional
from assessments.scoring.given import NO_DATA
from assessments.scoring.rounding import plain
from assessments.scoring.schemes import ByGroup, Rule

from .builders import event_of, given_of, rule_of, value_of


def points_of(result):
    return [plain(item.points) for item in result.items]


# Rule book 25: 12 points by the KPI, in four quarters.
@pytest.mark.parametrize(("kpi", "points"), [("95", "11.4"), ("88.5", "10.62"), ("100", "12"), ("92.25", "11.07")])
def test_points_by_the_rate(kpi, points):
    assert points_of(proportional(rule_of("proportional"), given_of(value_of(Decimal(kpi)), points=12))) == [points]


def test_the_reason_tells_the_sum_and_what_is_missing():
    result = proportional(rule_of("proportional"), given_of(value_of(Decimal("88.5"), entries=(7, 3)), points=12))
    (reason,) = result.reasons
    assert dict(reason.facts) == {
        "rule": "r",
        "title": "Rule",
        "value": "88.5",
        "full": "12",
        "per": "100",
        "points": "10.62",
        "could": "1.38",
        "missing": "11.5",
    }
    assert (reason.code, reason.entries) == ("proportional", (3, 7))


def test_a_full_rate_leaves_nothing_to_be_had():
    (reason,) = proportional(rule_of("proportional"), given_of(value_of(110), points=12)).reasons
    assert "could" not in reason.facts
    assert "missing" not in reason.facts


def test_a_third_three_times_is_one():
    result = proportional(rule_of("proportional", per=3), given_of(value_of(1), points=3))
    assert points_of(result) == ["1"]


def test_a_share_of_what_the_peer_group_has_to_do():
    rule = rule_of("proportional", per=ByGroup({"部门": Decimal(20)}, Decimal(10)))
    assert points_of(proportional(rule, given_of(value_of(5), points=8, group="部门"))) == ["2"]
    assert points_of(proportional(rule, given_of(value_of(5), points=8, group="村居"))) == ["4"]


def test_a_factor_needs_no_points():
    assert points_of(proportional(rule_of("proportional", factor=Decimal("0.12")), given_of(value_of(95)))) == ["11.4"]


def test_the_best_of_the_group_or_of_everybody_gets_all():
    given = given_of(value_of(60), points=10, rivals=(Decimal(60), Decimal(80)), everybody=(Decimal(60), Decimal(100)))
    assert points_of(proportional(rule_of("proportional", to_best=True), given)) == ["7.5"]
    assert points_of(proportional(rule_of("proportional", to_best=True, among="all"), given)) == ["6"]


def test_where_the_best_is_nothing_nobody_gets_any():
    given = given_of(value_of(0), points=10, rivals=(Decimal(0),))
    assert points_of(proportional(rule_of("proportional", to_best=True), given)) == ["0"]


def test_events_are_counted_where_there_is_no_value():
    events = event_of("2026-02-01", quantity="2"), event_of("2026-03-01", factor="0.5"), event_of(excused="病假")
    result = proportional(rule_of("proportional", per=5), given_of(*events, points=10))
    assert points_of(result) == ["5"]
    assert [reason.code for reason in result.reasons] == ["proportional", "excused", "reduced"]


def test_the_first_name_that_has_a_value_is_read():
    rule = Rule("proportional", {}, "r", reads=("review", "self"))
    own = value_of(100, about="self")
    assert points_of(proportional(rule, given_of(value_of(80, about="review"), own, points=10))) == ["8"]
    assert points_of(proportional(rule, given_of(own, points=10))) == ["10"]
    assert points_of(proportional(rule, given_of(own, value_of(90, about="self"), points=10))) == ["9"]


def test_a_value_of_another_period_is_not_read():
    assert proportional(rule_of("proportional"), given_of(value_of(80, period="2025"), points=10)) == NO_DATA


def test_without_a_value_or_points_there_is_no_data():
    assert proportional(rule_of("proportional"), given_of(points=10)) == NO_DATA
    assert proportional(rule_of("proportional"), given_of(value_of(80))) == NO_DATA


def test_a_level_is_no_rate():
    with pytest.raises(ValueError, match="rule r needs a number, and '优' is none"):
        proportional(rule_of("proportional"), given_of(value_of("优"), points=10))
