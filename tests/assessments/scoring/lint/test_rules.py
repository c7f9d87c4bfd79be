"""What no fact can reach is found, conditions that ask for nothing, bounds without effect."""

from textwrap import dedent

import pytest

from assessments.scoring import Category, Indicator, Scheme
from assessments.scoring.lint import lint
from assessments.scoring.schemes import ScoringPoint

from .builders import book, found_in, lint_of, rule_book


def test_what_no_fact_can_reach():
    assert found_in(book("- {title: 甲, points: 10}")) == [("categories[1].indicators[1]", "no_rules")]
    point = ScoringPoint("a", "一", ())
    parts = (
        Category("all", "All", (Indicator("line", "Line", scoring_points=(point,)),)),
        Category("none", "None", ()),
    )
    assert [(finding.path, finding.code) for finding in lint(Scheme("book", "Book", parts))] == [
        ("categories[2]", "no_indicators"),
        ("categories[1].indicators[1].scoring_points[1]", "no_rules"),
    ]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("1 > 2", ["condition_never_holds"]),
        ("2 > 1", ["condition_always_holds"]),
        ("members > 1", []),
        ("mean_of(kpi) > 1", []),
    ],
)
def test_conditions_that_ask_for_nothing(condition, codes):
    text = rule_book(f"{{kind: deduct_if, points: 1, when: {condition}}}")
    assert [finding.code for finding in lint_of(text)] == codes


def test_conditions_are_looked_at_wherever_they_stand():
    text = rule_book("{kind: deduct_if, points: 1}", category="when: 1 > 2") + dedent("""
        grades: [{name: 好, at_least: 0, requires: 1 > 2}, {name: 差, at_least: -9}]
        vetoes: [{id: v, title: 否决, effect: bar, when: 1 > 2}]
    """)
    assert [finding.path for finding in lint_of(text)] == ["categories[1].when", "grades[1].requires", "vetoes[1].when"]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("{kind: deduct_per_occurrence, each: 1, floor: -5}", []),
        ("{kind: deduct_per_occurrence, each: 1, cap: 5}", [("cap", "cap_without_effect", False)]),
        ("{kind: deduct_per_occurrence, each: 1, floor: 5}", [("floor", "floor_of_wrong_sign", True)]),
        ("{kind: award_per_event, each: 1, cap: 5}", []),
        ("{kind: award_per_event, each: 1, floor: 0}", [("floor", "floor_without_effect", False)]),
        ("{kind: award_per_event, each: 1, cap: -5}", [("cap", "cap_of_wrong_sign", True)]),
        ("{kind: rate_step, base: 90, step: 1, below: 1, above: 1, cap: 5, floor: -5}", []),
        ("{kind: rate_step, base: 90, step: 1, below: 1, cap: 5}", [("cap", "cap_without_effect", False)]),
        ("{kind: rank_based, places: [{up_to: 1, points: 2}], last: [{up_to: 1, loses: 2}], cap: 2, floor: -2}", []),
        ("{kind: manual_range, direction: deduct, cap: 2}", [("cap", "cap_without_effect", False)]),
        ("{kind: derived_formula, formula: a - b, cap: 5, floor: -5}", []),
    ],
)
def test_bounds_of_a_rule(rule, found):
    path = "categories[1].indicators[1].rules[1]."
    told = [(finding.path.removeprefix(path), finding.code, finding.is_error) for finding in lint_of(rule_book(rule))]
    assert told == found


def test_a_cap_that_nothing_can_reach():
    text = "- {title: 甲, points: 10, rules: {kind: award_per_event, each: 1}}"
    assert found_in(book(text, category="cap: 12")) == [("categories[1].cap", "cap_without_effect")]
    assert found_in(book(text, category="cap: 8")) == []
    adds_up = "periods: {score: half, combine: mean}"
    assert found_in(book(text, category="cap: 12\nrole: bonus", top=adds_up)) == []
    text = "- {title: 甲, rules: {kind: award_per_event, each: 1}}"
    assert found_in(book(text, category="cap: 8\nrole: bonus", top="bonus_cap: 10")) == [
        ("bonus_cap", "cap_without_effect")
    ]
