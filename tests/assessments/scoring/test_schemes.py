from decimal import Decimal

import pytest

from assessments.scoring import Category, Grade, Indicator, Outcome, Rule, Scheme, score
from assessments.scoring.kinds import KINDS
from assessments.scoring.rules import FORMULAS

from .builders import fact_of, scheme_of


def test_rule_kinds_are_a_closed_table():
    assert set(FORMULAS) == set(KINDS)
    with pytest.raises(TypeError):
        FORMULAS["another"] = None


def test_scheme_with_an_indicator_twice_is_refused():
    with pytest.raises(ValueError, match="indicator more than once in the scheme: a"):
        scheme_of("a", "b", "a")


def test_scheme_with_a_category_twice_is_refused():
    item = Category("item", "title", ())
    with pytest.raises(ValueError, match="category more than once in the scheme: item"):
        Scheme("plan", "title", (item, item))


def test_scheme_with_two_grades_on_one_line_is_refused():
    with pytest.raises(ValueError, match="grade line more than once"):
        scheme_of("a", grades=(Grade("好", Decimal("90")), Grade("优", Decimal("90.0"))))


@pytest.mark.parametrize(
    "setting", [{"late_share": Decimal("1.01")}, {"late_share": Decimal("-0.1")}, {"not_applicable": "mean"}]
)
def test_scheme_with_a_setting_that_makes_no_sense_is_refused(setting):
    with pytest.raises(ValueError, match=next(iter(setting))):
        scheme_of("a", **setting)


def test_scheme_of_a_plan_has_no_rule_kind_but_its_own():
    rows = (Indicator("theme_day", "title", (Rule("guess"),)),)
    with pytest.raises(ValueError, match="no such rules: guess"):
        score(Scheme("plan", "title", (Category("item", "title", rows),)), [])


def test_score_refuses_a_fact_of_an_unknown_indicator():
    with pytest.raises(ValueError, match="not in scheme plan-2026: theme_day"):
        score(scheme_of("forum"), [fact_of(Outcome.ON_TIME)])


def test_score_refuses_two_facts_about_one_slot():
    with pytest.raises(ValueError, match="one slot of theme_day of subject branch-6"):
        score(scheme_of("theme_day"), [fact_of(Outcome.ON_TIME), fact_of(Outcome.MISSED)])
