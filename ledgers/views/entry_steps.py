"""One POST, one act on one entry or one of its claims. Where it came from is where it goes back to."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from branchwork.errors import Refused
from branchwork.organizations.permissions import Permission, rule
from ledgers.actions import entries
from ledgers.forms.entries import FilesForm, ReasonForm
from ledgers.models import Entry, Evidence, Fulfilment


@require_POST
@rule(Permission.LOG_ENTRY)
def entry_submit(request, pk):
    entry = entries.submit_entry(entry=_entry(request, pk), version=_version(request), by=request.user)
    said = _("Sent in.") if entry.state == Entry.State.SUBMITTED else _("Sent in and confirmed.")
    return _back(request, entry, said)


@require_POST
@rule(Permission.LOG_ENTRY)
def entry_withdraw(request, pk):
    entry = entries.withdraw_entry(entry=_entry(request, pk), version=_version(request), by=request.user)
    return _back(request, entry, _("Taken back; it is a draft again."))


@require_POST
@rule(Permission.CONFIRM_ENTRY)
def entry_confirm(request, pk):
    entry = entries.confirm_entry(entry=_entry(request, pk), version=_version(request), by=request.user)
    return _back(request, entry, _("Confirmed: “%(title)s”.") % {"title": entry.title})


@require_POST
@rule(Permission.REVIEW_ENTRY)
def entry_approve(request, pk):
    entry = entries.approve_entry(entry=_entry(request, pk), version=_version(request), by=request.user)
    return _back(request, entry, _("Approved: “%(title)s”.") % {"title": entry.title})


@require_POST
@rule(Permission.CONFIRM_ENTRY)
def entry_return(request, pk):
    entry = entries.return_entry(
        entry=_entry(request, pk), version=_version(request), reason=_reason(request), by=request.user
    )
    return _back(request, entry, _("Returned: “%(title)s”.") % {"title": entry.title})


@require_POST
@rule(Permission.LOG_ENTRY)
def entry_void(request, pk):
    entry = entries.void_entry(
        entry=_entry(request, pk), version=_version(request), reason=_reason(request), by=request.user
    )
    return _back(request, entry, _("Voided. It stays readable; what is right can be logged in its place."))


@require_POST
@rule(Permission.CONFIRM_ENTRY)
def claim_accept(request, pk):
    claim = entries.accept_claim(claim=_claim(request, pk), by=request.user)
    return _back(request, claim.entry, _("Accepted: “%(task)s”.") % {"task": claim.task})


@require_POST
@rule(Permission.CONFIRM_ENTRY)
def claim_reject(request, pk):
    claim = entries.reject_claim(claim=_claim(request, pk), reason=_reason(request), by=request.user)
    return _back(request, claim.entry, _("Not accepted: “%(task)s”.") % {"task": claim.task})


@require_POST
@rule(Permission.LOG_ENTRY)
def evidence_add(request, pk):
    entry = _entry(request, pk)
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        for fault in form.errors.get("files", []):
            messages.error(request, fault)
        return _back(request, entry)
    entries.add_evidence(entry=entry, files=form.keep(), by=request.user)
    return _back(request, entry, _("The files were added."))


@require_POST
@rule(Permission.LOG_ENTRY)
def evidence_remove(request, pk):
    mine = Evidence.objects.filter(entry__in=Entry.objects.visible_to(request.user)).select_related("entry")
    evidence = get_object_or_404(mine, pk=pk)
    entries.remove_evidence(evidence=evidence, by=request.user)
    return _back(request, evidence.entry, _("“%(name)s” was removed.") % {"name": evidence.file_name})


def _entry(request, pk: int) -> Entry:
    return get_object_or_404(Entry.objects.visible_to(request.user), pk=pk)


def _claim(request, pk: int) -> Fulfilment:
    mine = Fulfilment.objects.filter(entry__in=Entry.objects.visible_to(request.user))
    return get_object_or_404(mine.select_related("entry", "task"), pk=pk)


def _version(request) -> int | None:
    """The version the person had before them, where the page says so."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _reason(request) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Refused(form.errors["reason"][0])
    return form.cleaned_data["reason"]


def _back(request, entry: Entry, said: str = ""):
    if said:
        messages.success(request, said)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("ledgers:entry_detail", args=[entry.pk])
    return redirect(back)
