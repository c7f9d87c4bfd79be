"""Rules in the short form: every kind with its usual parameters is read, and written as it was read."""

import re
from decimal import Decimal as D

import pytest
from django.conf import settings

from assessments.scheme_files.fields import RULE
from assessments.scheme_workbooks.short_form import read_rule, write_rule
from assessments.scoring.kinds import KINDS
from assessments.scoring.schemes import Merge, Rule

FORMS = {
    "按任务完成情况": {"kind": "assignment_share"},
    "每次扣0.1": {"kind": "deduct_per_occurrence", "each": D("0.1")},
    "每次扣0.5，免1次，最多扣2": {
        "kind": "deduct_per_occurrence", "each": D("0.5"), "free": D(1), "floor": D(-2),
    },
    "每次扣（部门1、村居2、其他3）": {
        "kind": "deduct_per_occurrence",
        "each": {"by_group": {"部门": D(1), "村居": D(2)}, "otherwise": D(3)},
    },
    "有则扣2": {"kind": "deduct_if", "points": D(2)},
    "有则扣完": {"kind": "deduct_if", "points": "all"},
    "有则不得分": {"kind": "all_or_nothing"},
    "按级别扣：诫勉1、警告3": {"kind": "deduct_by_level", "levels": {"诫勉": D(1), "警告": D(3)}},
    "逾期每次扣0.2": {"kind": "late_deduction", "each": D("0.2")},
    "逾期每日扣0.2，宽限3天": {"kind": "late_deduction", "per_day": D("0.2"), "grace_days": D(3)},
    "逾期扣2": {"kind": "late_deduction", "once": D(2)},
    "每缺1次扣0.5（应12次）": {"kind": "deduct_shortfall_count", "required": D(12), "each": D("0.5")},
    "每缺1次扣0.5（每月应1次）": {
        "kind": "deduct_shortfall_count", "required": D(1), "each": D("0.5"), "per": "month",
    },
    "缺1次即扣完（应4次）": {"kind": "deduct_shortfall_count", "required": D(4), "each": "all"},
    "按缺少比例扣（每季应3次）": {"kind": "deduct_shortfall_count", "required": D(3), "per": "quarter"},
    "上级扣分×10": {"kind": "inherit_multiplier", "factor": D(10)},
    "每次加1，每月最多1，每年最多5": {
        "kind": "award_per_event", "each": D(1), "cap_per": {"month": D(1), "year": D(5)},
    },
    "满4次加2、以后每次加1": {"kind": "award_per_event", "required": D(4), "first": D(2), "each": D(1)},
    "按级别加：中央8、省6、市4，同一事项取最高": {
        "kind": "bonus_by_level",
        "levels": {"中央": D(8), "省": D(6), "市": D(4)},
        "merge": {"by": "matter", "keep": "highest"},
    },
    "逐点得分：议题0.5、记录=有会议记录0.5": {
        "kind": "award_on_criterion",
        "criteria": [
            {"title": "议题", "points": D("0.5")},
            {"id": "记录", "title": "有会议记录", "points": D("0.5")},
        ],
    },
    "按完成率折算": {"kind": "proportional"},
    "数值×0.5": {"kind": "proportional", "factor": D("0.5")},
    "与最高者相比折算，全体一起比": {"kind": "proportional", "to_best": True, "among": "all"},
    "测评：好100、差40，投票人权重：leaders0.2、staff0.8，无效：弃权": {
        "kind": "vote_weighted",
        "scores": {"好": D(100), "差": D(40)},
        "voters": {"leaders": D("0.2"), "staff": D("0.8")},
        "invalid": "弃权",
    },
    "评委平均，去掉1个最高分，去掉1个最低分": {"kind": "judge_mean", "drop_highest": D(1), "drop_lowest": D(1)},
    "分档：≥90得5、≥80且<90得3、其余得0": {
        "kind": "tiered",
        "tiers": [{"from": D(90), "points": D(5)}, {"from": D(80), "below": D(90), "points": D(3)}, {"points": D(0)}],
    },
    "按等级分档：优秀得5、一般扣1": {
        "kind": "tiered", "by": "level",
        "tiers": [{"level": "优秀", "points": D(5)}, {"level": "一般", "loses": D(1)}],
    },
    "按差额分档（目标150）：≤20扣1、>20扣完": {
        "kind": "tiered", "by": "shortfall", "target": D(150),
        "tiers": [{"up_to": D(20), "loses": D(1)}, {"above": D(20), "loses": "all"}],
    },
    "低于90每低10扣1，不足一档按一档": {
        "kind": "rate_step", "base": D(90), "step": D(10), "below": D(1), "steps": "begun",
    },
    "以90为基准每差1低扣1、高加0.5": {
        "kind": "rate_step", "base": D(90), "step": D(1), "below": D(1), "above": D("0.5"),
    },
    "按名次：前1名加5、前3名加3，末1名扣2，小者在前": {
        "kind": "rank_based",
        "places": [{"up_to": D(1), "points": D(5)}, {"up_to": D(3), "points": D(3)}],
        "last": [{"up_to": D(1), "loses": D(2)}],
        "best": "lowest",
    },
    "酌情扣1—3": {"kind": "manual_range", "direction": "deduct", "least": D(1), "most": D(3)},
    "酌情加至多10": {"kind": "manual_range", "direction": "award", "most": D(10)},
    "人工评分0—20": {"kind": "manual_range", "direction": "mark", "least": D(0), "most": D(20)},
    "公式得分：min(a, 3)": {"kind": "derived_formula", "direction": "mark", "formula": "min(a, 3)"},
    "【a】「每季度，至少1次」每次扣1，仅计：省、市，依据：b、c，全年累计，仅当 members >= 7": {
        "kind": "deduct_per_occurrence", "id": "a", "title": "每季度，至少1次", "each": D(1), "only": ["省", "市"],
        "reads": ["b", "c"], "over": "year", "when": "members >= 7",
    },
    "每次扣1，按案件、department依次×1、0.5": {
        "kind": "deduct_per_occurrence", "each": D(1),
        "merge": {"by": ["案件", "department"], "keep": "in_turn", "factors": [D(1), D("0.5")]},
    },
}  # fmt: skip


