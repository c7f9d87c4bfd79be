"""大项得分: what all organizations together earned on each task and each item."""

from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.exports import words
from assessments.exports.basis import Basis
from assessments.exports.remarks import remark
from assessments.scoring import rate_of
from branchwork.xlsx import Column, Formula, SheetSpec
from ledgers.models import Task

RATE = "ROUND({earned}/{available}*100,2)"


def items_sheet(basis: Basis) -> SheetSpec:
    """One row for each task; its item's sums stand merged beside its rows, as live formulas over them."""
    rows = list(_rows(basis))
    earned, available = _sums(rows)
    return SheetSpec(
        title=_("Points by item"),
        columns=_columns(basis, Formula(RATE, rate_of(earned, available)) if available else False),
        rows=rows,
        heading=[
            _("Points by item and task, %(period)s") % {"period": words.whole_period(basis)},
            words.filled_in(basis),
            *words.provisional(basis),
        ],
        notes=[_("Sums over all assessed organizations. “All of it” counts those that earned everything available.")],
        total_row=_("Total"),
        merge_equal=["number", "item", "item_earned", "item_available", "item_rate"],
        frozen_columns=3,
    )


def _columns(basis: Basis, whole_rate: Formula | bool) -> list[Column]:
    tasks, item = _("Task"), _("Whole item")
    is_year = basis.period.kind == "year"
    # A quarter's table asks for a part of the plan only: the points of the whole year are no sum of it.
    points = pgettext("workbook", "Points") if is_year else pgettext("workbook", "Points of the year")
    return [
        Column("number", pgettext("workbook", "No."), 6, "integer"),
        Column("item", pgettext("workbook", "Item"), 16),
        Column("content", pgettext("workbook", "Task"), 42),
        Column("points", points, 8, "points", total=is_year),
        Column("organizations", pgettext("workbook", "Organizations"), 8, "integer", group=tasks),
        Column("full", pgettext("workbook", "All of it"), 8, "integer", group=tasks),
        Column("earned", pgettext("workbook", "Earned"), 11, "points", total=True, group=tasks),
        Column("available", pgettext("workbook", "Available"), 11, "points", total=True, group=tasks),
        Column("rate", pgettext("workbook", "Rate"), 8, "rate", total=whole_rate, group=tasks),
        Column("item_earned", pgettext("workbook", "Earned"), 11, "points", group=item),
        Column("item_available", pgettext("workbook", "Available"), 11, "points", group=item),
        Column("item_rate", pgettext("workbook", "Rate"), 8, "rate", group=item),
        Column("remark", pgettext("workbook", "Remark"), 18),
    ]


def _rows(basis: Basis) -> Iterator[dict]:
    for item, tasks in groupby(basis.shown_tasks, key=lambda task: task.item):
        rows = [_task_row(basis, task) for task in tasks]
        earned, available = _sums(rows)
        below = len(rows) - 1
        sums = {
            "number": item.position,
            "item": item.title,
            "item_earned": Formula(f"SUM({{earned}}:{{earned+{below}}})", earned),
            "item_available": Formula(f"SUM({{available}}:{{available+{below}}})", available),
            "item_rate": None,
        }
        if available:
            sums["item_rate"] = Formula("ROUND({item_earned}/{item_available}*100,2)", rate_of(earned, available))
        for row in rows:
            rate = rate_of(row["earned"] or 0, row["available"] or 0)
            yield row | sums | {"rate": None if rate is None else Formula(RATE, rate)}


def _sums(rows: list[dict]) -> tuple[int, int]:
    """Earned and available together."""
    return sum(row["earned"] or 0 for row in rows), sum(row["available"] or 0 for row in rows)


def _task_row(basis: Basis, task: Task) -> dict:
    """Sums over the cards' own lines, so that they add up to the rating's."""
    lines = list(basis.lines.get(str(task.pk), {}).values())
    assessed = [line for line in lines if line.available]
    return {
        "content": task.content,
        "points": task.points,
        "organizations": len(assessed) or None,
        "full": sum(line.earned == line.available for line in assessed) if assessed else None,
        "earned": sum(line.earned for line in lines) if assessed else None,
        "available": sum(line.available for line in lines) if assessed else None,
        "remark": remark(basis, task),
    }
