"""Who may do what, in one place.

Three separate questions: may I see it (a queryset's `visible_to(user)`; else 404), may I do it
(`has_permission`, `require`; else 403), can it be done now (an action raises `Refused`; 409).
"""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    """What can be permitted; the label is the sentence the screen shows."""

    VIEW = "view", _("See the organization, its plan, ledger and scorecards")
    LOG_ENTRY = "log_entry", _("Log entries")
    CONFIRM_ENTRY = "confirm_entry", _("Confirm entries")
    REVIEW_ENTRY = "review_entry", _("Approve and return entries")
    OPEN_EVENT = "open_event", _("Open an event task")
    EXEMPT = "exempt", _("Exempt from an assignment")
    EDIT_PLAN = "edit_plan", _("Import, change and publish the plan")
    EDIT_ORGANIZATIONS = "edit_organizations", _("Import and change organizations")
    CLOSE_PERIOD = "close_period", _("Close quarters and the year")
    REOPEN_PERIOD = "reopen_period", _("Reopen a closed period")
    EXPORT_REPORT = "export_report", _("Make the quarter and annual workbooks")
    MANAGE_ACCOUNTS = "manage_accounts", _("Make, reset and disable logins")


class Role(models.TextChoices):
    COMMITTEE_ADMIN = "committee_admin", _("Committee administrator")
    COMMITTEE_STAFF = "committee_staff", _("Committee staff")
    COMMITTEE_LEADER = "committee_leader", _("Committee leader")
    SECRETARY = "secretary", _("Secretary")
    CLERK = "clerk", _("Clerk")
    ACCOUNT_ADMIN = "account_admin", _("Account administrator")


P = Permission
_STAFF = {
    P.VIEW, P.LOG_ENTRY, P.CONFIRM_ENTRY, P.REVIEW_ENTRY, P.OPEN_EVENT, P.EXEMPT,
    P.EDIT_PLAN, P.EDIT_ORGANIZATIONS, P.CLOSE_PERIOD, P.EXPORT_REPORT,
}  # fmt: skip
ROLE_PERMISSIONS: dict[str, set[Permission]] = {
    Role.COMMITTEE_ADMIN: _STAFF | {P.REOPEN_PERIOD},
    Role.COMMITTEE_STAFF: _STAFF,
    Role.COMMITTEE_LEADER: {P.VIEW, P.EXPORT_REPORT},
    Role.SECRETARY: {P.VIEW, P.LOG_ENTRY, P.CONFIRM_ENTRY, P.OPEN_EVENT},
    Role.CLERK: {P.VIEW, P.LOG_ENTRY},
    Role.ACCOUNT_ADMIN: {P.MANAGE_ACCOUNTS},
}


def grants_of(user, permission: Permission) -> list:
    return [grant for grant in user.grants if permission in ROLE_PERMISSIONS[grant.role]]


def has_permission(user, permission: Permission, organization=None) -> bool:
    """Whether `user` holds `permission` on `organization` (by a grant on it or above it), or anywhere if None."""
    return any(
        organization is None or organization.path.startswith(grant.organization.path)
        for grant in grants_of(user, permission)
    )


def require(user, permission: Permission, organization=None) -> None:
    """PermissionDenied (403) unless `user` holds `permission` there; None is the system itself (a command)."""
    if user is not None and not has_permission(user, permission, organization):
        raise PermissionDenied(permission.label)


def keeps_account(user, account) -> bool:
    """Whether `user` may change `account`: another's, every role of which lies where `user` keeps accounts.

    Otherwise the account administrator of one committee could take over a login that also has a role elsewhere.
    """
    if account.pk == user.pk:
        return False
    if not account.grants:
        return any(grant.organization.depth == 1 for grant in grants_of(user, Permission.MANAGE_ACCOUNTS))
    return all(has_permission(user, Permission.MANAGE_ACCOUNTS, grant.organization) for grant in account.grants)


def require_account(user, account) -> None:
    """PermissionDenied (403) unless `user` keeps that account; None (a command) keeps all."""
    if user is not None and not keeps_account(user, account):
        raise PermissionDenied


def subtree_q(user, permission: Permission, path_field: str) -> Q:
    """A filter for rows whose organization path lies in a subtree where `user` holds `permission`."""
    paths = {grant.organization.path for grant in grants_of(user, permission)}
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{path_field}__startswith": path})
    return condition


def rule(permission: Permission | None) -> Callable:
    """Declare who may open a view: holders of `permission` anywhere; None = everybody who is logged in.

    The object at hand is asked about inside the view (`visible_to`, `require`). A start-up check refuses a URL
    whose view carries no rule.
    """

    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            if permission is not None:
                require(request.user, permission)
            return view(request, *args, **kwargs)

        wrapped.rule = permission.value if permission is not None else "login"
        return wrapped

    return decorate


def public(view):
    """Declare a view that needs no login: the list of them is short and a test holds it."""
    view.rule = "public"
    view.login_required = False
    return view
