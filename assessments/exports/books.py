"""Which sheets make a workbook, and its file."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.exports.basis import Basis
from assessments.exports.entries import entries_of, entries_sheet
from assessments.exports.items import items_sheet
from assessments.exports.lost import lost_sheet
from assessments.exports.matrix import matrix_sheet
from assessments.exports.plan import plan_sheet
from assessments.exports.rating import annual_rating, quarter_rating
from assessments.exports.reading import basis_of
from assessments.exports.rule_book import lines_sheet, rating_sheet, rule_book_sheet
from assessments.exports.rules import rules_sheet
from assessments.exports.words import whole_period
from branchwork.periods import Period, PeriodKind
from branchwork.xlsx import SheetSpec, write_workbook
from ledgers.models import Plan

Progress = Callable[[int, int], None]
ANNUAL = (annual_rating, items_sheet, lost_sheet, matrix_sheet, entries_sheet, plan_sheet, rules_sheet)
QUARTER = (quarter_rating, items_sheet, lost_sheet, matrix_sheet, entries_sheet, rules_sheet)
# Where a rule book makes the cards: lines take the place of items and of lost points.
ANNUAL_BY_RULE_BOOK = (rating_sheet, lines_sheet, matrix_sheet, entries_sheet, plan_sheet, rule_book_sheet)
QUARTER_BY_RULE_BOOK = (rating_sheet, lines_sheet, matrix_sheet, entries_sheet, rule_book_sheet)
# How often a running job is told how far it is.
ROWS_BETWEEN = 250


@dataclass(frozen=True)
class Made:
    """A workbook as a file. `rows` counts the rows of each sheet's table; `closing` is the key of the closing it
    shows, None where it is provisional."""

    data: bytes
    title: str
    file_name: str
    rows: dict[str, int]
    closing: int | None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def make_workbook(plan: Plan, period: Period, *, today: date, progress: Progress = lambda done, total: None) -> Made:
    """The annual workbook, or that of a quarter. A closed period gives the same bytes on every day; an open one the
    same on one day, as long as nothing changes.

    The words are those of the installation's language, whoever asks. `progress` is told rows done and in all.
    """
    with translation.override(settings.LANGUAGE_CODE):
        basis = basis_of(plan, period, today)
        specs = [sheet(basis) for sheet in _sheets(basis)]
        counted = _Counted(specs, len(basis.ranked) + entries_of(basis).count(), progress)
        title = _title(basis)
        data = write_workbook(counted.specs, created_at=basis.made_at, title=title)
        return Made(
            data=data,
            title=title,
            file_name=f"{title}.xlsx",
            rows=counted.rows,
            closing=basis.closing.pk if basis.closing else None,
        )


def _sheets(basis: Basis) -> tuple[Callable[[Basis], SheetSpec], ...]:
    is_year = basis.period.kind == PeriodKind.YEAR
    if basis.scheme.is_rule_book:
        return ANNUAL_BY_RULE_BOOK if is_year else QUARTER_BY_RULE_BOOK
    return ANNUAL if is_year else QUARTER


def _title(basis: Basis) -> str:
    told = {"period": whole_period(basis)}
    title = _("Workbook of %(period)s") % told
    return title if basis.is_closed else _("%(title)s (provisional)") % {"title": title}


class _Counted:
    """Sheets whose rows count themselves while they are written."""

    def __init__(self, specs: Iterable[SheetSpec], about: int, progress: Progress):
        self.rows: dict[str, int] = {}
        self.done, self.about, self.progress = 0, about, progress
        self.specs = [replace(spec, rows=self._counting(spec.title, spec.rows)) for spec in specs]

    def _counting(self, title: str, rows: Iterable) -> Iterator:
        self.rows[title] = 0
        for row in rows:
            yield row
            self.rows[title] += 1
            self.done += 1
            if self.done % ROWS_BETWEEN == 0:
                self.progress(min(self.done, self.about), self.about)
