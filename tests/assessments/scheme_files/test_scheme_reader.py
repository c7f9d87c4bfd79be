from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scoring.schemes import ByGroup, Merge, Quota, Rule, Scheme

HEAD = "scheme: 办法\ncategories:\n- title: 类目\n  indicators:\n"
DOCUMENTATION = Path("docs/scheme-format.md").read_text()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def read(text: str) -> Scheme:
    scheme, problems = read_scheme(text, "s.yaml")
    assert problems == []
    return scheme


def refused(text: str | bytes) -> list[tuple[int, str, str]]:
    scheme, problems = read_scheme(text, "s.yaml")
    assert scheme is None
    assert {problem.file for problem in problems} == {"s.yaml"}
    return [(problem.line, problem.path, problem.message) for problem in problems]


def rule(text: str, points: str = "10") -> Rule:
    return read(f"{HEAD}  - {{id: x, points: {points}, rules: {text}}}").categories[0].indicators[0].rules[0]


def rule_refused(text: str) -> list[tuple[str, str]]:
    where = "categories[1].indicators[1].rules"
    return [(path.removeprefix(where), message) for _, path, message in refused(f"{HEAD}  - {{id: x, rules: {text}}}")]


def test_the_scheme_of_the_documentation():
    scheme = read(DOCUMENTATION.split("```yaml\n")[1].split("```")[0])
    assert (scheme.key, scheme.title, scheme.total, scheme.graded_by) == (
        "branch-2026",
        "2026年党支部考核办法",
        Decimal(100),
        "total",
    )
    assert scheme.is_rule_book
    assert (scheme.periods.score, scheme.periods.combine) == ("quarter", "mean")
    assert [(category.key, category.points, category.role) for category in scheme.categories] == [
        ("life", Decimal(60), "base"),
        ("duty", Decimal(40), "base"),
        ("extra", None, "bonus"),
    ]
    honours = scheme.categories[2].indicators[0].rules[0]
    assert honours == Rule(
        kind="bonus_by_level",
        key="honours",
        parameters={"levels": {"中央": Decimal(8), "省": Decimal(6), "市": Decimal(4)}},
        merge=Merge(("matter",), "highest"),
    )
    assert scheme.grades[0].at_least == Decimal(90)
    assert scheme.vetoes[0].reads == ("case",)
    assert scheme.quotas == (Quota(("好",), at_most="30%"),)


def test_numbers_are_exact():
    assert rule("{kind: deduct_per_occurrence, each: 0.1}").parameters == {"each": Decimal("0.1")}


def test_ids_by_default():
    scheme = read(
        HEAD
        + """  - title: 会议
    rules: {kind: deduct_if, points: 1}
    scoring_points:
    - {title: 记录, rules: [{kind: deduct_if, points: 1}, {kind: all_or_nothing, id: lost}, {kind: all_or_nothing}]}
"""
    )
    indicator = scheme.categories[0].indicators[0]
    assert (scheme.key, scheme.categories[0].key, indicator.key) == ("办法", "类目", "会议")
    assert [rule.key for rule in indicator.all_rules()] == ["会议", "记录.1", "lost", "记录.3"]


def test_points_by_group():
    found = rule("{kind: deduct_per_occurrence, each: {by_group: {部门: 2, 村居: 4}, otherwise: 1}}")
    assert found.parameters["each"] == ByGroup({"部门": Decimal(2), "村居": Decimal(4)}, Decimal(1))


def test_all_problems_at_once_with_line_and_path():
    text = """scheme: 办法
totl: 100
categories:
- title: 类目
  points: sixty
  indicators:
  - title: 会议
    rules:
    - {kind: deduct_per_occurrence, each: -5, fre: 1}
    - {kind: deduct}
grades:
- {name: 好, at_least: 90}
- {name: 好, at_least: 90}
vetoes:
- {id: v, effect: cap, grade: 坏}
"""
    assert refused(text) == [
        (2, "totl", refused(text)[0][2]),
        (
            5,
            "categories[1].points",
            "A number is expected here, such as 5 or 0.25 (up to 9 digits and 12 decimals), not “sixty”.",
        ),
        (9, "categories[1].indicators[1].rules[1].fre", refused(text)[2][2]),
        (
            9,
            "categories[1].indicators[1].rules[1].each",
            "Write it without the minus sign: whether points are taken is told by the kind.",
        ),
        (10, "categories[1].indicators[1].rules[2].kind", refused(text)[4][2]),
        (13, "grades[2]", "The grade 好 stands here a second time (first in line 12)."),
        (13, "grades[2]", "Another grade begins at 90 too (line 12)."),
        (15, "vetoes[1].grade", "There is no grade “坏”. There are: 好."),
    ]
    assert refused(text)[0][2].startswith("totl has no meaning here. Known: total, ")
    assert refused(text)[2][2].startswith("fre has no meaning here. Known: free, ")
    assert refused(text)[4][2].startswith("There is no rule kind “deduct”. Known: deduct_if, ")
