from datetime import date

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from branchwork.errors import Refused
from branchwork.models import Import
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, has_permission, require, rule
from ledgers.actions.plans.editing import change_plan, create_plan, delete_plan
from ledgers.actions.plans.following import give_plan, leftovers_of, newcomers_of, take_from_ended
from ledgers.actions.plans.publishing import publish_plan
from ledgers.forms.plans import ActForm, AddOrganizationsForm, PlanForm, PublishForm
from ledgers.models import Plan
from ledgers.rollout import rollout_of
from ledgers.sheets import sheet_of


def owner_of(user) -> Organization:
    """Whose plan somebody makes: that of the root they edit the plan of; 403 for everybody else."""
    roots = Organization.objects.visible_to(user, Permission.EDIT_PLAN).filter(depth=1)
    root = roots.first()
    require(user, Permission.EDIT_PLAN, root or Organization.objects.filter(depth=1).first())
    return root


def plan_to_edit(request, pk) -> Plan:
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("owner"), pk=pk)
    require(request.user, Permission.EDIT_PLAN, plan.owner)
    return plan


@require_GET
@rule(Permission.VIEW)
def plan_list(request):
    """Every year's plan; for those who edit plans also the drafts and the imports still to be checked."""
    plans = Plan.objects.visible_to(request.user).select_related("owner", "published_by")
    plans = plans.annotate(
        item_count=Count("items", distinct=True),
        task_count=Count("items__tasks"),
        points=Sum("items__tasks__points"),
        pending_count=Count("items__tasks", filter=Q(items__tasks__audience__has_key="pending")),
    )
    may_edit = has_permission(request.user, Permission.EDIT_PLAN)
    checking = Import.objects.none()
    if may_edit:
        paths = [grant.organization.path for grant in request.user.grants]
        checking = Import.objects.filter(
            kind=Import.Kind.PLAN, state=Import.State.CHECKING, organization_path__in=paths
        )[:10]
    return render(request, "ledgers/plan_list.html", {"plans": plans, "may_edit": may_edit, "checking": checking})


