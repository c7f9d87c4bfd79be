"""完成情况矩阵: tasks × organizations, with the screen's signs. Drawn from the cards, and as frozen as they are."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.exports import words
from assessments.exports.basis import DONE, Basis, Due, Ranked
from assessments.exports.remarks import remark, tally
from branchwork.xlsx import Column, SheetSpec
from ledgers import states
from ledgers.models import Task

STATES = {
    "on_time": states.DONE,
    "late": states.DONE_LATE,
    "made_up": states.DONE_MADE_UP,
    "recorded_late": states.RECORDED_LATE,
    "waiting": states.CONFIRMED,
    "make_up_waiting": states.CONFIRMED,
    "open": states.NOT_STARTED,
    "returned": states.RETURNED,
    "missed": states.OVERDUE,
    "not_accepted": states.OVERDUE,
    "make_up_open": states.OVERDUE,
    "exempt": states.EXEMPT,
    "not_applicable": states.NOT_APPLICABLE,
}
# So many organizations stand on one printed page.
ON_A_PAGE = 18


def matrix_sheet(basis: Basis) -> SheetSpec:
    """A cell is the worst of its due dates, with done/required where there are several and not all are done."""
    organizations = sorted(basis.ranked, key=lambda one: (basis.group_order[one.subject.peer_group], one.subject.code))
    return SheetSpec(
        title=_("Completion matrix"),
        columns=_columns(basis, organizations),
        rows=_rows(basis, organizations),
        heading=[
            _("Completion matrix, %(period)s") % {"period": words.whole_period(basis)},
            *words.provisional(basis),
            legend(),
        ],
        merge_equal=["number", "item"],
        frozen_columns=3,
        pages_wide=max(1, -(-len(organizations) // ON_A_PAGE)),
    )


def _columns(basis: Basis, organizations: Sequence[Ranked]) -> list[Column]:
    own = [Column("own", basis.plan.owner.label, 6, upright=True, align="center")] if basis.own else []
    return [
        Column("number", pgettext("workbook", "No."), 5, "integer"),
        Column("item", pgettext("workbook", "Item"), 12),
        Column("content", pgettext("workbook", "Task"), 36),
        Column("asked", pgettext("workbook", "Asked"), 6, "integer"),
        Column("done", pgettext("workbook", "Done"), 6, "integer"),
        *own,
        *(
            Column(
                f"o{one.subject.key}", one.subject.label, 6, group=one.subject.peer_group, upright=True, align="center"
            )
            for one in organizations
        ),
        Column("remark", pgettext("workbook", "Remark"), 16),
    ]


def _rows(basis: Basis, organizations: Sequence[Ranked]) -> Iterator[dict]:
    empty = {"own": None} | {f"o{one.subject.key}": None for one in organizations}
    for item, tasks in groupby(basis.shown_tasks, key=lambda task: task.item):
        for task in tasks:
            yield empty | {"number": item.position, "item": item.title} | _task_row(basis, task)


def _task_row(basis: Basis, task: Task) -> dict:
    key = str(task.pk)
    dues = basis.dues.get(key, {})
    own = basis.own.get(key, ())
    told = tally([own] if own else dues.values())
    return {
        "content": task.content,
        "asked": told.asked or None,
        "done": told.done if told.asked else None,
        "own": cell(own) if own else None,
        "remark": remark(basis, task),
        **{f"o{subject}": cell(found) for subject, found in dues.items()},
    }


def cell(dues: Sequence[Due]) -> str:
    """√ · 补 · ▲9/12: the sign of the worst, and how many of how many while some are missing."""
    counted = [due for due in dues if due.counts]
    done = sum(due.code in DONE for due in counted)
    sign = states.worst(STATES[due.code] for due in counted or dues).sign
    if done == len(counted) or len(counted) == 1:
        return sign
    # What is too long for the narrow column breaks where a person would break it.
    gap = "\n" if len(counted) > 9 else ""
    return f"{sign}{gap}{done}/{len(counted)}"


def legend() -> str:
    """What the signs in the cells mean."""
    shown = (
        states.DONE, states.RECORDED_LATE, states.CONFIRMED, states.RETURNED, states.OVERDUE, states.NOT_STARTED
    )  # fmt: skip
    signs = [f"{state.sign} {state.label}" for state in shown]
    signs.append(f"{states.EXEMPT.sign} {states.EXEMPT.label}{_(', ')}{states.NOT_APPLICABLE.label}")
    told = {"signs": "　".join(signs)}
    return (
        _("%(signs)s. A cell shows the worst of its due dates; 9/12: 9 of 12 are done; empty: it does not apply.")
        % told
    )
