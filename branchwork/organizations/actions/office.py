"""The beginning: an empty database becomes an office."""

from django.db import transaction
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused

from ..models import Organization, User
from ..permissions import Role
from .accounts import add_user, grant_role
from .passwords import issue_passwords

# Leaves 001, 002 … to the numbers in the office's own list.
ROOT_CODE = "000"


@transaction.atomic
def create_office(*, name: str, username: str, by=None) -> tuple[User, str]:
    """The root organization and its first administrator, with a one-time password; `Refused` where anything is.

    The administrator keeps the committee's work and the accounts until accounts are given to somebody else.
    """
    if Organization.objects.exists() or User.objects.exists():
        raise Refused(_("There is an office in this database already. Nothing was changed."))
    fields = {"code": ROOT_CODE, "name": name, "kind": Organization.Kind.WORKING_COMMITTEE}
    root = Organization.objects.add_root(fields)
    record("organization.found", root, by=by, organization=root, data=fields)
    user = add_user(username=username, name=_("Administrator"), role=Role.COMMITTEE_ADMIN, organization=root, by=by)
    grant_role(user=user, role=Role.ACCOUNT_ADMIN, organization=root, by=by)
    [(user, password)] = issue_passwords(users=[user], by=by)
    return user, password
