import pytest

from branchwork.importing import Field, Table, find_table
from branchwork.xlsx import Sheet, WorkbookError

FIELDS = (
    Field("number", "Number", ("序号",)),
    Field("name", "Name", ("名称", "党组织名称"), is_required=True),
    Field("members", "Members", ("党员人数", "正式党员")),
    Field("group", "Group", ("分类",)),
)
HEAD = ["序号", "党组织名称", "党员人数", "分类"]


def found(rows, merged=()) -> Table:
    return find_table([Sheet("表一", rows, list(merged))], FIELDS)


def texts(table: Table, key: str) -> list[str]:
    return [table.text(row, key) for row in table.rows]


def test_title_rows_stand_above_the_header():
    table = found([["基本情况表", None, None, None], [None] * 4, HEAD, [1, "甲", 3, "一类"]], [(1, 1, 1, 4)])
    assert [(column.letter, column.header, column.key) for column in table.columns] == [
        ("A", "序号", "number"),
        ("B", "党组织名称", "name"),
        ("C", "党员人数", "members"),
        ("D", "分类", "group"),
    ]
    assert [(row.number, row.cells) for row in table.rows] == [(4, {"A": "1", "B": "甲", "C": "3", "D": "一类"})]
    assert [(row.number, row.why) for row in table.skipped] == [(1, "title")]


def test_a_header_of_two_rows_is_read_as_one():
    rows = [["序号", "党组织名称", "党员人数", None], [None, None, "正式党员", "预备党员"], [1, "甲", 3, 1]]
    table = found(rows, [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4)])
    assert [column.header for column in table.columns] == [
        "序号",
        "党组织名称",
        "党员人数 正式党员",
        "党员人数 预备党员",
    ]
    assert texts(table, "members") == ["3"]


def test_units_and_blanks_in_a_header_do_not_matter():
    table = found([["序 号", "党组织\n名称", "党员人数（人）", "分类"], [1, "甲", 3, "一类"]])
    assert texts(table, "members") == ["3"]


def test_merged_cells_count_for_each_of_their_rows():
    table = found([HEAD, [1, "甲", 3, "一类"], [2, "乙", 4, None], [3, "丙", 5, None]], [(2, 4, 4, 4)])
    assert texts(table, "group") == ["一类", "一类", "一类"]


def test_blank_lines_totals_notes_headings_and_repeated_headers_are_no_data():
    rows = [
        HEAD,
        ["一、党群机关", None, None, None],
        [1, "甲", 3, "一类"],
        [None] * 4,
        HEAD,
        [2, "乙", 4, "一类"],
        [None, "合 计", 7, None],
        ["注：截至10月底", None, None, None],
    ]
    table = found(rows, [(2, 1, 2, 4)])
    assert texts(table, "name") == ["甲", "乙"]
    assert [(row.number, row.why) for row in table.skipped] == [
        (2, "heading"),
        (5, "header"),
        (7, "total"),
        (8, "note"),
    ]


def test_a_row_with_nothing_but_a_name_is_data():
    assert texts(found([HEAD, [None, "甲", None, None]]), "name") == ["甲"]


def test_the_sheet_whose_header_knows_more_is_taken():
    other = Sheet("说明", [["党组织名称"], ["不是这张"]], [])
    table = find_table([other, Sheet("表一", [HEAD, [1, "甲", 3, "一类"]], [])], FIELDS)
    assert table.sheet == "表一"


def test_no_header_says_which_one_is_needed():
    with pytest.raises(WorkbookError) as error:
        found([["张三", "李四"], ["王五", "赵六"]])
    assert error.value.code == "no_table"
    assert "名称" in error.value.message


def test_cell_names_and_another_reading_of_a_column():
    table = found([HEAD, [1, "甲", 3, "一类"]])
    [row] = table.rows
    assert table.cell(row, "members") == "C2"
    changed = table.with_columns({"D": "members", "C": ""})
    assert (changed.text(row, "members"), changed.cell(row, "members")) == ("一类", "D2")


def test_json_and_back_is_the_same_table():
    table = found([["标题", None, None, None], HEAD, [1, "甲", 3, "一类"]])
    assert Table.from_json(table.as_json()) == table
