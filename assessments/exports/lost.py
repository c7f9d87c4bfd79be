"""失分明细: each point that was lost, whose it was and why."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.exports import words
from assessments.exports.basis import Basis, Due, Ranked, dues_of
from assessments.wording import reason_words, slot_words
from branchwork.xlsx import Column, Formula, SheetSpec


def lost_sheet(basis: Basis) -> SheetSpec:
    """One row for each due date that did not earn all of its points, by organization."""
    return SheetSpec(
        title=_("Lost points"),
        columns=[
            Column("organization", pgettext("workbook", "Organization"), 26),
            Column("item", pgettext("workbook", "Item"), 14),
            Column("content", pgettext("workbook", "Task"), 36),
            Column("slot", pgettext("workbook", "Which"), 12, align="center"),
            Column("due_on", pgettext("workbook", "Due"), 12, "date"),
            Column("available", pgettext("workbook", "Available"), 8, "points", total=True),
            Column("earned", pgettext("workbook", "Earned"), 8, "points", total=True),
            Column("lost", pgettext("workbook", "Lost"), 8, "points", total=True),
            Column("reason", pgettext("workbook", "Reason"), 48),
        ],
        rows=_rows(basis),
        heading=[
            _("Lost points, %(period)s") % {"period": words.whole_period(basis)},
            words.filled_in(basis),
            *words.provisional(basis),
        ],
        total_row=_("Total"),
        frozen_columns=1,
        autofilter=True,
    )


def _rows(basis: Basis) -> Iterator[dict]:
    for one in basis.ranked:
        yield from _rows_of(basis, one)


def _rows_of(basis: Basis, one: Ranked) -> Iterator[dict]:
    year = basis.plan.year
    for line in one.card.lines:
        if line.earned == line.available:
            continue
        for due in dues_of(line):
            lost = due.points - due.earned
            if not lost or not due.counts or _is_still_to_come(basis, due):
                continue
            yield {
                "organization": one.subject.name,
                "item": line.category_title,
                "content": line.title,
                "slot": slot_words(due.slot, due.due_on, year),
                "due_on": due.due_on,
                "available": due.points,
                "earned": due.earned,
                "lost": Formula("{available}-{earned}", lost),
                "reason": reason_words(due.reason, year),
            }


def _is_still_to_come(basis: Basis, due: Due) -> bool:
    """Neither available nor lost yet, in an open period."""
    return due.code == "open" or (due.code == "returned" and not basis.is_closed and due.due_on >= basis.as_of)
