import hashlib
import io
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation

from branchwork.xlsx import Column, SheetSpec, read_workbook, write_workbook
from branchwork.xlsx.styles import display_width, lines_needed
from branchwork.xlsx.writer import sheet_titles

moment = datetime.fromisoformat
CLOSED_AT = moment("2027-01-16T09:05:00+08:00")
SHEET = "xl/worksheets/sheet1.xml"

PLAN = [
    Column("no", "序号", format="integer"),
    Column("item", "项目内容"),
    Column("task", "具体任务", width=40),
    Column("due_on", "完成时限", format="date"),
    Column("points", "分值", format="points", total=True),
]
TASKS = [
    {"no": 1, "item": "政治建设", "task": "学习", "due_on": date(2026, 3, 31), "points": 233},
    {"no": 1, "item": "政治建设", "task": "自查", "due_on": None, "points": 200},
    {"no": 2, "item": "政治建设", "task": "测试", "due_on": date(2026, 9, 30), "points": None},
    {"no": 3, "item": "", "task": "=1+1", "due_on": date(2026, 12, 31), "points": 67},
    {"no": 3, "item": "", "task": "上党课", "due_on": date(2026, 12, 31), "points": 1},
]


def written(*sheets: SheetSpec, **more) -> bytes:
    return write_workbook(sheets, **({"created_at": CLOSED_AT, "title": "台账"} | more))


def plan(**more) -> SheetSpec:
    return SheetSpec(**({"title": "2026年度", "columns": PLAN, "rows": TASKS} | more))


def opened(data: bytes, **how):
    return openpyxl.load_workbook(io.BytesIO(data), **how)


def one_cell(value, format="text", **column):
    data = written(SheetSpec("a", [Column("x", "甲", format=format, **column)], [{"x": value}]))
    return opened(data).active["A2"]


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


# Values


@pytest.mark.parametrize("text", ["=1+1", "+86", "-", "@SUM(A1)", "#N/A", "=", "001", "=HYPERLINK(1)"])
def test_text_is_never_a_formula(text):
    cell = one_cell(text)
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "General")
    assert cell.quotePrefix == (text[0] in "=+-@")


@pytest.mark.parametrize("place", ["label", "heading", "notes", "total_row", "group", "title"])
def test_words_around_the_table_are_never_formulas(place):
    live = {"label": "=1+1", "group": "=1+1"} | {
        "heading": ["=1+1"],
        "notes": ["=1+1"],
        "total_row": "=1+1",
        "title": "=1+1",
    }
    column = {"key": "x", "label": "甲", "format": "points", "total": True}
    sheet = {"title": "a", "rows": []}
    (column if place in ("label", "group") else sheet)[place] = live[place]
    data = written(SheetSpec(columns=[Column("n", "乙"), Column(**column)], **sheet))
    assert "1+1" in part(data, SHEET) + part(data, "xl/workbook.xml")
    assert "<f>" not in part(data, SHEET)


def test_text_loses_control_characters_and_comes_back_as_it_was():
    rows = [{"x": text} for text in ["a\x00b\x0b", "甲\r\n乙", "_x000D_", " 前后 ", "\ud83d", "", None, 5, "末"]]
    data = written(SheetSpec("a", [Column("x", "列")], rows))
    [sheet] = read_workbook(data)
    assert [row[0] for row in sheet.rows[1:]] == ["ab", "甲\n乙", "_x000D_", " 前后 ", None, None, None, "5", "末"]


def test_text_longer_than_excel_holds_is_cut_where_one_sees_it():
    assert one_cell("长" * 40_000).value == "长" * 32_766 + "…"


@pytest.mark.parametrize(
    ("value", "format", "found", "shown"),
    [
        (3, "integer", 3, "0"),
        (233, "points", 2.33, "0.00"),
        (-1, "points", -0.01, "0.00"),
        (0, "points", 0, "0.00"),
        (Decimal("96.34"), "rate", 96.34, "0.00"),
        (100, "rate", 100, "0.00"),
        (date(2026, 3, 5), "date", moment("2026-03-05"), "yyyy-mm-dd"),
        (moment("2026-03-05 08:30"), "datetime", moment("2026-03-05 08:30"), "yyyy-mm-dd hh:mm"),
        (moment("2026-03-31T16:00+00:00"), "datetime", moment("2026-04-01 00:00"), "yyyy-mm-dd hh:mm"),
        (None, "points", None, "0.00"),
        (None, "text", None, "General"),
    ],
)
def test_value_is_written_in_the_form_of_its_column(value, format, found, shown):
    cell = one_cell(value, format)
    assert (cell.value, cell.number_format, cell.border.left.style) == (found, shown, "thin")


def test_points_are_written_exactly():
    rows = [{"x": value} for value in range(0, 10_000, 7)]
    data = written(SheetSpec("a", [Column("x", "分", format="points")], rows))
    assert re.findall("<v>([^<]*)</v>", part(data, SHEET)) == [f"{value / 100:.2f}" for value in range(0, 10_000, 7)]


