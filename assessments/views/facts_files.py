"""A facts file of one period: attach it, look it through, confirm, take it off again."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.schemes import attaching_refusal, remove_facts
from assessments.actions.uploads import confirm_facts, keep_document, mend_document
from assessments.facts import rule_book
from assessments.facts_example import example_of
from assessments.facts_files import Checked, check_facts
from assessments.facts_told import told_of
from assessments.feeding import feeds_of
from assessments.forms import DocumentForm
from assessments.models import FactsFile, Scheme
from assessments.scheme_files.facts_reader import read_facts
from assessments.scheme_uploads import kept_text, name_of, typed
from assessments.scoring import Scheme as RuleBook
from assessments.views.schemes import plan_to_score, uploads_of
from branchwork.errors import Refused
from branchwork.models import Import
from branchwork.organizations.permissions import Permission, rule
from branchwork.periods import Period, plan_periods
from ledgers.models import Plan

ACCEPTED = ".yaml,.yml"


def _subject(request, plan_pk: int, text: str) -> tuple[Plan, Period]:
    plan = plan_to_score(request, plan_pk)
    found = next((period for period in plan_periods(plan.year) if str(period) == text), None)
    if found is None:
        raise Http404
    return plan, found


def _rule_book(plan: Plan) -> RuleBook | None:
    """The rule book in force, None where the plan's points are the scheme."""
    row = Scheme.objects.filter(plan=plan).first()
    return rule_book(row.document) if row and row.document else None


@require_http_methods(["GET", "POST"])
@rule(Permission.CLOSE_PERIOD)
def facts_detail(request, plan_pk, period):
    """What is attached to the period, and another file for it. Nothing is counted before it was looked through."""
    plan, chosen = _subject(request, plan_pk, period)
    form, scheme = DocumentForm(None, accept=ACCEPTED), _rule_book(plan)
    refusal = attaching_refusal(plan, period)
    if request.method == "POST":
        form = DocumentForm(request.POST, request.FILES, accept=ACCEPTED)
        found = None if refusal else _uploaded(form, scheme)
        if found:
            name, understood = found
            kept = keep_document(
                plan=plan, kind=Import.Kind.FACTS, period=period, name=name, understood=understood, by=request.user
            )
            return redirect("assessments:facts_check", plan.pk, period, kept.pk)
        form.mark_faults()
    attached = FactsFile.current(plan, period)
    checked = check_facts(plan, period, scheme, attached.document, attached.name) if attached and scheme else None
    context = {
        "plan": plan,
        "period": chosen,
        "scheme": scheme,
        "form": form,
        "attached": attached,
        "checked": checked,
        "told": told_of(checked, scheme) if checked else [],
        "refusal": refusal,
        "example": example_of(scheme, plan, chosen) if scheme else "",
        "wanted": [feed for feed in feeds_of(scheme, plan) if feed.needs_file] if scheme else [],
        "unfinished": uploads_of(plan, Import.Kind.FACTS, period).filter(state=Import.State.CHECKING)[:5],
    }
    status = 409 if refusal and request.method == "POST" else 200
    return render(request, "assessments/facts_detail.html", context, status=status)


def _uploaded(form: DocumentForm, scheme: RuleBook) -> tuple[str, dict[str, str]] | None:
    """The name and text to keep; None where the form now says what is wrong."""
    if not form.is_valid():
        return None
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    if file is None:
        return _("typed text"), {"document": typed(text)}
    data, name = file.read(), name_of(file)
    if (understood := kept_text(data)) is None:
        _facts, problems = read_facts(data, name, scheme)
        form.add_error("file", problems[0].message)
        return None
    return name, understood


@require_http_methods(["GET", "POST"])
@rule(Permission.CLOSE_PERIOD)
def facts_check(request, plan_pk, period, pk):
    """What was read: all mistakes with their places, or what the file tells of whom. With `confirm` it is attached."""
    plan, chosen = _subject(request, plan_pk, period)
    kept = get_object_or_404(uploads_of(plan, Import.Kind.FACTS, period), pk=pk)
    scheme = _rule_book(plan)
    if kept.state != Import.State.CHECKING or scheme is None:
        return redirect("assessments:facts_detail", plan.pk, period)
    if request.method == "POST" and "document" in request.POST:
        mend_document(kept=kept, document=typed(request.POST["document"]), by=request.user)
        return redirect("assessments:facts_check", plan.pk, period, kept.pk)
    checked = check_facts(plan, period, scheme, kept.understood["document"], kept.file_name)
    refusal = ""
    if request.method == "POST" and not checked.problems and request.POST.get("confirm") == kept.sha256:
        try:
            confirm_facts(kept=kept, plan=plan, by=request.user)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Attached. The cards of this period count it from now on."))
            return redirect("assessments:facts_detail", plan.pk, period)
    context = _context(plan, chosen, kept, scheme, checked, refusal)
    return render(request, "assessments/facts_check.html", context, status=409 if refusal else 200)


def _context(plan: Plan, period: Period, kept: Import, scheme: RuleBook, checked: Checked, refusal: str) -> dict:
    return {
        "plan": plan,
        "period": period,
        "kept": kept,
        "scheme": scheme,
        "checked": checked,
        "told": told_of(checked, scheme),
        "before": FactsFile.current(plan, str(period)),
        "refusal": refusal or attaching_refusal(plan, str(period)),
    }


@require_POST
@rule(Permission.CLOSE_PERIOD)
def facts_remove(request, plan_pk, period):
    plan, _chosen = _subject(request, plan_pk, period)
    remove_facts(plan=plan, period=period, by=request.user)
    messages.success(request, _("Removed. The cards of this period no longer count it."))
    return redirect("assessments:facts_detail", plan.pk, period)


@require_GET
@rule(Permission.CLOSE_PERIOD)
def facts_file(request, plan_pk, period):
    """The attached file as it was confirmed."""
    plan, _chosen = _subject(request, plan_pk, period)
    attached = FactsFile.current(plan, period)
    if attached is None:
        raise Refused(_("No facts file is attached to this period."))
    name = attached.name if attached.name.endswith((".yaml", ".yml")) else f"{attached.name}.yaml"
    return FileResponse(BytesIO(attached.document.encode()), as_attachment=True, filename=name)
