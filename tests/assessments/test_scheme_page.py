"""A rule book in words: everything that bounds, combines, excuses and vetoes is said."""

from django.utils import translation

from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_page import amount_words, scheme_page
from assessments.scheme_uploads import presets

BOOK = """\
scheme: 全套
total: 100
total_cap: 110
total_floor: 0
bonus_cap: 10
rescale: true
graded_by: award
periods: {score: quarter, combine: weighted, weights: [0.2, 0.2, 0.3, 0.3]}
components:
  - {id: self, title: 自评, weight: 0.4}
  - {id: vote, title: 测评, points: 24, out_of: 100}
categories:
  - id: base
    title: 基础
    points: {by_group: {部门: 60, 村居: 80}, otherwise: 70}
    component: self
    out_of: 120
    pass_at: 50
    merge: {by: [matter], keep: in_turn}
    when: members >= 3
    indicators:
      - id: meetings
        title: 会议
        points: 20
        cap: none
        floor: -5
        cadence: month
        exempt_when: members < 7
        standard: 每少一次扣5分。
        method: 查记录
        assessor: 组织部
        rules: {kind: deduct_per_occurrence, title: 每少一次扣5分。, each: 5, reads: absent}
      - id: class
        title: 党课
        points: 10
        scoring_points:
          - {id: plan, title: 计划, points: 4, rules: {kind: all_or_nothing}}
          - {id: held, title: 举办, points: 6, rules: {kind: proportional, title: 按比例}}
  - id: extra
    title: 加分
    role: bonus
    cap: 10
    counts_for: [award]
    indicators:
      - {id: honours, title: 表彰, rules: {kind: award_per_event, each: 2}}
grades:
  - {name: 好, at_least: 90, requires: passed == passable}
  - {name: 一般, at_least: 0}
  - {name: 不定, requires: has(absence)}
vetoes:
  - {id: case, title: 违纪, effect: lower, steps: 2, reads: [case]}
  - {id: fraud, title: 造假, effect: zero, when: count(fraud) > 0, scope: combined}
quotas:
  - {grades: [好], at_least: "1", at_most: 30%, per: all}
figures:
  - {id: money, title: 奖金, formula: rate * 10}
"""


def page():
    scheme, problems = read_scheme(BOOK, "全套.yaml")
    assert problems == []
    return scheme_page(scheme)


def test_what_stands_beside_the_lines():
    shown = page()
    assert shown.totals == [
        "满分 100", "总分最多 110", "总分不低于 0", "加分合计最多 10", "豁免的分按比例补足", "按评优总分定等次",
    ]  # fmt: skip
    assert shown.periods == ["按季度计分", "各期加权", "权重 0.2、0.2、0.3、0.3"]
    assert shown.components == ["自评：× 0.4", "测评：24 分，由满分 100 折算"]
    assert shown.grades == [("好", "90 起、须各类都达标"), ("一般", "0 起"), ("不定", "须有“absence”的情况")]
    assert shown.vetoes == [("违纪", "降 2 等"), ("造假", "总分记零 · 仅当有造假 · 只看年度计分卡")]
    assert shown.quotas == ["好：不超过 30%、不少于 1、按全体计、不足1个的舍去"]
    assert shown.figures == [("奖金", "rate * 10")]


def test_the_lines_with_their_bounds():
    base, extra = page().categories
    assert (base.points, extra.points) == ("部门 60、村居 80、其他 70", "")
    assert base.notes == ["自评", "由 120 折算", "50 分达标", "同一事项逐次递减", "仅当党员数不低于 3"]
    assert extra.notes == ["加分", "最多 10", "只计入评优"]
    meetings, lesson = base.rows
    assert meetings.notes == ["可以超过本项分值", "不低于 -5", "按月计分", "豁免：党员数低于 7"]
    assert [(rule.title, rule.form) for rule in meetings.parts[0].rules] == [("", "每次扣5")]
    assert [(part.title, part.points, [rule.form for rule in part.rules]) for part in lesson.parts] == [
        ("计划", "4", ["有则不得分"]),
        ("举办", "6", ["按完成率折算"]),
    ]


def test_every_preset_is_shown_in_both_languages():
    assert len(presets()) == 6
    for preset in presets():
        scheme, _problems = read_scheme(preset.document, preset.key)
        for language in ("zh-hans", "en"):
            with translation.override(language):
                shown = scheme_page(scheme)
        assert sum(len(category.rows) for category in shown.categories) == len(list(scheme.indicators()))
        assert preset.about


def test_no_amount_is_no_word():
    assert amount_words(None) == ""
