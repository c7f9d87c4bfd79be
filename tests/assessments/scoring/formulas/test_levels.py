from datetime import date
from decimal import Decimal

import pytest

from assessments.scoring.formulas.levels import bonus_by_level, deduct_by_level
from assessments.scoring.schemes import ByGroup
from tests.assessments.scoring.formulas.builders import event_of, given_of, rule_of, value_of

SANCTIONS = rule_of("deduct_by_level", levels={"诫勉": 1, "轻处分": 3, "重处分": 5, "移送司法": 8})
HONOURS = rule_of("bonus_by_level", levels={"中央": 8, "省": 6, "市": 4})


def told(result):
    return {key: fact for key, fact in result.reasons[0].facts.items() if key not in ("rule", "title")}


def test_each_sanction_takes_the_points_of_its_level():
    # Rule book 02: one case of two people in one department, another case.
    facts = [
        event_of("2026-03-01", level="轻处分", matter="案甲", fields={"department": "甲局"}, entries=(4,)),
        event_of("2026-03-02", level="诫勉", matter="案甲", fields={"department": "甲局"}),
        event_of("2026-05-01", level="重处分", matter="案乙", fields={"department": "乙局"}),
    ]
    result = deduct_by_level(SANCTIONS, given_of(*facts))
    assert [str(item.points) for item in result.items] == ["-3", "-1", "-5"]
    assert dict(result.items[0].fields) == {
        "about": "r", "level": "轻处分", "matter": "案甲", "department": "甲局", "on": "2026-03-01",
    }  # fmt: skip
    assert result.items[0].on == date(2026, 3, 1)
    assert result.reasons[0].entries == (4,)
    assert told(result) == {
        "points": "-9", "count": "3", "levels": "诫勉; 轻处分; 重处分", "sums": "1 + 3 + 5", "could": "9",
    }  # fmt: skip


def test_honours_add_the_points_of_their_level_however_many():
    facts = [event_of("2026-03-01", level="市"), event_of("2026-02-01", level="省", quantity=2)]
    result = bonus_by_level(HONOURS, given_of(*facts, event_of("2026-04-01", level="市", factor="0.5")))
    assert [str(item.points) for item in result.items] == ["12", "4", "2.0"]
    assert told(result) == {"points": "18", "count": "4", "levels": "省×2; 市×2", "sums": "2×6 + 1.5×4"}
    assert [reason.code for reason in result.reasons] == ["bonus_by_level", "reduced"]


def test_a_level_as_a_value_is_one_event():
    # Rule book 18: experience taken up by the city or above.
    rule = rule_of("bonus_by_level", levels={"市级以上": 10})
    result = bonus_by_level(rule, given_of(value_of("市级以上", entries=(9,))))
    assert [str(item.points) for item in result.items] == ["10"]
    assert result.reasons[0].entries == (9,)


@pytest.mark.parametrize("value", [False, 0])
def test_no_and_nothing_are_no_level(value):
    result = deduct_by_level(SANCTIONS, given_of(value_of(value)))
    assert result.has_data and result.items == ()
    assert told(result) == {"points": "0", "count": "0"}


@pytest.mark.parametrize("fact", [event_of(level="记过"), value_of("记过")])
def test_a_level_the_rule_does_not_know_is_an_error(fact):
    with pytest.raises(
        ValueError, match="r has the level '记过', and the rule knows only 诫勉, 轻处分, 重处分, 移送司法"
    ):
        deduct_by_level(SANCTIONS, given_of(fact))


def test_a_level_may_be_worth_other_points_in_another_group():
    rule = rule_of("bonus_by_level", levels={"省": ByGroup({"部门": Decimal(6)}, Decimal(3))})
    assert str(bonus_by_level(rule, given_of(event_of(level="省"), group="村居")).items[0].points) == "3"


def test_excused_is_told_and_takes_nothing():
    result = deduct_by_level(SANCTIONS, given_of(event_of(level="诫勉", excused="已撤销", approved_by="机关纪委")))
    assert result.items == ()
    assert [reason.code for reason in result.reasons] == ["deduct_by_level", "excused"]


def test_the_order_of_facts_does_not_matter():
    facts = [event_of("2026-03-01", level=level, matter=matter) for level in ("省", "市") for matter in ("a", "b")]
    assert bonus_by_level(HONOURS, given_of(*facts)) == bonus_by_level(HONOURS, given_of(*reversed(facts)))
