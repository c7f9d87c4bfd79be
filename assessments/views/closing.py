from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from assessments.actions import ClosingRefused, reopen_period, request_closing
from assessments.distribution import distribution
from assessments.facts import book_of
from assessments.forms import CloseForm, ReopenForm
from assessments.models import Closing, IndicatorResult
from assessments.proposals import proposal_rows
from assessments.readiness import Readiness, period_overview, readiness
from assessments.trial import trial_spread
from branchwork.errors import Refused
from branchwork.organizations.permissions import Permission, has_permission, require, rule
from branchwork.periods import Period, plan_periods
from ledgers.models import Plan

# More than this is not computed while somebody waits for a page.
TRIAL_ORGANIZATIONS = 300


@require_GET
@rule(Permission.VIEW)
def period_list(request):
    """Where every quarter and the year stand, what can be closed now and what from when."""
    plans = list(Plan.objects.visible_to(request.user).published().select_related("owner"))
    wanted = request.GET.get("plan", "")
    plan = next((plan for plan in plans if str(plan.pk) == wanted), plans[0] if plans else None)
    context = {"plan": plan, "plans": plans}
    if plan is not None:
        context |= {
            "periods": period_overview(plan, timezone.localdate()),
            "may_close": has_permission(request.user, Permission.CLOSE_PERIOD, plan.owner),
            "may_reopen": has_permission(request.user, Permission.REOPEN_PERIOD, plan.owner),
            "may_export": has_permission(request.user, Permission.EXPORT_REPORT, plan.owner),
        }
    return render(request, "assessments/period_list.html", context)


@require_http_methods(["GET", "POST"])
@rule(Permission.CLOSE_PERIOD)
def period_close(request, plan_pk, period):
    """结账 of one period: what stands in the way, how the rates would spread, the button; once closed, the result."""
    plan, chosen = _subject(request, plan_pk, period, Permission.CLOSE_PERIOD)
    form = CloseForm(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            accept = form.cleaned_data["accept_pending"]
            job = request_closing(plan=plan, period=str(chosen), accept_pending=accept, by=request.user)
            return redirect("job_detail", pk=job.pk)
        except ClosingRefused as refused:
            refusal = refused
    found = readiness(plan, chosen, timezone.localdate())
    if found is None:
        raise Http404
    context = {"plan": plan, "period": chosen, "ready": found, "form": form, "refusal": refusal}
    context |= _closed(request, plan, chosen) if found.lock.is_closed else _trial(found)
    if (running := context.get("running")) and running.by_key == request.user.pk:
        context["job"] = running
    status = 409 if refusal else 200
    template = "assessments/period_closed.html" if found.lock.is_closed else "assessments/period_close.html"
    return render(request, template, context, status=status)


@require_http_methods(["GET", "POST"])
@rule(Permission.REOPEN_PERIOD)
def period_reopen(request, plan_pk, period):
    """反封账, with a reason."""
    plan, chosen = _subject(request, plan_pk, period, Permission.REOPEN_PERIOD)
    closing = Closing.objects.current().filter(plan=plan, period=str(chosen)).first()
    if request.method == "GET" and closing is None:
        raise Http404
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            reopen_period(plan=plan, period=str(chosen), reason=form.cleaned_data["reason"], by=request.user)
            return redirect("assessments:period_list")
        except Refused as refused:
            form.add_error(None, str(refused))
    year = plan_periods(plan.year)[-1]
    context = {"plan": plan, "period": chosen, "closing": closing, "form": form, "year": year}
    context["reopens_year"] = chosen != year and Closing.objects.current().filter(plan=plan, period=str(year)).exists()
    return render(request, "assessments/period_reopen.html", context, status=409 if form.non_field_errors() else 200)


def _subject(request, plan_pk: int, text: str, permission: Permission) -> tuple[Plan, Period]:
    plans = Plan.objects.visible_to(request.user).published().select_related("owner")
    plan = get_object_or_404(plans, pk=plan_pk)
    require(request.user, permission, plan.owner)
    found = next((period for period in plan_periods(plan.year) if str(period) == text), None)
    if found is None:
        raise Http404
    return plan, found


def _trial(found: Readiness) -> dict:
    """How the rates would spread if the period were closed now, pending work counted as accepted."""
    if found.running is not None:
        return {"running": found.running}
    if not found.is_begun or found.organization_count > TRIAL_ORGANIZATIONS:
        return {}
    book = book_of(found.plan)
    return {"spread": trial_spread(book, found.period, found.on)}


def _closed(request, plan: Plan, period: Period) -> dict:
    closings = list(
        Closing.objects.filter(plan=plan, period=str(period)).select_related(
            "closed_by", "reopened_by", "scheme", "facts_file"
        )
    )
    closing = next(closing for closing in closings if closing.reopened_at is None)
    book = book_of(plan, closing.scheme)
    rates = closing.cards.order_by("organization__path").values_list("peer_group", "level", "rate")
    grades = closing.cards.order_by("organization__path").values_list("grade", flat=True) if book.is_rule_book else None
    results = IndicatorResult.objects.filter(closing=closing).select_related("task__item")
    return {
        "closing": closing,
        "closings": closings,
        "card_count": len(rates),
        "spread": distribution(book.scheme, rates, grades and list(grades)),
        "proposals": proposal_rows(closing),
        "results": sorted((result for result in results if result.lost), key=lambda result: -result.lost)[:10],
        "may_reopen": has_permission(request.user, Permission.REOPEN_PERIOD, plan.owner),
    }
