"""Rules that measure traces instead of work are found."""

import pytest

from assessments.scoring.lint import Finding

from .builders import book, found_in, lint_of, rule_book


@pytest.mark.parametrize(
    ("title", "code", "word"),
    [
        ("每缺1张活动照片扣1分", "photos", "照片"),
        ("公众号文章点赞每次加0.1分", "likes", "点赞"),
        ("每日登录平台得1分", "logins", "登录"),
        ("会议签到不全扣1分", "logins", "签到"),
        ("全年学习不少于40学时", "minutes", "学时"),
        ("平台积分每低100分扣1分", "minutes", "积分"),
        ("每报送1篇加0.5分", "articles", "1篇"),
        ("工作简报每期加0.2分", "articles", "简报"),
        ("工作留痕不全扣2分", "traces", "留痕"),
    ],
)
def test_traces_instead_of_work(title, code, word):
    (finding,) = lint_of(rule_book(f"{{kind: deduct_if, points: 1, title: {title}}}"))
    assert finding == Finding(
        "categories[1].indicators[1]", f"formalism_{code}", {"title": "指标", "word": word}, is_error=False
    )


@pytest.mark.parametrize("title", ["党员积分管理到位", "特约评论员授课", "民主评议党员", "首篇之外的开篇布局"])
def test_words_that_mean_something_else(title):
    assert lint_of(rule_book(f"{{kind: deduct_if, points: 1, title: {title}}}")) == []


@pytest.mark.parametrize("title", ["稿件失实每次扣1分", "教育培训学时达标率低于90%扣1分"])
def test_faults_and_shares_are_no_counts_of_papers(title):
    assert lint_of(rule_book(f"{{kind: deduct_per_occurrence, each: 1, title: {title}}}")) == []


def test_standard_and_method_are_read_too():
    text = "- {title: 甲, standard: 以截图为准, method: 查看台账, rules: {kind: deduct_if, points: 1, title: 乙}}"
    assert [finding.code for finding in lint_of(book(text))] == ["formalism_photos", "formalism_traces"]


def test_a_category_judged_on_paper_alone():
    text = """
    - {title: 甲, rules: {kind: deduct_if, points: 1, title: 无会议记录扣1分}}
    - {title: 乙, rules: {kind: deduct_if, points: 1, title: 无年度总结扣1分}}
    """
    assert found_in(book(text)) == [("categories[1]", "formalism_paper")]
    assert found_in(book(text.replace("无会议记录扣1分", "会议少1次扣1分"))) == []