@pytest.mark.parametrize(("text", "rule"), FORMS.items())
def test_a_short_form_is_read_and_written(text, rule):
    assert read_rule(text) == rule
    assert write_rule(rule) == text


def test_every_kind_has_a_short_form():
    assert {str(rule["kind"]) for rule in FORMS.values()} == set(KINDS)


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("每次扣 ０.５分 ; 最多扣２分。", "每次扣0.5，最多扣2"),
        ("每人次扣0.5分，扣完为止", "每次扣0.5"),
        ("每少一次扣0.5（每季度应1次）", "每缺1次扣0.5（每季应1次）"),
        ("按级别加分:中央8分、省:6分；同一事项就高不就低", "按级别加：中央8、省6，同一事项取最高"),
        ("低于90%的每低10%扣1分", "低于90每低10扣1"),
        ("酌情扣1～3分", "酌情扣1—3"),
        ("酌情扣1至3分", "酌情扣1—3"),
        ("逾期每天扣0.1", "逾期每日扣0.1"),
        ("{kind: deduct_if, points: 2}", "有则扣2"),
    ],
)
def test_other_ways_to_write_a_short_form(said, same):
    assert read_rule(said) == read_rule(same) is not None


@pytest.mark.parametrize(
    "text",
    [
        "", "每次", "扣2", "认真落实", "每次扣一些", "每次扣1，最多扣2，最多扣3", "每次扣1，免得麻烦", "有则扣2，免1次",
        "按级别加：中央、省", "分档：≥90", "同一事项取最高", "{kind: deduct_if, points: *x}", "{kind: deduct_if",
        "[1, 2]", "逐点得分：议题", "每次扣1" + "，最多扣2" * 500,
    ],
)  # fmt: skip
def test_what_is_no_short_form_is_not_guessed(text):
    assert read_rule(text) is None


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            {"kind": "deduct_by_level", "levels": {"Ⅱ级": D(1)}},
            '{kind: deduct_by_level, levels: {"Ⅱ级": 1}}',
        ),
        (
            {"kind": "deduct_if", "title": "两  格「」\n两行", "points": D(1)},
            '{kind: deduct_if, title: "两 \\u0020格「」\\n两行", points: 1}',
        ),
        (
            {"kind": "rate_step", "base": D(-5), "step": D(1), "below": D(1), "cap": {"by_group": {"甲": D(2)}}},
            "{kind: rate_step, base: -5, step: 1, below: 1, cap: {by_group: {甲: 2}}}",
        ),
        (
            {"kind": "deduct_if", "points": {"by_group": {"其他": D(1)}}},
            "{kind: deduct_if, points: {by_group: {其他: 1}}}",
        ),
    ],
)
def test_what_a_short_form_would_lose_is_written_out(rule, text):
    assert write_rule(rule) == text
    assert read_rule(text) == rule


def test_a_rule_of_a_scheme_has_its_short_form():
    rule = Rule("bonus_by_level", {"levels": {"省": D(6)}}, key="honours", merge=Merge(), cap=D(10))
    assert write_rule(RULE.write(rule)) == "【honours】按级别加：省6，最多加10，同一事项取最高"


def documented(heading):
    """What stands in backticks in a section of the page that explains the short forms."""
    page = (settings.BASE_DIR / "docs" / "scheme-workbook.md").read_text(encoding="utf-8")
    section = page.partition(f"## {heading}")[2].partition("\n## ")[0]
    return re.findall(r"`([^`]+)`", section)


def test_every_documented_form_is_read():
    forms = documented("计分规则的写法")
    clauses = [form for form in forms if not read_rule(form)]
    assert len(forms) - len(clauses) > 35
    assert [clause for clause in clauses if not read_rule(f"每次扣1，{clause}")] == []
