from datetime import date

from tests.assessments.exports.conftest import areas, made, opened, table

COMMITTEE = ("税务局机关党委", "综合经济", "机关党委、党总支")
BRANCH = ("综合经济", "党支部")
ARCHIVE = "档案馆党支部"


def test_annual_rating_holds_the_worked_example(lived):
    sheet = opened(made(lived, "2026"), data_only=True)["年度总评"]
    assert table(sheet, 5, 8) == [
        (None, *COMMITTEE, 0, 12.16, 0, 14.84, 0, 10.33, 0, 24.67, 0, 0, 0, 5, 0, 67, 0, "差"),
        (1, ARCHIVE, *BRANCH, 13.84, 13.91, 16.34, 16.34, 11.08, 12.08, 26.42, 26.42, 0.8, 0, 5, 10, 73.48, 78.75,
         93.31, "好"),
        (2, "财政局党支部", *BRANCH, 0, 13.91, 0, 16.59, 0, 12.08, 0, 26.42, 0, 0, 0, 10, 0, 79, 0, "差"),
        (2, "税务局第一党支部", *BRANCH, 0, 13.91, 0, 16.59, 0, 12.08, 0, 26.42, 0, 0, 0, 10, 0, 79, 0, "差"),
    ]  # fmt: skip


def test_annual_rating_adds_up_by_live_formulas(lived):
    sheet = opened(made(lived, "2026"))["年度总评"]
    assert [sheet[cell].value for cell in ("Q6", "R6", "S6")] == [
        "=E6+G6+I6+K6+M6+O6",
        "=F6+H6+J6+L6+N6+P6",
        "=ROUND(Q6/R6*100,2)",
    ]
    assert [sheet[cell].number_format for cell in ("A6", "E6", "Q6", "S6")] == ["0", "0.00", "0.00", "0.00"]


def test_annual_rating_is_laid_out_for_signing(lived):
    sheet = opened(made(lived, "2026"))["年度总评"]
    assert sheet["A1"].value == "2026年度基层党组织党建工作总评"
    assert sheet["A2"].value == "填报单位：市直机关工委（盖章）　　　　结账日期：2027年3月2日　　　　单位：分"
    assert [sheet[cell].value for cell in ("A3", "E3", "G3", "M3", "O3", "Q3", "T3")] == [
        "名次", "第一季度", "第二季度", "跨季补完成", "次年到期", "全年", "等次",
    ]  # fmt: skip
    assert {"A1:T1", "A2:T2", "A3:A4", "E3:F3", "O3:P3", "Q3:S3", "A12:T12"} <= areas(sheet)
    notes = [sheet.cell(row, 1).value for row in range(9, 13)]
    assert notes[0] == "等次：好 1 个；较好 0 个；一般 0 个；差 3 个。平均得分率 23.33。"
    assert notes[1] == "名次在同一分类、同一层级内排；不足 3 个的不排，名次空白。"
    assert notes[3].startswith("主要负责人（签字）：")


def test_open_year_is_provisional_without_places_and_grades(office, year):
    year.do(office.archive, office.guo, until="2026Q2")
    sheet = opened(made(year, "2026", date(2026, 7, 1)), data_only=True)["年度总评"]
    assert sheet["A2"].value == "填报单位：市直机关工委（盖章）　　　　截至日期：2026年7月1日　　　　单位：分"
    assert sheet["A3"].value == "暂计：2026年度还没有结账，数字截至2026年7月1日，不定等次，不排名次。"
    assert table(sheet, 6, 9) == [
        (None, *COMMITTEE, 0, 12.16, 0, 14.84, 0, 0, 0, 0, 0, 0, 0, 0, 0, 27, 0, None),
        (None, ARCHIVE, "党群机关", "党支部", 13.91, 13.91, 16.59, 16.59, 0, 0, 0, 0, 0, 0, 0, 0, 30.5, 30.5, 100,
         None),
        (None, "财政局党支部", *BRANCH, 0, 13.91, 0, 16.59, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30.5, 0, None),
        (None, "税务局第一党支部", *BRANCH, 0, 13.91, 0, 16.59, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30.5, 0, None),
    ]  # fmt: skip


def test_quarter_rating_holds_the_quarter_alone(lived):
    book = opened(made(lived, "2026Q3"))
    sheet = opened(made(lived, "2026Q3"), data_only=True)["季度考核"]
    assert sheet["A1"].value == "2026年第三季度基层党组织党建工作考核"
    assert table(sheet, 3, 7) == [
        ("名次", "党组织", "分类", "层级", "实得", "应得", "失分", "得分率", "等次"),
        (None, *COMMITTEE, 0, 10.33, 10.33, 0, "差"),
        (1, "档案馆党支部", *BRANCH, 11.08, 12.08, 1, 91.72, "好"),
        (2, "财政局党支部", *BRANCH, 0, 12.08, 12.08, 0, "差"),
        (2, "税务局第一党支部", *BRANCH, 0, 12.08, 12.08, 0, "差"),
    ]
    assert [book["季度考核"][cell].value for cell in ("G5", "H5")] == ["=F5-E5", "=ROUND(E5/F5*100,2)"]
