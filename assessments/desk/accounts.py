"""The desk of an account administrator, and of somebody whom nobody has given anything to do yet."""

from dataclasses import dataclass

from django.utils import timezone

from branchwork.organizations.actions.accounts import lacking
from branchwork.organizations.forms.accounts import in_state
from branchwork.organizations.models import Organization, RoleGrant, User
from branchwork.organizations.permissions import Permission, Role


@dataclass(frozen=True)
class AccountsDesk:
    """How many organizations have no login, and how many logins wait for a password or for their first use."""

    without_secretary: int
    without_clerk: int
    waiting: int
    unused: int

    @property
    def count(self) -> int:
        return sum(bool(number) for number in (self.without_secretary, self.waiting))


def accounts_desk(user) -> AccountsDesk:
    today = timezone.localdate()
    kept = Organization.objects.visible_to(user, Permission.MANAGE_ACCOUNTS).active(today)
    organizations = list(kept.exclude(kind=Organization.Kind.WORKING_COMMITTEE))
    users = User.objects.visible_to(user)
    return AccountsDesk(
        without_secretary=len(lacking(organizations, Role.SECRETARY)),
        without_clerk=len(lacking(organizations, Role.CLERK)),
        waiting=(in_state(users, "new") | in_state(users, "expired")).count(),
        unused=in_state(users, "issued").count(),
    )


def whom_to_ask() -> list[str]:
    """The names of those who can give somebody a role."""
    grants = RoleGrant.objects.current(timezone.localdate()).filter(role=Role.ACCOUNT_ADMIN, user__is_active=True)
    return sorted({grant.user.name for grant in grants.select_related("user")})
