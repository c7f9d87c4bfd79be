"""考核办法 of a plan: read it, choose another one, look it through, confirm."""

from io import BytesIO

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.schemes import choosing_refusal, return_to_plan_scheme, subjects_refusal
from assessments.actions.uploads import confirm_scheme, keep_document, mend_document
from assessments.facts import book_of, rule_book
from assessments.feeding import feeds_of
from assessments.forms import DocumentForm
from assessments.models import FactsFile, Scheme
from assessments.rule_words.lint_words import finding_text
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_page import scheme_page
from assessments.scheme_uploads import (
    Reading,
    is_workbook,
    kept_text,
    kept_workbook,
    name_of,
    presets,
    read_kept_scheme,
    typed,
)
from assessments.scheme_workbooks.writing import write_workbook_scheme
from assessments.scoring import Scheme as RuleBook
from assessments.scoring.lint import lint
from branchwork.actions import keep_answers
from branchwork.errors import Refused
from branchwork.importing import read_answers
from branchwork.importing.questions import asked, open_questions
from branchwork.models import Import
from branchwork.organizations.permissions import Permission, has_permission, require, rule
from branchwork.periods import Period, plan_periods
from ledgers.models import Plan

ACCEPTED = ".yaml,.yml,.xlsx"


def plan_to_score(request, plan_pk: int) -> Plan:
    """The plan, for those who may say how it is scored."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("owner"), pk=plan_pk)
    require(request.user, Permission.CLOSE_PERIOD, plan.owner)
    return plan


def uploads_of(plan: Plan, kind: str, period: str = "") -> QuerySet[Import]:
    return Import.objects.filter(kind=kind, options={"plan": plan.pk, "period": period})


@require_GET
@rule(Permission.VIEW)
def scheme_detail(request, plan_pk):
    """The scheme in force as a readable rule book; `?version=` shows an earlier one."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("owner"), pk=plan_pk)
    rows = list(plan.schemes.select_related("made_by"))
    wanted = request.GET.get("version", "")
    row = next((row for row in rows if str(row.version) == wanted), rows[0] if rows else None)
    may_choose = has_permission(request.user, Permission.CLOSE_PERIOD, plan.owner)
    context = {
        "plan": plan,
        "row": row,
        "rows": rows,
        "is_in_force": not rows or row == rows[0],
        "may_choose": may_choose,
        "refusal": choosing_refusal(plan) if may_choose else "",
    }
    if row is not None and row.document:
        context |= _shown(rule_book(row.document), plan) | {"facts_files": _facts_files(plan)}
    else:
        book = book_of(plan, row)
        context |= {"derived": book.scheme, "points": book.total_points}
    return render(request, "assessments/scheme_detail.html", context)


def _facts_files(plan: Plan) -> list[tuple[Period, FactsFile | None]]:
    """Every period with what is attached to it."""
    attached = {one.period: one for one in FactsFile.objects.current().filter(plan=plan)}
    return [(period, attached.get(str(period))) for period in plan_periods(plan.year)]


def _shown(scheme: RuleBook, plan: Plan) -> dict:
    feeds = feeds_of(scheme, plan)
    return {
        "scheme": scheme,
        "shown": scheme_page(scheme),
        "findings": [(finding.is_error, finding_text(finding)) for finding in lint(scheme)],
        "from_ledger": [feed for feed in feeds if feed.is_from_ledger],
        "from_file": [feed for feed in feeds if feed.needs_file],
        "doubtful": [feed for feed in feeds if feed.is_doubtful],
    }


@require_http_methods(["GET", "POST"])
@rule(Permission.CLOSE_PERIOD)
def scheme_choose(request, plan_pk):
    """Another scheme: one of ours, a file, or its text. Nothing is scored by it before it was looked through."""
    plan = plan_to_score(request, plan_pk)
    form = DocumentForm(None, accept=ACCEPTED)
    if request.method == "POST":
        form = DocumentForm(request.POST, request.FILES, accept=ACCEPTED)
        preset = next((one for one in presets() if one.key == request.POST.get("preset")), None)
        found = (f"{preset.key}.yaml", {"document": preset.document}) if preset else _uploaded(form)
        if found:
            name, understood = found
            kept = keep_document(plan=plan, kind=Import.Kind.SCHEME, name=name, understood=understood, by=request.user)
            return redirect("assessments:scheme_check", plan.pk, kept.pk)
        form.mark_faults()
    context = {
        "plan": plan,
        "form": form,
        "presets": [preset for preset in presets() if not preset.is_for_persons],
        "presets_for_persons": [preset for preset in presets() if preset.is_for_persons],
        "refusal": choosing_refusal(plan),
        "unfinished": uploads_of(plan, Import.Kind.SCHEME).filter(state=Import.State.CHECKING)[:5],
    }
    return render(request, "assessments/scheme_choose.html", context)


