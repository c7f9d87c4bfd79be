"""Founding, changing, moving and ending organizations; each by somebody who may, each with its audit row."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused

from ..exports import organization_rows, organization_workbook
from ..importing.cells import term_end
from ..importing.names import codes, short_names
from ..models import Appointment, Organization, PeerGroup, RoleGrant
from ..permissions import Permission, require
from .tree import lock_tree

EDIT = Permission.EDIT_ORGANIZATIONS


@transaction.atomic
def found_organization(*, parent: Organization, values: dict[str, Any], by) -> Organization:
    """A new organization below `parent`. `values` are fields of the model, and `group_name`; code and short name are
    made when they are missing."""
    require(by, EDIT, parent)
    lock_tree()
    if parent.is_branch or parent.ends_on:
        raise Refused(_("Nothing can be founded below a branch or below what has ended."))
    values = _completed(values)
    if not values.get("code"):
        [values["code"]] = codes([""], Organization.objects.values_list("code", flat=True))
    if not values.get("short_name"):
        taken = Organization.objects.filter(ends_on=None).exclude(short_name="").values_list("short_name", flat=True)
        [values["short_name"]] = short_names([values["name"]], taken)
    organization = Organization.objects.add_child(parent, values)
    data = {"parent": parent.name} | {key: _plain(value) for key, value in values.items() if value not in (None, "")}
    record("organization.found", organization, by=by, organization=organization, data=data)
    return organization


@transaction.atomic
def edit_organization(*, organization: Organization, values: dict[str, Any], by) -> Organization:
    """Change facts. Only what differs is written and recorded; nothing differing writes nothing."""
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    require(by, EDIT, organization)
    values = _completed(values)
    before = {key: getattr(organization, key) for key in values}
    changed = [key for key in values if values[key] != before[key]]
    if not changed:
        return organization
    for key in changed:
        setattr(organization, key, values[key])
    organization.save(update_fields=changed)
    data = {
        "before": {key: _plain(before[key]) for key in changed},
        "after": {key: _plain(values[key]) for key in changed},
    }
    record("organization.edit", organization, by=by, organization=organization, data=data)
    return organization


def _completed(values: dict[str, Any]) -> dict[str, Any]:
    """The peer group by its name, made when it is new; the term end from the last election when it is missing."""
    values = dict(values)
    if "group_name" in values:
        values["peer_group"] = _group(values.pop("group_name"))
    if values.get("last_elected_on") and not values.get("term_ends_on") and values.get("kind"):
        values["term_ends_on"] = term_end(values["kind"], values["last_elected_on"])
    return values


def _group(name: str) -> PeerGroup | None:
    if not name:
        return None
    last = PeerGroup.objects.order_by("position").last()
    return PeerGroup.objects.get_or_create(name=name, defaults={"position": last.position + 1 if last else 1})[0]


@transaction.atomic
def move_organization(*, organization: Organization, parent: Organization, on: date, by) -> Organization:
    """Put it, with all below it, under another organization. Needs rights on both parents."""
    lock_tree()
    organization = Organization.objects.get(pk=organization.pk)
    parent = Organization.objects.get(pk=parent.pk)
    above = Organization.objects.get_parent(organization)
    require(by, EDIT, above or organization)
    require(by, EDIT, parent)
    if parent.is_branch or parent.ends_on:
        raise Refused(_("Nothing can stand below a branch or below what has ended."))
    if parent.path.startswith(organization.path):
        raise Refused(_("An organization cannot stand below itself."))
    if above == parent:
        raise Refused(_("It stands there already."))
    Organization.objects.move(organization, parent, "last-child")
    organization = Organization.objects.get(pk=organization.pk)
    data = {"before": str(above or ""), "after": str(parent), "on": on.isoformat()}
    record("organization.move", organization, by=by, organization=organization, data=data)
    return organization


@transaction.atomic
def end_organization(
    *, organization: Organization, ends_on: date, succeeded_by: Organization | None, reason: str, by
) -> Organization:
    """Its last day. Appointments and roles in it end on that day; cards stay, points are passed on to nobody."""
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    require(by, EDIT, organization)
    if organization.depth == 1:
        raise Refused(_("The organization at the top cannot be ended."))
    if organization.ends_on:
        raise Refused(_("This organization has ended already."))
    below = Organization.objects.filter(path__startswith=organization.path, ends_on=None).exclude(pk=organization.pk)
    if count := below.count():
        raise Refused(_("%(n)d organizations still stand below it; move or end them first.") % {"n": count})
    if organization.starts_on and ends_on < organization.starts_on:
        raise Refused(_("The end lies before the founding."))
    organization.ends_on, organization.succeeded_by = ends_on, succeeded_by
    organization.save(update_fields=["ends_on", "succeeded_by"])
    for appointment in Appointment.objects.filter(organization=organization, ends_on=None):
        appointment.ends_on = max(ends_on, appointment.starts_on or ends_on)
        appointment.save(update_fields=["ends_on"])
    RoleGrant.objects.filter(organization=organization, ends_on=None).update(ends_on=ends_on)
    data = {"ends_on": ends_on.isoformat(), "succeeded_by": str(succeeded_by or "")}
    record("organization.end", organization, by=by, organization=organization, reason=reason, data=data)
    return organization


@transaction.atomic
def export_organizations(*, organizations: list[Organization], by) -> bytes:
    """A workbook of these, in their order, that imports again without a change; the audit says how many left."""
    if not organizations:
        raise Refused(_("There is nothing to export."))
    content = organization_workbook(organization_rows(organizations), timezone.now())
    record("organization.export", organizations[0], by=by, data={"rows": len(organizations)})
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, PeerGroup):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
