from decimal import Decimal

import pytest

from assessments.scoring.formulas.rates import rate_step
from assessments.scoring.given import NO_DATA
from assessments.scoring.rounding import plain
from assessments.scoring.schemes import ByGroup

from .builders import given_of, rule_of, value_of


def step(value, **parameters):
    rule = rule_of("rate_step", **({"base": 90, "step": 10, "below": 1} | parameters))
    (item,) = rate_step(rule, given_of(value_of(Decimal(value)))).items
    return plain(item.points)


# Rule book 33: attendance under 90 %, each 10 % less costs 1.
@pytest.mark.parametrize(
    ("rate", "whole", "begun", "exact"),
    [
        ("74", "-1", "-2", "-1.6"),
        ("80", "-1", "-1", "-1"),
        ("80.1", "0", "-1", "-0.99"),
        ("70", "-2", "-2", "-2"),
        ("90", "0", "0", "0"),
        ("95", "0", "0", "0"),
    ],
)
def test_steps_below_the_base(rate, whole, begun, exact):
    assert [step(rate), step(rate, steps="begun"), step(rate, steps="exact")] == [whole, begun, exact]


def test_steps_above_the_base_add():
    assert step("112", above=Decimal("0.5")) == "1"
    assert step("112", above=Decimal("0.5"), steps="begun") == "1.5"
    assert step("74", above=Decimal("0.5")) == "-1"
    assert step("74", below=None, above=2) == "0"


def test_exact_steps_are_divided_last():
    assert step("80", step=3, below=3, steps="exact") == "-10"


def test_the_base_of_the_peer_group():
    rule = rule_of("rate_step", base=ByGroup({"部门": Decimal(90)}), step=10, below=1)
    assert rate_step(rule, given_of(value_of(70), group="部门")).items[0].points == -2
    assert rate_step(rule, given_of(value_of(70), group="村居")) == NO_DATA


def test_the_reason_tells_the_steps_and_what_brings_them_back():
    (reason,) = rate_step(rule_of("rate_step", base=90, step=10, below=1), given_of(value_of(74))).reasons
    assert dict(reason.facts) == {
        "rule": "r",
        "title": "Rule",
        "value": "74",
        "base": "90",
        "step": "10",
        "each": "1",
        "distance": "16",
        "steps": "1",
        "side": "below",
        "points": "-1",
        "could": "1",
        "missing": "16",
    }


def test_without_a_rate_there_is_no_data():
    assert rate_step(rule_of("rate_step", base=90, step=10, below=1), given_of()) == NO_DATA
