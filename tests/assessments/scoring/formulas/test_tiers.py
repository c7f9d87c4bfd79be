from decimal import Decimal

import pytest

from assessments.scoring.formulas.tiers import tiered
from assessments.scoring.given import NO_DATA
from assessments.scoring.schemes import ByFormula, ByGroup

from .builders import event_of, given_of, rule_of, value_of


def tier(worth, **bounds):
    name = "points" if not str(worth).startswith("-") else "loses"
    amount = worth if isinstance(worth, ByGroup) else Decimal(str(worth).lstrip("-"))
    return {"from" if key == "from_" else key: bound for key, bound in bounds.items()} | {name: amount}


def level(text, points):
    return {"level": text, "points": Decimal(points)}


# Rule book 25: 150 points a quarter are wanted; up to 20 fewer cost 1, more cost everything.
SHORT = (
    {"up_to": Decimal(0), "loses": Decimal(0)},
    {"up_to": Decimal(20), "loses": Decimal(1)},
    {"loses": "all"},
)


@pytest.mark.parametrize(
    ("value", "points", "takes_all"),
    [(150, ["0"], False), (160, ["0"], False), (131, ["-1"], False), (130, ["-1"], False), (129, [], True)],
)
def test_tiers_of_a_shortfall(value, points, takes_all):
    rule = rule_of("tiered", by="shortfall", target=150, tiers=SHORT)
    result = tiered(rule, given_of(value_of(value), points=2))
    assert [str(item.points) for item in result.items] == points
    assert result.takes_all is takes_all


RATES = (
    tier(5, from_=Decimal(95)),
    tier(3, from_=Decimal(90), below=Decimal(95)),
    tier(1, above=Decimal(80)),
)


@pytest.mark.parametrize(
    ("rate", "points"), [("95", "5"), ("94.99", "3"), ("90", "3"), ("89.9", "1"), ("80", "0"), ("80.01", "1")]
)
def test_the_first_tier_that_fits_gives(rate, points):
    result = tiered(rule_of("tiered", tiers=RATES), given_of(value_of(Decimal(rate)), points=5))
    assert [str(item.points) for item in result.items] == [points]


def test_bounds_are_included_or_not():
    def points(value, **bounds):
        rule = rule_of("tiered", tiers=({name.rstrip("_"): Decimal(60) for name in bounds} | {"points": Decimal(1)},))
        return tiered(rule, given_of(value_of(Decimal(value)))).items[0].points

    assert [points(value, from_=60) for value in ("59.99", "60", "60.01")] == [0, 1, 1]
    assert [points(value, above=60) for value in ("59.99", "60", "60.01")] == [0, 0, 1]
    assert [points(value, up_to=60) for value in ("59.99", "60", "60.01")] == [1, 1, 0]
    assert [points(value, below=60) for value in ("59.99", "60", "60.01")] == [1, 0, 0]


def test_a_level_as_value():
    rule = rule_of("tiered", tiers=(level("优秀", 5), level("良好", 3)))
    assert tiered(rule, given_of(value_of("良好"))).items[0].points == 3
    assert tiered(rule, given_of(value_of("一般"))).items[0].points == 0


def test_levels_of_events_take_the_first_tier_among_them():
    rule = rule_of("tiered", by="level", tiers=(level("国家", 5), level("省", 3)))
    assert tiered(rule, given_of(event_of(level="省"), event_of(level="国家"))).items[0].points == 5
    excused = event_of(level="国家", excused="重复")
    assert tiered(rule, given_of(event_of(level="省"), excused)).items[0].points == 3


def test_a_count_takes_all_facts_together():
    rule = rule_of("tiered", by="count", tiers=(tier(-2, from_=Decimal(3)), tier(-1, from_=Decimal(1))))
    facts = event_of("2026-01-05"), event_of("2026-02-05", excused="病假"), event_of("2026-03-05")
    assert tiered(rule, given_of(*facts)).items[0].points == -1
    assert tiered(rule, given_of(*facts, value_of(1))).items[0].points == -2
    assert tiered(rule, given_of(value_of(0))).items[0].points == 0


