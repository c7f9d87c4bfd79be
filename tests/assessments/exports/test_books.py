import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assessments.actions import reopen_period
from assessments.exports import make_workbook
from assessments.models import Closing
from branchwork.organizations.models import PeerGroup
from branchwork.periods import Period
from ledgers.models import Assignment, Plan
from ledgers.settling import settle
from tests.assessments.exports.conftest import made, opened
from tests.assessments.year import close
from tests.ledgers.plan import make_entry

ANNUAL = ["年度总评", "大项得分", "失分明细", "完成情况矩阵", "台账明细", "台账完成情况", "计分说明"]
QUARTER = ["季度考核", "大项得分", "失分明细", "完成情况矩阵", "台账明细", "计分说明"]


def test_closed_year_gives_the_same_bytes_on_any_day_and_in_any_language(lived):
    workbook = made(lived, "2026", date(2027, 3, 2))
    with translation.override("en"):
        again = made(lived, "2026", date(2029, 1, 1))
    assert again == workbook
    assert (workbook.title, workbook.file_name) == ("2026年度党建工作考核表", "2026年度党建工作考核表.xlsx")
    assert workbook.closing == Closing.objects.get(period="2026").pk
    assert workbook.rows == dict(zip(ANNUAL, [4, 10, 80, 10, 32, 10, 14], strict=True))


def test_times_of_a_closed_period_are_those_of_its_closing(lived):
    book = opened(made(lived, "2026"))
    closing = Closing.objects.get(period="2026")
    stamp = closing.closed_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    assert stamp == datetime.fromisoformat("2027-03-02T01:00:00")
    assert (book.properties.created, book.properties.modified) == (stamp, stamp)
    assert (book.properties.title, book.properties.creator) == ("2026年度党建工作考核表", "Branchwork")


def test_closed_quarter_gives_the_same_bytes_after_the_year_went_on(office, year):
    close(year.plan, "2026Q1", office.admin)
    before = made(year, "2026Q1", date(2026, 4, 16))
    forum = year.assignment("forum", office.archive, "2026Q1")
    make_entry(office.archive, forum, by=office.guo, happened_on=date(2026, 5, 4))
    settle([forum.pk])
    assert Assignment.objects.get(pk=forum.pk).is_make_up
    close(year.plan, "2026Q2", office.admin)
    office.archive.name = "市档案馆党支部"
    office.archive.save()
    PeerGroup.objects.update(position=9)
    assert made(year, "2026Q1", date(2026, 8, 1)) == before


def test_reopened_period_is_provisional_and_its_next_closing_another_workbook(office, year):
    close(year.plan, "2026Q1", office.admin)
    first = made(year, "2026Q1")
    reopen_period(plan=year.plan, period="2026Q1", reason="漏审了两条记录", by=office.admin)
    assert made(year, "2026Q1", date(2026, 4, 17)).title == "2026年第一季度党建工作考核表（暂计）"
    close(year.plan, "2026Q1", office.admin, on=date(2026, 4, 20))
    second = made(year, "2026Q1")
    assert (first.title, second.title) == ("2026年第一季度党建工作考核表",) * 2
    assert first.sha256 != second.sha256


@pytest.mark.parametrize(("period", "sheets"), [("2026", ANNUAL), ("2026Q4", QUARTER)])
def test_every_sheet_is_set_up_for_printing_and_says_that_it_is_provisional(office, year, period, sheets):
    year.do(office.archive, office.guo, until="2026Q3")
    book = opened(made(year, period, date(2026, 11, 22)))
    assert book.sheetnames == sheets
    for sheet in book:
        header = int(sheet.print_title_rows.split("$")[1].rstrip(":"))
        above = [str(sheet.cell(row, 1).value) for row in range(1, header)]
        assert any(line.startswith("暂计：2026年") for line in above), sheet.title
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.freeze_panes is not None
        assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_progress_counts_rows_up_to_all_of_them(office, small_plan):
    for day in range(1, 29):
        for _time in range(20):
            make_entry(office.finance, by=office.zheng, happened_on=date(2026, 2, day))
    told = []
    make_workbook(
        small_plan.plan, Period.parse("2026"), today=date(2026, 3, 1), progress=lambda *args: told.append(args)
    )
    assert told == [(250, 564), (500, 564)]


@pytest.mark.django_db(transaction=True)
def test_progress_can_be_written_while_others_write(office, small_plan):
    """On SQLite a job with an open cursor could not, once anybody else wrote."""
    for _time in range(300):
        make_entry(office.finance, by=office.zheng, happened_on=date(2026, 2, 1))
    seen = []

    def elsewhere():
        Plan.objects.update(note="别人写的")
        connection.close()

    def progress(done: int, total: int) -> None:
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
        seen.append(Plan.objects.update(note="任务写的"))

    make_workbook(small_plan.plan, Period.parse("2026"), today=date(2026, 3, 1), progress=progress)
    assert seen == [1]


def queries_for(year, period: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        made(year, period, date(2026, 5, 2))
    return len(captured)


@pytest.mark.parametrize("period", ["2026Q1", "2026Q2", "2026"])
def test_queries_do_not_grow_with_the_organizations(office, year, period):
    """One organization, then four with entries and claims; a closed quarter, an open one, and the year."""
    everyone = Assignment.objects.exclude(organization=office.archive)
    kept = list(everyone)
    everyone.delete()
    year.do(office.archive, office.guo, until="2026Q2")
    close(year.plan, "2026Q1", office.admin)
    one = queries_for(year, period)
    reopen_period(plan=year.plan, period="2026Q1", reason="补做任务分解", by=office.admin)
    Assignment.objects.bulk_create(kept)
    for organization in (office.finance, office.tax, office.tax_first):
        year.do(organization, office.staff, until="2026Q2")
    close(year.plan, "2026Q1", office.admin)
    assert (queries_for(year, period), one) == ({"2026Q1": 9, "2026Q2": 14, "2026": 15}[period],) * 2
