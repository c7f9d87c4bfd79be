"""Tables as offices keep them: what is read of them, what is asked, and what is wrong in which cell."""

from decimal import Decimal as D

from assessments.scheme_workbooks import read_workbook_scheme
from branchwork.importing import open_questions
from tests.assessments.scheme_workbooks.builders import workbook

OFFICE = workbook(
    [
        ["附件1"],
        ["2026年度机关党支部考核细则"],
        ["序号", "考核项目", "考核内容", "分值", "评分标准", "责任科室"],
        [1, "一、组织建设\n（40分）", "按期换届", 10, "未按期换届的，扣5分；未请示的，扣2分，扣完为止。", "组织科"],
        [2, None, "三会一课", 30, "1.每季度召开1次支部党员大会，每少1次扣2分；2.无故缺席每人次扣0.5分。", "组织科"],
        [3, "二、作风建设", "作风", 10, "落实不力的扣1-3分", None],
        [None, None, None, None, "被通报批评的每次扣2分", None],
        [4, "三、加分项", "信息宣传", 5, "每篇加0.5分", "宣传科"],
        ["合计", None, None, 55, None, None],
        ["注：本细则由组织科解释"],
    ],
    merged=["A2:F2", "B4:B5", "C6:C7", "D6:D7"],
    sheets={"等次": [["等次", "最低分"], ["优秀", 90], ["合格", 60]], "样例": [["甲", "乙"], [1, 2]]},
)


def read(data, answers=None):
    return read_workbook_scheme(data, "细则.xlsx", answers or {})


def table(*rows, header=("类目", "指标", "分值", "评分标准")):
    return workbook([header, *rows])


def test_an_offices_table_is_read_whole():
    reading = read(OFFICE)
    assert reading.problems == ()
    scheme = reading.scheme
    assert (scheme.title, scheme.total) == ("2026年度机关党支部考核细则", 55)
    assert [(c.title, c.points, c.role) for c in scheme.categories] == [
        ("组织建设", 40, "base"),
        ("作风建设", None, "base"),
        ("加分项", None, "bonus"),
    ]
    assert [(i.title, i.points, i.assessor, [r.kind for r in i.rules]) for _c, i in scheme.indicators()] == [
        ("按期换届", 10, "组织科", ["deduct_if", "deduct_if"]),
        ("三会一课", 30, "组织科", ["deduct_shortfall_count", "deduct_per_occurrence"]),
        ("作风", 10, "", ["manual_range", "deduct_per_occurrence"]),
        ("信息宣传", None, "宣传科", ["award_per_event"]),
    ]
    assert [(grade.name, grade.at_least) for grade in scheme.grades] == [("优秀", 90), ("合格", 60)]


def test_words_of_the_table_are_kept():
    indicator = read(OFFICE).scheme.categories[1].indicators[0]
    assert indicator.standard == "落实不力的扣1-3分\n被通报批评的每次扣2分"
    assert [rule.title for rule in indicator.rules] == ["落实不力的扣1-3分", "被通报批评的每次扣2分"]


def test_what_is_understood_is_shown_with_its_cell():
    reading = read(OFFICE)
    assert [(q.key, q.cell, q.default) for q in reading.questions] == [
        ("B8-role", "B8", "bonus"),
        ("E4.1", "E4", "有则扣5"),
        ("E4.2", "E4", "有则扣2"),
        ("E5.1", "E5", "每缺1次扣2（每季应1次）"),
        ("E5.2", "E5", "每次扣0.5"),
        ("E6.1", "E6", "酌情扣1—3"),
        ("E7.1", "E7", "每次扣2"),
        ("E8.1", "E8", "每次加0.5"),
        ("A10-note", "A10", "skip"),
        ("sheet-1", "", "skip"),
    ]
    assert open_questions(reading.questions, {}) == []


