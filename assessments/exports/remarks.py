"""完成情况: how a task fared over everybody it applies to, in one sentence as an office writes it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from assessments.exports.basis import DONE, Basis, Due
from ledgers.models import Task

# Of what is done, and beside it; in this order.
AMONG = {
    "late": gettext_noop("%(count)d late"),
    "recorded_late": gettext_noop("%(count)d recorded late"),
    "made_up": gettext_noop("%(count)d made up"),
}
BESIDE = {
    "waiting": gettext_noop("%(count)d to be reviewed"),
    "undone": gettext_noop("%(count)d not done"),
    "open": gettext_noop("%(count)d not due yet"),
    "exempt": gettext_noop("%(count)d exempt"),
    "not_applicable": gettext_noop("%(count)d not applicable"),
}
KINDS_OF_COUNT = {
    "make_up_waiting": "waiting",
    "make_up_open": "undone",
    "missed": "undone",
    "returned": "undone",
    "not_accepted": "undone",
}


@dataclass(frozen=True)
class Tally:
    """How many due dates stand how, over all organizations of a task."""

    counts: Counter
    organizations: int

    @property
    def asked(self) -> int:
        return sum(count for kind, count in self.counts.items() if kind not in ("exempt", "not_applicable"))

    @property
    def done(self) -> int:
        return sum(self.counts[kind] for kind in DONE)


def tally(dues: Iterable[Iterable[Due]]) -> Tally:
    """Over the due dates of each organization."""
    counts: Counter = Counter()
    organizations = 0
    for own in dues:
        codes = [due.code for due in own]
        counts.update(KINDS_OF_COUNT.get(code, code) for code in codes)
        organizations += any(due.counts for due in own)
    return Tally(counts, organizations)


def remark(basis: Basis, task: Task) -> str:
    """Why nobody's card holds this task, "" where cards do."""
    if task.withdrawn_at:
        return _("Withdrawn: %(reason)s") % {"reason": task.withdrawal_reason}
    if task.is_own:
        return _("Done by the committee itself, on nobody's card")
    if task.is_pending:
        return _("Still to be answered: %(what)s") % {"what": task.audience.get("pending") or task.deadline}
    if str(task.pk) in basis.lines:
        return ""
    return _("No event so far") if task.is_event else _("Applies to nobody")


def completion(basis: Basis, task: Task) -> str:
    """64 个党支部全部完成 · 应办 768 项，完成 760 项，其中补记 12 项."""
    key = str(task.pk)
    dues = [basis.own[key]] if key in basis.own else basis.dues.get(key, {}).values()
    told = tally(dues)
    if not told.asked and not told.counts:
        return remark(basis, task)
    if told.asked and told.done == told.asked:
        whole = _everybody(basis, task, told)
    else:
        whole = _("%(asked)d asked, %(done)d done") % {"asked": told.asked, "done": told.done}
    among, beside = _counted(AMONG, told), _counted(BESIDE, told)
    if among:
        whole = _("%(whole)s, of these %(among)s") % {"whole": whole, "among": among}
    return _("%(whole)s; %(beside)s") % {"whole": whole, "beside": beside} if beside else whole


def _counted(words: dict[str, str], told: Tally) -> str:
    return _(", ").join(_(words[kind]) % {"count": told.counts[kind]} for kind in words if told.counts[kind])


def _everybody(basis: Basis, task: Task, told: Tally) -> str:
    if task.is_own:
        return ngettext("%(count)d asked, done", "%(count)d asked, all done", told.asked) % {"count": told.asked}
    kinds = {one.subject.level for one in basis.ranked if one.subject.key in basis.lines[str(task.pk)]}
    if kinds == {"branch"}:
        words = ngettext("%(count)d branch, all done", "%(count)d branches, all done", told.organizations)
    else:
        words = ngettext("%(count)d organization, all done", "%(count)d organizations, all done", told.organizations)
    return words % {"count": told.organizations}
