"""A rule book written as a workbook is read as the same rule book."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_workbooks import read_workbook_scheme, write_workbook_scheme
from assessments.scheme_workbooks.flow import write_flow
from assessments.scoring.kinds import KINDS
from branchwork.xlsx import read_workbook
from tests.assessments.scheme_files.parts import schemes
from tests.assessments.scheme_workbooks.test_short_form import FORMS

NOW = datetime(2026, 3, 31, tzinfo=UTC)
FLOWS = [write_flow({name: value for name, value in rule.items() if name != "id"}) for rule in FORMS.values()]
BOOKS = sorted(Path(__file__).parents[2].glob("rulebooks/??.yaml"))

WHOLE = """
scheme: "2026  年办法\\n第二行"
id: s-1
total: 100.50
total_cap: 120
total_floor: -5
bonus_cap: 10
rescale: true
graded_by: rate
rounding: line
subjects: persons
exempt: full
no_data: zero
late_share: 0.5
not_applicable: full
min_place_group: 4
components:
  - {id: self, title: 自评, weight: 0.3}
  - {title: 合计, points: 24, out_of: 100}
  - {title: 只有名称}
periods: {score: quarter, combine: weighted, into: half, weights: [0.2, 0.8]}
categories:
  - id: a
    title: 组织（60分）
    points: {by_group: {部门: 12, 村居: 24}, otherwise: 1}
    component: self
    out_of: best
    cap: points
    floor: none
    merge: {by: [matter, department], keep: in_turn, factors: [1, 0.5, 0]}
    when: group == "部门"
    pass_at: 5
    cadence: year
    combine: sum
    counts_for: [award]
    indicators:
      - id: x
        title: 合计
        points: 10
        standard: "① 一\\n② 二"
        method: 查  阅
        assessor: 无
        rules: [{kind: deduct_if, points: all}, {kind: deduct_if, id: q, points: {by_group: {其他: 1}}}]
      - id: y
        title: 合计
        points: 0.123456789012
        standard: 没有规则
      - title: 合计
        points: {by_group: {其他: 1, 甲: 2}, otherwise: 3}
        start: zero
        cap: 5
        floor: {by_group: {甲: -2}}
        merge: {}
        when: kind == "x"
        exempt_when: a > 1
        exempt: group_mean
        no_data: full
        cadence: month
        combine: lowest
        standard: —
        rules:
          - {kind: deduct_if, title: "两  格「」", points: 1}
          - {kind: deduct_if, title: "第一行\\n第二行", points: 1}
  - id: b
    title: 组织（60分）
    role: bonus
    indicators:
      - title: 总分
        scoring_points:
          - {title: 甲, points: 2, rules: [{kind: all_or_nothing}]}
          - id: k
            title: 甲
            rules: [{kind: deduct_if, points: 1, title: 一}, {kind: deduct_if, points: 1}]
            start: full
            cap: none
            floor: -3
      - title: "注：无"
        rules: [{kind: manual_range, direction: award, most: 10, title: 甲}]
      - {id: z1, title: 重名, points: 2, rules: {kind: rate_step, base: -5, step: 1, below: 1, above: 2, steps: whole}}
      - id: z2
        title: 重名
        points: 2
        rules:
          - {kind: derived_formula, formula: 'min(a, 3) if group == "甲，仅当 x" else 0', when: 'b > 1'}
          - {kind: deduct_by_level, levels: {"Ⅱ级": 1, "第1": 2}}
          - {kind: assignment_share, title: "①甲"}
grades:
  - {name: 合计, at_least: 90, requires: passed == passable}
  - {name: 差}
vetoes:
  - {id: v1, title: 违纪, effect: force, grade: 差, reads: [v1, v2]}
  - {title: 注：降等, effect: lower, steps: 2, when: 'last_year.place > 3'}
  - {title: 归零, effect: zero}
quotas:
  - {grades: [合计, 差], at_most: 30%, at_least: 1, exactly: 5, rounding: half_up, per: all}
  - {grades: 差, exactly: 10%}
figures:
  - {title: 系数, formula: 'round(total_for_grade, 2)'}
"""


def parsed(text):
    scheme, problems = read_scheme(text, "a.yaml")
    assert problems == []
    return scheme


def again(scheme):
    reading = read_workbook_scheme(write_workbook_scheme(scheme, created_at=NOW), "a.xlsx", {})
    assert (reading.questions, reading.problems) == ((), ())
    return reading.scheme


def test_every_key_of_a_scheme_survives():
    scheme = parsed(WHOLE)
    assert again(scheme) == scheme


def test_every_kind_of_rule_survives():
    rules = "\n".join(f"      - {{title: 指标{number}, rules: [{rule}]}}" for number, rule in enumerate(FLOWS))
    scheme = parsed(f"scheme: 办法\ncategories:\n  - title: 类\n    indicators:\n{rules}")
    assert {rule.kind for _category, indicator in scheme.indicators() for rule in indicator.rules} == set(KINDS)
    assert again(scheme) == scheme


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_published_rule_book_survives(path):
    scheme = parsed(path.read_text(encoding="utf-8"))
    assert again(scheme) == scheme


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(schemes())
def test_every_scheme_survives(scheme):
    assert again(scheme) == scheme


def test_the_main_sheet_is_the_table_offices_print():
    [sheet] = [
        sheet
        for sheet in read_workbook(write_workbook_scheme(parsed(SMALL), created_at=NOW))
        if sheet.title == "考核细则"
    ]
    assert sheet.rows == [
        ["2026年党支部考核办法", None, None, None, None],
        ["类目", "指标", "分值", "评分标准", "计分规则"],
        ["组织生活", "党员大会", 20, "①每季度至少1次，每少1次扣5分", "每缺1次扣5（应1次）"],
        [None, "学习", 40.5, "①无故缺席\n②无计划", "【absent】每次扣0.5，最多扣10\n【no_plan】有则扣2"],
        ["履职", "重点工作", 40, None, "按完成率折算"],
    ]
    assert (3, 1, 4, 1) in sheet.merged


SMALL = """
scheme: 2026年党支部考核办法
categories:
  - title: 组织生活
    indicators:
      - title: 党员大会
        points: 20
        rules: {kind: deduct_shortfall_count, title: 每季度至少1次，每少1次扣5分, required: 1, each: 5}
      - title: 学习
        points: 40.5
        rules:
          - {kind: deduct_per_occurrence, id: absent, title: 无故缺席, each: 0.5, floor: -10}
          - {kind: deduct_if, id: no_plan, title: 无计划, points: 2}
  - title: 履职
    indicators:
      - {title: 重点工作, points: 40, rules: {kind: proportional}}
"""
