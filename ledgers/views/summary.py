import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, has_permission, rule
from branchwork.periods import Period
from ledgers.actions.entries import confirm_summary
from ledgers.entry_rules import plans_over
from ledgers.models import Entry, Plan
from ledgers.summaries import summarise


@require_GET
@rule(Permission.VIEW)
def summary(request, organization_pk, period):
    """季度小结 of one organization as its ledger stands: to read, to print and sign, to confirm with one click."""
    organization, plan, quarter = _subject(request, organization_pk, period)
    context = {
        "summary": summarise(organization, plan, quarter),
        "organization": organization,
        "quarters": Period.parse(str(quarter.year)).quarters(),
        "quarter": quarter,
        "plan": plan,
        "form_uuid": uuid.uuid4(),
        "may_confirm": has_permission(request.user, Permission.LOG_ENTRY, organization),
    }
    return render(request, "ledgers/summary.html", context)


@require_POST
@rule(Permission.LOG_ENTRY)
def summary_confirm(request, organization_pk, period):
    """Send the summary in: an entry that fulfils 报送季度小结."""
    organization, plan, quarter = _subject(request, organization_pk, period)
    entry = confirm_summary(
        organization=organization, plan=plan, period=quarter, remark=request.POST.get("remark", "")[:2000],
        client_uuid=_uuid(request.POST.get("client_uuid", "")), by=request.user,
    )  # fmt: skip
    waits = entry.state == Entry.State.SUBMITTED
    messages.success(
        request, _("The summary was sent in; it now waits to be confirmed.") if waits else _("The summary was sent in.")
    )
    return redirect("ledgers:entry_detail", entry.pk)


def _subject(request, organization_pk: int, text: str) -> tuple[Organization, Plan, Period]:
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=organization_pk)
    try:
        period = Period.parse(text)
    except ValueError:
        raise Http404 from None
    if period.kind != "quarter":
        raise Http404
    plan = plans_over(organization).filter(year=period.year).first()
    if plan is None:
        raise Http404
    return organization, plan, period


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
