from datetime import date

from ledgers.settling import settle
from tests.assessments.exports.conftest import made, opened, table
from tests.ledgers.plan import make_entry

ARCHIVE = "档案馆党支部"


def lost_by(sheet, name: str) -> list[tuple]:
    return [row[1:] for row in table(sheet, 4) if row[0] == name]


def test_lost_points_of_the_year_with_their_reasons(lived):
    sheet = opened(made(lived, "2026"), data_only=True)["失分明细"]
    assert lost_by(sheet, ARCHIVE) == [
        ("组织生活", "开展主题党日", "2月", date(2026, 2, 28), 0.33, 0.26, 0.07,
         "2月28日到期，3月5日才完成，逾期：0.33 × 80%"),
        ("组织生活", "举办主题讲坛", "第三季度", date(2026, 9, 30), 1, 0.8, 0.2,
         "9月30日到期，跨季补完成（10月20日）：1.00 × 80%"),
        ("责任", "书记抓党建述职评议", "2027年3月1日到期", date(2027, 3, 1), 5, 0, 5, "2027年3月1日到期，没有完成"),
    ]  # fmt: skip
    assert table(sheet, sheet.max_row)[0] == ("合计", None, None, None, None, 231.33, 1.06, 230.27, None)


def test_lost_points_are_live_differences_and_sums(lived):
    sheet = opened(made(lived, "2026"))["失分明细"]
    last = sheet.max_row
    assert (sheet["H4"].value, sheet[f"H{last}"].value) == ("=F4-G4", f"=SUM(H4:H{last - 1})")
    assert sheet["E4"].is_date
    assert sheet.auto_filter.ref == f"A3:I{last - 1}"


def test_lost_points_of_a_closed_quarter_know_nothing_of_what_was_made_up_later(lived):
    sheet = opened(made(lived, "2026Q3"), data_only=True)["失分明细"]
    assert lost_by(sheet, ARCHIVE) == [
        ("组织生活", "举办主题讲坛", "第三季度", date(2026, 9, 30), 1, 0, 1, "9月30日到期，没有完成"),
    ]


def test_lost_points_of_an_open_quarter_leave_out_what_is_not_due(office, year):
    year.do(office.archive, office.guo, skip=[("forum", "2026Q1"), ("theme_day", "2026-01")], until="2026Q1")
    sheet = opened(made(year, "2026Q1", date(2026, 2, 10)), data_only=True)["失分明细"]
    assert lost_by(sheet, ARCHIVE) == [
        ("组织生活", "开展主题党日", "1月", date(2026, 1, 31), 0.33, 0, 0.33,
         "1月31日到期，没有完成，还能得 0.26 分：0.33 × 80%"),
    ]  # fmt: skip
    assert lost_by(sheet, "税务局机关党委") == []


def test_returned_entry_loses_nothing_before_its_due_date(office, small_plan):
    march = small_plan.assignment(small_plan.theme_day, office.finance, "2026-03")
    make_entry(office.finance, march, by=office.zheng, happened_on=date(2026, 3, 5), state="returned", claim="claimed")
    settle([march.pk])

    def march_on(today: date) -> list[tuple]:
        sheet = opened(made(small_plan, "2026Q1", today), data_only=True)["失分明细"]
        return [row[5:] for row in lost_by(sheet, "财政局党支部") if row[2] == "3月"]

    assert march_on(date(2026, 3, 10)) == []
    assert march_on(date(2026, 4, 1)) == [
        (0, 0.34, "3月31日到期，退回后没有再报，还能得 0.34 分（人数与名单不符）"),
    ]
