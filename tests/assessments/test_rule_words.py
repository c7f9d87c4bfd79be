"""The sentences of rules that count, take and add, as the formulas tell them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest
from django.utils import translation

from assessments.rule_words import reason_text, taking
from assessments.rule_words.figures import points_text, rate_text
from assessments.scoring.cards import Reason
from assessments.scoring.formulas.awards import award_per_event
from assessments.scoring.formulas.criteria import award_on_criterion
from assessments.scoring.formulas.given_by_hand import inherit_multiplier, manual_range
from assessments.scoring.formulas.levels import bonus_by_level, deduct_by_level
from assessments.scoring.formulas.occurrences import all_or_nothing, deduct_if, deduct_per_occurrence, late_deduction
from assessments.scoring.formulas.shortfalls import deduct_shortfall_count
from tests.assessments.scoring.formulas.builders import event_of, given_of, rule_of, value_of

FORMULAS = {
    formula.__name__: formula
    for formula in (
        all_or_nothing, award_on_criterion, award_per_event, bonus_by_level, deduct_by_level, deduct_if,
        deduct_per_occurrence, deduct_shortfall_count, inherit_multiplier, late_deduction, manual_range,
    )
}  # fmt: skip
LEVELS = {"省": 6, "市": 4}
CRITERIA = ({"key": "a", "title": "议题", "points": "0.5"}, {"key": "b", "title": "落实", "points": 2})


def said(language, kind, parameters, facts, points=None, place=0):
    rule = replace(rule_of(kind, **parameters), title="无故缺席扣分。")
    reasons = FORMULAS[kind](rule, given_of(*facts, points=points)).reasons
    with translation.override(language):
        return reason_text(reasons[place])


SAID = [
    ("deduct_per_occurrence", {"each": "0.5", "free": 1}, [value_of(3)],
     "3 次，免扣 1 次，扣 2 × 0.50 = 1.00 分；少 1 次可少扣 0.50 分",
     "3 times, 1 of them free, 2 × 0.50 = 1.00 taken; 1 fewer would take 0.50 less"),
    ("deduct_per_occurrence", {"each": "0.125"}, [value_of(1)],
     "1 次，扣 1 × 0.125 = 0.13 分；少 1 次可少扣 0.13 分",
     "once, 1 × 0.125 = 0.13 taken; 1 fewer would take 0.13 less"),
    ("deduct_per_occurrence", {"each": 2, "free": 1}, [value_of(1)],
     "1 次，免扣 1 次，不扣分", "once, 1 of them free, nothing is taken"),
    ("deduct_per_occurrence", {"each": 2}, [], "没有发生", "did not happen"),
    ("deduct_if", {"points": 2}, [value_of(2)],
     "2 次，只计一次，-2.00；没有这一情形可少扣 2.00 分",
     "2 times, counted once: -2.00; without it 2.00 less would be taken"),
    ("deduct_if", {"points": 2}, [value_of(True)],
     "1 次，-2.00；没有这一情形可少扣 2.00 分", "once: -2.00; without it 2.00 less would be taken"),
    ("deduct_if", {"points": 2}, [value_of(False)], "没有发生", "did not happen"),
    ("all_or_nothing", {}, [value_of(True)],
     "1 次，全部不得分；没有这一情形可少扣 8.00 分", "once: all points are lost; without it 8.00 less would be taken"),
    ("deduct_by_level", {"levels": LEVELS}, [event_of(level="省", quantity=2), event_of(level="市")],
     "省×2、市，扣 2×6 + 4 = 16.00；没有这一情形可少扣 8.00 分",
     "省×2, 市, takes 2×6 + 4 = 16.00; without it 8.00 less would be taken"),
    ("deduct_by_level", {"levels": LEVELS}, [], "没有发生", "did not happen"),
    ("bonus_by_level", {"levels": LEVELS}, [value_of("市")], "市，加 4.00", "市, adds 4.00"),
    ("bonus_by_level", {"levels": LEVELS}, [event_of(level="省"), event_of(level="市")],
     "省、市，加 6 + 4 = 10.00", "省, 市, adds 6 + 4 = 10.00"),
    ("late_deduction", {"each": "0.1"}, [value_of(3)],
     "逾期 3 次，扣 3 × 0.10 = 0.30 分；按时办可少扣 0.30 分",
     "late 3 times, 3 × 0.10 = 0.30 taken; in time 0.30 less would be taken"),
    ("late_deduction", {"once": 2}, [value_of(1)],
     "逾期 1 次，-2.00；按时办可少扣 2.00 分", "late once: -2.00; in time 2.00 less would be taken"),
    ("late_deduction", {"once": 2}, [value_of(2)],
     "逾期 2 次，只计一次，-2.00；按时办可少扣 2.00 分",
     "late 2 times, counted once: -2.00; in time 2.00 less would be taken"),
    ("late_deduction", {"per_day": "0.5"}, [event_of("2026-09-03", due="2026-08-31")],
     "逾期 1 次，共 3 天，扣 3 × 0.50 = 1.50 分；按时办可少扣 1.50 分",
     "late once, 3 days: 3 × 0.50 = 1.50 taken; in time 1.50 less would be taken"),
    ("late_deduction", {"each": 1}, [event_of("2026-08-31", due="2026-08-31")], "没有逾期", "nothing was late"),
    ("deduct_shortfall_count", {"required": 3, "each": 1}, [value_of(1)],
     "应 3 次，实 1 次，少 2 次，扣 2 × 1.00 = 2.00 分；再办 2 次可得回 2.00 分",
     "3 required, 1 done, 2 missing, 2 × 1.00 = 2.00 taken; 2 more would bring back 2.00"),
    ("deduct_shortfall_count", {"required": 1, "per": "quarter"}, [event_of("2026-02-01"), event_of("2026-05-01")],
     "每季度应 1 次，实 2 次，少 2 次（第三季度、第四季度），-4.00；再办 2 次可得回 4.00 分",
     "1 required each quarter, 2 done, 2 missing (Third quarter, Fourth quarter), -4.00; "
     "2 more would bring back 4.00"),
    ("deduct_shortfall_count", {"required": 2, "each": "all"}, [value_of(1)],
     "应 2 次，实 1 次，少 1 次，全部不得分；再办 1 次可得回 8.00 分",
     "2 required, 1 done, 1 missing, all points are lost; 1 more would bring back 8.00"),
    ("deduct_shortfall_count", {"required": 2, "each": 1}, [value_of(1), event_of(excused="换届")],
     "应 2 次，实 1 次，免 1 次", "2 required, 1 done, 1 excused"),
    ("inherit_multiplier", {"factor": 10}, [value_of(Decimal("0.35"))],
     "上级扣 0.35，× 10，扣 3.50 分；没有这一情形可少扣 3.50 分",
     "0.35 taken there, × 10 = 3.50 taken here; without it 3.50 less would be taken"),
    ("inherit_multiplier", {"factor": 10}, [], "上级没有扣分", "nothing was taken there"),
    ("award_per_event", {"each": 5}, [value_of(2)],
     "2 次，2 × 5.00 = 10.00；再有 1 次可加 5.00 分", "2 times, 2 × 5.00 = 10.00; 1 more would add 5.00"),
    ("award_per_event", {"each": 1, "first": 2, "required": 4}, [value_of(6)],
     "6 次，达到 4 次，2.00 + 2 × 1.00 = 4.00；再有 1 次可加 1.00 分",
     "6 times, 4 reached: 2.00 + 2 × 1.00 = 4.00; 1 more would add 1.00"),
    ("award_per_event", {"each": 1, "first": 2, "required": 4}, [value_of(4)],
     "4 次，达到 4 次，2.00；再有 1 次可加 1.00 分", "4 times, 4 reached: 2.00; 1 more would add 1.00"),
    ("award_per_event", {"each": 1, "first": 2, "required": 4}, [value_of(1)],
     "1 次，不足 4 次，不加分；再有 3 次可加 2.00 分",
     "once, fewer than 4: nothing is added; 3 more would add 2.00"),
    ("manual_range", {"direction": "deduct"}, [event_of(points=2, note="制度不健全")],
     "酌情扣 2.00 分（制度不健全）；没有这一情形可少扣 2.00 分",
     "2.00 taken as judged (制度不健全); without it 2.00 less would be taken"),
    ("manual_range", {"direction": "deduct"}, [], "没有扣分", "nothing taken"),
    ("manual_range", {"direction": "award"}, [], "没有加分", "nothing added"),
    ("manual_range", {"direction": "award"}, [event_of(points=2)], "酌情加 2.00 分", "2.00 added as judged"),
    ("manual_range", {"direction": "mark"}, [event_of(points=7)],
     "评 7.00 分；离满分还差 1.00 分", "given 7.00; 1.00 short of full marks"),
    ("award_on_criterion", {"criteria": CRITERIA}, [value_of("a")],
     "符合 议题，得 0.50；不符合 落实；各项都符合可再得 2.00 分",
     "met: 议题, gives 0.50; not met: 落实; all met would give 2.00 more"),
    ("award_on_criterion", {"criteria": CRITERIA}, [value_of(True)],
     "符合 议题、落实，得 2.50", "met: 议题, 落实, gives 2.50"),
    ("award_on_criterion", {"criteria": CRITERIA}, [value_of(False)],
     "各项都不符合；各项都符合可再得 2.50 分", "no criterion met; all met would give 2.50 more"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "parameters", "facts", "chinese", "english"), SAID)
def test_reason_is_a_sentence_of_facts_arithmetic_and_what_would_change_it(kind, parameters, facts, chinese, english):
    assert said("zh-hans", kind, parameters, facts, points=8) == f"无故缺席扣分：{chinese}"
    assert said("en", kind, parameters, facts, points=8) == f"无故缺席扣分: {english}"


def test_every_kind_has_its_sentence():
    assert {kind for kind, *_rest in SAID} == FORMULAS.keys()
    assert {*FORMULAS, "excused", "reduced"} == taking.SENTENCES.keys()


@pytest.mark.parametrize(
    ("event", "place", "chinese", "english"),
    [
        (event_of("2026-07-10", excused="因公出差", approved_by="张书记"), 1,
         "7月10日，1 次不计（因公出差、张书记批准）", "10 Jul, once excused (因公出差, approved by 张书记)"),
        (event_of(quantity=2, excused="病假"), 1, "2 次不计（病假）", "2 times excused (病假)"),
        (event_of("2026-07-11", factor="0.5", note="自查并已整改", approved_by="张书记"), 1,
         "7月11日，1 次按 50% 计（自查并已整改、张书记批准）",
         "11 Jul, once counted at 50% (自查并已整改, approved by 张书记)"),
    ],
)  # fmt: skip
def test_excused_and_reduced_events_are_told_with_who_approved_it(event, place, chinese, english):
    told = ("deduct_per_occurrence", {"each": 1}, [event])
    assert said("zh-hans", *told, place=place) == f"无故缺席扣分：{chinese}"
    assert said("en", *told, place=place) == f"无故缺席扣分: {english}"


def test_a_line_with_all_its_points_needs_no_change():
    reason = award_per_event(rule_of("award_per_event", each=5), given_of(value_of(1))).reasons[0]
    assert reason_text(reason, with_change=False) == "Rule：1 次，1 × 5.00 = 5.00"


def test_reasons_of_assignments_speak_as_on_every_card():
    facts = {"slot": "2026-02", "due_on": date(2026, 2, 28), "points": 33, "earned": 0}
    assert reason_text(Reason("missed", MappingProxyType(facts))) == "2月28日到期，没有完成"


def test_points_have_two_places_and_rates_all_they_need():
    assert [points_text(text) for text in ("0.125", "-0.125", "-2", "3.333333333333")] == [
        "0.13",
        "-0.13",
        "-2.00",
        "3.33",
    ]
    assert [rate_text(text) for text in ("0.1", "0.125", "2")] == ["0.10", "0.125", "2.00"]


@pytest.mark.parametrize(
    ("code", "facts", "zh", "en"),
    [
        ("merged", {"matter": "案甲", "keep": "highest", "times": 2, "told": "-4", "counts": "-3"},
         "同一事项（案甲）2 次，合计 -4.00：取最高一次，计 -3.00",
         "The same matter (案甲) told 2 times, -4.00: the highest counts, -3.00"),
        ("merged", {"matter": "案甲", "keep": "in_turn", "times": 3, "told": "6", "counts": "3.5"},
         "同一事项（案甲）3 次，合计 6.00：依次递减，计 3.50",
         "The same matter (案甲) told 3 times, 6.00: less each time, 3.50"),
        ("capped", {"where": "bonus", "title": "", "before": "12", "after": "10"},
         "合计 12.00，超过加分合计上限，按 10.00 计", "12.00 is more than all bonuses allows: 10.00 counts"),
        ("floored", {"where": "indicator", "title": "甲", "before": "-2", "after": "0", "short": "2"},
         "合计 -2.00，低于本指标下限，按 0.00 计；要多得（少扣）2.00 分以上，得分才会提高",
         "-2.00 is less than this indicator allows: 0.00 counts; only more than 2.00 on top would raise it"),
        ("exempted", {"note": "新成立", "approved_by": "机关工委", "treatment": "full"},
         "豁免，按满分计（新成立、机关工委批准）", "Exempt, counted in full (新成立, approved by 机关工委)"),
        ("no_data", {"title": "出勤率"}, "没有数据：出勤率", "No data: 出勤率"),
        ("added", {"sum": "6 - 2 - 1", "points": "3"}, "6 - 2 - 1 = 3", "6 - 2 - 1 = 3"),
        ("added", {"sum": "58.97087976996 - 0.125", "points": "58.84587976996"},
         "58.97 - 0.125 = 58.85", "58.97 - 0.125 = 58.85"),
        ("combined", {"combine": "mean", "parts": "2026Q1 22.4; 2026Q2 -", "points": "11.2"},
         "各期平均：2026年第一季度 22.40、2026年第二季度 —，平均 11.20",
         "Mean of First quarter of 2026 22.40, Second quarter of 2026 — = 11.20"),
        ("combined", {"combine": "sum", "parts": ""}, "各期都没有数据", "No data in any period"),
        ("group_mean", {"points": "7.5", "of": 2}, "同类 2 个的平均分：7.50", "Mean of 2 in the peer group: 7.50"),
        ("converted", {"raw": "20", "out_of": "50", "full": "3", "points": "1.2"},
         "折算：20 ÷ 50 × 3 = 1.20", "Converted: 20 ÷ 50 × 3 = 1.20"),
        ("rescaled", {"base": "54", "full": "60", "nominal": "100"},
         "豁免部分折算补足：54.00 × 100 ÷ 60", "What is exempt is made up for: 54.00 × 100 ÷ 60"),
        ("counted_before", {"before": "2", "points": "2"},
         "本年以前各期已计 2.00，本期补计 2.00", "2.00 was counted in earlier periods of the year: 2.00 counts now"),
        ("figure", {"formula": "a * 2", "points": "14.444"}, "a * 2 = 14.44", "a * 2 = 14.44"),
    ],
)  # fmt: skip
def test_what_became_of_points_is_told(code, facts, zh, en):
    for language, expected in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert reason_text(Reason(code, facts)) == expected
