"""How readings are said on the screen: of a calendar, of an audience, and why one is asked about."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from branchwork.deadlines import MONTH_END, Calendar, Question, QuestionCode, Slot, Unresolved
from branchwork.templatetags.words import day
from ledgers.audiences import Doubt
from ledgers.slots import deadline_of

# A list of dates longer than this is told by its number and its ends.
_LISTED = 6

_WHY_DEADLINE = {
    QuestionCode.EMPTY: gettext_lazy("No deadline is written."),
    QuestionCode.VAGUE: gettext_lazy("It names no date."),
    QuestionCode.AMBIGUOUS: gettext_lazy("It can be read in more than one way."),
    QuestionCode.IMPOSSIBLE_DATE: gettext_lazy("There is no such day."),
    QuestionCode.REVERSED: gettext_lazy("The dates run backwards."),
    QuestionCode.REPEATED: gettext_lazy("The same day is written twice."),
    QuestionCode.TOO_OFTEN: gettext_lazy("It is more often than monthly; the ledger goes down to months."),
    QuestionCode.SEVERAL: gettext_lazy("Several times, but not on which days."),
    QuestionCode.WORKING_DAYS: gettext_lazy("Working days cannot be counted; write calendar days."),
    QuestionCode.UNREADABLE: gettext_lazy("It could not be read."),
    QuestionCode.MISSING_HOLIDAYS: gettext_lazy("The feast days of that year are not known yet; write the dates."),
    QuestionCode.ANOTHER_YEAR: gettext_lazy("It names another year than the plan's."),
    QuestionCode.NO_LEAP_DAY: gettext_lazy("That year has no 29 February."),
}
_WHY_AUDIENCE = {
    Doubt.EMPTY: gettext_lazy("No organization is written."),
    Doubt.TAG: gettext_lazy("Which organizations these are is not on record."),
    Doubt.AFTER_TASK: gettext_lazy("Who it is will show once another task is done."),
    Doubt.NEAR: gettext_lazy("There are no such organizations; probably “%(near)s” is meant."),
    Doubt.UNKNOWN: gettext_lazy("There are no such organizations."),
}


def deadline_doubt(question: Question) -> str:
    return str(_WHY_DEADLINE[question.code])


def audience_doubt(doubt: Doubt, near: str = "") -> str:
    return str(_WHY_AUDIENCE[doubt]) % {"near": near}


def calendar_words(calendar: dict[str, Any], year: int) -> str:
    """12 次，月底 · 6月30日、11月30日 · 待触发 · 待定."""
    rule = deadline_of(calendar)
    if rule is None:
        return _("to be settled")
    if not isinstance(rule, Calendar):
        return _("on its event")
    try:
        slots = rule.slots(year)
    except Unresolved as unresolved:
        return deadline_doubt(unresolved.question)
    return _slots_words(rule, slots)


def _slots_words(rule: Calendar, slots: tuple[Slot, ...]) -> str:
    ends = {"month": _("month ends"), "quarter": _("quarter ends"), "half": _("half-year ends")}
    whole = {"month": (1, 12), "quarter": (3, 4), "half": (6, 2)}
    if rule.every in whole and rule.day == MONTH_END and (rule.month, len(slots)) == whole[rule.every]:
        return _("%(n)d times, %(when)s") % {"n": len(slots), "when": ends[rule.every]}
    if len(slots) <= _LISTED:
        return _(", ").join(day(slot.due_on) for slot in slots)
    return _("%(n)d times, %(first)s to %(last)s") % {
        "n": len(slots), "first": day(slots[0].due_on), "last": day(slots[-1].due_on),
    }  # fmt: skip


def audience_words(
    audience: dict[str, Any],
    count: int,
    tag_names: dict[int, str] | None = None,
    task_names: dict[int, str] | None = None,
) -> str:
    """72 个 · 62 个，7 人以上 · 标签“窗口单位”，5 个 · 工委自办 · 随“申报…”确定 · 待定."""
    if "pending" in audience or not audience:
        return _("to be settled")
    if audience.get("own"):
        return _("the committee's own work")
    if "after_task" in audience:
        name = (task_names or {}).get(audience["after_task"], "")
        return _("those that have done “%(task)s”") % {"task": name}
    words = ngettext("%(n)d organization", "%(n)d organizations", count) % {"n": count}
    if least := audience.get("min_members"):
        return _("%(organizations)s, of %(n)d members or more") % {"organizations": words, "n": least}
    if tags := audience.get("tags"):
        names = _(", ").join((tag_names or {}).get(key, "") for key in tags)
        return _("tag “%(tag)s”, %(organizations)s") % {"tag": names, "organizations": words}
    return words
