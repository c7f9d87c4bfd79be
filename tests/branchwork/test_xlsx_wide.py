"""Sheets of many narrow columns, and formulas that reach over rows."""

import io
from datetime import datetime
from decimal import Decimal

import openpyxl

from branchwork.xlsx import Column, Formula, SheetSpec, write_workbook

CLOSED_AT = datetime.fromisoformat("2027-01-16T09:05:00+08:00")


def opened(spec: SheetSpec):
    data = write_workbook([spec], created_at=CLOSED_AT, title="台账")
    return openpyxl.load_workbook(io.BytesIO(data)).active


def matrix(**more) -> SheetSpec:
    groups = {"a": "党群机关", "b": "党群机关", "c": "人大政协政府办"}
    upright = [Column(key, "档案馆党支部", 5, group=group, upright=True) for key, group in groups.items()]
    columns = [Column("no", "序号", 6, "integer"), Column("task", "具体任务", 20), *upright]
    rows = [{"no": 1, "task": "学习", "a": "√", "b": "▲1/2", "c": None}]
    return SheetSpec(**({"title": "矩阵", "columns": columns, "rows": rows, "heading": ["完成情况矩阵"]} | more))


def test_upright_label_is_stacked_with_room_for_every_character():
    sheet = opened(matrix())
    assert sheet["C3"].alignment.textRotation == 255
    assert sheet["A2"].alignment.textRotation == 0
    assert sheet.row_dimensions[3].height == 6 * 15 + 8


def test_group_label_narrower_than_its_words_gets_more_lines():
    sheet = opened(matrix())
    assert sheet["E2"].value == "人大政协政府办"
    assert sheet.row_dimensions[2].height == 4 * 15 + 8


def test_wide_sheet_prints_its_frozen_columns_on_every_page():
    sheet = opened(matrix(pages_wide=3, frozen_columns=2))
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (3, 0)
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.print_title_rows == "$2:$3"
    assert sheet["A1"].alignment.horizontal == "left"
    assert "A1:B1" in {str(area) for area in sheet.merged_cells.ranges}


def test_column_aligned_as_its_format_is_keeps_its_wrap():
    columns = [Column("a", "甲"), Column("b", "乙", align="left"), Column("c", "丙", align="center")]
    sheet = opened(SheetSpec("表", columns, [{"a": "学习", "b": "学习", "c": "学习"}], heading=["题目", "行"]))
    assert [(sheet[cell].alignment.horizontal, sheet[cell].alignment.wrapText) for cell in ("A4", "B4", "C4")] == [
        ("left", True),
        ("left", True),
        ("center", True),
    ]


def test_sheet_of_one_page_repeats_no_columns():
    sheet = opened(matrix(frozen_columns=2))
    assert (sheet.page_setup.fitToWidth, sheet.print_title_cols) == (1, None)
    assert sheet["A1"].alignment.horizontal == "center"


def test_formula_sums_over_the_rows_of_its_merged_cell():
    columns = [
        Column("item", "项目内容"),
        Column("points", "分值", format="points"),
        Column("whole", "本项", format="points"),
        Column("rate", "得分率", format="rate"),
    ]
    whole = Formula("SUM({points}:{points+2})", 300)
    rate = Formula("ROUND({whole}/{points+1}*{row}+{row+10},2)", Decimal("1.00"))
    rows = [{"item": "政治建设", "points": 100, "whole": whole, "rate": rate} for _ in range(3)]
    sheet = opened(SheetSpec("计分", columns, rows, merge_equal=["item", "whole"]))
    assert sheet["C2"].value == "=SUM(B2:B4)"
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A2:A4", "C2:C4"}
    assert sheet["D2"].value == "=ROUND(C2/B3*2+12,2)"