@pytest.mark.parametrize(
    ("value", "format"),
    [
        (2.33, "points"),
        (True, "integer"),
        ("3", "integer"),
        (96.34, "rate"),
        (moment("2026-03-05"), "date"),
        (date(2026, 3, 5), "datetime"),
    ],
)
def test_value_of_the_wrong_kind_is_refused(value, format):
    with pytest.raises(TypeError, match="is no value for a column of format"):
        one_cell(value, format)


def test_writing_that_fails_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def rows():
        yield from TASKS
        assert [*tmp_path.iterdir()]
        raise LookupError("no more")

    with pytest.raises(LookupError):
        written(plan(title="一"), plan(rows=rows()))
    assert [*tmp_path.iterdir()] == []
    written(plan())
    assert [*tmp_path.iterdir()] == []


def test_column_takes_its_value_from_the_getter_the_key_or_the_attribute():
    @dataclass
    class Row:
        x: str

    columns = [Column("x", "甲"), Column("y", "乙", get=lambda row: "z")]
    assert [c.value(Row("v")) for c in columns] == ["v", "z"]
    assert [c.value({"x": "v"}) for c in columns] == ["v", "z"]


# Shape


def test_plan_looks_like_the_offices_own():
    data = written(
        plan(
            heading=["2026年度台账", "填报单位：工委"],
            notes=["说明：一"],
            total_row="合计",
            merge_equal=["no", "item"],
            frozen_columns=2,
            autofilter=True,
        )
    )
    book = opened(data)
    sheet = book.active
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        "A1:E1",
        "A2:E2",
        "A4:A5",
        "B4:B5",  # the same words under number 2 stay apart, and so do blanks
        "A7:A8",
        "A9:D9",
        "A10:E10",
    }
    assert re.findall('mergeCell ref="([A-Z]+[0-9]+)', part(data, SHEET)) == ["A1", "A2", "A4", "B4", "A7", "A9", "A10"]
    assert [[cell.value for cell in row] for row in sheet["A3:E5"]] == [
        ["序号", "项目内容", "具体任务", "完成时限", "分值"],
        [1, "政治建设", "学习", moment("2026-03-31"), 2.33],
        [None, None, "自查", None, 2],
    ]
    assert [sheet["A9"].value, sheet["E9"].value, sheet["A10"].value] == ["合计", "=SUM(E4:E8)", "说明：一"]
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == ("C4", "$3:$3", "A3:E8")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    fonts = {name: (sheet[name].font.name, sheet[name].font.sz, sheet[name].font.b) for name in ("A1", "A3", "C4")}
    assert fonts == {"A1": ("黑体", 16, False), "A3": ("宋体", 11, True), "C4": ("宋体", 11, False)}
    assert all(sheet[name].border.bottom.style == "thin" for name in ("A3", "A5", "D5", "B9"))
    assert sheet["A10"].border.bottom is None
    assert sheet["C4"].alignment.wrap_text


def test_groups_of_columns_stand_under_one_label():
    columns = [
        Column("a", "组织"),
        *[Column(k, v, format="points", group="一季度") for k, v in {"b": "应得", "c": "实得"}.items()],
    ]
    columns.append(Column("d", "名次", format="integer"))
    [sheet] = read_workbook(written(SheetSpec("a", columns, [{"a": "甲", "b": 1, "c": 2, "d": 3}], heading=["题"])))
    assert sheet.rows == [
        ["题", None, None, None],
        ["组织", "一季度", None, "名次"],
        [None, "应得", "实得", None],
        ["甲", 0.01, 0.02, 3],
    ]
    assert sheet.merged == [(1, 1, 1, 4), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4)]
    data = written(SheetSpec("a", columns, [], heading=["题"]))
    assert opened(data).active.print_title_rows == "$2:$3"
    assert opened(data).active.freeze_panes == "A4"


def test_width_counts_a_chinese_character_as_two():
    assert (display_width("党a\nab"), display_width("")) == (3, 0)
    assert (lines_needed("党支部", 6), lines_needed("党支部", 5), lines_needed("a\n\nb", 9)) == (1, 2, 3)
    rows = [{"x": "一二三四五六七八", "y": "a" * 90, "z": 1, "w": ""} for _ in range(3)]
    columns = [Column("x", "甲"), Column("y", "乙"), Column("z", "丙", format="integer"), Column("w", "丁", width=33)]
    sheet = opened(written(SheetSpec("a", columns, rows))).active
    assert [sheet.column_dimensions[letter].width for letter in "ABCD"] == [18, 44, 6, 33]


