"""The account administrator's pages: logins and roles, no data of the ledger."""

import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branchwork.organizations.permissions import Permission, Role, keeps_account, rule

from ..actions import accounts as actions
from ..actions.passwords import VALID_FOR, issue_passwords, reset_password
from ..exports import XLSX, file_name, password_workbook
from ..forms.accounts import AccountFilter, AccountForm, GrantForm, MakeForm, NameForm, PasswordsForm, in_state
from ..history import history_of
from ..models import Organization, RoleGrant, User

PAGE = 50


@require_GET
@rule(Permission.MANAGE_ACCOUNTS)
def account_list(request):
    everybody = User.objects.visible_to(request.user)
    form = AccountFilter(request.GET or None)
    users = form.filter(everybody) if request.GET else everybody
    page = Paginator(users.with_grants().order_by("username"), PAGE).get_page(request.GET.get("page"))
    waiting = (in_state(everybody, "new") | in_state(everybody, "expired")).count()
    context = {"form": form, "page": page, "waiting": waiting, "is_filtered": any(request.GET.values())}
    return render(request, "organizations/account_list.html", context)


def _served(user) -> list[Organization]:
    """The organizations that should have logins of their own: living ones, the committee itself excepted."""
    kept = Organization.objects.visible_to(user, Permission.MANAGE_ACCOUNTS).active(timezone.localdate())
    return list(kept.exclude(kind=Organization.Kind.WORKING_COMMITTEE))


@require_http_methods(["GET", "POST"])
@rule(Permission.MANAGE_ACCOUNTS)
def account_make(request):
    """Logins for all organizations lacking one."""
    organizations = _served(request.user)
    form = MakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.make_logins(organizations=organizations, roles=form.cleaned_data["roles"], by=request.user)
        text = ngettext(
            "%(n)d login made, still without a password.", "%(n)d logins made, still without a password.", len(made)
        )
        messages.success(request, text % {"n": len(made)})
        return redirect("organizations:account_passwords" if made else "organizations:account_list")
    in_office = actions.secretaries_of(organizations)
    without = actions.lacking(organizations, Role.SECRETARY)
    context = {
        "form": form,
        "secretaries": [organization for organization in without if organization.pk in in_office],
        "vacant": [organization for organization in without if organization.pk not in in_office],
        "clerks": actions.lacking(organizations, Role.CLERK),
    }
    return render(request, "organizations/account_make.html", context)


@sensitive_variables("issued", "content")
@require_http_methods(["GET", "POST"])
@rule(Permission.MANAGE_ACCOUNTS)
def account_passwords(request):
    """One-time passwords for the logins that wait for one, in a workbook that is made once and kept nowhere."""
    everybody = User.objects.visible_to(request.user).exclude(pk=request.user.pk)
    form = PasswordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        users = in_state(everybody, "new") | in_state(everybody, "expired")
        if form.cleaned_data["again"]:
            users |= in_state(everybody, "issued")
        users = [user for user in users.with_grants().order_by("username") if keeps_account(request.user, user)]
        if users:
            issued = issue_passwords(users=users, by=request.user)
            address = request.build_absolute_uri(reverse("organizations:login"))
            content = password_workbook(issued, address, timezone.now())
            name = file_name(_("One-time passwords"))
            return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)
        messages.warning(request, _("No login waits for a password."))
    counts = {state: in_state(everybody, state).count() for state in ("new", "expired", "issued")}
    context = {"form": form, "counts": counts, "waiting": counts["new"] + counts["expired"], "hours": _hours()}
    return render(request, "organizations/account_passwords.html", context)


def _hours() -> int:
    return VALID_FOR.days * 24


@sensitive_variables("password")
@require_http_methods(["GET", "POST"])
@rule(Permission.MANAGE_ACCOUNTS)
def account_new(request):
    form = AccountForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        user = actions.add_user(**form.cleaned_data, by=request.user)
        password = reset_password(user=user, by=request.user)
        return _show_once(request, user, password)
    return render(request, "organizations/account_new.html", {"form": form})


def _show_once(request, user: User, password: str):
    context = {"account": user, "password": password, "hours": _hours()}
    return render(request, "organizations/account_password.html", context)


def _account(request, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).with_grants(), pk=pk)


@require_GET
@rule(Permission.MANAGE_ACCOUNTS)
def account_detail(request, pk):
    return _detail(request, _account(request, pk))


def _detail(request, account: User, **forms):
    context = {
        "account": account,
        "may_change": keeps_account(request.user, account),
        "grant_form": GrantForm(user=request.user),
        "name_form": NameForm(initial={"name": account.name}),
        "history": history_of(account),
        "now": timezone.now(),
    } | forms
    return render(request, "organizations/account_detail.html", context)


@sensitive_variables("password")
@require_POST
@rule(Permission.MANAGE_ACCOUNTS)
def account_reset(request, pk):
    user = _account(request, pk)
    return _show_once(request, user, reset_password(user=user, by=request.user))


@require_POST
@rule(Permission.MANAGE_ACCOUNTS)
def account_disable(request, pk):
    user = _account(request, pk)
    actions.disable_user(user=user, by=request.user)
    messages.success(request, _("The login is disabled."))
    return redirect("organizations:account_detail", pk)


@require_POST
@rule(Permission.MANAGE_ACCOUNTS)
def account_enable(request, pk):
    user = _account(request, pk)
    actions.enable_user(user=user, by=request.user)
    messages.success(request, _("The login can be used again."))
    return redirect("organizations:account_detail", pk)


@require_POST
@rule(Permission.MANAGE_ACCOUNTS)
def account_rename(request, pk):
    user = _account(request, pk)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _detail(request, user, name_form=form)
    actions.rename_user(user=user, name=form.cleaned_data["name"], by=request.user)
    return redirect("organizations:account_detail", pk)


@require_POST
@rule(Permission.MANAGE_ACCOUNTS)
def account_grant(request, pk):
    user = _account(request, pk)
    form = GrantForm(request.POST, user=request.user)
    if not form.is_valid():
        return _detail(request, user, grant_form=form)
    actions.grant_role(user=user, **form.cleaned_data, by=request.user)
    return redirect("organizations:account_detail", pk)


@require_POST
@rule(Permission.MANAGE_ACCOUNTS)
def account_grant_end(request, pk):
    """`pk` is the grant's."""
    grants = RoleGrant.objects.current(timezone.localdate()).select_related("user", "organization")
    grant = get_object_or_404(grants.filter(user__in=User.objects.visible_to(request.user)), pk=pk)
    actions.end_grant(grant=grant, by=request.user)
    return redirect("organizations:account_detail", grant.user_id)
