"""Logins and what they may do. Nobody grants himself; account administrators reach no further than their subtree."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.audit import record, record_each
from branchwork.errors import Refused

from ..models import Appointment, Organization, RoleGrant, User
from ..permissions import Permission, Role, require, require_account

# 016s is the secretary's login of the organization with the code 016, 016c the clerk's: short, typed without a
# Chinese keyboard, the same again next year.
LETTERS = {Role.SECRETARY: "s", Role.CLERK: "c"}


@transaction.atomic
def make_logins(*, organizations: Sequence[Organization], roles: Iterable[str], by) -> list[User]:
    """A login for each organization and role that has none yet; without a password until one is issued.

    A secretary's login belongs to the person in office and its role ends with the appointment; where nobody is in
    office none is made. One person with two posts gets one login with two roles.
    """
    for organization in organizations:
        require(by, Permission.MANAGE_ACCOUNTS, organization)
    made: list[User] = []
    for role in roles:
        missing = lacking(organizations, role)
        made += _secretaries(missing, by) if role == Role.SECRETARY else _clerks(missing, by)
    return made


def lacking(organizations: Sequence[Organization], role: str) -> list[Organization]:
    """Those of the organizations in which nobody who can log in holds the role today."""
    current = RoleGrant.objects.current(timezone.localdate()).filter(role=role, user__is_active=True)
    served = set(current.values_list("organization_id", flat=True))
    return [organization for organization in organizations if organization.pk not in served]


def secretaries_of(organizations: Sequence[Organization]) -> dict[int, Appointment]:
    """Who is secretary today, by the organization's key."""
    posts = Appointment.objects.current(timezone.localdate()).filter(post=Appointment.Post.SECRETARY)
    keys = [organization.pk for organization in organizations]
    return {post.organization_id: post for post in posts.filter(organization__in=keys).select_related("person")}


def _secretaries(organizations: list[Organization], by) -> list[User]:
    posts = secretaries_of(organizations)
    people = {post.person_id for post in posts.values()}
    users = {user.person_id: user for user in User.objects.filter(person__in=people, is_active=True)}
    new: dict[int, User] = {}
    names = _Usernames()
    for organization in organizations:
        post = posts.get(organization.pk)
        if post and post.person_id not in users and post.person_id not in new:
            user = _user(names.free(organization.code + LETTERS[Role.SECRETARY]), post.person.name)
            user.person = post.person
            new[post.person_id] = user
    users |= {user.person_id: user for user in User.objects.bulk_create(new.values())}
    grants = [
        RoleGrant(user=users[post.person_id], role=Role.SECRETARY, organization=organization, appointment=post)
        for organization in organizations
        if (post := posts.get(organization.pk))
    ]
    _store(grants, by)
    return list(new.values())


def _clerks(organizations: list[Organization], by) -> list[User]:
    names = _Usernames()
    users = [
        _user(names.free(organization.code + LETTERS[Role.CLERK]), _("%(name)s clerk") % {"name": organization.label})
        for organization in organizations
    ]
    User.objects.bulk_create(users)
    pairs = zip(users, organizations, strict=True)
    _store([RoleGrant(user=user, role=Role.CLERK, organization=organization) for user, organization in pairs], by)
    return users


def _store(grants: list[RoleGrant], by) -> None:
    RoleGrant.objects.bulk_create(grants)
    rows = [(grant.user, grant.organization, _said(grant)) for grant in grants]
    record_each("account.grant", rows, by=by)


def _user(username: str, name: str) -> User:
    return User(username=username, name=name[:60], password=make_password(None), must_change_password=True)


def _said(grant: RoleGrant) -> dict[str, str]:
    return {"role": grant.role, "organization": grant.organization.name}


class _Usernames:
    """Hands out names that nobody has: 016s, then 016s2 for the next secretary."""

    def __init__(self):
        self.taken = {name.lower() for name in User.objects.values_list("username", flat=True)}

    def free(self, wanted: str) -> str:
        wanted = "".join(wanted.lower().split())[:50]
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}{number}"
        self.taken.add(name)
        return name


@transaction.atomic
def add_user(*, username: str, name: str, role: str, organization: Organization, by) -> User:
    """One login with one role; a password is issued apart."""
    require(by, Permission.MANAGE_ACCOUNTS, organization)
    user = _user(username.lower(), name)
    user.save()
    record("account.make", user, by=by, organization=organization, data={"username": user.username})
    _store([RoleGrant(user=user, role=role, organization=organization)], by)
    return user


@transaction.atomic
def grant_role(*, user: User, role: str, organization: Organization, by) -> RoleGrant:
    """Another role. Somebody who already has it has it still."""
    require_account(by, user)
    require(by, Permission.MANAGE_ACCOUNTS, organization)
    held = RoleGrant.objects.current(timezone.localdate()).filter(user=user, role=role, organization=organization)
    if grant := held.first():
        return grant
    grant = RoleGrant(user=user, role=role, organization=organization)
    _store([grant], by)
    return grant


@transaction.atomic
def end_grant(*, grant: RoleGrant, by) -> None:
    """The role ends at once: yesterday was its last day."""
    require_account(by, grant.user)
    grant.ends_on = timezone.localdate() - timedelta(days=1)
    grant.save(update_fields=["ends_on"])
    record("account.grant_end", grant.user, by=by, organization=grant.organization, data=_said(grant))


@transaction.atomic
def rename_user(*, user: User, name: str, by) -> None:
    require_account(by, user)
    before, user.name = user.name, name
    user.save(update_fields=["name"])
    record("account.rename", user, by=by, organization=user.home, data={"before": before, "after": name})


@transaction.atomic
def disable_user(*, user: User, by) -> None:
    """The login opens nothing any more, open sessions end; what was written under it stays."""
    _switch(user, False, by)


@transaction.atomic
def enable_user(*, user: User, by) -> None:
    _switch(user, True, by)


def _switch(user: User, active: bool, by) -> None:
    require_account(by, user)
    if user.is_active == active:
        raise Refused(_("This login is in use already.") if active else _("This login is disabled already."))
    user.is_active = active
    user.save(update_fields=["is_active"])
    record("account.enable" if active else "account.disable", user, by=by, organization=user.home)
