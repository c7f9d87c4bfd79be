from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.scoring.formulas.occurrences import all_or_nothing, deduct_if, deduct_per_occurrence, late_deduction
from assessments.scoring.schemes import ByGroup, Merge
from tests.assessments.scoring.formulas.builders import event_of, given_of, rule_of, value_of

EACH = rule_of("deduct_per_occurrence", each="0.1")


def points_of(result):
    return [str(item.points) for item in result.items]


def told(result):
    """The rule's own reason, without what every reason has."""
    return {key: fact for key, fact in result.reasons[0].facts.items() if key not in ("rule", "title")}


# deduct_per_occurrence


def test_every_occurrence_costs_the_same():
    # Rule book 02: four members in March, one of them again in May.
    march, may = event_of("2026-03-31", quantity=4, matter="党费", entries=(7, 3)), event_of("2026-05-31", entries=(3,))
    result = deduct_per_occurrence(EACH, given_of(march, may))
    assert [(str(item.points), item.on) for item in result.items] == [
        ("-0.4", date(2026, 3, 31)),
        ("-0.1", date(2026, 5, 31)),
    ]
    assert dict(result.items[0].fields) == {"about": "r", "matter": "党费", "on": "2026-03-31"}
    assert result.reasons[0].code == "deduct_per_occurrence"
    assert result.reasons[0].entries == (3, 7)
    assert dict(result.reasons[0].facts) == {
        "rule": "r", "title": "Rule", "points": "-0.5", "count": "5", "charged": "5", "each": "0.1",
        "missing": "1", "could": "0.1",
    }  # fmt: skip


@pytest.mark.parametrize(("value", "points"), [(3, ["-0.3"]), (True, ["-0.1"]), (False, []), (0, [])])
def test_a_figure_is_so_many_times(value, points):
    assert points_of(deduct_per_occurrence(EACH, given_of(value_of(value)))) == points


def test_nothing_happened_is_an_answer():
    result = deduct_per_occurrence(EACH, given_of())
    assert result.has_data and result.items == ()
    assert told(result) == {"points": "0", "count": "0", "charged": "0", "each": "0.1"}


def test_a_word_cannot_be_counted():
    with pytest.raises(ValueError, match="r is counted, and '没有' is not a number"):
        deduct_per_occurrence(EACH, given_of(value_of("没有")))


def test_the_first_by_day_are_free():
    # Rule book 25: leave on duty, once a quarter free, 2 points for each further one.
    rule = rule_of("deduct_per_occurrence", each=2, free=1)
    june, april = event_of("2026-06-02"), event_of("2026-04-01", quantity=2)
    result = deduct_per_occurrence(rule, given_of(june, april, points=6))
    assert [(str(item.points), item.on.month) for item in result.items] == [("-2", 4), ("-2", 6)]
    assert told(result) == {
        "points": "-4", "count": "3", "free": "1", "charged": "2", "each": "2", "missing": "1", "could": "2",
    }  # fmt: skip


def test_what_is_free_is_remembered_over_the_year_only_where_the_rule_looks_over_it():
    facts = event_of("2026-02-01", period="2026Q1"), event_of("2026-05-01", period="2026Q2")
    rule = rule_of("deduct_per_occurrence", each=2, free=1)
    by_quarter = deduct_per_occurrence(rule, given_of(*facts, period="2026Q2"))
    assert by_quarter.items == ()
    assert told(by_quarter)["free"] == "1"
    by_year = deduct_per_occurrence(replace(rule, over="year"), given_of(*facts, period="2026Q2"))
    assert [(str(item.points), item.period) for item in by_year.items] == [("-2", "2026Q2")]
    assert told(by_year)["points"] == "-2"
    assert told(by_year)["count"] == "1"


def test_earlier_cards_come_first_whatever_the_days_say():
    announced_later = event_of("2026-02-01", period="2026Q2", matter="new")
    before = event_of("2026-03-01", period="2026Q1", matter="old")
    rule = replace(rule_of("deduct_per_occurrence", each=2, free=1), over="year")
    items = deduct_per_occurrence(rule, given_of(announced_later, before, period="2026Q2")).items
    assert [item.fields["matter"] for item in items] == ["new"]


