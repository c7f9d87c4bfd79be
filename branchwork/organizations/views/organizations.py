"""The tree of organizations: the list, one of them, and what can be done to it."""

import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branchwork.organizations.permissions import Permission, has_permission, require, rule

from ..actions import organizations as actions
from ..exports import XLSX, file_name
from ..forms.organizations import EndForm, FoundForm, MoveForm, OrganizationFilter, OrganizationForm
from ..history import history_of
from ..models import Appointment, Organization, OrganizationTag

PAGE = 100
EDIT = Permission.EDIT_ORGANIZATIONS


def _listed(request):
    """The filter and the organizations it leaves, with what a row shows."""
    today = timezone.localdate()
    form = OrganizationFilter(request.GET or request.POST or None)
    in_office = Appointment.objects.current(today).filter(post=Appointment.Post.SECRETARY).select_related("person")
    carried = OrganizationTag.objects.filter(ends_on=None).select_related("tag")
    organizations = form.filter(Organization.objects.visible_to(request.user), today)
    return form, organizations.select_related("peer_group").prefetch_related(
        Prefetch("appointments", in_office, to_attr="secretaries"), Prefetch("dated_tags", carried, to_attr="carried")
    )


@require_GET
@rule(Permission.VIEW)
def organization_list(request):
    form, organizations = _listed(request)
    page = Paginator(organizations, PAGE).get_page(request.GET.get("page"))
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    context = {
        "form": form,
        "page": page,
        "in_tree": not chosen.get("sort"),
        "is_filtered": any(value for key, value in chosen.items() if key != "sort"),
        "top": min((organization.depth for organization in page), default=1),
        "may_edit": has_permission(request.user, EDIT),
    }
    return render(request, "organizations/organization_list.html", context)


@require_POST
@rule(Permission.VIEW)
def organization_export(request):
    """The list as shown, as a workbook that can be imported again."""
    form, organizations = _listed(request)
    content = actions.export_organizations(organizations=list(organizations), by=request.user)
    name = file_name(_("Organizations"))
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)


@require_GET
@rule(Permission.VIEW)
def organization_detail(request, pk):
    organization = get_object_or_404(Organization.objects.visible_to(request.user).select_related("peer_group"), pk=pk)
    today = timezone.localdate()
    posts = list(organization.appointments.select_related("person").order_by("ends_on", "pk"))
    now = [post for post in posts if post.ends_on is None or post.ends_on >= today]
    tags = list(organization.dated_tags.select_related("tag").order_by("tag__name"))
    above = Organization.objects.filter(path=organization.path[: -Organization.steplen]).first()
    context = {
        "organization": organization,
        "parent": above,
        "sees_parent": above is not None and has_permission(request.user, Permission.VIEW, above),
        "children": Organization.objects.get_children(organization).select_related("peer_group"),
        "posts": sorted(now, key=lambda post: list(Appointment.Post.values).index(post.post)),
        "former_posts": [post for post in posts if post not in now],
        "tags": [tag for tag in tags if tag.ends_on is None or tag.ends_on >= today],
        "former_tags": [tag for tag in tags if tag.ends_on and tag.ends_on < today],
        "history": history_of(organization),
        "may_edit": has_permission(request.user, EDIT, organization),
    }
    return render(request, "organizations/organization_detail.html", context)


def editable(request, pk: int) -> Organization:
    """404 when it cannot be seen, 403 when it cannot be changed."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user).select_related("peer_group"), pk=pk)
    require(request.user, EDIT, organization)
    return organization


def show_form(request, form, organization: Organization, *, title: str, verb: str, note: str = ""):
    """The one page of every act on an organization: what is about to happen, a form, one button."""
    context = {"form": form, "organization": organization, "title": title, "verb": verb, "note": note}
    return render(request, "organizations/organization_form.html", context)


@require_http_methods(["GET", "POST"])
@rule(EDIT)
def organization_edit(request, pk):
    organization = editable(request, pk)
    form = OrganizationForm(request.POST or None, instance=organization)
    if request.method == "POST" and form.is_valid():
        actions.edit_organization(organization=organization, values=form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("organizations:organization_detail", pk)
    return show_form(request, form, organization, title=_("Change facts"), verb=_("Save"))


@require_http_methods(["GET", "POST"])
@rule(EDIT)
def organization_found(request, pk):
    """A new organization below this one."""
    parent = editable(request, pk)
    form = FoundForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        made = actions.found_organization(parent=parent, values=form.cleaned_data, by=request.user)
        messages.success(request, _("“%(name)s” is founded.") % {"name": made.name})
        return redirect("organizations:organization_detail", made.pk)
    title = _("Found an organization below")
    note = _("Tasks of a published plan reach it only when the committee adds it to them.")
    return show_form(request, form, parent, title=title, verb=_("Found"), note=note)


@require_http_methods(["GET", "POST"])
@rule(EDIT)
def organization_move(request, pk):
    organization = editable(request, pk)
    form = MoveForm(request.POST or None, user=request.user, organization=organization)
    if request.method == "POST" and form.is_valid():
        actions.move_organization(organization=organization, **form.cleaned_data, by=request.user)
        messages.success(request, _("Moved."))
        return redirect("organizations:organization_detail", pk)
    note = _("Everything below it moves along. Who may see it follows the new place from now on.")
    return show_form(request, form, organization, title=_("Move"), verb=_("Move"), note=note)


@require_http_methods(["GET", "POST"])
@rule(EDIT)
def organization_end(request, pk):
    organization = editable(request, pk)
    form = EndForm(request.POST or None, user=request.user, organization=organization)
    if request.method == "POST" and form.is_valid():
        actions.end_organization(organization=organization, **form.cleaned_data, by=request.user)
        messages.success(request, _("“%(name)s” is closed down.") % {"name": organization.name})
        return redirect("organizations:organization_detail", pk)
    note = _("Posts and logins in it end on that day. Its scorecards stay; points are passed on to nobody.")
    return show_form(request, form, organization, title=_("Close down"), verb=_("Close down"), note=note)
