"""Posts and tags of an organization, each with its days."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from branchwork.organizations.permissions import require, rule

from ..actions import appointments as actions
from ..forms.organizations import AppointForm, LastDayForm, TagForm
from ..models import Appointment, Organization, OrganizationTag
from .organizations import EDIT, editable, show_form


@require_http_methods(["GET", "POST"])
@rule(EDIT)
def organization_appoint(request, pk):
    organization = editable(request, pk)
    form = AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.appoint(organization=organization, **form.cleaned_data, by=request.user)
        messages.success(request, _("Appointed."))
        return redirect("organizations:organization_detail", pk)
    today = timezone.localdate()
    in_office = organization.appointments.current(today).filter(post=Appointment.Post.SECRETARY)
    now = in_office.select_related("person").first()
    note = ""
    if now:
        note = _("Secretary now: %(name)s. A new secretary replaces %(name)s, who stays until the day before.")
        note %= {"name": now.person.name}
        note += _(" The old one's login can no longer act here then; ask the account administrator for a new one's.")
    return show_form(request, form, organization, title=_("Appoint"), verb=_("Appoint"), note=note)


@require_http_methods(["GET", "POST"])
@rule(EDIT)
def appointment_end(request, pk):
    visible = Organization.objects.visible_to(request.user)
    posts = Appointment.objects.filter(organization__in=visible).select_related("organization", "person")
    post = get_object_or_404(posts, pk=pk)
    require(request.user, EDIT, post.organization)
    form = LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_appointment(appointment=post, ends_on=form.cleaned_data["ends_on"], by=request.user)
        messages.success(request, _("Ended."))
        return redirect("organizations:organization_detail", post.organization_id)
    title = _("%(name)s leaves the post: %(post)s") % {"name": post.person.name, "post": post.get_post_display()}
    note = _("A login's role that hangs on this post ends with it.")
    return show_form(request, form, post.organization, title=title, verb=_("End it"), note=note)


@require_http_methods(["GET", "POST"])
@rule(EDIT)
def organization_tag(request, pk):
    organization = editable(request, pk)
    form = TagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_tag(organization=organization, **form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("organizations:organization_detail", pk)
    note = _("Tasks that ask for this tag reach it when their plan is published.")
    return show_form(request, form, organization, title=_("Add a tag"), verb=_("Add"), note=note)


@require_http_methods(["GET", "POST"])
@rule(EDIT)
def tag_end(request, pk):
    visible = Organization.objects.visible_to(request.user)
    tags = OrganizationTag.objects.filter(organization__in=visible).select_related("organization", "tag")
    dated = get_object_or_404(tags, pk=pk)
    require(request.user, EDIT, dated.organization)
    form = LastDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_tag(dated=dated, ends_on=form.cleaned_data["ends_on"], by=request.user)
        messages.success(request, _("Ended."))
        return redirect("organizations:organization_detail", dated.organization_id)
    title = _("End the tag “%(tag)s”") % {"tag": dated.tag.name}
    return show_form(request, form, dated.organization, title=title, verb=_("End it"))
