"""The office's own table, in its own layout, with 完成情况 filled in."""

from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.exports import words
from assessments.exports.basis import Basis
from assessments.exports.remarks import completion
from branchwork.xlsx import Column, SheetSpec


def plan_sheet(basis: Basis) -> SheetSpec:
    """The columns, order and merged cells of the file the plan came from: it can be imported again."""
    plan = basis.plan
    notes = [plan.note] if plan.note else []
    return SheetSpec(
        title=_("Plan with completion"),
        columns=[
            Column("number", pgettext("workbook", "No."), 6, "integer"),
            Column("item", pgettext("workbook", "Item"), 14),
            Column("content", pgettext("workbook", "Task"), 40),
            Column("responsible", pgettext("workbook", "Responsible"), 20),
            Column("deadline", pgettext("workbook", "Deadline"), 18),
            Column("effect", pgettext("workbook", "Wanted effect"), 28),
            Column("points", pgettext("workbook", "Points"), 8, "points", total=True),
            Column("note", pgettext("workbook", "Note"), 14),
            Column("completion", pgettext("workbook", "Completion"), 36),
        ],
        rows=_rows(basis),
        heading=[plan.title, words.filled_in(basis), *words.provisional(basis)],
        notes=[*notes, words.signature()],
        total_row=_("Total"),
        merge_equal=["number", "item"],
        frozen_columns=3,
    )


def _rows(basis: Basis) -> list[dict]:
    return [
        {
            "number": item.position,
            "item": item.title,
            "content": task.content,
            "responsible": task.responsible,
            "deadline": task.deadline,
            "effect": task.effect,
            "points": task.points,
            "note": task.note,
            "completion": completion(basis, task),
        }
        for item, tasks in groupby(basis.tasks, key=lambda task: task.item)
        for task in tasks
    ]
