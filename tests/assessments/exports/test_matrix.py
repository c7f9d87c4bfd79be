from datetime import date
from types import MappingProxyType

import pytest

from assessments.exports.basis import Due
from assessments.exports.matrix import cell
from assessments.scoring import Reason
from tests.assessments.exports.conftest import areas, made, opened, table
from tests.assessments.year import close, done


def due(code: str) -> Due:
    return Due("1", date(2026, 3, 31), 100, 0, Reason(code, MappingProxyType({})))


@pytest.mark.parametrize(
    ("codes", "shown"),
    [
        (["on_time"], "√"),
        (["late", "on_time"], "√"),
        (["made_up", "on_time"], "√"),
        (["recorded_late", "on_time"], "补"),
        (["missed"], "▲"),
        (["missed", "on_time", "on_time"], "▲2/3"),
        (["make_up_open", "returned", "on_time"], "▲1/3"),
        (["returned", "waiting", "open"], "×0/3"),
        (["waiting", "open"], "◇0/2"),
        (["make_up_waiting", "on_time"], "◇1/2"),
        (["open", "on_time"], "○1/2"),
        (["not_accepted"], "▲"),
        (["exempt"], "—"),
        (["not_applicable", "exempt"], "—"),
        (["exempt", "on_time", "on_time"], "√"),
        (["exempt", "missed", "on_time"], "▲1/2"),
        (["missed", *["on_time"] * 11], "▲\n11/12"),
    ],
)
def test_cell_shows_the_worst_due_date_and_how_many_are_done(codes, shown):
    assert cell([due(code) for code in codes]) == shown


def test_matrix_of_the_year(office, lived):
    sheet = opened(made(lived, "2026"))["完成情况矩阵"]
    assert table(sheet, 3, 14) == [
        ("序号", "项目内容", "具体任务", "应办", "完成", "市直机关工委", "综合经济", None, None, None, "备注"),
        (None, None, None, None, None, None, "档案馆", "财政局", "税务局党委", "税务局一支部", None),
        (1, "组织生活", "开展主题党日", 36, 12, None, "√", "▲\n0/12", None, "▲\n0/12", None),
        (None, None, "党员集中学习", 35, 11, None, "√", "▲\n0/12", None, "▲\n0/12", None),
        (None, None, "举办主题讲坛", 16, 4, None, "√", "▲0/4", "▲0/4", "▲0/4", None),
        (2, "责任", "书记抓党建述职评议", 3, 0, None, "▲", "▲", None, "▲", None),
        (None, None, "报送年度总结", 4, 1, None, "√", "▲", "▲", "▲", None),
        *[(None, None, f"第{n}季度其他工作", 4, 1, None, "√", "▲", "▲", "▲", None) for n in (1, 2, 3, 4)],
        (None, None, "组织开展督查", 1, 0, "▲", None, None, None, None, "工委自办，不计入各党组织"),
    ]
    assert {"A5:A7", "B8:B14", "G3:J3", "F3:F4"} <= areas(sheet)
    assert (sheet["G4"].alignment.textRotation, sheet.freeze_panes) == (255, "D5")


def test_matrix_of_a_closed_quarter_stays_as_it_was_closed(office, lived):
    """The forum of 档案馆 was made up in October, the committee's own half-year after its quarter's closing."""
    assert table(opened(made(lived, "2026Q3"))["完成情况矩阵"], 7, 7) == [
        (None, None, "举办主题讲坛", 4, 0, "▲", "▲", "▲", "▲", None)
    ]


def test_committees_own_task_made_up_after_the_closing_is_undone_in_its_quarter(office, year):
    close(year.plan, "2026Q1", office.admin)
    close(year.plan, "2026Q2", office.admin)
    done(year.assignment("own", office.root, "1"), office.staff, date(2026, 7, 20), posted_in="2026Q3")
    assert table(opened(made(year, "2026Q2"))["完成情况矩阵"], 9, 9)[0][2:6] == ("组织开展督查", 1, 0, "▲")
    whole = opened(made(year, "2026", date(2026, 8, 1)))["完成情况矩阵"]
    assert table(whole, 15, 15)[0][2:6] == ("组织开展督查", 1, 1, "√")