def test_a_fact_of_a_month_is_on_the_card_of_its_quarter():
    result = deduct_per_occurrence(EACH, given_of(event_of(period="2026-05"), period="2026Q2"))
    assert [item.period for item in result.items] == ["2026Q2"]
    assert told(result)["points"] == "-0.1"


def test_excused_costs_nothing_and_half_counts_half():
    trip = event_of("2026-07-10", excused="因公出差", approved_by="张书记", entries=(5,))
    mended = event_of("2026-07-11", factor="0.5", note="自查并已整改", approved_by="张书记", entries=(6,))
    result = deduct_per_occurrence(rule_of("deduct_per_occurrence", each=2), given_of(trip, mended))
    assert points_of(result) == ["-1.0"]
    main, excused, reduced = result.reasons
    assert (main.facts["count"], main.facts["charged"], main.entries) == ("1", "0.5", (6,))
    assert (excused.code, excused.facts["excused"], excused.entries) == ("excused", "因公出差", (5,))
    assert excused.facts["happened_on"] == date(2026, 7, 10)
    assert (reduced.code, reduced.facts["factor"], reduced.facts["note"]) == ("reduced", "0.5", "自查并已整改")


def test_amounts_may_differ_by_group():
    rule = rule_of("deduct_per_occurrence", each=ByGroup({"部门": Decimal(2)}, Decimal("0.5")))
    assert points_of(deduct_per_occurrence(rule, given_of(event_of(), group="部门"))) == ["-2"]
    assert points_of(deduct_per_occurrence(rule, given_of(event_of(), group="村居"))) == ["-0.5"]


@pytest.mark.parametrize(
    ("count", "missing", "could"),
    [(1, "1", "0.5"), (4, "1", "0.5"), (5, "2", "0.5"), (7, "4", "0.5"), ("4.5", "1", "0.25")],
)
def test_what_lies_below_the_floor_has_to_go_first(count, missing, could):
    rule = replace(rule_of("deduct_per_occurrence", each="0.5"), floor=Decimal(-2))
    facts = told(deduct_per_occurrence(rule, given_of(value_of(Decimal(count)), points=10)))
    assert (facts["missing"], facts["could"]) == (missing, could)


def test_nobody_knows_what_one_fewer_changes_where_matters_are_merged():
    rule = replace(EACH, merge=Merge())
    assert "could" not in told(deduct_per_occurrence(rule, given_of(value_of(3))))


def test_the_order_of_facts_does_not_matter():
    facts = [
        event_of("2026-03-01", quantity=2, matter="a"),
        event_of("2026-03-01", matter="b", factor="0.5"),
        event_of("2026-03-01", matter="b"),
        event_of(matter="c", excused="病假"),
        value_of(2),
    ]
    rule = rule_of("deduct_per_occurrence", each=1, free=3)
    results = [deduct_per_occurrence(rule, given_of(*facts[turn:], *facts[:turn])) for turn in range(5)]
    results += [deduct_per_occurrence(rule, given_of(*reversed(facts)))]
    assert all(result == results[0] for result in results)
    assert told(results[0])["points"] == "-3"


# deduct_if, all_or_nothing


def test_once_however_often():
    # Rule book 50: two changes of cadres without asking are one fact.
    result = deduct_if(
        rule_of("deduct_if", points=1), given_of(event_of("2026-05-01"), event_of("2026-03-01"), points=4)
    )
    assert [(str(item.points), item.on.month) for item in result.items] == [("-1", 3)]
    assert told(result) == {"points": "-1", "count": "2", "once": "1", "could": "1"}
    assert deduct_if(rule_of("deduct_if", points=1), given_of(value_of(False))).items == ()


def test_the_one_that_counts_most_is_taken_for():
    half, full = event_of("2026-03-01", factor="0.5"), event_of("2026-05-01")
    result = deduct_if(rule_of("deduct_if", points=2), given_of(half, full))
    assert points_of(result) == ["-2"]
    assert points_of(deduct_if(rule_of("deduct_if", points=2), given_of(half))) == ["-1.0"]


