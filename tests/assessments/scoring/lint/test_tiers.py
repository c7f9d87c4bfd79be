"""Tiers that hide one another are found, and values that fit none."""

import pytest

from .builders import found_in, lint_of, rule_book


def tiers_of(tiers: str, by: str = "value") -> list[tuple[str, str, dict]]:
    target = ", target: 10" if by == "shortfall" else ""
    text = rule_book(f"{{kind: tiered, title: 档, by: {by}{target}, tiers: [{tiers}]}}")
    return [(finding.path.rpartition(".")[2], finding.code, finding.facts) for finding in lint_of(text)]


@pytest.mark.parametrize(
    "tiers",
    [
        "{from: 90, points: 5}, {from: 80, points: 3}, {from: 60, points: 1}",
        "{up_to: 60, points: 1}, {up_to: 80, points: 3}, {points: 5}",
        "{from: 90, points: 5}, {from: 80, below: 90, points: 3}, {below: 80, points: 0}",
        "{above: 90, points: 5}, {above: 80, up_to: 90, points: 3}",
        "{from: 85, up_to: 85, points: 9}, {from: 80, points: 3}",
    ],
)
def test_tiers_as_they_are_written(tiers):
    assert tiers_of(tiers) == []


def test_tiers_that_share_a_value():
    assert tiers_of("{from: 90, points: 5}, {from: 80, up_to: 90, points: 3}") == [
        (
            "tiers[2]",
            "overlapping_tiers",
            {"title": "档", "tier": "≥ 80, ≤ 90", "other": "≥ 90", "both": "≥ 90, ≤ 90"},
        )
    ]


def test_a_tier_that_is_hidden_by_an_earlier_one():
    assert tiers_of("{from: 60, points: 1}, {from: 80, points: 3}") == [
        ("tiers[2]", "tier_never_reached", {"title": "档", "tier": "≥ 80"})
    ]


def test_values_between_two_tiers():
    text = "{from: 90, points: 5}, {from: 80, up_to: 89, points: 3}"
    assert tiers_of(text) == [("tiers", "tier_gap", {"title": "档", "gap": "> 89, < 90"})]
    assert tiers_of(text, by="count") == []
    assert tiers_of("{from: 90, points: 5}, {from: 80, up_to: 88, points: 3}", by="count") != []


def test_levels_and_places_named_twice():
    assert [code for _, code, _ in tiers_of("{level: 优, points: 5}, {level: 优, points: 3}", by="level")] == [
        "tier_never_reached"
    ]
    places = "{kind: rank_based, places: [{up_to: 3, points: 2}, {up_to: 1, points: 5}]}"
    assert found_in(rule_book(places)) == [("categories[1].indicators[1].rules[1].places[2]", "tier_never_reached")]
    by_group = places.replace("{up_to: 1,", "{up_to: {by_group: {甲: 4}},")
    assert found_in(rule_book(by_group)) == []
