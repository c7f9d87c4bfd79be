from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from assessments.actions.reports import request_report
from assessments.models import Closing, Scheme
from branchwork.models import Report
from branchwork.organizations.permissions import Permission, require, rule, subtree_q
from branchwork.periods import Period, plan_periods
from ledgers.models import Plan

ON_A_PAGE = 20


@require_GET
@rule(Permission.EXPORT_REPORT)
def report_list(request):
    """What can be made of a plan, `?plan=` or the latest, and what was made."""
    plans = Plan.objects.visible_to(request.user).published().select_related("owner")
    plans = list(plans.filter(subtree_q(request.user, Permission.EXPORT_REPORT, "owner__path")))
    wanted = request.GET.get("plan", "")
    plan = next((plan for plan in plans if str(plan.pk) == wanted), plans[0] if plans else None)
    closings = {closing.period: closing for closing in Closing.objects.current().filter(plan=plan)} if plan else {}
    made = Report.objects.filter(subtree_q(request.user, Permission.EXPORT_REPORT, "organization_path"))
    page = Paginator(made, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "plans": plans,
        "periods": [(period, closings.get(str(period))) for period in plan_periods(plan.year)] if plan else [],
        "page": page,
        "reopened": _reopened(page.object_list),
    }
    return render(request, "assessments/report_list.html", context)


def _reopened(reports) -> set[int]:
    """The keys of reports that show a closing which was reopened since."""
    shown = {report.pk: report.args.get("closing") for report in reports}
    keys = [key for key in shown.values() if key]
    gone = set(Closing.objects.filter(pk__in=keys, reopened_at__isnull=False).values_list("pk", flat=True))
    return {pk for pk, closing in shown.items() if closing in gone}


@require_http_methods(["GET", "POST"])
@rule(Permission.EXPORT_REPORT)
def report_request(request, plan_pk, period):
    """The workbook of one period: what is in it, and the button that has it made."""
    plans = Plan.objects.visible_to(request.user).published().select_related("owner")
    plan = get_object_or_404(plans, pk=plan_pk)
    require(request.user, Permission.EXPORT_REPORT, plan.owner)
    chosen = _period_of(plan, period)
    if request.method == "POST":
        return redirect("job_detail", pk=request_report(plan=plan, period=str(chosen), by=request.user).pk)
    closing = Closing.objects.current().filter(plan=plan, period=str(chosen)).select_related("scheme").first()
    scheme = closing.scheme if closing else Scheme.objects.filter(plan=plan).first()
    context = {"plan": plan, "period": chosen, "closing": closing, "by_rule_book": bool(scheme and scheme.document)}
    return render(request, "assessments/report_request.html", context)


def _period_of(plan: Plan, text: str) -> Period:
    found = next((period for period in plan_periods(plan.year) if str(period) == text), None)
    if found is None:
        raise Http404
    return found
