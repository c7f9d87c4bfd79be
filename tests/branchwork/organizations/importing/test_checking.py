from collections import Counter
from datetime import date

import pytest

from branchwork.organizations.importing import Known, KnownOrganization, check
from branchwork.organizations.models import Organization
from tests.branchwork.organizations.lists import HEAD, TODAY, checked, office_list

Kind = Organization.Kind
ROOT = ("1", "市直机关工委", None, "机关工委")


def known(**changes) -> Known:
    """A root and, below it, 财政局党支部 016 with 31 members, elected 2025-08-20, secretary 郑洁."""
    house = Known()
    nothing = {"peer_group": "", "members": None, "last_elected": None, "term_ends": None, "starts": None}
    root = {"pk": 1, "code": "000", "name": "市直机关工委", "short_name": "", "parent": None, "is_ended": False}
    root |= {"kind": Kind.WORKING_COMMITTEE, "may_edit": True} | nothing
    finance = root | {"pk": 2, "code": "016", "name": "财政局党支部", "short_name": "财政局", "parent": 1}
    finance |= {"kind": Kind.BRANCH, "peer_group": "综合经济", "members": 31, "secretary": "郑洁"}
    finance |= {"last_elected": date(2025, 8, 20), "term_ends": date(2028, 8, 20)}
    house.add(KnownOrganization(**root))
    house.add(KnownOrganization(**finance | changes))
    house.people = {"郑洁": {7: "财政局党支部 书记"}}
    return house


def problems(result) -> dict[str, str]:
    """Cell → text of each problem."""
    return {question.cell: question.text for question in result.asking.problems}


def test_the_office_list_is_understood_without_a_problem():
    result = check(office_list(), {}, Known(), TODAY)
    assert Counter(draft.kind for draft in result.new) == {
        Kind.BRANCH: 64,
        Kind.PARTY_COMMITTEE: 5,
        Kind.GENERAL_BRANCH: 3,
    }
    assert sum(draft.members or 0 for draft in result.drafts) == 1324
    assert sum(bool(draft.secretary) for draft in result.drafts) == 72
    assert sum(draft.is_acting for draft in result.drafts) == 8
    assert (result.roots, result.open, problems(result)) == (["市直机关工委"], [], {})
    assert [question.key for question in result.asking.doubts] == ["term", "parent:市直机关工委"]
    assert len(result.asking.same_names) == 30


def test_the_office_list_gets_codes_short_names_and_term_ends():
    drafts = {draft.name: draft for draft in check(office_list(), {}, Known(), TODAY).drafts}
    first, tax = drafts["纪委监委机关党支部"], drafts["税务局第一党支部"]
    assert (first.code, first.short_name, first.parent) == ("001", "纪委监委", "make:市直机关工委")
    assert (first.last_elected, first.term_ends) == (date(2025, 2, 20), date(2028, 2, 20))
    assert (tax.code, tax.short_name, tax.parent) == ("023", "税务局一支部", drafts["税务局机关党委"].ref)
    assert drafts["市直机关工委党支部"].is_acting


def test_term_column_read_as_term_end():
    result = checked((1, "财政局党支部", "市直机关工委", "党支部", "一", 9, "2028-08-20", "郑洁"), term="term-end")
    [draft] = result.drafts
    assert (draft.last_elected, draft.term_ends) == (None, date(2028, 8, 20))


def test_committees_are_elected_for_five_years_branches_for_three():
    rows = [
        (n, name, "工委", kind, None, None, "2024-02-29")
        for n, (name, kind) in enumerate({"甲党委": "机关党委", "乙总支": "党总支", "丙支部": "党支部"}.items(), 1)
    ]
    ends = [draft.term_ends for draft in checked(*rows).drafts]
    assert ends == [date(2029, 2, 28), date(2027, 2, 28), date(2027, 2, 28)]


def test_a_header_that_says_what_it_means_is_not_asked_about():
    head = ("党组织名称", "上级党组织", "类别", "届满时间", "最近换届时间")
    result = checked(("甲党支部", "工委", "党支部", "2027-01-01", "2024-01-02"), head=head)
    assert [question.key for question in result.asking.doubts] == ["parent:工委"]
    assert (result.drafts[0].last_elected, result.drafts[0].term_ends) == (date(2024, 1, 2), date(2027, 1, 1))


