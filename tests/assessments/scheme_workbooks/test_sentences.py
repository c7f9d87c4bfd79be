"""Rules out of the sentences of published tables; what has more than one meaning stays a question."""

import pytest

from assessments.scheme_workbooks.sentences import read_standard
from assessments.scheme_workbooks.short_form import read_rule

READ = {
    "每季度至少召开1次支部党员大会，每少1次扣1分，扣完为止。": ["每缺1次扣1（每季应1次）"],
    "每月召开一次支委会，缺一次扣0.5分": ["每缺1次扣0.5（每月应1次）"],
    "未制定学习计划的，扣2分；无学习记录的扣1分。": ["有则扣2", "有则扣1"],
    "1.未按时上报材料，每次扣0.5分，最多扣2分；2.弄虚作假的，不得分。": ["逾期每次扣0.5，最多扣2", "有则不得分"],
    "①每次加1分，最高5分": ["每次加1，最多加5"],
    "获得国家级、省级、市级表彰的，分别加5分、3分、1分": ["按级别加：国家5、省3、市1"],
    "落实不力的，酌情扣1—3分": ["酌情扣1—3"],
    "没有完成，扣3至4分": ["酌情扣3—4"],
    "按完成率折算得分": ["按完成率折算"],
    "领导班子健全得2分，分工明确得1分": ["逐点得分：领导班子健全2", "逐点得分：分工明确1"],
    "每发现一处问题扣0.2分": ["每次扣0.2"],
    "每逾期一天扣0.1分": ["逾期每天扣0.1"],
    "承办一次现场会加5分": ["每次加5"],
    "一季3次，缺1次扣1分": ["每缺1次扣1（每季应3次）"],
    "每年4次，每少1次扣0.5分": ["每缺1次扣0.5（应4次）"],
    "支部党员大会每季度至少召开1次，每少1次扣0.5分": ["每缺1次扣0.5（每季应1次）"],
    "支委会每月至少1次，每少1次扣0.5分": ["每缺1次扣0.5（每月应1次）"],
    "党课至少4次，每少1次扣0.5分": ["每缺1次扣0.5（应4次）"],
    "出勤率不到90%的，每低10个百分点扣1分": ["低于90每低10扣1"],
    "没有签责任书，扣完6分": ["有则扣6"],
    "党费未足额缴纳，每人次扣0.1分": ["每次扣0.1"],
    "出勤率低于90%的，每低10个百分点扣1分": ["低于90每低10扣1"],
    "每个问题轻微的扣1分，一般的扣2分，严重的扣5分": ["按级别扣：轻微1、一般2、严重5"],
    "每个问题轻微的扣1分、一般的扣2分、严重的扣5分，最多扣10分": ["按级别扣：轻微1、一般2、严重5，最多扣10"],
    "未整改的扣3分；情节轻微的扣1分；情节严重的扣2分": ["有则扣3", "按级别扣：轻微1、严重2"],
    "国家级、省级、市级分别加5分、3分、1分": ["按级别加：国家5、省3、市1"],
    "国家级加5分，省级加3分，市级加1分": ["按级别加：国家5、省3、市1"],
    "受国家、省、市表彰的分别加5分、3分、1分，同一事项取最高分，累计不超过5分": [
        "按级别加：国家5、省3、市1，同一事项取最高，最多加5"
    ],
    "满意度90%以上得15分，80%-90%得10分，80%以下不得分": ["按数值分档：≥90得15、≥80得10、其余得0"],
    "80%以下得2分；80%（含）至90%得10分；达到90%的，得15分": ["按数值分档：≥90得15、≥80得10、其余得2"],
}


@pytest.mark.parametrize(("standard", "rules"), READ.items())
def test_a_sentence_is_read(standard, rules):
    found = read_standard(standard)
    assert [sentence.rule for sentence in found] == rules
    assert all(read_rule(sentence.rule) for sentence in found)


@pytest.mark.parametrize(
    "standard",
    [
        "每少1次扣1分",  # of how many?
        "工作不到位的扣分",  # how much?
        "每月组织一次主题党日，未组织的扣1分",  # once, or each month?
        "获得表彰的，分别加5分、3分",  # which levels?
        "受表彰，院1分、市2分、省3分",  # each level?
        "半年没有自检、年终没有总评，各扣3分",
        "每个联系点每年至少4次，每少1次扣0.5分",
        "有表决、表彰等任一项，得2分",
        "缺席扣1分迟到扣0.5分",
        "每次不足30分钟扣1分",
    ],
)
def test_a_doubtful_sentence_is_a_question(standard):
    assert [sentence.rule for sentence in read_standard(standard)] == [""]


@pytest.mark.parametrize(
    "standard",
    [
        "每个问题轻微的扣1分，一般的扣2分，轻微的扣3分",  # what is 轻微 worth?
        "每个问题轻微的扣1分，严重的加5分",
        "每个问题主动整改的扣1分，拒不整改的扣3分",
        "每个问题轻微的扣1分",  # and the others?
        "满意度90%以上得15分，80%以下不得分",  # and between?
        "满意度90%以上得15分，80%-90%得10分",  # and below?
        "满意度90%以上得15分，参与率90%以下不得分",  # which of the two?
        "满意度90%以上得15分，90%以下扣5分",
    ],
)
def test_steps_that_do_not_fit_are_questions(standard):
    assert {sentence.rule for sentence in read_standard(standard)} == {""}


def test_a_figure_is_nothing_that_happened():
    assert [sentence.rule for sentence in read_standard("满意度80%以下不得分")] == [""]


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        ("按级别扣：轻微1、一般2", {"kind": "deduct_by_level", "levels": {"轻微": 1, "一般": 2}}),
        ("按级别加：国家5、省3", {"kind": "bonus_by_level", "levels": {"国家": 5, "省": 3}}),
        (
            "按数值分档：≥90得15、其余得0",
            {"kind": "tiered", "by": "value", "tiers": [{"from": 90, "points": 15}, {"points": 0}]},
        ),
    ],
)
def test_steps_are_rules_of_their_kinds(form, rule):
    assert read_rule(form) == rule


def test_a_description_is_no_rule():
    assert read_standard("认真落实党建责任制，研究部署党建工作。") == []


def test_a_limit_that_contradicts_its_sentence_is_a_question():
    assert [sentence.rule for sentence in read_standard("每次扣1分，最多加5分")] == [""]


def test_a_sentence_keeps_its_words():
    assert read_standard("2.未换届的，扣2分，扣完为止。")[0].text == "未换届的，扣2分，扣完为止"