def test_text_below_the_table_is_told_whole():
    rows = [["类目", "指标", "分值", "评分标准"], ["类", "会议", 5, "未开会扣5分"]]
    note = "注：发生违纪违法案件的，一票否决。90分以上为优秀。" + "以上各项由组织科负责解释。" * 30
    data = workbook([*rows, [note], ["80分以上为良好"]], merged=["A4:D4"])
    reading = read(data)
    assert [(q.key, q.cell, q.text) for q in reading.questions] == [
        ("D2.1", "D2", "未开会扣5分"),
        ("A3-note", "A3", note),
        ("A4-note", "A4", "80分以上为良好"),
    ]
    assert open_questions(reading.questions, {}) == []
    assert (reading.problems, reading.scheme.grades, reading.scheme.vetoes) == ((), (), ())


def test_another_answer_wins_over_what_was_understood():
    rules = read(OFFICE, {"E4.1": "每次扣5", "E4.2": "-"}).scheme.categories[0].indicators[0].rules
    assert [(rule.kind, dict(rule.parameters)) for rule in rules] == [("deduct_per_occurrence", {"each": 5})]


def test_points_of_a_bonus_are_what_it_reaches_at_most():
    indicator = read(OFFICE).scheme.categories[2].indicators[0]
    assert (indicator.points, indicator.cap) == (None, 5)


def test_a_bonus_may_be_an_ordinary_category():
    category = read(OFFICE, {"B8-role": "base"}).scheme.categories[2]
    assert (category.role, category.indicators[0].points, category.indicators[0].start) == ("base", 5, "zero")


def test_what_cannot_be_read_is_asked_and_left_out_until_answered():
    data = table(["类", "阵地", 10, "有固定场所，制度上墙"], ["类", "会议", 10, "每少1次扣1分"])
    reading = read(data)
    assert [(q.key, q.text) for q in open_questions(reading.questions, {})] == [
        ("D2", "有固定场所，制度上墙"),
        ("D3.1", "每少1次扣1分"),
    ]
    assert [indicator.rules for _c, indicator in reading.scheme.indicators()] == [(), ()]

    answers = {"D2": "人工评分", "D3.1": "=每缺1次扣1（应12次）"}
    reading = read(data, answers)
    assert open_questions(reading.questions, answers) == []
    assert [(i.rules[0].kind, dict(i.rules[0].parameters)) for _c, i in reading.scheme.indicators()] == [
        ("manual_range", {"direction": "mark"}),
        ("deduct_shortfall_count", {"required": 12, "each": 1}),
    ]


def test_an_answer_that_is_no_rule_is_a_problem():
    reading = read(table(["类", "会议", 10, "每少1次扣1分"]), {"D2.1": "=看着办"})
    assert reading.scheme is None
    assert [(problem.line, problem.path) for problem in reading.problems] == [(2, "Sheet1!D2")]
    assert "看着办" in reading.problems[0].message


def test_the_column_of_rules_wins_over_the_sentences():
    header = ("类目", "指标", "分值", "评分标准", "计分规则")
    data = table(["类", "会议", 10, "每少1次扣1分", "每缺1次扣1（应4次）\n酌情"], header=header)
    reading = read(data)
    assert [(q.key, q.text) for q in reading.questions] == [("E2.2", "酌情")]
    [rule] = reading.scheme.categories[0].indicators[0].rules
    assert (rule.kind, rule.parameters["required"]) == ("deduct_shortfall_count", 4)


def test_points_that_are_no_number_are_asked_for():
    data = table(["类", "宣传", "5分/项", "不合格的每次扣1分"])
    assert [q.key for q in open_questions(read(data).questions, {})] == ["C2-points"]
    assert read(data, {"C2-points": "=5"}).scheme.categories[0].indicators[0].points == 5
    assert read(data, {"C2-points": "none"}).scheme.categories[0].indicators[0].points is None
    assert read(data, {"C2-points": "=很多"}).problems[0].path == "Sheet1!C2"


def test_points_by_peer_group():
    points = read(table(["类", "宣传", "部门12、村居24", "未上报扣1分"])).scheme.categories[0].indicators[0].points
    assert (points.of("部门"), points.of("村居"), points.of("其他")) == (12, 24, None)