def test_an_election_still_to_come_is_asked_about():
    row = (1, "甲党支部", "工委", "党支部", "一", 9, "2027-05-20", "郑洁")
    assert problems(checked(row)) == {"G2": "2027-05-20"}
    [draft] = checked(row, **{"future:G2": "term-end"}).drafts
    assert (draft.last_elected, draft.term_ends) == (None, date(2027, 5, 20))


def test_every_problem_is_listed_at_once_with_its_cell():
    result = checked(
        (1, "甲党支部", "工委", "第三种人", "一", 9, "2025-01-01", "甲"),
        (2, "乙党支部", "工委", "党支部", "一", "若干", "去年", "乙"),
        (3, "甲党支部", "工委", "党支部", "一", 9, "2025-01-01", "丙"),
        (4, None, "工委", "党支部", "一", 9, "2025-01-01", "丁"),
        (5, "戊党支部", "乙党支部", "党支部", "一", 9, "2025-01-01", "戊"),
        (6, "己党支部", None, "党支部", "一", 9, "2025-01-01", "己"),
    )
    assert problems(result) == {
        "D2": "第三种人",
        "F3": "若干",
        "G3": "去年",
        "B4": "甲党支部",
        "B5": "",
        "C6": "乙党支部",
        "C7": "",
    }
    assert len(result.open) == 7


def test_answers_settle_their_problems():
    rows = [
        (1, "甲党支部", "工委", "第三种人", "一", "若干", "去年", "甲"),
        (2, "甲党支部", "工委", "党支部", "一", 9, "2025-01-01", "乙"),
    ]
    answers = {"kind:第三种人": "joint_branch", "F2": "=12", "G2": "blank", "twice:B3": "drop:3"}
    result = checked(*rows, **answers)
    assert (result.open, len(result.drafts)) == ([], 1)
    [draft] = result.drafts
    assert (draft.kind, draft.members, draft.last_elected) == ("joint_branch", 12, None)


def test_dropping_the_earlier_of_two_rows_keeps_the_later():
    rows = [(1, "甲党支部", "工委", "党支部", "一", 1), (2, "甲党支部", "工委", "党支部", "一", 2)]
    assert [draft.members for draft in checked(*rows, **{"twice:B3": "drop:2"}).drafts] == [2]


def test_a_missing_kind_follows_from_the_name_or_is_asked():
    result = checked((1, "甲联合党支部", "工委", None), (2, "乙机关党委", "工委", None), (3, "丙小组", "工委", None))
    assert [draft.kind for draft in result.drafts] == ["joint_branch", "party_committee", ""]
    assert problems(result) == {"D4": ""}


def test_an_unknown_parent_in_a_house_with_organizations_is_asked_not_guessed():
    row = (1, "甲党支部", "市直工委", "党支部")
    result = checked(row, known=known())
    assert problems(result) == {"C2": "市直工委"}
    [question] = result.asking.problems
    assert [(choice.value, choice.label) for choice in question.choices] == [("pk:1", "市直机关工委")]
    assert checked(row, known=known(), **{"parent:市直工委": "pk:1"}).drafts[0].parent == "pk:1"


def test_two_missing_parents_are_both_asked():
    result = checked((1, "甲党支部", "工委", "党支部"), (2, "乙党支部", "街道", "党支部"))
    assert problems(result) == {"C2": "工委", "C3": "街道"}


def test_upper_organizations_that_go_round_are_asked():
    result = checked((1, "甲党委", "乙党委", "党委"), (2, "乙党委", "甲党委", "党委"), (3, "丙", "丙", "党总支"))
    # Once the first of a circle stands elsewhere the others are in order.
    assert problems(result) == {"C2": "乙党委", "C4": "丙"}
    assert [draft.parent for draft in result.drafts] == [None, "row:2", None]


def test_a_circle_is_not_settled_by_standing_below_oneself():
    rows = [(1, "甲党委", "乙党委", "党委"), (2, "乙党委", "甲党委", "党委"), (3, "丙党委", "乙党委", "党委")]
    [question] = checked(*rows).asking.problems
    assert (question.key, question.choices) == ("circle:row:2", ())
    assert checked(*rows, **{"circle:row:2": "row:3"}).open != []


