from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scoring.schemes import ByFormula, ByGroup, Merge, Quota, Rule, Scheme, Veto

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


GROUPS = "{by_group: {部门: 2, 村居: 4}}"
BY_GROUP = ByGroup({"部门": Decimal(2), "村居": Decimal(4)})


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        (
            f"{{kind: tiered, tiers: [{{up_to: {GROUPS}, points: {GROUPS}}}, {{loses: {{formula: members / 2}}}}]}}",
            "tiers",
            ({"up_to": BY_GROUP, "points": BY_GROUP}, {"loses": ByFormula("members / 2")}),
        ),
        ("{kind: tiered, tiers: {from: -1, loses: all}}", "tiers", ({"from": Decimal(-1), "loses": "all"},)),
        (
            f"{{kind: rank_based, places: {{up_to: {GROUPS}, points: {GROUPS}}}}}",
            "places",
            ({"up_to": BY_GROUP, "points": BY_GROUP},),
        ),
        ("{kind: rank_based, last: {up_to: 1, loses: 2}}", "last", ({"up_to": Decimal(1), "loses": Decimal(2)},)),
        (
            f"{{kind: award_on_criterion, criteria: {{title: 议题, points: {GROUPS}}}}}",
            "criteria",
            ({"key": "议题", "title": "议题", "points": BY_GROUP},),
        ),
        (f"{{kind: late_deduction, each: 1, grace_days: {GROUPS}}}", "grace_days", BY_GROUP),
        ("{kind: late_deduction, each: 1, grace_days: 3}", "grace_days", Decimal(3)),
    ],
)
def test_amounts_inside_lists_and_lists_of_one(written, name, value):
    assert rule(written).parameters[name] == value


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


@pytest.mark.parametrize(
    ("written", "path", "message"),
    [
        ("{}", "", "Missing here: kind. It is one of: assignment_share, deduct_per_occurrence, "),
        ("{kind: all_or_nothing, each: 1}", ".each", "each has no meaning here. Known: reads, "),
        ("{kind: deduct_per_occurrence}", "", "Missing here: each."),
        ("{kind: deduct_per_occurrence, each: '5'}", ".each", "A number stands without quotes: 5."),
        (
            "{kind: deduct_per_occurrence, each: 5%}",
            ".each",
            "A number is expected here, without a percent sign: “5%”.",
        ),
        ("{kind: deduct_per_occurrence, each: 1e999999}", ".each", "A number is expected here, such as "),
        ("{kind: deduct_per_occurrence, each: .nan}", ".each", "A number is expected here, such as "),
        ("{kind: deduct_per_occurrence, each: 12345678901}", ".each", "A number is expected here, such as "),
        ("{kind: deduct_per_occurrence, each: [5]}", ".each", "A single value is expected here."),
        ("{kind: deduct_per_occurrence, each: }", ".each", "Nothing stands here."),
        (
            "{kind: deduct_per_occurrence, each: {by_group: {a: 1}, other: 2}}",
            ".each.other",
            "other has no meaning here.",
        ),
        ("{kind: deduct_per_occurrence, each: {formula: 1 +}}", ".each.formula", "This condition or formula cannot be"),
        ("{kind: deduct_if, points: everything}", ".points", "A number or one of these is expected here: all; not "),
        (
            "{kind: late_deduction, each: 1, per_day: 1}",
            "",
            "late_deduction takes exactly one of each, once and per_day.",
        ),
        ("{kind: late_deduction, each: 1, grace_days: 0.5}", ".grace_days", "A whole number from 0 is expected here."),
        (
            "{kind: late_deduction, each: 1, grace_days: {by_group: {a: 0.5}}}",
            ".grace_days.by_group.a",
            "A whole number from 0 is expected here.",
        ),
        ("{kind: rank_based, last: {up_to: 0, loses: 2}}", ".last.up_to", "A number above 0 is expected here."),
        ("{kind: award_per_event, each: 1, first: 2}", "", "first says what reaching required is worth: "),
        ("{kind: deduct_shortfall_count, required: 0}", "", "A required count of 0 has no shortfall."),
        ("{kind: tiered, by: shortfall, tiers: [{loses: all}]}", "", "Tiers by shortfall need a target."),
        ("{kind: tiered, tiers: [{up_to: 5, points: 1, loses: 1}]}", ".tiers[1]", "Exactly one of points (gives) and "),
        ("{kind: tiered, tiers: []}", ".tiers", "The list is empty."),
        ("{kind: rate_step, base: 90, step: 0, below: 1}", "", "step must be above 0."),
        ("{kind: rate_step, base: 90, step: 1}", "", "rate_step needs below, above or both: "),
        ("{kind: rank_based}", "", "rank_based needs places, last or both."),
        ("{kind: manual_range, direction: deduct, least: 3, most: 1}", "", "least is more than most."),
        (
            "{kind: manual_range, direction: up}",
            ".direction",
            "One of these is expected here: deduct, award, mark; not",
        ),
        ("{kind: proportional, to_best: yes}", ".to_best", "true or false is expected here, not “yes”."),
        (
            "{kind: derived_formula, formula: __import__('os')}",
            ".formula",
            "This condition or formula cannot be read: ",
        ),
        ("{kind: all_or_nothing, id: a b}", ".id", "A name has no blanks: “a b”."),
        ('{kind: all_or_nothing, title: "a\\e[31m"}', ".title", "There is a sign in this text that cannot be printed."),
        ("{kind: all_or_nothing, when: lambda}", ".when", "This condition or formula cannot be read: "),
        (
            "{kind: all_or_nothing, merge: {keep: lowest}}",
            ".merge.keep",
            "One of these is expected here: highest, sum, ",
        ),
        ("{kind: all_or_nothing, cap_per: {week: 1}}", ".cap_per.week", "week has no meaning here. Known: "),
    ],
)
def test_rules_that_cannot_be_read(written, path, message):
    found = rule_refused(written)
    assert [one for one, _ in found] == [path]
    assert found[0][1].startswith(message)