def test_once_over_the_year_is_on_the_earliest_card():
    facts = event_of(period="2026Q1"), event_of(period="2026Q2")
    rule = rule_of("deduct_if", points=2)
    over = deduct_if(replace(rule, over="year"), given_of(*facts, period="2026Q2"))
    assert [item.period for item in over.items] == ["2026Q1"]
    assert told(over)["points"] == "0"
    each = deduct_if(rule, given_of(*facts, period="2026Q2"))
    assert [item.period for item in each.items] == ["2026Q1", "2026Q2"]
    assert told(each)["points"] == "-2"


def test_one_miss_takes_everything():
    for rule, formula in ((rule_of("deduct_if", points="all"), deduct_if), (rule_of("all_or_nothing"), all_or_nothing)):
        result = formula(rule, given_of(value_of(True), points=3))
        assert result.takes_all and result.items == ()
        assert told(result) == {"points": "-3", "count": "1", "takes_all": "yes", "could": "3"}
        spared = formula(rule, given_of(points=3))
        assert not spared.takes_all and spared.items == ()
        assert told(spared)["count"] == "0"


def test_a_miss_that_counts_half_takes_half_where_there_are_points():
    miss = event_of(factor="0.5")
    half = all_or_nothing(rule_of("all_or_nothing"), given_of(miss, points=3))
    assert not half.takes_all
    assert points_of(half) == ["-1.5"]
    assert all_or_nothing(rule_of("all_or_nothing"), given_of(miss)).takes_all


def test_a_miss_of_an_earlier_card_takes_nothing_of_this_one():
    earlier = event_of(period="2026Q1")
    result = all_or_nothing(
        replace(rule_of("all_or_nothing"), over="year"), given_of(earlier, points=3, period="2026Q2")
    )
    assert not result.takes_all


# late_deduction


def test_late_is_after_the_due_day_and_its_grace():
    # Rule book 02: 0.1 for each month's meeting that is entered late.
    facts = [
        event_of("2026-03-31", due="2026-03-31"),
        event_of("2026-05-02", due="2026-04-30"),
        event_of("2026-06-04", due="2026-05-31"),
        event_of("2026-06-30"),
    ]
    strict = late_deduction(rule_of("late_deduction", each="0.1"), given_of(*facts))
    assert points_of(strict) == ["-0.1", "-0.1", "-0.1"]
    assert told(strict) == {"points": "-0.3", "count": "3", "charged": "3", "each": "0.1", "could": "0.3"}
    patient = late_deduction(rule_of("late_deduction", each="0.1", grace_days=2), given_of(*facts))
    assert [item.on for item in patient.items] == [date(2026, 6, 4), date(2026, 6, 30)]


@pytest.mark.parametrize(("group", "charged"), [("村居", 1), ("部门", 2)])
def test_days_of_grace_that_differ_by_peer_group(group, charged):
    facts = event_of("2026-05-02", due="2026-04-30"), event_of("2026-06-04", due="2026-05-31")
    rule = rule_of("late_deduction", each=1, grace_days=ByGroup({"村居": Decimal(3)}, Decimal(1)))
    assert len(points_of(late_deduction(rule, given_of(*facts, group=group)))) == charged


def test_late_once():
    late = event_of("2026-05-02", due="2026-04-30")
    result = late_deduction(rule_of("late_deduction", once=2), given_of(late, late, points=5))
    assert points_of(result) == ["-2"]
    assert told(result) == {"points": "-2", "count": "2", "once": "2", "could": "2"}


def test_late_by_the_day_after_the_grace():
    facts = event_of("2026-09-03", due="2026-08-31"), event_of("2026-09-03", due="2026-09-02"), value_of(4)
    result = late_deduction(rule_of("late_deduction", per_day="0.5", grace_days=1), given_of(*facts))
    assert points_of(result) == ["-1.0", "-2.0"]
    assert told(result)["days"] == "6"
    assert told(result)["per_day"] == "0.5"


def test_lateness_beyond_the_days_of_grace_may_take_everything():
    late = rule_of("late_deduction", once="all", grace_days=Decimal(10))
    given = given_of(event_of(on="2026-03-11", due_on=date(2026, 3, 1)), points="5")
    assert not late_deduction(late, given).takes_all
    given = given_of(event_of(on="2026-03-12", due_on=date(2026, 3, 1)), points="5")
    assert late_deduction(late, given).takes_all
