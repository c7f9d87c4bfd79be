import pytest

from branchwork.importing import find_table, read_bytes
from branchwork.xlsx import WorkbookError
from ledgers.audiences import AudienceWords, Doubt
from ledgers.importing.reading import FIELDS, read_plan, year_in
from tests.ledgers.sample import PLAN_FILE
from tests.ledgers.workbooks import HEADER, plan_upload, row

WORDS = AudienceWords(own=frozenset({"市直机关工委"}))


def reading_of(*rows, year=2026, **options):
    return read_plan(find_table(plan_upload(*rows, **options).sheets, FIELDS), year, WORDS)


@pytest.fixture(scope="module")
def sample():
    table = find_table(read_bytes(PLAN_FILE.read_bytes(), PLAN_FILE.name).sheets, FIELDS)
    return table, read_plan(table, 2026, WORDS)


def test_sample_gives_25_items_52_tasks_100_points_and_drops_no_row(sample):
    table, reading = sample
    assert (len(reading.items), len(reading.tasks), reading.points) == (25, 52, 10000)
    assert [line.number for line in reading.tasks] == list(range(4, 56))
    assert reading.strange == []
    assert [(row.number, row.why) for row in table.skipped] == [(1, "title"), (2, "title"), (56, "total"), (57, "note")]


def test_sample_columns_are_read_as_they_are_headed(sample):
    table, _reading = sample
    keys = {column.letter: column.key for column in table.columns}
    assert keys == {
        "A": "number", "B": "item", "C": "task", "D": "responsible", "E": "deadline", "F": "effect", "G": "points",
        "H": "note",
    }  # fmt: skip


def test_sample_title_year_and_note(sample):
    table, reading = sample
    assert (reading.title, year_in(table)) == ("2026年度机关党建工作日常管理台账", 2026)
    assert reading.note.startswith("说明:1.“各基层党组织”含机关党委、党总支、党支部")


def test_sample_total_is_checked_by_its_formula(sample):
    _table, reading = sample
    assert (reading.total.cell, reading.total.formula) == ("G56", "=SUM(G4:G55)")
    assert reading.total.agrees_with(reading.points)


def test_sample_asks_seven_tasks_for_their_organizations_and_no_deadline(sample):
    _table, reading = sample
    doubts = {line.number: line.audience.doubt for line in reading.tasks if line.audience.doubt}
    assert doubts == {
        13: Doubt.TAG, 21: Doubt.TAG, 22: Doubt.TAG, 23: Doubt.TAG, 25: Doubt.AFTER_TASK, 44: Doubt.TAG,
        51: Doubt.AFTER_TASK,
    }  # fmt: skip
    assert [line for line in reading.tasks if type(line.rule).__name__ == "Question"] == []
    events = [line.number for line in reading.tasks if type(line.rule).__name__ == "Event"]
    assert events == [29, 30, 31, 32, 44]


def test_effect_note_and_blank_points_are_kept(sample):
    _table, reading = sample
    line = next(line for line in reading.tasks if line.number == 30)
    assert (line.effect, line.note, line.points) == ("有考察材料、有谈话记录", "工委组织实施", None)


def test_total_that_leaves_rows_out_is_told():
    reading = reading_of(row(points=3), row("上党课", points=2), (None, None, "合计", None, None, None, "=SUM(G3:G3)"))
    assert reading.total.misses == (4,)
    assert not reading.total.agrees_with(reading.points)


def test_total_that_states_another_sum_is_told():
    reading = reading_of(row(points=3), (None, None, "合计", None, None, None, 4))
    assert reading.total.stated == 400
    assert not reading.total.agrees_with(300)


def test_item_left_blank_goes_on_with_the_one_above():
    reading = reading_of(row(mark=1), row("上党课", mark=None, item=None), row("志愿服务", mark=2, item="志愿"))
    assert [(item.title, len(item.tasks)) for item in reading.items] == [("三会一课", 2), ("志愿", 1)]


def test_same_title_numbered_anew_is_another_item():
    reading = reading_of(row(mark=1), row("上党课", mark=2))
    assert [(item.mark, len(item.tasks)) for item in reading.items] == [("1", 1), ("2", 1)]


def test_merged_item_cells_are_read_by_their_first():
    reading = reading_of(row(), row("上党课", mark=None, item=None), merged="B3:B4")
    assert [(item.title, len(item.tasks)) for item in reading.items] == [("三会一课", 2)]


def test_heading_rows_name_the_items_where_no_column_does():
    header = ("具体任务", "责任单位", "完成时限", "分值")
    reading = reading_of(
        ("一、政治建设",), ("传达学习", "各党支部", "每月", 2), ("二、廉政",), ("警示教育", "各党支部", "每半年", 1),
        header=header, merged="A3:D3",
    )  # fmt: skip
    assert [line.content for line in reading.tasks][0] == "传达学习"
    assert reading.items[0].title == "一、政治建设"


def test_repeated_row_is_told_with_the_row_it_repeats():
    reading = reading_of(row(), row("上党课"), row())
    assert [line.same_as for line in reading.tasks] == [0, 0, 3]


def test_row_without_a_task_is_told_not_dropped():
    reading = reading_of(row(), row(task=None, points=2))
    assert [strange.number for strange in reading.strange] == [4]


@pytest.mark.parametrize("written, points", [(None, None), ("/", None), ("0.5分", 50), (2, 200), ("1.25", 125)])
def test_points_as_offices_write_them(written, points):
    [line] = reading_of(row(points=written)).tasks
    assert (line.points, line.points_unread) == (points, "")


def test_points_that_are_none_are_asked_about():
    [line] = reading_of(row(points="酌情")).tasks
    assert (line.points, line.points_unread) == (None, "酌情")


def test_feasts_of_a_year_not_known_yet_are_asked_about():
    [line] = reading_of(row(when="端午前"), year=2031).tasks
    assert line.unresolved.code == "missing_holidays"


def test_term_end_with_a_fixed_date_is_asked_about():
    [line] = reading_of(row(who="届满党组织", when="年底前")).tasks
    assert (line.audience.doubt, line.audience.tag) == (Doubt.TAG, "届满")


def test_another_table_is_refused_with_the_headers_wanted():
    with pytest.raises(WorkbookError) as refused:
        find_table(plan_upload(("甲", "乙"), header=("姓名", "电话")).sheets, FIELDS)
    assert refused.value.code == "no_table"
    assert "具体任务" in refused.value.message


@pytest.mark.parametrize("header", [("任务", "时限"), HEADER])
def test_header_needs_only_task_and_deadline(header):
    find_table(plan_upload(("上党课", "每季度") if len(header) == 2 else row(), header=header).sheets, FIELDS)
