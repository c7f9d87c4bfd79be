from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.scoring.formulas.given_by_hand import inherit_multiplier, manual_range
from assessments.scoring.given import NO_DATA
from tests.assessments.scoring.formulas.builders import event_of, given_of, rule_of, value_of

TENFOLD = rule_of("inherit_multiplier", factor=10)
MARK = rule_of("manual_range", direction="mark")


def told(result):
    return {key: fact for key, fact in result.reasons[0].facts.items() if key not in ("rule", "title")}


def points_of(result):
    return [str(item.points) for item in result.items]


def test_what_another_system_took_is_taken_tenfold():
    # Rule book 02.
    result = inherit_multiplier(TENFOLD, given_of(value_of(Decimal("0.35"), entries=(2,))))
    assert points_of(result) == ["-3.50"]
    assert told(result) == {"points": "-3.5", "upstream": "0.35", "factor": "10", "could": "3.5"}
    assert result.reasons[0].entries == (2,)


def test_its_sign_does_not_matter_and_several_add_up():
    facts = value_of(Decimal("-0.35")), event_of("2026-03-01", points="0.1"), event_of("2026-03-02", factor="0.5")
    assert told(inherit_multiplier(TENFOLD, given_of(*facts)))["points"] == "-9.5"


def test_silence_means_that_nothing_was_taken():
    result = inherit_multiplier(TENFOLD, given_of())
    assert result.has_data and result.items == ()
    assert told(result) == {"points": "0", "upstream": "0", "factor": "10"}


@pytest.mark.parametrize(("direction", "points"), [("deduct", ["-2", "-1.5"]), ("award", ["2", "1.5"])])
def test_a_person_takes_or_adds(direction, points):
    # Rule book 33: not complete, 2 points.
    facts = event_of("2026-05-01", points="1.5"), event_of("2026-03-01", points=2, note="制度不全", entries=(8,))
    result = manual_range(rule_of("manual_range", direction=direction, least=1, most=3), given_of(*facts, points=5))
    assert points_of(result) == points
    assert told(result)["note"] == "制度不全"
    assert result.reasons[0].entries == (8,)


def test_nothing_is_clamped_and_half_counts_half():
    result = manual_range(
        rule_of("manual_range", direction="deduct", most=3), given_of(event_of(points=8, factor="0.5"))
    )
    assert points_of(result) == ["-4.0"]
    assert manual_range(rule_of("manual_range", direction="deduct"), given_of()).has_data


def test_a_mark_is_the_score_and_the_last_by_day_counts():
    facts = (
        event_of("2026-09-01", points=8),
        event_of("2026-06-01", points=9),
        event_of("2026-10-01", points=2, excused="x"),
    )
    result = manual_range(MARK, given_of(*facts, points=10))
    assert points_of(result) == ["8"]
    assert told(result) == {"points": "8", "direction": "mark", "full": "10", "could": "2"}
    assert points_of(manual_range(MARK, given_of(value_of(0), points=10))) == ["0"]
    assert manual_range(MARK, given_of(points=10)) == NO_DATA


def test_the_review_goes_before_the_self_rating():
    rule = replace(MARK, reads=("review", "self"))
    own, review = event_of("2026-12-01", points=10, about="self"), event_of("2026-11-01", points=7, about="review")
    assert points_of(manual_range(rule, given_of(own, review))) == ["7"]
    assert points_of(manual_range(rule, given_of(own))) == ["10"]


@pytest.mark.parametrize(
    ("formula", "rule", "fact"),
    [
        (manual_range, MARK, event_of()),
        (manual_range, MARK, value_of(True)),
        (inherit_multiplier, TENFOLD, value_of("多")),
    ],
)
def test_points_are_numbers(formula, rule, fact):
    with pytest.raises(ValueError, match="r needs"):
        formula(rule, given_of(fact))


def test_the_order_of_facts_does_not_matter():
    facts = [event_of("2026-09-01", points=points, note=note) for points, note in ((1, "a"), (2, "b"), (3, "c"))]
    for direction in ("deduct", "award", "mark"):
        rule = rule_of("manual_range", direction=direction)
        assert manual_range(rule, given_of(*facts)) == manual_range(rule, given_of(*reversed(facts)))