def test_a_blank_parent_answered_with_something_below_is_asked_again():
    rows = [(1, "甲党委", None, "党委"), (2, "乙党委", "甲党委", "党委"), (3, "丙党委", "工委", "党委")]
    result = checked(*rows, **{"parent:C2": "row:3", "parent:工委": "make:工委"})
    assert [question.key for question in result.open] == ["circle:row:2"]
    assert [choice.value for choice in result.open[0].choices] == ["row:4"]


def test_a_working_committee_without_a_parent_is_the_root_of_an_empty_house():
    result = checked(ROOT, (2, "甲党支部", "市直机关工委", "党支部"))
    assert (result.open, result.roots) == ([], [])
    assert [draft.parent for draft in result.drafts] == ["", "row:2"]


def test_an_organization_of_the_same_name_is_changed_not_doubled():
    row = (99, "财政局党支部", "市直机关工委", "党支部", "综合经济", 33, "2025-08-20", "郑洁(代)")
    [draft] = checked(row, known=known()).drafts
    assert [(change.key, change.before, change.after) for change in draft.changes] == [
        ("members", 31, 33),
        ("acting", ("郑洁", False), ("郑洁", True)),
    ]


def test_a_number_is_no_code_and_matches_nothing():
    [draft] = checked((16, "审计局党支部", "市直机关工委", "党支部"), known=known()).drafts
    assert (draft.is_new, draft.code) == (True, "017")


def test_a_code_matches_before_the_name():
    head = ("编码", "党组织名称", "上级党组织", "类别")
    [draft] = checked(("016", "财政局机关党支部", "市直机关工委", "党支部"), head=head, known=known()).drafts
    assert [(change.key, change.after) for change in draft.changes] == [("name", "财政局机关党支部")]


def test_blank_cells_never_erase():
    [draft] = checked((1, "财政局党支部"), known=known()).drafts
    assert draft.changes == []


def test_the_same_file_again_changes_nothing():
    row = (1, "财政局党支部", "市直机关工委", "党支部", "综合经济", 31, "2025-08-20", "郑洁")
    assert checked(row, known=known()).does_nothing


def test_a_term_end_set_by_hand_survives_the_same_election():
    row = (1, "财政局党支部", "市直机关工委", "党支部", "综合经济", 31, "2025-08-20", "郑洁")
    assert checked(row, known=known(term_ends=date(2028, 6, 1))).does_nothing


@pytest.mark.parametrize("closed", [{"is_ended": True}, {"may_edit": False}])
def test_an_organization_that_may_not_be_touched_is_asked_about(closed):
    head = ("编码", "党组织名称", "上级党组织", "类别", "党员人数")
    result = checked(("016", "财政局党支部", "市直机关工委", "党支部", 40), head=head, known=known(**closed))
    assert (problems(result), result.drafts) == ({"B2": "财政局党支部"}, [])


def test_a_new_secretary_is_dated_and_namesakes_are_offered():
    row = (1, "财政局党支部", "市直机关工委", "党支部", "综合经济", 31, "2025-08-20", "郭勇")
    other = (2, "档案馆党支部", "市直机关工委", "党支部", "综合经济", 6, "2025-08-20", "郑洁")
    result = checked(row, other, known=known())
    assert [question.key for question in result.asking.doubts] == ["term", "secretary_from"]
    [same] = result.asking.same_names
    assert (same.text, [choice.value for choice in same.choices]) == ("郑洁", ["person:7", "row:3"])
    assert result.open == []


def test_another_reading_of_a_column():
    head = ("党组织名称", "上级党组织", "类别", "人员规模")
    row = ("甲党支部", "工委", "党支部", 12)
    assert checked(row, head=head).drafts[0].members is None
    assert checked(row, head=head, **{"column:D": "members"}).drafts[0].members == 12


def test_no_more_than_a_hundred_open_problems_are_asked_at_once():
    rows = [(n, f"第{n}个党支部", "工委", "党支部", None, "若干") for n in range(1, 301)]
    result = checked(*rows)
    assert len(result.asking.problems) == 100
    settled = {question.key: "blank" for question in result.asking.problems}
    assert len(checked(*rows, **settled).open) == 100


def test_head_of_the_real_list_is_the_one_tests_use():
    assert tuple(column.header for column in office_list().columns) == HEAD
