"""Grades out of reach or with a gap below are found, and quotas that no cohort can keep."""

from textwrap import dedent

import pytest

from assessments.scoring import Scheme
from assessments.scoring.lint import Finding, lint
from assessments.scoring.schemes import Veto

from .builders import BONUS, SOUND, book, lint_of


def graded(text: str, rule: str = "{kind: deduct_if, points: 1}") -> list[tuple[str, str, dict]]:
    base = book(f"- {{title: 指标, points: 100, rules: {rule}}}")
    return [(finding.path, finding.code, finding.facts) for finding in lint_of(f"{base}\n{dedent(text)}")]


def test_below_the_lowest_line_there_is_no_grade():
    assert graded("grades: [{name: 好, at_least: 90}, {name: 差, at_least: 60}]") == [
        ("grades", "grade_gap", {"lowest": "60"})
    ]
    assert graded("grades: [{name: 好, at_least: 90}, {name: 差, at_least: 60}]\ntotal_floor: 60") == []


def test_a_condition_may_stand_for_the_lowest_line():
    assert graded("grades: [{name: 好, at_least: 90}, {name: 差, requires: passed < 2}]") == []
    assert graded("grades: [{name: 好, at_least: 90}, {name: 差, requires: true}]") == []
    assert graded("grades: [{name: 好, at_least: 90}, {name: 差, at_least: 0, requires: passed < 2}]") == [
        ("grades", "last_grade_requires", {"grade": "差", "condition": "passed < 2"})
    ]


def test_grade_lines_go_from_the_best_down():
    assert graded("grades: [{name: 好, at_least: 80}, {name: 较好, at_least: 90}, {name: 差, at_least: 0}]") == [
        ("grades", "grades_upside_down", {"order": "80 · 90 · 0"})
    ]


def test_a_grade_out_of_reach():
    assert graded("grades: [{name: 好, at_least: 101}, {name: 差, at_least: 0}]") == [
        ("grades[1]", "grade_unreachable", {"grade": "好", "at_least": "101", "most": "100"})
    ]


@pytest.mark.parametrize(
    ("keys", "is_reachable"),
    [
        ("total_cap: 150", False),
        ("bonus_cap: 20", True),
        ("bonus_cap: 10", False),
        ("graded_by: rate", True),
        ("periods: {score: quarter, combine: sum}", True),
    ],
)
def test_a_grade_in_reach_through_bonus_or_periods(keys, is_reachable):
    bonus = "" if "combine" in keys or "total_cap" in keys else BONUS.replace("cap: 10", "cap: none").strip("\n") + "\n"
    text = SOUND.replace("grades:", f"{bonus}{keys}\ngrades:").replace("at_least: 90", "at_least: 120")
    codes = [finding.code for finding in lint_of(text)]
    assert ("grade_unreachable" not in codes) is is_reachable


def test_an_open_indicator_has_no_most():
    rule = "{kind: rate_step, base: 90, step: 1, below: 1, above: 1}, cap: none"
    assert graded("grades: [{name: 好, at_least: 101}, {name: 差, at_least: 0}]", rule) == []


def test_a_veto_that_nothing_triggers():
    (finding,) = lint(Scheme("book", "Book", (), vetoes=(Veto("v", "否决", "bar"),)))
    assert finding == Finding("vetoes[1]", "veto_without_cause", {"title": "否决"}, True)


GRADES = "grades: [{name: 好, at_least: 90}, {name: 较好, at_least: 80}, {name: 差, at_least: 0}]\n"


@pytest.mark.parametrize(
    ("quotas", "found"),
    [
        ("{grades: [好], at_most: 30%}, {grades: [差], at_least: 10%}", []),
        ("{grades: [好], at_least: 30%, at_most: 20%}", [("quotas[1]", "order")]),
        ("{grades: [好], at_least: 3, at_most: 20%}", []),
        ("{grades: [好], exactly: 60%}, {grades: [差], at_least: 50%}", [("quotas", "too_many")]),
        ("{grades: [好, 较好], at_least: 60%}, {grades: [较好], at_least: 50%}", []),
        ("{grades: [好], at_most: 30%}, {grades: [较好, 差], at_most: 60%}", [("quotas", "too_few")]),
        ("{grades: [好], at_most: 30%}, {grades: [较好, 差], at_most: 70%}", []),
        ("{grades: [好], at_least: 60%}, {grades: [差], at_least: 50%, per: all}", []),
    ],
)
def test_quotas_that_no_cohort_can_keep(quotas, found):
    told = graded(f"{GRADES}quotas: [{quotas}]")
    assert [(path, facts["why"]) for path, code, facts in told if code == "quota_impossible"] == found