WHOLE = "scheme: 办法\ncategories: [{title: 一, indicators: [{title: 二}]}]\n"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("scheme: 办法\n", (1, "", "Missing here: categories.")),
        (
            "scheme：办法\n",
            (1, "", "After “scheme” stands the wide colon “：”. Write the narrow one and a blank: “scheme: ”."),
        ),
        ("- 1\n", (1, "", "Keys with values are expected here: “key: value”, or { }.")),
        ("", (1, "", "The file is empty.")),
        (WHOLE + "vetoes: [{id: v, effect: force}]", (3, "vetoes[1]", "effect: force needs a grade.")),
        (WHOLE + "vetoes: [{id: v, effect: bar, steps: 2}]", (3, "vetoes[1]", "steps goes with effect: lower only.")),
        (WHOLE + "vetoes: [{effect: bar}]", (3, "vetoes[1]", "Missing here: title.")),
        (
            WHOLE + "grades: [{name: 好}]\nquotas: [{grades: [好]}]",
            (4, "quotas[1]", "A quota needs at_most, at_least or exactly."),
        ),
        (
            WHOLE + "grades: [{name: 好}]\nquotas: [{grades: 好, at_most: 130%}]",
            (4, "quotas[1].at_most", "A share is 100% at most, not 130%."),
        ),
        (
            WHOLE + "grades: [{name: 好}]\nquotas: [{grades: 好, at_most: 三成}]",
            (4, "quotas[1].at_most", "A number such as 2, or a share such as 30%, is expected here, not “三成”."),
        ),
        (
            WHOLE + "components: [{id: 自评, points: 24}]",
            (3, "components[1]", "With points, a component needs out_of: out of how many they are."),
        ),
        (
            "scheme: 办法\ncategories: [{title: 一, component: 测评, indicators: [{title: 二}]}]",
            (2, "categories[1].component", "There is no component “测评”. There are: –."),
        ),
        (
            "scheme: 办法\ncategories: [{title: 一, out_of: 50, indicators: [{title: 二}]}]",
            (2, "categories[1]", "With out_of, the points it is converted to are needed: points is missing."),
        ),
        (
            "scheme: 办法\ncategories: [{title: 一, indicators: [{title: 二}, {title: 一}]}]",
            (
                2,
                "categories[1].indicators[2]",
                "The id 一 is used already, in line 2. Give one of them an id of its own.",
            ),
        ),
        (WHOLE + "periods: {score: quarter, combine: weighted}", (3, "periods", "combine: weighted needs weights.")),
        (
            WHOLE + "periods: {combine: mean}",
            (3, "periods", "combine needs score: which periods are put together."),
        ),
        (WHOLE + "late_share: 80", (3, "late_share", "A part of the points is expected here, from 0 to 1.")),
    ],
)
def test_schemes_that_do_not_fit_together(written, problem):
    assert refused(written) == [problem]


def test_a_veto_that_says_nothing_reads_its_own_id():
    assert read(WHOLE + "vetoes: [{id: v, effect: bar}, {id: w, effect: bar, when: x > 1}]").vetoes == (
        Veto("v", "v", "bar", reads=("v",)),
        Veto("w", "w", "bar", when="x > 1"),
    )


def test_components_and_vetoes_may_use_an_id_again():
    text = WHOLE + "components: [{id: 一}]\nvetoes: [{id: 二, effect: bar}]"
    assert [component.key for component in read(text).components] == ["一"]


def test_words_in_chinese():
    with translation.override("zh-hans"):
        assert refused("scheme: 办法\n") == [(1, "", "这里缺少：categories。")]
