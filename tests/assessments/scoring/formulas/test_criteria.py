from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.scoring.formulas.criteria import award_on_criterion
from assessments.scoring.given import NO_DATA
from assessments.scoring.schemes import ByGroup
from tests.assessments.scoring.formulas.builders import event_of, given_of, rule_of, value_of


def criteria(**points):
    return tuple({"key": key, "title": f"{key}清楚", "points": amount} for key, amount in points.items())


# Rule book 33: agenda, consultation, discussion, minutes 0.5 each, carried out 2.
RULE = rule_of("award_on_criterion", criteria=criteria(议题="0.5", 沟通="0.5", 讨论="0.5", 记录="0.5", 落实=2))


def told(result):
    return {key: fact for key, fact in result.reasons[0].facts.items() if key not in ("rule", "title")}


def test_each_criterion_met_gives_its_points():
    result = award_on_criterion(
        RULE, given_of(value_of(True, parts={"落实": True, "议题": True, "记录": False}, entries=(1,)))
    )
    assert [str(item.points) for item in result.items] == ["0.5", "2"]
    assert told(result) == {
        "points": "2.5", "met": "议题清楚; 落实清楚", "unmet": "沟通清楚; 讨论清楚; 记录清楚",
        "full": "4", "could": "1.5",
    }  # fmt: skip
    assert result.reasons[0].entries == (1,)


@pytest.mark.parametrize(("value", "points"), [(True, "4"), (False, "0"), (0, "0"), ("落实", "2")])
def test_all_none_or_one(value, points):
    assert told(award_on_criterion(RULE, given_of(value_of(value))))["points"] == points


def test_silence_is_no_data():
    assert award_on_criterion(RULE, given_of()) == NO_DATA
    assert award_on_criterion(RULE, given_of(value_of(True, period="2025"))) == NO_DATA


def test_events_and_values_add_to_each_other():
    facts = event_of("2026-03-01", level="落实", entries=(6,)), event_of("2026-04-01", level="落实"), value_of("议题")
    result = award_on_criterion(RULE, given_of(*facts))
    assert told(result)["points"] == "2.5"
    assert result.reasons[0].entries == (6,)
    assert award_on_criterion(RULE, given_of(*reversed(facts))) == result


def test_met_by_half_gives_half_and_what_is_excused_nothing():
    facts = event_of(level="落实", factor="0.5"), event_of(level="议题", excused="无议题")
    result = award_on_criterion(RULE, given_of(*facts))
    assert told(result)["points"] == "1"
    assert [reason.code for reason in result.reasons] == ["award_on_criterion", "excused", "reduced"]


def test_a_criterion_counts_for_its_best():
    facts = event_of("2026-03-01", level="落实"), event_of("2026-04-01", level="落实", factor="0.5")
    assert told(award_on_criterion(RULE, given_of(*facts)))["points"] == "2"


def test_the_review_goes_before_the_self_rating():
    rule = replace(RULE, reads=("review", "self"))
    own, review = value_of(True, about="self"), value_of("落实", about="review")
    assert told(award_on_criterion(rule, given_of(own, review)))["points"] == "2"
    assert told(award_on_criterion(rule, given_of(own)))["points"] == "4"


@pytest.mark.parametrize("fact", [value_of(True, parts={"照片": True}), event_of(level="照片"), value_of(3)])
def test_only_criteria_of_the_rule_can_be_met(fact):
    with pytest.raises(ValueError, match="r (meets|tells)"):
        award_on_criterion(RULE, given_of(fact))


def test_no_more_is_promised_than_the_indicator_has():
    # Rule book 33: four ticks of one point each in an indicator of three.
    rule = rule_of("award_on_criterion", criteria=criteria(议题=1, 决议=1, 记录=1, 落实=1))
    assert told(award_on_criterion(rule, given_of(value_of("议题"), points=3)))["could"] == "2"
    assert "could" not in told(award_on_criterion(rule, given_of(value_of(True), points=3)))


def test_a_criterion_may_be_worth_other_points_in_another_group():
    rule = rule_of("award_on_criterion", criteria=criteria(a=ByGroup({"部门": Decimal(5)}, Decimal(3))))
    assert told(award_on_criterion(rule, given_of(value_of(True), group="部门")))["points"] == "5"
    assert told(award_on_criterion(rule, given_of(value_of(True), group="村居")))["points"] == "3"
