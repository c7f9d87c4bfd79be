from django.contrib import messages
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from branchwork.errors import Refused
from branchwork.organizations.models import Organization, User
from branchwork.organizations.permissions import Permission, grants_of, require, rule
from ledgers.actions.entries import EditConflict, edit_entry, is_on_behalf, log_entry
from ledgers.forms.entries import EntryForm
from ledgers.models import Assignment, Entry, WorkType
from ledgers.models.entries import confirmers
from ledgers.offers import offers_for
from ledgers.summaries import WORK_TYPE as SUMMARY
from ledgers.transitions import EDITABLE, is_own_confirmer

# So many kinds of work stand open on the form, those that fall due first; the others are one click away.
NEAR_TYPES = 10


@require_http_methods(["GET", "POST"])
@rule(Permission.LOG_ENTRY)
def entry_log(request):
    """记一笔. `?assignment=` is where one came from, `?organization=` for whom, `?replaces=` what is corrected."""
    origin = _origin(request)
    if origin and origin.task.work_type and origin.task.work_type.code == SUMMARY:
        return redirect("ledgers:summary", origin.organization_id, origin.period)
    replaced = _replaced(request)
    organization = _organization(request, origin, replaced)
    if organization is None:
        return _choose_organization(request)
    if request.method == "POST":
        return _log(request, organization, replaced)
    form = _opened_form(request, organization, origin, replaced)
    return _render_log(request, form, origin=origin, replaced=replaced)


@require_http_methods(["GET", "POST"])
@rule(Permission.LOG_ENTRY)
def entry_edit(request, pk):
    """Change a draft or a returned entry; what two people typed at once stands side by side (409)."""
    entries = Entry.objects.visible_to(request.user).select_related("organization", "plan", "returned_by")
    entry = get_object_or_404(entries, pk=pk)
    require(request.user, Permission.LOG_ENTRY, entry.organization)
    if request.method == "GET" and entry.state not in EDITABLE:
        raise Refused(_("The entry was sent in; it can no longer be changed. Take it back, or ask for its return."))
    if request.method == "GET":
        return _render_edit(request, EntryForm.of(entry, request.user), entry)
    form = EntryForm(request.POST, request.FILES, organization=entry.organization, user=request.user, entry=entry)
    if not form.is_valid():
        return _render_edit(request, form, entry)
    then = request.POST.get("then")
    try:
        entry = edit_entry(
            entry=entry, version=form.cleaned_data["version"] or 0, written=form.written,
            claimed=form.cleaned_data["claims"], files=form.all_files, submit=then != "draft", by=request.user,
        )  # fmt: skip
    except EditConflict as conflict:
        return _render_edit(request, form, entry, conflict=conflict)
    return _go_on(request, entry, then)


