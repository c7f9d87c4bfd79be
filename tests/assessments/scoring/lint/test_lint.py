"""A sound rule book has no findings; errors come before doubts."""

from assessments.scoring import Scheme
from assessments.scoring.lint import lint

from .builders import SOUND, lint_of, rule_book


def test_a_sound_book_has_no_findings():
    assert lint_of(SOUND) == []


def test_a_scheme_made_from_a_plan_has_no_findings_of_sums():
    assert lint(Scheme("plan", "Plan", ())) == ()


def test_errors_come_before_doubts():
    text = rule_book("{kind: deduct_if, points: 1, title: 每缺1张照片扣1分}") + "\ngrades: [{name: 好, at_least: 60}]"
    assert [finding.is_error for finding in lint_of(text)] == [True, True, False]
