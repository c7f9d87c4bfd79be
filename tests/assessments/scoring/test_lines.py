from datetime import date
from decimal import Decimal as D

import pytest

from assessments.scoring.schemes import ByFormula, ByGroup, Merge, ScoringPoint
from tests.assessments.scoring.rule_books import (
    award,
    book,
    card,
    cards,
    category,
    codes,
    deduct,
    event,
    exemption,
    indicator,
    points,
    rule,
    share,
    value,
)


def one(*rules, **told):
    """A book of one indicator "i"."""
    return book(category("c", indicator("i", *rules, **told)))


def test_rules_that_take_begin_with_all_points_and_stop_at_none():
    scheme = one(deduct("late", "0.5"), deduct("absent", "2"), points="6")
    assert points(card(scheme, value("late", 1), value("absent", 2))) == {"i": D("1.5")}
    found = card(scheme, value("absent", 4))
    assert points(found) == {"i": D(0)}
    assert codes(found, "i") == ["deduct_per_occurrence", "deduct_per_occurrence", "added", "floored"]


def test_advice_tells_what_lies_below_the_floor_before_anything_changes():
    scheme = one(deduct("late", "2"), deduct("absent", "3"), points="6")
    first, second, _added, floored = card(scheme, value("late", 4), value("absent", 1)).lines[0].reasons
    assert "could" not in first.facts | second.facts
    assert floored.facts["short"] == "5"
    alone = card(scheme, value("late", 1), value("absent", 1)).lines[0].reasons
    assert [reason.facts.get("could") for reason in alone] == ["2", "3", None]


def test_a_rule_that_gives_begins_with_nothing():
    scheme = one(share("done"), deduct("late"), points="12")
    assert points(card(scheme, value("done", "88.5"), value("late", 1))) == {"i": D("9.62")}


def test_awards_alone_begin_with_nothing_and_stop_at_the_points():
    scheme = one(award("prize"), points="2")
    assert points(card(scheme)) == {"i": D(0)}
    assert points(card(scheme, value("prize", 5))) == {"i": D(2)}


@pytest.mark.parametrize(("limits", "expected"), [({}, "4"), ({"cap": "none"}, "7"), ({"cap": D(5)}, "5")])
def test_a_bonus_inside_an_indicator_passes_its_points_only_where_the_book_says_so(limits, expected):
    scheme = one(deduct("late"), award("prize", "3"), points="4", **limits)
    assert points(card(scheme, value("prize", 1))) == {"i": D(expected)}


def test_an_indicator_may_go_below_nothing_where_the_book_says_so():
    assert points(card(one(deduct("late"), points="2", floor="none"), value("late", 5))) == {"i": D(-3)}
    assert points(card(one(deduct("late")), value("late", 5))) == {"i": D(-5)}


def test_one_miss_and_the_scoring_point_is_gone_but_not_the_others():
    point = ScoringPoint("p", "p", (rule("all_or_nothing", "missed"),), D(2))
    other = ScoringPoint("q", "q", (deduct("late", "0.5"),), D(2))
    scheme = book(category("c", indicator("i", scoring_points=(point, other))))
    found = card(scheme, value("missed", True), value("late", 1))
    assert points(found) == {"i": D("1.5")}
    assert found.lines[0].full == D(4)


def test_a_scoring_point_stops_at_its_own_points():
    point = ScoringPoint("p", "p", (deduct("late"),), D(2))
    other = ScoringPoint("q", "q", (deduct("absent"),), D(2))
    scheme = book(category("c", indicator("i", scoring_points=(point, other), points="4")))
    assert points(card(scheme, value("late", 9))) == {"i": D(2)}


def test_an_indicator_that_starts_full_keeps_its_start_beside_scoring_points():
    point = ScoringPoint("p", "p", (deduct("late"),), start="zero", floor="none")
    scheme = book(category("c", indicator("i", scoring_points=(point,), points="4", start="full")))
    assert points(card(scheme, value("late", 1))) == {"i": D(3)}


def test_one_miss_takes_the_whole_indicator():
    scheme = one(rule("all_or_nothing", "missed"), award("prize"), points="5")
    assert points(card(scheme, value("missed", 1), value("prize", 1))) == {"i": D(0)}


def test_a_line_without_data_is_none_not_nothing():
    scheme = one(share("done"), points="5")
    found = card(scheme)
    assert points(found) == {"i": None}
    assert (found.total_for_grade, found.available, codes(found, "i")) == (None, 0, ["no_data"])


