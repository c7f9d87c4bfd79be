"""Workbooks of a plan that is scored by a rule book."""

from datetime import date

import pytest

from ledgers.settling import settle
from tests.assessments.exports.conftest import made, opened, table
from tests.assessments.rule_book import attach, choose, do_all, hold_theme_days
from tests.assessments.year import close
from tests.ledgers.plan import make_entry

ANNUAL = ["年度总评", "指标得分", "完成情况矩阵", "台账明细", "台账完成情况", "计分说明"]
QUARTER = ["季度考核", "指标得分", "完成情况矩阵", "台账明细", "计分说明"]


@pytest.fixture
def scored(small_plan, office):
    choose(small_plan.plan)
    attach(small_plan.plan, "2026Q1")
    days = [date(2026, 1, 20), date(2026, 2, 11), date(2026, 3, 12)]
    hold_theme_days(small_plan, office.finance, office.wang, days)
    do_all(office.finance, office.wang, "2026Q1", skip=("独立或联合举办主题讲坛",))
    return small_plan


def found(sheet, name: str) -> list[tuple]:
    return [row for row in table(sheet, 1) if name in row]


def test_open_quarter_shows_points_and_neither_grade_nor_place(scored):
    book = opened(made(scored, "2026Q1", date(2026, 4, 10)))
    assert book.sheetnames == QUARTER
    (row,) = found(book["季度考核"], "财政局党支部")
    # Place, name, group, level; organizing, duty, bonus; both totals; grade, proposed, vetoes.
    assert row == (None, "财政局党支部", "综合经济", "党支部", 42.22, 36.5, 4, 82.72, 82.72, None, None, None)


def test_closed_quarter_shows_grades_reasons_and_the_rule_book(scored, office):
    close(scored.plan, "2026Q1", office.admin)
    workbook = made(scored, "2026Q1")
    assert made(scored, "2026Q1", date(2028, 1, 1)).data == workbook.data
    book = opened(workbook)
    (row,) = found(book["季度考核"], "财政局党支部")
    assert row[-5:-1] == (82.72, 82.72, "较好", "较好")
    (archive,) = found(book["季度考核"], "档案馆党支部")
    assert archive[-1] == "发生违纪违法案件：最高只能定为一般"
    line = next(row for row in found(book["指标得分"], "财政局党支部") if "纪律作风" in row)
    assert line[:5] == ("财政局党支部", "履职尽责", "纪律作风", 36.5, 40)
    assert "主题讲坛每缺1次扣2分" in line[5] and "无故缺席" in line[5]
    rules = [row for row in table(book["计分说明"], 1) if "主题党日" in row]
    assert rules[0][1:3] == ("主题党日", "20") and "每少1次扣5分" in rules[0][3]


def test_matrix_of_a_closed_quarter_does_not_know_what_was_made_up_since(scored, office):
    close(scored.plan, "2026Q1", office.admin)
    before = made(scored, "2026Q1")
    (forum,) = found(opened(before)["完成情况矩阵"], "独立或联合举办主题讲坛")
    assert forum[3:5] == (3, 0)
    row = scored.assignment(scored.forum, office.finance, "2026Q1")
    make_entry(office.finance, row, by=office.wang, happened_on=date(2026, 4, 20), posted_in="2026Q2")
    settle([row.pk])
    again = opened(made(scored, "2026Q1"))["完成情况矩阵"]
    assert found(again, "独立或联合举办主题讲坛") == [forum]


def test_annual_workbook_has_the_quarters_beside_the_year(scored, office):
    for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"):
        close(scored.plan, period, office.admin)
    book = opened(made(scored, "2026"))
    assert book.sheetnames == ANNUAL
    (row,) = found(book["年度总评"], "财政局党支部")
    assert row[4:8] == (82.72, 43, 43, 43)
    assert row[-5:-2] == (55.93, 55.93, "差")
    assert found(book["台账完成情况"], "开展主题党日")[0][-1].startswith("应办 36 项")
