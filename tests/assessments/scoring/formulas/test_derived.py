from decimal import Decimal

import pytest

from assessments.scoring.formulas.derived import derived_formula
from assessments.scoring.given import NO_DATA

from .builders import given_of, rule_of

# Rule book 05: the bonus a secretary loses for 88 points.
LOST = "base * 1.3 * (1 - score / 90) * 0.5"


def derived(formula, names=None, gathered=None, **parameters):
    return derived_formula(
        rule_of("derived_formula", formula=formula, **parameters), given_of(names=names, gathered=gathered)
    )


@pytest.mark.parametrize(
    ("formula", "names", "expected"),
    [
        (LOST, {"base": Decimal(1000), "score": Decimal(88)}, "14.44"),
        ("rate * 0.3", {"rate": Decimal("88.5")}, "26.55"),
        ("5 if rate >= 90 else 3", {"rate": Decimal("88.5")}, "3.00"),
    ],
)
def test_what_the_formula_comes_to(formula, names, expected):
    (item,) = derived(formula, names).items
    assert f"{item.points:.2f}" == expected


def test_the_direction_gives_the_sign():
    assert derived("2", direction="deduct").items[0].points == -2
    assert derived("2", direction="award").items[0].points == 2
    assert derived("0", direction="deduct").reasons[0].facts["points"] == "0"


def test_the_whole_cohort_may_be_asked():
    gathered = {("mean_of", "kpi", True): Decimal(80)}
    assert derived("kpi - mean_of(kpi, group)", {"kpi": Decimal(88)}, gathered).items[0].points == 8


def test_yes_counts_one():
    assert derived("kpi > 80", {"kpi": Decimal(88)}).items[0].points == 1


def test_a_missing_part_makes_no_data():
    assert derived("kpi + 1") == NO_DATA
    assert derived("1 / kpi", {"kpi": Decimal(0)}) == NO_DATA


def test_text_is_no_result():
    with pytest.raises(ValueError, match="rule r needs a number"):
        derived('"优"')


def test_the_reason_tells_the_formula():
    (reason,) = derived("1 + 2").reasons
    assert dict(reason.facts) == {"rule": "r", "title": "Rule", "formula": "1 + 2", "points": "3"}
