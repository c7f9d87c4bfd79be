"""Who holds which post from when to when, and which dated tags an organization carries."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused

from ..models import Appointment, Organization, OrganizationTag, Person, RoleGrant, Tag
from ..permissions import Permission, require

EDIT = Permission.EDIT_ORGANIZATIONS


@transaction.atomic
def appoint(
    *,
    organization: Organization,
    post: str,
    name: str,
    person: Person | None = None,
    starts_on: date,
    is_acting: bool = False,
    by,
) -> Appointment:
    """Give somebody a post. `person` None means a new person of that `name`: names never make two people one.

    A secretary in office goes the day before; roles that hang on that appointment end with it.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    require(by, EDIT, organization)
    if organization.ends_on and organization.ends_on < starts_on:
        raise Refused(_("This organization has ended already."))
    if post == Appointment.Post.SECRETARY:
        _make_room(organization, starts_on, by)
    person = person or Person.objects.create(name=name)
    appointment = Appointment.objects.create(
        organization=organization, person=person, post=post, starts_on=starts_on, is_acting=is_acting
    )
    data = {"person": person.name, "post": post, "starts_on": starts_on.isoformat(), "is_acting": is_acting}
    record("appointment.make", organization, by=by, organization=organization, data=data)
    # Who stays in the post under a new appointment (acting, then in full) keeps the role that hung on the old one.
    held = RoleGrant.objects.filter(appointment__person=person, appointment__post=post, organization=organization)
    for grant in held.filter(user__is_active=True, ends_on=starts_on - timedelta(days=1)):
        RoleGrant.objects.create(user=grant.user, role=grant.role, organization=organization, appointment=appointment)
    return appointment


def _make_room(organization: Organization, starts_on: date, by) -> None:
    current = Appointment.objects.filter(organization=organization, post=Appointment.Post.SECRETARY, ends_on=None)
    for appointment in current.select_related("person"):
        if appointment.starts_on and appointment.starts_on >= starts_on:
            raise Refused(
                _("%(name)s is secretary from %(day)s; the new one can only start later.")
                % {"name": appointment.person.name, "day": appointment.starts_on.isoformat()}
            )
        _end(appointment, organization, starts_on - timedelta(days=1), by)


@transaction.atomic
def end_appointment(*, appointment: Appointment, ends_on: date, by) -> None:
    """The post's last day; a role that hangs on it is held up to and including that day."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    organization = appointment.organization
    require(by, EDIT, organization)
    if appointment.ends_on:
        raise Refused(_("This appointment has ended already."))
    if appointment.starts_on and ends_on < appointment.starts_on:
        raise Refused(_("The last day lies before the first."))
    _end(appointment, organization, ends_on, by)


def _end(appointment: Appointment, organization: Organization, ends_on: date, by) -> None:
    appointment.ends_on = ends_on
    appointment.save(update_fields=["ends_on"])
    appointment.role_grants.filter(ends_on=None).update(ends_on=ends_on)
    data = {"person": appointment.person.name, "post": appointment.post, "ends_on": ends_on.isoformat()}
    record("appointment.end", organization, by=by, organization=organization, data=data)


@transaction.atomic
def add_tag(*, organization: Organization, name: str, starts_on: date | None, by) -> OrganizationTag:
    """Task audiences that ask for the tag reach the organization from that day."""
    require(by, EDIT, organization)
    tag, _made = Tag.objects.get_or_create(name=name)
    current = OrganizationTag.objects.filter(organization=organization, tag=tag, ends_on=None)
    if current.exists():
        raise Refused(_("It carries this tag already."))
    dated = OrganizationTag.objects.create(organization=organization, tag=tag, starts_on=starts_on)
    data = {"tag": name, "starts_on": starts_on.isoformat() if starts_on else None}
    record("organization.tag", organization, by=by, organization=organization, data=data)
    return dated


@transaction.atomic
def end_tag(*, dated: OrganizationTag, ends_on: date, by) -> None:
    dated = OrganizationTag.objects.select_for_update().get(pk=dated.pk)
    require(by, EDIT, dated.organization)
    if dated.ends_on:
        raise Refused(_("This tag has ended already."))
    if dated.starts_on and ends_on < dated.starts_on:
        raise Refused(_("The last day lies before the first."))
    dated.ends_on = ends_on
    dated.save(update_fields=["ends_on"])
    data = {"tag": dated.tag.name, "ends_on": ends_on.isoformat()}
    record("organization.tag_end", dated.organization, by=by, organization=dated.organization, data=data)