def test_each_event_by_its_own_quantity():
    """Visits of 3 days or more give 2, of one day or more 1."""
    rule = rule_of("tiered", by="quantity", tiers=(tier(2, from_=Decimal(3)), tier(1, from_=Decimal(1))))
    facts = (
        event_of("2026-03-05", quantity="5", matter="甲", factor="0.5"),
        event_of("2026-01-05", quantity="1"),
        event_of("2026-01-06", quantity="0.5"),
        event_of("2026-01-07", quantity="9", excused="重复"),
    )
    result = tiered(rule, given_of(*facts))
    assert [str(item.points) for item in result.items] == ["1", "0", "1.0"]
    assert result.items[2].fields["matter"] == "甲"
    assert dict(result.reasons[0].facts) == {
        "rule": "r",
        "title": "Rule",
        "points": "2",
        "count": 3,
        "amounts": "1=1; 0.5=0; 5=2",
    }
    assert result == tiered(rule, given_of(*reversed(facts)))


def test_tiers_of_the_peer_group():
    amount = ByGroup({"部门": Decimal(4)}, Decimal(2))
    rule = rule_of("tiered", tiers=({"from": Decimal(90), "points": amount},))
    assert tiered(rule, given_of(value_of(95), group="部门")).items[0].points == 4
    assert tiered(rule, given_of(value_of(95), group="村居")).items[0].points == 2


@pytest.mark.parametrize(
    ("value", "group", "points"),
    [(24, "村居", "5"), (23, "村居", "0"), (12, "部门", "5"), (24, "企业", "0"), (11, "企业", "-3.5")],
)
def test_bounds_and_losses_that_differ(value, group, points):
    tiers = (
        {"from": ByGroup({"村居": Decimal(24), "部门": Decimal(12)}), "points": Decimal(5)},
        {"below": Decimal(12), "loses": ByFormula("members / 2")},
    )
    given = given_of(value_of(value), group=group, names={"members": Decimal(7)})
    assert str(tiered(rule_of("tiered", tiers=tiers), given).items[0].points) == points


def test_the_reason_tells_the_tier_and_the_next_better_one():
    (reason,) = tiered(rule_of("tiered", tiers=RATES), given_of(value_of(92), points=5)).reasons
    assert dict(reason.facts) == {
        "rule": "r",
        "title": "Rule",
        "value": "92",
        "tier_from": "90",
        "tier_below": "95",
        "next_from": "95",
        "points": "3",
        "could": "2",
    }
    rule = rule_of("tiered", by="shortfall", target=150, tiers=SHORT)
    (reason,) = tiered(rule, given_of(value_of(129), points=2)).reasons
    assert dict(reason.facts) == {
        "rule": "r",
        "title": "Rule",
        "value": "129",
        "target": "150",
        "shortfall": "21",
        "takes_all": "yes",
        "next_up_to": "20",
        "points": "-2",
        "could": "1",
    }


@pytest.mark.parametrize(("rest", "points"), [((), "0"), (({"loses": Decimal(1)},), "-1")])
def test_no_level_reached_is_data_and_fits_what_names_none(rest, points):
    rule = rule_of("tiered", by="level", tiers=(level("优", 5), *rest))
    result = tiered(rule, given_of(value_of(False)))
    assert [str(item.points) for item in result.items] == [points]
    assert (result.reasons[0].facts["no_level"], result.reasons[0].facts["next_level"]) == ("yes", "优")


def test_a_level_where_figures_are_compared_is_refused():
    with pytest.raises(ValueError, match="rule r needs a number, and '优' is none"):
        tiered(rule_of("tiered", tiers=RATES), given_of(value_of("优")))


def test_without_facts_there_is_no_data():
    for by in ("value", "count", "level", "shortfall", "quantity"):
        assert tiered(rule_of("tiered", by=by, target=1, tiers=RATES), given_of(points=5)) == NO_DATA
