from decimal import Decimal

import pytest

from assessments.scoring.formulas.ranks import rank_based
from assessments.scoring.given import NO_DATA
from assessments.scoring.schemes import ByFormula, ByGroup

from .builders import given_of, rule_of, value_of

PLACES = ({"up_to": Decimal(1), "points": Decimal(5)}, {"up_to": Decimal(3), "points": Decimal(3)})
LAST = ({"up_to": Decimal(1), "loses": Decimal(2)},)


def ranked(value, *others, **parameters):
    rivals = (Decimal(value), *map(Decimal, others))
    return rank_based(rule_of("rank_based", **parameters), given_of(value_of(Decimal(value)), rivals=rivals))


def points(*figures, **parameters):
    (item,) = ranked(*figures, **parameters).items
    return str(item.points)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((95, 90, 80, 70), "5"),
        ((95, 95, 80, 70), "5"),  # two in the first place
        ((80, 95, 95, 70), "3"),  # 1, 1, 3, 4
        ((70, 95, 90, 80), "0"),
        ((90, 95, 95, 95), "0"),  # 1, 1, 1, 4
    ],
)
def test_points_for_the_place(figures, expected):
    assert points(*figures, places=PLACES) == expected


def test_the_last_place_is_counted_from_the_end_and_shared():
    assert points(70, 95, 90, last=LAST) == "-2"
    assert points(70, 70, 90, last=LAST) == "-2"
    assert points(90, 70, 95, last=LAST) == "0"
    assert points(70, 70, 70, places=PLACES, last=LAST) == "3"


@pytest.mark.parametrize(("group", "expected"), [("村居", "4"), ("部门", "1"), ("企业", "1")])
def test_places_that_differ_by_peer_group(group, expected):
    first = {
        "up_to": ByGroup({"村居": Decimal(2), "部门": Decimal(1)}),
        "points": ByGroup({"村居": Decimal(4)}, Decimal(3)),
    }
    rule = rule_of("rank_based", places=(first, {"up_to": ByFormula("seats"), "points": Decimal(1)}))
    rivals = (Decimal(95), Decimal(90), Decimal(80))
    given = given_of(value_of(90), rivals=rivals, group=group, names={"seats": Decimal(2)})
    (item,) = rank_based(rule, given).items
    assert str(item.points) == expected


def test_where_small_is_good():
    assert points(1, 2, 3, best="lowest", places=PLACES) == "5"
    assert points(3, 2, 1, best="lowest", last=LAST) == "-2"


def test_places_as_a_share_of_the_group():
    places = ({"up_to": Decimal(30), "points": Decimal(2)}, {"up_to": Decimal(60), "points": Decimal(1)})
    others = [90, 80, 70, 60, 50, 40, 30, 20, 10]
    assert points(75, *others, counted="percent", places=places) == "2"  # third of ten
    assert points(65, *others, counted="percent", places=places) == "1"  # fourth
    assert points(35, *others, counted="percent", places=places) == "0"  # seventh
    assert points(5, *others, counted="percent", last=({"up_to": Decimal(10), "loses": Decimal(1)},)) == "-1"


def test_among_everybody():
    given = given_of(value_of(80), rivals=(Decimal(80),) * 3, everybody=(Decimal(80), Decimal(90)))
    assert rank_based(rule_of("rank_based", places=PLACES), given).items[0].points == 5
    assert rank_based(rule_of("rank_based", places=PLACES, among="all"), given).items[0].points == 3


def test_a_place_that_was_given():
    assert points(2, given=True, places=PLACES) == "3"
    assert points(4, 1, 2, 3, given=True, places=PLACES, last=LAST) == "-2"
    assert points(1, 2, 3, 4, given=True, places=PLACES, last=LAST) == "5"


def test_a_small_peer_group_has_no_places():
    result = ranked(90, 80, places=PLACES, last=LAST)
    assert (result.has_data, result.items[0].points) == (True, 0)
    assert result.reasons[0].facts["is_too_small"] == "yes"


def test_the_reason_tells_the_place_and_the_next_better_one():
    (reason,) = ranked(80, 95, 90, 85, places=PLACES, last=LAST).reasons
    assert dict(reason.facts) == {
        "rule": "r",
        "title": "Rule",
        "value": "80",
        "place": "4",
        "of": "4",
        "from_end": "1",
        "points": "-2",
        "could": "5",
        "needed": "3",
    }
    (reason,) = ranked(95, 90, 85, places=PLACES).reasons
    assert "could" not in reason.facts


def test_who_is_last_needs_the_place_before():
    (reason,) = ranked(70, 95, 90, 80, last=LAST).reasons
    assert (reason.facts["could"], reason.facts["needed"]) == ("2", "3")
    share = ({"up_to": Decimal(50), "points": Decimal(1)},)
    (reason,) = ranked(70, 95, 90, 85, 80, counted="percent", places=share).reasons
    assert (reason.facts["could"], reason.facts["needed"]) == ("1", "2")  # two of five are within half


def test_without_a_value_there_is_no_data():
    assert rank_based(rule_of("rank_based", places=PLACES), given_of(rivals=(Decimal(1),) * 3)) == NO_DATA
