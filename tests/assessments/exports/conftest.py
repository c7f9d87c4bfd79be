"""LEDGER's worked year lived and closed, in one peer group so that there are places; and its workbook."""

import io
from datetime import date, datetime

import openpyxl
import pytest

from assessments.exports import Made, make_workbook
from branchwork.organizations.models import Organization
from branchwork.periods import Period
from tests.assessments.year import WorkedYear, live_the_worked_example
from tests.office import Office

LONG_AFTER = date(2027, 6, 1)


@pytest.fixture
def lived(office: Office, year: WorkedYear) -> WorkedYear:
    """档案馆 (6 members) lives LEDGER's year, the others do nothing; every period is closed, the year last."""
    Organization.objects.filter(pk=office.archive.pk).update(peer_group=office.finance.peer_group)
    live_the_worked_example(year, office)
    return year


def made(year, period: str, today: date = LONG_AFTER) -> Made:
    return make_workbook(year.plan, Period.parse(period), today=today)


def opened(workbook: Made, **how) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.data), **how)


def table(sheet, first: int, last: int | None = None) -> list[tuple]:
    """The rows from `first` to `last`; a cell formatted as a date is a date."""
    rows = sheet.iter_rows(min_row=first, max_row=last or sheet.max_row, values_only=True)
    return [tuple(_day(value) for value in row) for row in rows]


def _day(value):
    return date(value.year, value.month, value.day) if isinstance(value, datetime) else value


def areas(sheet) -> set[str]:
    return {str(area) for area in sheet.merged_cells.ranges}