@pytest.mark.parametrize(("told", "expected"), [("full", "5"), ("zero", "0"), ("leave", None)])
def test_the_scheme_says_what_no_data_earns(told, expected):
    found = card(one(share("done"), points="5", no_data=told))
    assert points(found) == {"i": expected if expected is None else D(expected)}


def test_a_taking_rule_without_data_leaves_the_others_to_judge():
    scheme = one(rule("deduct_shortfall_count", "held", required=D(4), each=D(1)), deduct("late"), points="5")
    assert points(card(scheme, value("late", 2))) == {"i": D(3)}
    shortfall = one(rule("deduct_shortfall_count", "held", required=D(4), each=D(1)), points="5")
    assert points(card(shortfall)) == {"i": None}


def test_rule_merge_comes_before_the_rule_cap_and_is_told():
    told = {"levels": {"省": D(3), "市": D(2)}, "merge": Merge(), "cap": D(4)}
    scheme = one(rule("bonus_by_level", "honour", **told))
    happened = [
        event("honour", date(2026, 3, 1), level="省", matter="甲"),
        event("honour", date(2026, 4, 1), level="市", matter="甲"),
        event("honour", date(2026, 5, 1), level="市", matter="乙"),
    ]
    found = card(scheme, *happened)
    assert points(found) == {"i": D(4)}
    assert codes(found, "i") == ["bonus_by_level", "merged", "capped"]


@pytest.mark.parametrize(("how", "expected"), [(Merge(), "2"), (Merge(("matter",), "in_turn"), "4"), (None, "6")])
def test_what_happened_three_times_is_merged_like_three_events(how, expected):
    scheme = one(rule("bonus_by_level", "news", levels={"市": D(2)}, merge=how))
    assert points(card(scheme, event("news", level="市", matter="甲", quantity=D(3)))) == {"i": D(expected)}


def test_indicator_merge_works_over_its_rules():
    rules = (rule("bonus_by_level", "news", levels={"省": D(5)}), rule("bonus_by_level", "essay", levels={"市": D(2)}))
    scheme = one(*rules, merge=Merge())
    happened = [event("news", level="省", matter="甲"), event("essay", level="市", matter="甲")]
    assert points(card(scheme, *happened)) == {"i": D(5)}


def test_category_merge_works_over_its_indicators():
    first = indicator("news", rule("bonus_by_level", "n", levels={"省": D(5)}))
    second = indicator("essay", rule("bonus_by_level", "e", levels={"市": D(2)}))
    scheme = book(category("c", first, second, merge=Merge()))
    found = card(scheme, event("n", level="省", matter="甲"), event("e", level="市", matter="甲"))
    assert points(found) == {"news": D(5), "essay": D(0)}
    assert codes(found, "essay")[-1] == "merged"
    assert found.total_for_grade == D(5)


def test_targets_and_points_follow_the_peer_group():
    required = ByGroup({"村居": D(24)}, D(12))
    scheme = book(
        category("c", indicator("i", rule("deduct_shortfall_count", "sent", required=required, each=D(1)), points="10"))
    )
    told = [value("sent", 12, subject=key) for key in ("a", "b")]
    found = cards(scheme, *told, groups={"a": "村居", "b": "部门"})
    assert [points(one) for one in found.values()] == [{"i": D(0)}, {"i": D(10)}]


def test_a_figure_may_follow_from_the_subject():
    scheme = one(
        rule("deduct_shortfall_count", "visits", required=ByFormula("departments * 2"), each=D(1)), points="10"
    )
    assert points(card(scheme, value("visits", 5), value("departments", 4))) == {"i": D(7)}


def test_only_some_levels_are_read_and_only_on_a_condition():
    scheme = one(deduct("case", only=("通报",)), deduct("other", when="members >= 7"), points="6")
    happened = [event("case", level="通报"), event("case", level="提醒"), event("other")]
    assert points(card(scheme, *happened, value("members", 5))) == {"i": D(5)}
    assert points(card(scheme, *happened, value("members", 7))) == {"i": D(4)}