def _uploaded(form: DocumentForm) -> tuple[str, dict[str, str]] | None:
    """The name and content to keep; None where the form now says what is wrong."""
    if not form.is_valid():
        return None
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    if file is None:
        return _("typed text"), {"document": typed(text)}
    data, name = file.read(), name_of(file)
    if is_workbook(data):
        return name, kept_workbook(data)
    if (understood := kept_text(data)) is None:
        _scheme, problems = read_scheme(data, name)
        form.add_error("file", problems[0].message)
        return None
    return name, understood


@require_http_methods(["GET", "POST"])
@rule(Permission.CLOSE_PERIOD)
def scheme_check(request, plan_pk, pk):
    """What was read: all mistakes with their places, or the rule book as it will be. POST keeps what was mended or
    answered; with `confirm` the plan is scored by it from then on."""
    plan = plan_to_score(request, plan_pk)
    kept = get_object_or_404(uploads_of(plan, Import.Kind.SCHEME), pk=pk)
    if kept.state != Import.State.CHECKING:
        return redirect("assessments:scheme_detail", plan.pk)
    reading, refusal = read_kept_scheme(kept), ""
    if request.method == "POST" and "confirm" not in request.POST:
        _keep_mended(request, kept, reading)
        return redirect("assessments:scheme_check", plan.pk, kept.pk)
    if request.method == "POST" and _is_confirmable(reading, kept) and request.POST["confirm"] == kept.sha256:
        try:
            confirm_scheme(kept=kept, plan=plan, document=reading.document, title=reading.scheme.title, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("From now on the plan is scored by this rule book."))
            return redirect("assessments:scheme_detail", plan.pk)
    context = {
        "plan": plan,
        "kept": kept,
        "reading": reading,
        "asked": asked(reading.questions, kept.answers),
        "is_confirmable": _is_confirmable(reading, kept),
        "refusal": refusal or choosing_refusal(plan),
    }
    if reading.scheme is not None:
        context |= _shown(reading.scheme, plan)
        context["refusal"] = context["refusal"] or subjects_refusal(reading.scheme)
    if open_questions(reading.questions, kept.answers):
        # What is asked about still looks wrong.
        context["findings"] = []
    return render(request, "assessments/scheme_check.html", context, status=409 if refusal else 200)


def _keep_mended(request, kept: Import, reading: Reading) -> None:
    if reading.questions:
        keep_answers(kept=kept, answers=read_answers(reading.questions, request.POST), by=request.user)
    elif "document" in request.POST and "document" in kept.understood:
        mend_document(kept=kept, document=typed(request.POST["document"]), by=request.user)


def _is_confirmable(reading: Reading, kept: Import) -> bool:
    return bool(reading.document) and not open_questions(reading.questions, kept.answers)


@require_POST
@rule(Permission.CLOSE_PERIOD)
def scheme_return(request, plan_pk):
    """回到按计划分值计分."""
    plan = plan_to_score(request, plan_pk)
    return_to_plan_scheme(plan=plan, by=request.user)
    messages.success(request, _("From now on the plan is scored by its own points."))
    return redirect("assessments:scheme_detail", plan.pk)


@require_GET
@rule(Permission.VIEW)
def scheme_file(request, plan_pk):
    """The rule book in force as the YAML text that was confirmed."""
    row = _row_to_export(request, plan_pk)
    return FileResponse(BytesIO(row.document.encode()), as_attachment=True, filename=f"{row.title}.yaml")


@require_GET
@rule(Permission.VIEW)
def scheme_workbook(request, plan_pk):
    """The rule book in force as the table offices keep."""
    row = _row_to_export(request, plan_pk)
    workbook = BytesIO(write_workbook_scheme(rule_book(row.document)))
    return FileResponse(workbook, as_attachment=True, filename=f"{row.title}.xlsx")


def _row_to_export(request, plan_pk: int) -> Scheme:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=plan_pk)
    row = plan.schemes.first()
    if row is None or not row.document:
        raise Refused(_("This plan is scored by its own points; there is no rule book to export."))
    return row
