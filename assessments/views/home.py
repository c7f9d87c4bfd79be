from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments.desk.accounts import accounts_desk, whom_to_ask
from assessments.desk.committee import leader_desk, staff_desk
from assessments.desk.own import own_desk
from branchwork.organizations.permissions import Permission, has_permission, rule


@require_GET
@rule(None)
def home(request):
    """工作台: what waits for this person, by what they may do. Whoever keeps accounts finds those beside it."""
    user, today = request.user, timezone.localdate()
    context = {}
    if has_permission(user, Permission.MANAGE_ACCOUNTS):
        context["accounts"] = accounts_desk(user)
    if has_permission(user, Permission.REVIEW_ENTRY):
        return render(request, "assessments/home_staff.html", context | {"desk": staff_desk(user, today)})
    if has_permission(user, Permission.LOG_ENTRY):
        return render(request, "assessments/home.html", context | {"desk": own_desk(user, today)})
    if has_permission(user, Permission.VIEW):
        return render(request, "assessments/home_leader.html", context | {"desk": leader_desk(user, today)})
    if "accounts" not in context:
        context["whom_to_ask"] = whom_to_ask()
    return render(request, "assessments/home_accounts.html", context)
