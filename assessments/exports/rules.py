"""计分说明: the rules this workbook was counted by, in words, from the scheme's and the plan's own figures."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.exports import words
from assessments.exports.basis import Basis
from assessments.exports.matrix import legend
from assessments.exports.remarks import remark
from assessments.wording import percent
from branchwork.points import format_points
from branchwork.xlsx import Column, SheetSpec


def rules_sheet(basis: Basis) -> SheetSpec:
    """Two columns: what a rule is about, and the rule."""
    told = [
        (_("What is counted"), _counted),
        (_("In time"), _in_time),
        (_("Late, recorded late"), _late),
        (_("Not done"), _not_done),
        (_("Exempt, not applicable"), _exempt),
        (_("Rate"), _rate),
        (_("Quarter"), _quarter),
        (_("Make-ups"), _make_ups),
        (_("Year"), _year),
        (_("Grades"), _grades),
        (_("Places"), _places),
        (pgettext("workbook", "Signs"), _signs),
        (_("On nobody's card"), _unassessed),
        (_("This closing"), words.closing_words),
    ]
    rows = [{"about": about, "rule": line} for about, rule in told for line in rule(basis).split("\n") if line]
    return SheetSpec(
        title=_("How points are counted"),
        columns=[
            Column("about", pgettext("workbook", "About"), 18, align="center"),
            Column("rule", pgettext("workbook", "Rule"), 110),
        ],
        rows=rows,
        heading=[
            _("How points are counted, %(year)s") % {"year": basis.plan.year},
            *words.provisional(basis),
        ],
        merge_equal=["about"],
    )


def _counted(basis: Basis) -> str:
    tasks = [task for task in basis.tasks if not task.withdrawn_at]
    own = sum(task.points or 0 for task in tasks if task.is_own)
    return _(
        "The plan has %(items)d items and %(tasks)d tasks, %(points)s points in all, of which the committee itself "
        "answers for %(own)s. A task's points are spread over its due dates to 0.01 and never given away to others: "
        "each organization is asked only for what applies to it, at the points the plan prints."
    ) % {
        "items": len({task.item_id for task in tasks}),
        "tasks": len(tasks),
        "points": format_points(sum(task.points or 0 for task in tasks)),
        "own": format_points(own),
    }


def _in_time(basis: Basis) -> str:
    return _(
        "Done by its due date and handed in within %(days)d days after it (or after the task was made known, where "
        "that is later): all of its points. The days that reviewers take never cost a point."
    ) % {"days": basis.plan.grace_days}


def _late(basis: Basis) -> str:
    return _(
        "Late: done after the due date. Recorded late: done in time, but handed in after those %(days)d days. "
        "Both earn %(share)s of the points, rounded half up to 0.01 for each due date."
    ) % {"days": basis.plan.grace_days, "share": percent(str(basis.scheme.late_share))}


def _not_done(basis: Basis) -> str:
    return _(
        "Not done, returned and not sent again, or not reviewed when the period is closed: 0 points. What needs "
        "several records is done when all of them are accepted."
    )


def _exempt(basis: Basis) -> str:
    if basis.scheme.not_applicable == "full":
        return _("What is exempt counts in neither earned nor available. What does not apply earns its full points.")
    return _("What is exempt or does not apply counts in neither earned nor available points.")


def _rate(basis: Basis) -> str:
    return _(
        "Rate = earned ÷ available × 100, rounded half up to 0.01. Nothing available: no rate. The rate compares "
        "organizations that were asked for different things."
    )


def _quarter(basis: Basis) -> str:
    return _(
        "A quarter holds what falls due in it. Once it is closed its points stand; until then figures are "
        "provisional and count what is due or done, what awaits review included."
    )


def _make_ups(basis: Basis) -> str:
    return _(
        "What was not done when its quarter was closed and is completed later earns %(share)s of its points in the "
        "year. The quarter's own points stay as they were."
    ) % {"share": percent(str(basis.scheme.late_share))}


def _year(basis: Basis) -> str:
    return _(
        "The year earns what its four quarters, the make-ups and the tasks due next year earned together; likewise "
        "what was available. Its rate comes from these two sums: it is neither the mean nor the sum of the quarters' "
        "rates."
    )


def _grades(basis: Basis) -> str:
    grades = sorted(basis.scheme.grades, key=lambda grade: -grade.at_least)
    if not grades:
        return ""
    told = [_("%(grade)s from %(line)s") % {"grade": g.name, "line": f"{g.at_least.normalize():f}"} for g in grades]
    if grades[-1].at_least <= 0:
        lowest = {"grade": grades[-1].name, "line": f"{grades[-2].at_least.normalize():f}"} if told[1:] else {}
        told[-1] = _("%(grade)s below %(line)s") % lowest if lowest else grades[-1].name
    return _("By the rate as printed: %(grades)s.") % {"grades": _(", ").join(told)}


def _places(basis: Basis) -> str:
    return _(
        "Given on closed periods only, within one peer group and one level (branches; committees and general "
        "branches), by the rate as printed. Equal rates share a place (1, 2, 2, 4). Where fewer than %(count)d can "
        "be compared there are no places."
    ) % {"count": basis.scheme.min_place_group}


def _signs(basis: Basis) -> str:
    return legend()


def _unassessed(basis: Basis) -> str:
    told = [
        _("%(task)s: %(why)s") % {"task": task.content, "why": why}
        for task in basis.tasks
        if (why := remark(basis, task)) and (basis.period.kind == "year" or task.is_own)
    ]
    return "\n".join(told)
