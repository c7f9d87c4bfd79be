from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, has_permission, rule
from branchwork.periods import Period, plan_periods, quarter_of
from ledgers.matrix import matrix_of
from ledgers.models import Assignment, Item, Plan, Task

# So many columns fit a page of 500 KB at 52 tasks.
COLUMNS = 80


def _chosen_period(plan: Plan, wanted: str | None) -> Period:
    periods = plan_periods(plan.year)
    today = timezone.localdate()
    default = quarter_of(today) if today.year == plan.year else periods[3] if today.year > plan.year else periods[0]
    return next((period for period in periods if str(period) == wanted), default)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


@require_GET
@rule(Permission.VIEW)
def matrix(request):
    """Tasks × organizations of one quarter; `?cell=task-organization` opens a cell in the panel beside it."""
    plans = Plan.objects.visible_to(request.user).published().select_related("owner")
    wanted = _number(request.GET.get("plan"))
    plan = (plans.filter(pk=wanted) if wanted else plans).first()
    if plan is None:
        return render(request, "ledgers/matrix.html", {"plan": None})
    cell = _open_cell(request, plan)
    if request.htmx and cell:
        return render(request, "ledgers/_partials/matrix_cell.html", {"cell": cell})
    group, item = _number(request.GET.get("group")), _number(request.GET.get("item"))
    seen = Organization.objects.visible_to(request.user).filter(path__startswith=plan.owner.path)
    seen = list(seen.exclude(pk=plan.owner_id).select_related("peer_group").order_by("peer_group__position", "path"))
    groups = {organization.peer_group_id: organization.peer_group for organization in seen}
    page = Paginator([o for o in seen if group in (None, o.peer_group_id)], COLUMNS).get_page(request.GET.get("page"))
    period = _chosen_period(plan, request.GET.get("period"))
    context = {
        "plan": plan,
        "period": period,
        "periods": plan_periods(plan.year),
        "groups": [found for found in groups.values() if found],
        "group": group,
        "items": Item.objects.filter(plan=plan),
        "item": item,
        "page": page,
        "matrix": matrix_of(plan, str(period), list(page.object_list), timezone.localdate(), item),
        "cell": cell,
    }
    return render(request, "ledgers/matrix.html", context)


def _open_cell(request, plan: Plan) -> dict | None:
    """The work behind one cell: its assignments in the chosen period with their entries."""
    task_id, _dash, organization_id = request.GET.get("cell", "").partition("-")
    if not (task_id.isdigit() and organization_id.isdigit()):
        return None
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=organization_id)
    task = get_object_or_404(Task.objects.select_related("item"), pk=task_id, item__plan=plan)
    period = _chosen_period(plan, request.GET.get("period"))
    assignments = (
        Assignment.objects.visible_to(request.user)
        .filter(task=task, organization=organization, period=str(period))
        .select_related("task", "plan")
        .prefetch_related("fulfilments__entry")
        .order_by("due_on")
    )
    return {
        "task": task,
        "organization": organization,
        "assignments": assignments,
        "may_exempt": has_permission(request.user, Permission.EXEMPT, organization),
        "may_log": has_permission(request.user, Permission.LOG_ENTRY, organization),
    }


@require_GET
@rule(Permission.VIEW)
def assignment_detail(request, pk):
    """One assignment: its window, what was asked, every entry that claims it, and what can be done about it."""
    assignments = Assignment.objects.visible_to(request.user).select_related(
        "task__item", "plan", "organization", "exempted_by", "not_applicable_by"
    )
    assignment = get_object_or_404(assignments, pk=pk)
    if not assignment.plan.is_published:
        raise Http404
    context = {
        "assignment": assignment,
        "fulfilments": assignment.fulfilments.select_related("entry__recorded_by", "decided_by").order_by("pk"),
        "may_log": has_permission(request.user, Permission.LOG_ENTRY, assignment.organization),
        "may_exempt": has_permission(request.user, Permission.EXEMPT, assignment.organization),
    }
    return render(request, "ledgers/assignment_detail.html", context)
