from decimal import Decimal

import pytest

from assessments.scoring.facts import Marks, Votes
from assessments.scoring.formulas.votes import judge_mean, vote_weighted
from assessments.scoring.given import NO_DATA

from .builders import given_of, rule_of

SCORES = {"好": 100, "较好": 80, "一般": 60, "差": 40}


def ballots(counts, voters="", about="r"):
    named = dict(zip(SCORES, counts, strict=True)) if isinstance(counts, list) else counts
    return Votes(subject="b1", about=about, period="2026", counts=named, voters=voters)


def voted(*facts, points=None, **parameters):
    return vote_weighted(rule_of("vote_weighted", **({"scores": SCORES} | parameters)), given_of(*facts, points=points))


def points(result):
    (item,) = result.items
    return f"{item.points:.4f}"


# Rule book 39: three factors of 30, 30 and 40 points, judged by three groups of voters.
@pytest.mark.parametrize(
    ("counts", "full", "expected"),
    [
        ([2, 2, 1, 0], 30, "25.2000"),
        ([3, 1, 1, 0], 30, "26.4000"),
        ([3, 2, 0, 0], 40, "36.8000"),
        ([10, 20, 8, 2], 30, "23.7000"),
        ([20, 14, 5, 1], 40, "34.6000"),
        ([1, 2, 0, 0], 30, "26.0000"),
        ([2, 1, 0, 0], 30, "28.0000"),
        ([2, 0, 1, 0], 40, "34.6667"),
    ],
)
def test_the_share_of_points_that_the_mean_vote_is(counts, full, expected):
    assert points(voted(ballots(counts), points=full)) == expected


def test_no_rounding_on_the_way():
    result = voted(ballots([1, 2, 0, 0]), points=30)
    assert result.items[0].points == 26  # 30 × 86.666… ÷ 100


def test_without_points_the_mean_itself():
    assert points(voted(ballots([10, 20, 8, 2]))) == "79.0000"


def test_voter_groups_are_weighed():
    leaders, staff = ballots([1, 0, 0, 0], "leaders"), ballots([0, 30, 0, 0], "staff")
    weights = {"leaders": "0.2", "staff": "0.8"}
    assert points(voted(leaders, staff, voters=weights)) == "84.0000"
    assert points(voted(leaders, voters=weights)) == "100.0000"
    assert points(voted(leaders, staff, ballots([0, 0, 0, 9], "guests"), voters=weights)) == "84.0000"
    assert points(voted(leaders, staff)) == "80.6452"  # 2500 ÷ 31: all ballots alike


def test_ballots_of_one_group_in_two_boxes_are_counted_together():
    weights = {"leaders": "0.2", "staff": "0.8"}
    boxes = ballots([1, 0, 0, 0], "staff"), ballots([0, 0, 3, 0], "staff"), ballots([1, 0, 0, 0], "leaders")
    assert points(voted(*boxes, voters=weights)) == "76.0000"  # 70 × 0.8 + 100 × 0.2


def test_invalid_votes_do_not_count():
    assert points(voted(ballots({"好": 1, "一般": 1, "弃权": 8}), invalid=("弃权",))) == "80.0000"
    assert voted(ballots({"弃权": 8}), invalid=("弃权",)) == NO_DATA
    with pytest.raises(ValueError, match="rule r has no score for the vote: 弃权"):
        voted(ballots({"好": 1, "弃权": 8}))


def test_scores_out_of_ten():
    assert points(voted(ballots({"A": 1, "B": 1}), scores={"A": 10, "B": 5}, out_of=10, points=20)) == "15.0000"


def test_the_reason_tells_the_votes():
    (reason,) = voted(ballots([0, 2, 1, 0]), ballots([2, 0, 0, 0]), points=30).reasons
    assert dict(reason.facts) == {
        "rule": "r",
        "title": "Rule",
        "mean": "84",
        "full": "30",
        "out_of": "100",
        "votes": "好 2; 较好 2; 一般 1",
        "valid": 5,
        "top": "好",
        "points": "25.2",
        "could": "4.8",
        "missing": "16",
    }


def test_without_votes_there_is_no_data():
    assert voted(points=30) == NO_DATA
    assert voted(ballots([0, 0, 0, 0]), points=30) == NO_DATA
    assert voted(ballots([1, 0, 0, 0], "guests"), voters={"staff": 1}) == NO_DATA


def marked(*marks, points=None, **parameters):
    facts = [Marks(subject="b1", about="r", period="2026", marks=tuple(map(Decimal, marks)))] if marks else []
    return judge_mean(rule_of("judge_mean", **parameters), given_of(*facts, points=points))


def test_the_mean_mark():
    assert points(marked("90", "88.5", "92")) == "90.1667"
    assert points(marked("90", "88.5", "92", points=30)) == "27.0500"
    assert points(marked("9", "8", "8", points=30, out_of=10)) == "25.0000"


def test_the_best_and_the_worst_mark_are_left_out():
    marks = "100", "90", "80", "80", "10"
    assert points(marked(*marks, drop_highest=1, drop_lowest=1)) == "83.3333"
    assert points(marked(*marks, drop_highest=1)) == "65.0000"
    assert points(marked(*marks, drop_lowest=2)) == "90.0000"
    assert points(marked("100", "100", "40", drop_highest=1)) == "70.0000"


def test_the_reason_tells_the_marks():
    (reason,) = marked("100", "90", "80", "10", points=30, drop_highest=1, drop_lowest=1).reasons
    assert dict(reason.facts) == {
        "rule": "r",
        "title": "Rule",
        "mean": "85",
        "full": "30",
        "out_of": "100",
        "marks": 4,
        "dropped": 2,
        "points": "25.5",
        "could": "4.5",
        "missing": "15",
    }


def test_without_marks_there_is_no_data():
    assert marked() == NO_DATA
    assert marked("90", "80", drop_highest=1, drop_lowest=1) == NO_DATA
