from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.scoring.formulas.awards import award_per_event
from tests.assessments.scoring.formulas.builders import event_of, given_of, rule_of, value_of

# Rule book 18: four studies a year add 2, each further one adds 1.
STUDY = rule_of("award_per_event", required=4, first=2, each=1)


def told(result):
    return {key: fact for key, fact in result.reasons[0].facts.items() if key not in ("rule", "title")}


def days(*texts, **changes):
    return [event_of(text, **changes) for text in texts]


def test_each_event_adds():
    # Rule book 18: five points for each person called to account.
    result = award_per_event(
        rule_of("award_per_event", each=5), given_of(event_of("2026-03-01", quantity=2), value_of(1))
    )
    assert [(str(item.points), item.on) for item in result.items] == [("10", date(2026, 3, 1)), ("5", None)]
    assert told(result) == {"points": "15", "count": "3", "charged": "3", "each": "5", "missing": "1", "could": "5"}


@pytest.mark.parametrize(("count", "points"), [(0, "0"), (3, "0"), (4, "2"), (6, "4")])
def test_nothing_below_the_required_number_then_first_and_each_beyond(count, points):
    result = award_per_event(STUDY, given_of(value_of(count)))
    assert told(result)["points"] == points
    assert len(result.items) == (points != "0")


def test_one_item_where_the_number_is_reached_and_one_for_each_beyond():
    facts = days("2026-11-01", "2026-01-01", "2026-03-01", "2026-05-01", "2026-09-01")
    result = award_per_event(STUDY, given_of(*facts))
    assert [(str(item.points), item.on.month) for item in result.items] == [("2", 9), ("1", 11)]
    assert told(result) == {
        "points": "3", "count": "5", "charged": "5", "each": "1", "required": "4", "first": "2", "further": "1",
        "is_reached": "yes", "missing": "1", "could": "1",
    }  # fmt: skip


def test_one_that_reaches_the_number_and_more_is_one_item():
    result = award_per_event(STUDY, given_of(*days("2026-01-01", quantity=3), *days("2026-02-01", quantity=3)))
    assert [str(item.points) for item in result.items] == ["4"]


def test_what_is_missing_is_told():
    facts = told(award_per_event(STUDY, given_of(*days("2026-01-01", quantity=3))))
    assert (facts["is_reached"], facts["missing"], facts["could"]) == ("no", "1", "2")


def test_without_first_each_counts_once_the_number_is_reached():
    rule = rule_of("award_per_event", required=3, each="0.5")
    facts = days("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01")
    assert award_per_event(rule, given_of(*facts[:2])).items == ()
    items = award_per_event(rule, given_of(*facts)).items
    assert [(str(item.points), item.on.month) for item in items] == [("0.5", 1), ("0.5", 2), ("0.5", 3), ("0.5", 4)]


def test_first_alone_is_for_one():
    result = award_per_event(rule_of("award_per_event", first=3, each=1), given_of(value_of(3)))
    assert told(result)["points"] == "5"


def test_earlier_cards_count_only_where_the_rule_looks_over_them_and_are_made_good():
    facts = [*days("2026-01-01", "2026-02-01", period="2026Q1"), *days("2026-04-01", "2026-05-01", period="2026Q2")]
    rule = rule_of("award_per_event", required=3, each=1)
    assert award_per_event(rule, given_of(*facts, period="2026Q2")).items == ()
    over = award_per_event(replace(rule, over="year"), given_of(*facts, period="2026Q2"))
    assert [(str(item.points), item.period, item.on.month) for item in over.items] == [
        ("1", "2026Q2", 4),
        ("1", "2026Q2", 4),
        ("1", "2026Q2", 4),
        ("1", "2026Q2", 5),
    ]
    assert (told(over)["count"], told(over)["total"], told(over)["is_reached"]) == ("2", "4", "yes")


def test_no_more_is_promised_than_the_cap_leaves():
    rule = replace(rule_of("award_per_event", each=2), cap=Decimal(5))
    assert told(award_per_event(rule, given_of(value_of(2))))["could"] == "1"
    assert "could" not in told(award_per_event(rule, given_of(value_of(3))))
    by_month = replace(rule, cap=None, cap_per={"month": Decimal(2)})
    assert "could" not in told(award_per_event(by_month, given_of(value_of(1))))


def test_one_more_event_never_lowers_what_is_awarded():
    rule = rule_of("award_per_event", required=3, first=10, each=1)
    facts = [*days("2026-02-01", "2026-02-02"), *days("2026-02-03", factor="0.5"), *days("2026-02-04")]
    before = sum(item.points for item in award_per_event(rule, given_of(*facts)).items)
    for day in ("2026-01-01", "2026-02-02", "2026-03-01"):
        after = award_per_event(rule, given_of(*facts, event_of(day, matter="new")))
        assert sum(item.points for item in after.items) >= before


def test_the_order_of_facts_does_not_matter():
    facts = [*days("2026-02-01", "2026-02-02", quantity=2), *days("2026-02-03", factor="0.5"), value_of(1)]
    results = [award_per_event(STUDY, given_of(*facts[turn:], *facts[:turn])) for turn in range(4)]
    assert all(result == results[0] for result in results)
    assert told(results[0])["points"] == "3.5"