def test_three_levels_are_scoring_points():
    header = ("一级指标", "二级指标", "三级指标", "分值", "评分标准")
    data = table(["建设", "组织", "换届", 5, "未换届扣5分"], ["建设", "组织", "班子", 3, "不健全扣2分"], header=header)
    [indicator] = read(data).scheme.categories[0].indicators
    assert (indicator.title, indicator.points, indicator.rules) == ("组织", 8, ())
    assert [(point.title, point.points, point.rules[0].parameters) for point in indicator.scoring_points] == [
        ("换届", 5, {"points": D(5)}),
        ("班子", 3, {"points": D(2)}),
    ]


def test_a_scoring_point_that_is_being_asked_about_is_left_out():
    header = ("一级指标", "二级指标", "三级指标", "分值", "评分标准")
    data = table(["建设", "组织", "换届", 5, "未换届扣5分"], ["建设", "组织", "班子", 3, "团结有力"], header=header)
    reading = read(data)
    assert reading.problems == ()
    assert [q.key for q in open_questions(reading.questions, {})] == ["E3"]
    [indicator] = reading.scheme.categories[0].indicators
    assert [point.title for point in indicator.scoring_points] == ["换届"]


def test_a_table_of_one_level_is_one_category():
    scheme = read(workbook([["项目", "分值", "评分标准"], ["学习", 60, "未学习扣5分"]])).scheme
    assert [(c.title, [i.title for i in c.indicators]) for c in scheme.categories] == [("细则", ["学习"])]


def test_headings_across_the_table_are_categories():
    rows = [["指标", "分值", "评分标准"], ["一、学习", None, None], ["会议", 5, "未开会扣5分"]]
    data = workbook([*rows, ["二、作风", None, None], ["纪律", 5, "有违纪扣5分"]], merged=["A2:C2", "A4:C4"])
    assert [(c.title, [i.title for i in c.indicators]) for c in read(data).scheme.categories] == [
        ("学习", ["会议"]),
        ("作风", ["纪律"]),
    ]


def test_equal_titles_become_different_ids():
    data = table(["甲", "组织", 5, "未换届扣5分"], ["乙", "组织", 5, "未换届扣5分"], ["丙", "丙", 5, "未换届扣5分"])
    assert [(c.key, i.key, i.title) for c, i in read(data).scheme.indicators()] == [
        ("甲", "组织", "组织"),
        ("乙", "组织-2", "组织"),
        ("丙", "丙-2", "丙"),
    ]


def test_a_mistake_is_told_by_its_cell():
    sheets = {
        "等次": [["等次", "最低分"], ["优秀", "九十"]],
        "一票否决": [["情形", "后果", "等次"], ["违纪", "定为", "差"]],
    }
    data = workbook([("类目", "指标", "分值", "评分标准"), ["类", "会议", 5, "未开会扣5分"]], sheets=sheets)
    reading = read(data)
    assert reading.scheme is None
    assert sorted((problem.line, problem.path) for problem in reading.problems) == [
        (2, "一票否决!C2"),
        (2, "等次!B2"),
    ]


def test_a_name_used_twice_is_told_with_both_cells():
    sheets = {"等次": [["等次", "最低分"], ["优秀", 90], ["优秀", 80]]}
    data = workbook([("类目", "指标", "分值", "评分标准"), ["类", "会议", 5, "未开会扣5分"]], sheets=sheets)
    [problem] = read(data).problems
    assert problem.path == "等次!A3"
    assert "等次!A2" in problem.message


def test_a_table_without_rows_is_told():
    [problem] = read(table()).problems
    assert problem.path == "Sheet1"


def test_a_cell_cannot_smuggle_anything_into_the_scheme():
    header = ("类目", "指标", "分值", "计分规则", "其他设置")
    for text in ("cap: *x", "!!python/object:os.system x", "{cap: 5}, graded_by: rate", "cap: 5}\n{floor: 1"):
        reading = read(table(["类", "会议", 5, "有则扣5", text], header=header))
        assert reading.scheme is None
        assert [problem.path for problem in reading.problems] == ["Sheet1!E2"]


def test_an_unreadable_file_is_told_plainly():
    reading = read(b"PK\x03\x04 no workbook")
    assert reading.scheme is None
    assert len(reading.problems) == 1
    assert read(workbook([["甲", "乙"], [1, 2]])).scheme is None
