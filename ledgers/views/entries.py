from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from branchwork.organizations.permissions import Permission, has_permission, rule
from ledgers.actions.entries import export_entries
from ledgers.actions.entries.claims import may_decide
from ledgers.forms.entries import FilesForm, ReasonForm
from ledgers.forms.filters import EntryFilter
from ledgers.history import history_of
from ledgers.models import Entry, Evidence
from ledgers.transitions import EDITABLE, acts_for

PAGE = 50


@require_GET
@rule(Permission.VIEW)
def entry_list(request):
    """The ledger of everything this person may see; `entry_export` writes the same rows into a workbook."""
    shown = EntryFilter(request.GET, _listed(request), request=request)
    page = Paginator(shown.qs, PAGE).get_page(request.GET.get("page"))
    one = shown.form.cleaned_data.get("organization") if shown.is_wide else request.user.home
    context = {"filter": shown, "page": page, "summary_of": one, "summaries": shown.latest_quarters}
    return render(request, "ledgers/entry_list.html", context)


@require_POST
@rule(Permission.VIEW)
def entry_export(request):
    """What the list shows with the same query string, as a workbook."""
    shown = EntryFilter(request.GET, _listed(request), request=request)
    workbook = export_entries(entries=shown.qs, filters=request.GET.dict(), by=request.user)
    return FileResponse(workbook.file, as_attachment=True, filename=workbook.name)


def _listed(request):
    return (
        Entry.objects.visible_to(request.user)
        .select_related("organization", "work_type")
        .prefetch_related("fulfilments")
    )


@require_GET
@rule(Permission.VIEW)
def entry_detail(request, pk):
    """One entry: what it says, where it stands, what it counts for, its files, its history, and what may be done."""
    entry = get_object_or_404(
        Entry.objects.visible_to(request.user).select_related(
            "organization", "plan", "work_type", "recorded_by", "returned_by", "voided_by", "replaces"
        ),
        pk=pk,
    )
    context = entry_context(request.user, entry)
    context |= {
        "history": history_of(entry),
        "replaced_by": Entry.objects.filter(replaces=entry).first(),
        "reason_form": ReasonForm(),
        "files_form": FilesForm(),
    }
    return render(request, "ledgers/entry_detail.html", context)


def entry_context(user, entry: Entry) -> dict:
    """What every page shows of an entry: its claims with what may be decided about each, files, acts."""
    claims = list(entry.fulfilments.select_related("assignment__task__item", "assignment__plan", "task", "decided_by"))
    may_log = has_permission(user, Permission.LOG_ENTRY, entry.organization)
    is_sent_in = entry.state in (Entry.State.SUBMITTED, Entry.State.CONFIRMED, Entry.State.APPROVED)
    return {
        "entry": entry,
        "claims": [(claim, is_sent_in and may_decide(user, entry, claim.task)) for claim in claims],
        "evidence": list(entry.evidence.select_related("uploaded_by")),
        "acts": acts_for(user, entry),
        "may_edit": may_log and entry.state in EDITABLE,
        "may_add_files": may_log and entry.state != Entry.State.VOIDED,
        "may_log": may_log,
    }


@require_GET
@rule(Permission.VIEW)
def evidence_download(request, pk):
    """A file, always as an attachment and never run: whoever sees the entry may fetch it."""
    evidence = get_object_or_404(Evidence.objects.filter(entry__in=Entry.objects.visible_to(request.user)), pk=pk)
    path = settings.FILES_DIR / evidence.path
    if not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=evidence.file_name, content_type="application/octet-stream"
    )
    return harmless(response)


def harmless(response: HttpResponse) -> HttpResponse:
    """Whatever is inside, the browser neither guesses its type nor lets it do anything."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