def _log(request, organization: Organization, replaced: Entry | None):
    form = EntryForm(request.POST, request.FILES, organization=organization, user=request.user)
    if not form.is_valid():
        return _render_log(request, form, replaced=replaced)
    then = request.POST.get("then")
    try:
        entry = log_entry(
            organization=organization, written=form.written, claimed=form.cleaned_data["claims"],
            files=form.all_files, submit=then != "draft", client_uuid=form.cleaned_data["client_uuid"],
            replaces=replaced, by=request.user,
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _render_log(request, form, replaced=replaced, status=409)
    return _go_on(request, entry, then)


def _go_on(request, entry: Entry, then: str | None):
    said = {
        Entry.State.DRAFT: _("Kept as a draft. It counts once it is sent in."),
        Entry.State.RETURNED: _("Kept. It counts once it is sent in again."),
        Entry.State.SUBMITTED: _("Sent in: “%(title)s”. It now waits to be confirmed."),
    }.get(entry.state, _("Sent in and confirmed: “%(title)s”."))
    messages.success(request, said % {"title": entry.title})
    if entry.happened_on.year != entry.plan.year:
        messages.warning(
            request,
            _("Mind the year: it happened in %(year)s and stands in “%(plan)s”.")
            % {"year": entry.happened_on.year, "plan": entry.plan},
        )
    if then == "again":
        return redirect(f"{reverse('ledgers:entry_log')}?organization={entry.organization_id}")
    return redirect("ledgers:entry_detail", entry.pk)


def _opened_form(request, organization, origin: Assignment | None, replaced: Entry | None) -> EntryForm:
    """A blank form with what is known already: from the assignment, the voided entry, or what was typed so far."""
    known = {}
    if replaced:
        known = {name: getattr(replaced, name) for name in ("title", "happened_on", "effect", "place", "attended")}
        known["work_type"] = replaced.work_type_id
        known["claims"] = list(replaced.fulfilments.values_list("assignment", flat=True))
    if origin:
        known |= {"work_type": origin.task.work_type_id, "claims": [origin.pk]}
    if "happened_on" in request.GET:  # the list of claims, asked for again while typing
        known |= {"happened_on": request.GET["happened_on"], "work_type": request.GET.get("work_type")}
        known["claims"] = request.GET.getlist("claims")
    return EntryForm.blank(organization=organization, user=request.user, **known)


def _render_log(request, form: EntryForm, *, origin=None, replaced=None, status=200):
    context = _context(request, form) | {"origin": origin, "replaced": replaced}
    return render(request, "ledgers/entry_log.html", context, status=status)


def _render_edit(request, form: EntryForm, entry: Entry, conflict: EditConflict | None = None):
    stored = conflict.stored if conflict else None
    if stored:
        # What was typed may be kept on purpose, over what is stored now.
        form.data = form.data.copy()
        form.data["version"] = stored.version
    context = _context(request, form) | {
        "entry": entry,
        "conflict": conflict,
        "stored": stored,
        "may_save": stored is None or stored.state in EDITABLE,
        "evidence": entry.evidence.all(),
        "rejected": [claim for claim in entry.fulfilments.select_related("task") if claim.state == "rejected"],
    }
    return render(request, "ledgers/entry_edit.html", context, status=409 if conflict else 200)


def _context(request, form: EntryForm) -> dict:
    if form.is_bound:
        form.mark_faults()
    work_type = form.chosen_type
    offers = offers_for(form.organization, form.day, work_type, form.ticked, may_tick=not form.is_bound)
    work_types = [kind for kind in WorkType.objects.all() if kind.code != SUMMARY or kind == work_type]
    near = offers.work_types[:NEAR_TYPES]
    shown = [kind for kind in work_types if kind.pk in near or kind == work_type]
    own = is_own_confirmer(request.user, form.organization)
    return {
        "form": form,
        "organization": form.organization,
        "offers": offers,
        "work_type": work_type,
        "near_types": shown or work_types,
        "more_types": [kind for kind in work_types if kind not in shown] if shown else [],
        "files": form.sealed_files() if form.is_bound else [],
        "confirmers": [] if own else User.objects.filter(role_grants__in=confirmers(form.organization)).distinct(),
        "is_own_confirmer": own,
        "is_on_behalf": is_on_behalf(request.user, form.organization),
        "has_several": any(grant.organization.numchild for grant in grants_of(request.user, Permission.LOG_ENTRY)),
    }


def _choose_organization(request):
    mine = Organization.objects.visible_to(request.user, Permission.LOG_ENTRY).active(timezone.localdate())
    choices = mine.select_related("peer_group").order_by(F("peer_group__position").asc(nulls_first=True), "path")
    return render(request, "ledgers/entry_log.html", {"choices": choices})


def _organization(request, origin: Assignment | None, replaced: Entry | None) -> Organization | None:
    """For whom: as the origin says, else as chosen; the only one when there is one. None: still to be chosen."""
    if origin or replaced:
        return (origin or replaced).organization
    mine = Organization.objects.visible_to(request.user, Permission.LOG_ENTRY)
    if chosen := request.POST.get("organization") or request.GET.get("organization"):
        return get_object_or_404(mine, pk=_number(chosen))
    first = list(mine[:2])
    return first[0] if len(first) == 1 else None


def _origin(request) -> Assignment | None:
    if not (key := request.GET.get("assignment")):
        return None
    mine = Assignment.objects.visible_to(request.user).select_related("organization", "task__work_type", "plan")
    origin = get_object_or_404(mine.filter(plan__state="published"), pk=_number(key))
    require(request.user, Permission.LOG_ENTRY, origin.organization)
    return origin


def _replaced(request) -> Entry | None:
    if not (key := request.POST.get("replaces") or request.GET.get("replaces")):
        return None
    entry = get_object_or_404(Entry.objects.visible_to(request.user).select_related("organization"), pk=_number(key))
    require(request.user, Permission.LOG_ENTRY, entry.organization)
    return entry


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