def test_the_year_is_remembered_for_what_is_free_and_capped():
    free = deduct("absent", "2", free=D(1), over="year")
    scheme = book(category("c", indicator("i", free, points="6")))
    happened = [value("absent", 1, "2026Q1"), value("absent", 1, "2026Q2")]
    found = cards(scheme, *happened, periods=("2026Q1", "2026Q2"))
    assert [points(one)["i"] for one in found.values()] == [D(6), D(4)]
    capped = book(category("c", indicator("i", award("prize", "2", cap_per={"year": D(3)}))))
    happened = [event("prize", date(2026, 1, 5), "2026Q1"), event("prize", date(2026, 4, 5), "2026Q2")]
    found = cards(capped, *happened, periods=("2026Q1", "2026Q2"))
    assert [points(one)["i"] for one in found.values()] == [D(2), D(1)]


@pytest.mark.parametrize(
    ("kind", "levels", "told", "expected"),
    [
        ("bonus_by_level", {"市": 2, "省": 4, "国": 8}, ("市", "省", "市", "国"), ["2", "2", "0", "4"]),
        ("deduct_by_level", {"轻": 1, "重": 3}, ("轻", "重", "轻"), ["-1", "-2", "0"]),
    ],
)
def test_a_higher_level_of_a_matter_counted_before_adds_the_difference(kind, levels, told, expected):
    over = rule(kind, "x", levels={name: D(level) for name, level in levels.items()}, merge=Merge(), over="year")
    periods = [f"2026Q{number}" for number in range(1, len(told) + 1)]
    happened = [event("x", None, period, level=level, matter="甲") for period, level in zip(periods, told, strict=True)]
    found = cards(one(over), *happened, periods=periods)
    assert [points(each)["i"] for each in found.values()] == [D(each) for each in expected]
    assert "counted_before" in codes(found["a", "2026Q2"], "i")


def test_a_cap_by_the_month_and_a_floor_of_the_rule_are_told_apart():
    capped = deduct("late", "2", cap_per={"month": D(4)}, floor=D(-7))
    happened = [event("late", date(2026, month, day)) for month in (3, 4) for day in (1, 2, 3)]
    found = card(one(capped, points="10"), *happened)
    told = [(reason.facts["where"], reason.facts["before"], reason.facts["after"]) for reason in found.lines[0].reasons
            if reason.code in ("capped", "floored")]  # fmt: skip
    assert told == [("window", "-12", "-8"), ("rule", "-8", "-7")]
    assert points(found) == {"i": D(3)}


def test_advice_counts_what_was_awarded_on_the_same_line():
    found = card(one(deduct("late", "2"), award("prize", "2"), points="10"), value("late", 8), value("prize", 1))
    assert [reason.facts.get("could") for reason in found.lines[0].reasons[:2]] == [None, None]
    assert found.lines[0].reasons[-1].facts["short"] == "4"


def test_an_exempt_rule_says_nothing_and_tells_who_excused_it():
    scheme = one(deduct("late"), deduct("absent"), points="6")
    found = card(scheme, value("late", 2), value("absent", 1), exemption("late"))
    assert points(found) == {"i": D(5)}
    assert dict(found.lines[0].reasons[0].facts) == {"note": "newly founded", "approved_by": "committee"}


def test_a_scoring_point_may_be_exempt_by_its_own_id():
    point = ScoringPoint("p", "p", (deduct("p"),), D(2))
    two_rules = ScoringPoint("q", "q", (deduct("late"), deduct("absent")), D(2))
    scheme = book(category("c", indicator("i", scoring_points=(point, two_rules))))
    told = [value("p", 1), value("late", 1), value("absent", 1)]
    assert points(card(scheme, *told)) == {"i": D(1)}
    assert points(card(scheme, *told, exemption("p"))) == {"i": D(2)}
    assert points(card(scheme, *told, exemption("q"))) == {"i": D(3)}


def test_points_stay_where_no_rule_holds():
    assert points(card(one(deduct("late", when="members > 9"), points="6"), value("late", 3), value("members", 2))) == {
        "i": D(6)
    }


def test_a_count_without_events_is_merged_with_nothing():
    assert points(card(one(award("prize", merge=Merge())), value("prize", 3))) == {"i": D(3)}


def test_tiers_of_each_group_hold_for_equal_facts():
    tiers = ({"from": D(1), "points": ByGroup({"x": D(5)}, D(2))},)
    scheme = one(rule("tiered", "t", tiers=tiers), points="5")
    told = [value("t", 1, subject=key) for key in "ab"]
    found = cards(scheme, *told, groups={"a": "x", "b": "y"})
    assert [points(each)["i"] for each in found.values()] == [D(5), D(2)]