@require_GET
@rule(Permission.VIEW)
def plan_detail(request, pk):
    """The plan in the office's own layout, with what was understood and what is still in question."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("owner", "published_by"), pk=pk)
    may_edit = has_permission(request.user, Permission.EDIT_PLAN, plan.owner)
    sees_all = has_permission(request.user, Permission.VIEW, plan.owner)
    is_draft = may_edit and not plan.is_published
    kept = Import.objects.filter(kind=Import.Kind.PLAN, created__plan=plan.pk).first() if is_draft else None
    context = {
        "plan": plan,
        "sheet": sheet_of(plan, timezone.localdate()),
        "may_edit": may_edit,
        "kept": kept,
        "given": _given(plan) if plan.is_published and sees_all else None,
        "newcomers": newcomers_of(plan, timezone.localdate()) if plan.is_published and may_edit else [],
        "leftovers": leftovers_of(plan).count() if plan.is_published and may_edit else 0,
    }
    return render(request, "ledgers/plan_detail.html", context)


def _given(plan: Plan) -> dict[str, int]:
    """How much a published plan asks today: of the assessed organizations, and of its owner."""
    is_own = Q(organization=plan.owner_id)
    return plan.assignments.filter(not_applicable_at__isnull=True).aggregate(
        assessed=Count("pk", filter=~is_own),
        organizations=Count("organization", filter=~is_own, distinct=True),
        own=Count("pk", filter=is_own),
    )


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def plan_create(request):
    owner = owner_of(request.user)
    year = timezone.localdate().year
    form = PlanForm(request.POST or None, initial={"year": year, "title": _("Plan for %(year)s") % {"year": year}})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        plan = create_plan(owner=owner, year=values["year"], title=values["title"], by=request.user)
        plan = change_plan(
            plan=plan, title=values["title"], note=values["note"], grace_days=values["grace_days"], by=request.user
        )
        return redirect("ledgers:plan_detail", plan.pk)
    form.mark_faults()
    return render(request, "ledgers/plan_create.html", {"form": form})


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def plan_edit(request, pk):
    plan = plan_to_edit(request, pk)
    initial = {"title": plan.title, "note": plan.note, "grace_days": plan.grace_days}
    form = PlanForm(request.POST or None, plan=plan, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_plan(plan=plan, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("ledgers:plan_detail", plan.pk)
    form.mark_faults()
    return render(request, "ledgers/plan_edit.html", {"form": form, "plan": plan})


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def plan_delete(request, pk):
    plan = plan_to_edit(request, pk)
    if request.method == "POST":
        delete_plan(plan=plan, by=request.user)
        messages.success(request, _("The draft was deleted."))
        return redirect("ledgers:plan_list")
    return render(request, "ledgers/plan_delete.html", {"plan": plan, "sheet": sheet_of(plan, timezone.localdate())})


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def plan_publish(request, pk):
    """GET counts what publishing makes (`?counts_from=` recounts), POST publishes."""
    plan = plan_to_edit(request, pk)
    if plan.is_published and request.method == "GET":
        return redirect("ledgers:plan_detail", plan.pk)
    first = date(plan.year, 1, 1)
    form = PublishForm(request.POST or request.GET or None, plan=plan, initial={"counts_from": first})
    is_valid = form.is_valid() if form.is_bound else False
    if request.method == "POST" and is_valid:
        published = publish_plan(plan=plan, counts_from=form.cleaned_data["counts_from"], by=request.user)
        said = _("Published: %(assessed)s assignments for %(organizations)s organizations; of the committee: %(own)s")
        messages.success(request, said % {name: f"{count:,}" for name, count in vars(published).items()})
        return redirect("ledgers:plan_detail", plan.pk)
    counts_from = form.cleaned_data["counts_from"] if is_valid else first
    form.mark_faults()
    today = timezone.localdate()
    sheet = sheet_of(plan, today)
    context = {
        "plan": plan,
        "form": form,
        "sheet": sheet,
        "rollout": rollout_of(plan, sheet.tasks, counts_from, max(counts_from, today)),
        "counts_from": counts_from,
        "rival": Plan.objects.published().filter(owner=plan.owner, year=plan.year).first(),
    }
    return render(request, "ledgers/plan_publish.html", context)


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def plan_follow(request, pk):
    """Organizations founded or ended since publication: give the plan to the new ones, take it from the ended."""
    plan = plan_to_edit(request, pk)
    if not plan.is_published:
        raise Refused(_("The plan is not published yet."))
    newcomers, leftovers = list(newcomers_of(plan, timezone.localdate())), leftovers_of(plan)
    act = request.POST.get("act")
    initial = {
        "organizations": [str(each.pk) for each in newcomers],
        "counts_from": min((each.starts_on for each in newcomers), default=None),
    }
    give = AddOrganizationsForm(request.POST if act == "give" else None, offered=newcomers, initial=initial)
    take = ActForm(request.POST if act == "take" else None, auto_id="take_%s")
    form = give if act == "give" else take
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            if act == "give":
                count = give_plan(
                    plan=plan, organizations=give.keys, counts_from=values["counts_from"], reason=values["reason"],
                    by=request.user,
                )  # fmt: skip
            else:
                count = take_from_ended(plan=plan, reason=values["reason"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            said = (_("Given: %(n)s"), _("No longer applicable: %(n)s"))[act != "give"]
            messages.success(request, said % {"n": f"{count:,}"})
            return redirect("ledgers:plan_detail", plan.pk)
    form.mark_faults()
    ended = leftovers.values("organization__name", "organization__ends_on").annotate(n=Count("pk"))
    ended = ended.order_by("organization__path")
    context = {"plan": plan, "form": form, "give": give, "take": take, "newcomers": newcomers, "ended": ended}
    return render(request, "ledgers/plan_follow.html", context, status=status)
