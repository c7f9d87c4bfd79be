from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Min
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from branchwork.organizations.permissions import Permission, has_permission, rule
from ledgers.actions.entries import pass_entries, return_entries
from ledgers.actions.entries.queue import Outcome
from ledgers.forms.entries import ReasonForm
from ledgers.forms.filters import QueueFilter
from ledgers.models import Assignment, Entry
from ledgers.timing import timing
from ledgers.views.entries import entry_context

PAGE = 20
QUICK_REASONS = (
    gettext_lazy("The numbers do not match"),
    gettext_lazy("Not what the task asks for"),
    gettext_lazy("The effect is not told"),
    gettext_lazy("Logged twice"),
)


@dataclass(frozen=True)
class Waiting:
    """One line of the queue; `remark` says how late it would be judged by the first due date it claims."""

    entry: Entry
    remark: str | Promise = ""


@require_GET
@rule(Permission.CONFIRM_ENTRY)
def review_queue(request):
    """What waits for this person, one entry open beside the list; acting on it opens the next one."""
    waiting = Entry.objects.awaiting(request.user).annotate(first_due_on=Min("fulfilments__assignment__due_on"))
    shown = QueueFilter(request.GET, waiting, request=request)
    keys = list(shown.qs.values_list("pk", flat=True))
    page = Paginator(keys, PAGE).get_page(_page_number(request, keys))
    rows = _rows(shown.qs, page)
    context = {
        "filter": shown,
        "page": page,
        "count": len(keys),
        "rows": rows,
        "quick_reasons": QUICK_REASONS,
        "is_reviewer": has_permission(request.user, Permission.REVIEW_ENTRY),
    }
    if rows:
        chosen = _number(request.GET.get("entry"))
        row = next((row for row in rows if row.entry.pk == chosen), rows[0])
        at = keys.index(row.entry.pk)
        context |= entry_context(request.user, row.entry) | {
            "row": row,
            "place": at + 1,
            "previous": keys[at - 1] if at else None,
            "following": keys[at + 1] if at + 1 < len(keys) else None,
            "next": _queue_url(request, (keys[at + 1 :] + keys[:at])[:1]),
            "reason_form": ReasonForm(),
        }
    return render(request, "ledgers/review_queue.html", context)


@require_POST
@rule(Permission.CONFIRM_ENTRY)
def review_pass(request):
    """Confirm or approve everything ticked."""
    picked = _picked(request)
    if not picked:
        return _ask(request, _("Tick the entries first."))
    outcome = pass_entries(picked=picked, by=request.user)
    return _tell(
        request, outcome, ngettext("%(n)s entry passed.", "%(n)s entries passed.", outcome.done) % {"n": outcome.done}
    )


@require_POST
@rule(Permission.CONFIRM_ENTRY)
def review_return(request):
    """Return everything ticked for one reason."""
    form, picked = ReasonForm(request.POST), _picked(request)
    if not form.is_valid():
        return _ask(request, form.errors["reason"][0])
    if not picked:
        return _ask(request, _("Tick the entries first."))
    outcome = return_entries(picked=picked, reason=form.cleaned_data["reason"], by=request.user)
    return _tell(
        request,
        outcome,
        ngettext("%(n)s entry returned.", "%(n)s entries returned.", outcome.done) % {"n": outcome.done},
    )


def _rows(queryset, page) -> list[Waiting]:
    entries = queryset.filter(pk__in=list(page)).select_related(
        "organization", "work_type", "plan", "recorded_by", "submitted_by", "confirmed_by"
    )
    return [Waiting(entry, _remark(entry)) for entry in entries]


def _remark(entry: Entry) -> str | Promise:
    if entry.first_due_on is None:
        return ""
    judged = timing(
        done_on=entry.happened_on,
        due_on=entry.first_due_on,
        recorded_on=timezone.localdate(entry.first_submitted_at),
        published_on=timezone.localdate(entry.plan.published_at),
        grace_days=entry.plan.grace_days,
    )
    return "" if judged == Assignment.Timing.ON_TIME else judged.label


def _page_number(request, keys: list[int]) -> int:
    chosen = _number(request.GET.get("entry"))
    if chosen in keys:
        return keys.index(chosen) // PAGE + 1
    return _number(request.GET.get("page")) or 1


def _queue_url(request, chosen: list[int]) -> str:
    """The queue with the filters as they are, open at an entry or at its start."""
    query = QueryDict(mutable=True)
    query.update({key: value for key, value in request.GET.items() if value and key not in ("entry", "page")})
    if chosen:
        query["entry"] = str(chosen[0])
    return f"{reverse('ledgers:review_queue')}?{query.urlencode()}"


def _picked(request) -> list[tuple[Entry, int]]:
    """The ticked entries, each with the version that was on the screen: `picked=12-3` is entry 12, version 3."""
    versions = {}
    for text in request.POST.getlist("picked"):
        key, _dash, version = text.partition("-")
        if _number(key) is not None and _number(version) is not None:
            versions[int(key)] = int(version)
    entries = Entry.objects.visible_to(request.user).filter(pk__in=versions)
    return [(entry, versions[entry.pk]) for entry in entries]


def _ask(request, what: str):
    """Back to the queue with a word on what is missing; nothing was done."""
    messages.warning(request, what)
    return redirect(_queue_url(request, []))


def _tell(request, outcome: Outcome, said: str):
    if outcome.done:
        messages.success(request, said)
    for entry, why in outcome.refused[:5]:
        messages.warning(request, _("“%(title)s”: %(why)s") % {"title": entry.title, "why": why})
    if len(outcome.refused) > 5:
        n = len(outcome.refused)
        messages.warning(request, ngettext("%(n)s was not done.", "%(n)s were not done.", n) % {"n": n})
    return redirect(_queue_url(request, []))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