def test_rows_are_as_high_as_their_text_needs():
    rows = [{"n": 1, "x": "短"}, {"n": 2, "x": "长" * 15}, {"n": 2, "x": "短"}, {"n": 3, "x": "一\n二\n三"}]
    columns = [Column("n", "项", width=3, get=lambda row: "第一大项" * row["n"]), Column("x", "文", width=11)]
    data = written(SheetSpec("a", columns, rows, merge_equal=["n"]))
    heights = re.findall(r'<row r="[1-5]" ht="(\d+)"( customHeight="1")?>', part(data, SHEET))
    assert heights[0] == ("23", ' customHeight="1"')
    # 4 lines; 8 lines over two rows, of which the text beside takes 3; nothing; 12 lines. Free to grow.
    assert heights[1:] == [("66", ""), ("66", ""), ("21", ""), ("186", "")]


def test_rows_may_come_from_an_iterator_and_are_read_once():
    read = []

    def rows():
        for number in range(300):
            read.append(number)
            yield {"x": number}

    data = written(SheetSpec("a", [Column("x", "甲", format="integer", total=True)], rows(), total_row="合计"))
    assert read == [*range(300)]
    assert read_workbook(data)[0].rows[-1] == [44850]


def test_sheet_without_rows_has_header_and_a_sum_of_nothing():
    data = written(plan(rows=[], total_row="合计", autofilter=True, merge_equal=["no"]))
    assert read_workbook(data)[0].rows == [
        ["序号", "项目内容", "具体任务", "完成时限", "分值"],
        ["合计", None, None, None, 0],
    ]


def test_more_rows_than_excel_has_are_refused(monkeypatch):
    monkeypatch.setattr("branchwork.xlsx.writer.EXCEL_ROWS", 6)
    written(plan())
    with pytest.raises(ValueError, match="more rows than Excel can hold"):
        written(plan(heading=["题"]))


def test_columns_of_one_key_and_unknown_keys_are_refused():
    with pytest.raises(ValueError, match="column keys"):
        SheetSpec("a", [Column("x", "甲"), Column("x", "乙")], [])
    with pytest.raises(ValueError, match="column keys"):
        plan(merge_equal=["item", "nothing"])


def test_sheet_titles_are_what_excel_accepts():
    assert sheet_titles(
        ["得分:一/二？", "A" * 40, "a" * 35, "'计划'", "", "History", " 党\n建 ", "[x]", "𠮷" * 16]
    ) == [
        "得分-一-二-",
        "A" * 31,
        "a" * 27 + " (2)",
        "计划",
        "Sheet5",
        "History (2)",
        "党 建",
        "-x-",
        "𠮷" * 15,
    ]


def test_several_sheets_keep_their_order_and_their_formulas():
    data = written(plan(total_row="合计"), plan(total_row="合计", heading=["题"], rows=TASKS[:1]), plan(rows=TASKS[:1]))
    assert [(s.title, len(s.rows), s.rows[-1][4]) for s in read_workbook(data)] == [
        ("2026年度", 7, 5.01),
        ("2026年度 (2)", 4, 2.33),
        ("2026年度 (3)", 2, 2.33),
    ]


# The file


def test_properties_are_those_given():
    properties = opened(written(plan(), title="年度\x00台账", creator="市直机关工委")).properties
    assert (properties.title, properties.creator, properties.lastModifiedBy) == (
        "年度台账",
        "市直机关工委",
        "市直机关工委",
    )
    assert properties.created == properties.modified == moment("2027-01-16 01:05:00")


WRITE_AGAIN = """
import hashlib, sys, django
from django.conf import settings
settings.configure(USE_TZ=True, TIME_ZONE="Asia/Shanghai", USE_I18N=False)
django.setup()
from tests.branchwork.test_xlsx_writer import everything
sys.stdout.write(hashlib.sha256(everything()).hexdigest())
"""


def everything() -> bytes:
    with translation.override("en"):
        return written(
            plan(heading=["题", "行"], notes=["注"], total_row="合计", merge_equal=["no", "item"], autofilter=True),
            plan(title="另"),
        )


def test_same_input_gives_the_same_bytes_in_another_process_too():
    expected = hashlib.sha256(everything()).hexdigest()
    root = Path(__file__).parents[2]
    for seed in ("1", "2"):
        again = subprocess.run(
            [sys.executable, "-c", WRITE_AGAIN], cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        assert again.stdout.decode() == expected
    with zipfile.ZipFile(io.BytesIO(everything())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert written(plan(), created_at=moment("2027-01-16T09:06:00+08:00")) != written(plan())


@pytest.mark.parametrize(("sheets", "at"), [([], CLOSED_AT), ([plan()], moment("2027-01-16 09:05"))])
def test_workbook_without_sheet_or_time_zone_is_refused(sheets, at):
    with pytest.raises(ValueError, match="sheet|aware"):
        write_workbook(sheets, created_at=at, title="a")


def test_ten_thousand_rows_share_a_handful_of_styles():
    rows = ({"no": n, "item": "甲", "task": "=1", "due_on": None, "points": n} for n in range(10_000))
    data = written(plan(rows=rows, total_row="合计"))
    assert 0 < part(data, "xl/styles.xml").count("<xf ") < 30
    assert read_workbook(data, max_rows=10_002)[0].rows[-1] == ["合计", None, None, None, 499950]
