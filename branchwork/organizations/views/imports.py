"""The organization list comes in: upload, check, done, perhaps undone."""

from collections import Counter

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from branchwork.actions import keep_answers, keep_upload
from branchwork.importing import Table, asked, find_table, read_answers, read_upload
from branchwork.models import Import
from branchwork.organizations.permissions import Permission, grants_of, rule, subtree_q
from branchwork.xlsx import WorkbookError

from ..actions.imports import confirm_import
from ..actions.undoing import obstacles, undo_import
from ..forms.organizations import UploadForm
from ..importing import FIELDS, Check, check, known_to, label_of
from ..models import Organization

# So many rows are read at one look, so many more are one click away.
FIRST, SHOWN = 24, 500


def _imports(user):
    """The organization imports `user` may see: those of the subtrees whose organizations `user` may change."""
    mine = subtree_q(user, Permission.EDIT_ORGANIZATIONS, "organization_path")
    if any(grant.organization.depth == 1 for grant in grants_of(user, Permission.EDIT_ORGANIZATIONS)):
        mine |= Q(organization_path="")  # from the command line
    return Import.objects.filter(mine, kind=Import.Kind.ORGANIZATIONS)


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_ORGANIZATIONS)
def import_upload(request):
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            upload = read_upload(form.cleaned_data["file"])
            table = find_table(upload.sheets, FIELDS)
        except WorkbookError as error:
            form.add_error("file", error.message)
        else:
            scope = grants_of(request.user, Permission.EDIT_ORGANIZATIONS)[0].organization
            kept = keep_upload(
                kind=Import.Kind.ORGANIZATIONS, upload=upload, table=table, organization=scope, by=request.user
            )
            return redirect("organizations:import_check", kept.pk)
    earlier = _imports(request.user)[:10]
    return render(request, "organizations/import_upload.html", {"form": form, "earlier": earlier, "fields": FIELDS})


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_ORGANIZATIONS)
def import_check(request, pk):
    """What was understood. POST keeps the answers; with `confirm` it also writes, if nothing is open any more."""
    kept = get_object_or_404(_imports(request.user), pk=pk)
    if kept.state != Import.State.CHECKING:
        return _done(request, kept)
    result = _check(kept, request.user)
    if request.method == "POST":
        answers = read_answers(result.questions, request.POST) | _columns(request, result)
        kept = keep_answers(kept=kept, answers=answers, by=request.user)
        result = _check(kept, request.user)
        if "confirm" in request.POST and not result.open:
            confirm_import(kept=kept, by=request.user)
            messages.success(request, _("Imported."))
            return redirect("organizations:import_check", pk)
    return render(request, "organizations/import_check.html", _context(kept, result))


def _check(kept: Import, user) -> Check:
    return check(Table.from_json(kept.understood), kept.answers, known_to(user), timezone.localdate())


def _columns(request, result: Check) -> dict[str, str]:
    """What the user says the columns mean; a field no importer knows is not read."""
    keys = {field.key for field in FIELDS}
    given = {column.letter: request.POST.get(f"column-{column.letter}") for column in result.table.columns}
    return {f"column:{letter}": key if key in keys else "" for letter, key in given.items() if key is not None}


def _context(kept: Import, result: Check) -> dict:
    answers = result.asking.answers
    moving = [draft for draft in result.drafts if draft.is_new or draft.changes]
    names = {draft.ref: draft.name for draft in result.drafts}
    names |= {f"pk:{pk}": name for pk, name in Organization.objects.values_list("pk", "name")}
    return {
        "kept": kept,
        "result": result,
        "table": result.table,
        "columns": [(column, label_of(column.key)) for column in result.table.columns],
        "fields": FIELDS,
        "problems": asked(result.asking.problems, answers),
        "doubts": asked(result.asking.doubts, answers),
        "same_names": asked(result.asking.same_names, answers),
        "must_mend": any(question.must_mend for question in result.open),
        "rows": [_row(draft, names) for draft in moving[:FIRST]],
        "more": [_row(draft, names) for draft in moving[FIRST:SHOWN]],
        "unshown": max(0, len(moving) - SHOWN),
        "same": len(result.drafts) - len(moving),
        "mixed": len(result.new) < len(result.drafts),
        "kinds": [(Organization.Kind(k).label, n) for k, n in Counter(d.kind for d in result.drafts if d.kind).items()],
        "members": sum(draft.members or 0 for draft in result.drafts),
        "secretaries": sum(bool(draft.secretary) for draft in result.drafts),
        "acting": sum(draft.is_acting for draft in result.drafts),
        "earlier": Import.objects.filter(sha256=kept.sha256, kind=kept.kind, state=Import.State.DONE).first(),
    }


def _row(draft, names: dict[str, str]) -> dict:
    parent = draft.parent or ""
    changes = [(label_of(c.key), _said(c.key, c.before, names), _said(c.key, c.after, names)) for c in draft.changes]
    return {
        "draft": draft,
        "number": draft.line.number,
        "code": draft.known.code if draft.known else draft.code,
        "short_name": draft.short_name or (draft.known.short_name if draft.known else "") or draft.name,
        "kind": Organization.Kind(draft.kind).label if draft.kind else "",
        "parent": parent[5:] if parent.startswith("make:") else names.get(parent, ""),
        "changes": changes,
    }


def _said(key: str, value, names: dict[str, str]) -> str:
    if value in (None, ""):
        return "—"
    if key == "parent":
        return value[5:] if value.startswith("make:") else names.get(value, value)
    if key == "kind":
        return str(Organization.Kind(value).label)
    if key in ("secretary", "acting"):
        name, is_acting = value
        return _("%(name)s (acting)") % {"name": name} if is_acting else name or "—"
    if key == "tags":
        return "、".join(value) or "—"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _done(request, kept: Import):
    in_the_way = obstacles(kept) if kept.state == Import.State.DONE else []
    made = Organization.objects.visible_to(request.user).filter(pk__in=kept.created.get("organizations", []))
    context = {
        "kept": kept,
        "in_the_way": in_the_way,
        "counts": {key: len(rows) for key, rows in kept.created.items()},
        "kinds": [(Organization.Kind(k).label, n) for k, n in Counter(made.values_list("kind", flat=True)).items()],
    }
    return render(request, "organizations/import_done.html", context)


@require_POST
@rule(Permission.EDIT_ORGANIZATIONS)
def import_undo(request, pk):
    kept = get_object_or_404(_imports(request.user), pk=pk)
    if kept.state == Import.State.CHECKING:
        raise Http404
    undo_import(kept=kept, by=request.user)
    messages.success(request, _("Undone: everything is as it was before."))
    return redirect("organizations:import_check", pk)
