from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from branchwork.organizations.actions import organizations as module
from branchwork.organizations.actions.organizations import (
    edit_organization,
    end_organization,
    found_organization,
    move_organization,
)
from branchwork.organizations.models import Appointment, Organization, PeerGroup, RoleGrant
from branchwork.organizations.permissions import Permission, Role, has_permission
from tests.office import make_user

Kind = Organization.Kind
DAY = date(2026, 11, 22)


def last_event() -> tuple:
    event = AuditEvent.objects.first()
    return event.action, event.object_name, event.actor_name, event.data


def test_found_organization_gets_code_short_name_and_term_end(office):
    values = {"name": "税务局第二党支部", "kind": Kind.BRANCH, "group_name": "新分类", "starts_on": DAY}
    made = found_organization(parent=office.tax, values=values | {"last_elected_on": DAY}, by=office.staff)
    assert (made.code, made.short_name, made.term_ends_on) == ("024", "税务局二支部", date(2029, 11, 22))
    assert Organization.objects.get_parent(made) == office.tax
    assert made.peer_group == PeerGroup.objects.get(name="新分类")
    assert last_event()[:3] == ("organization.found", "税务局第二党支部", "李建华")


def test_found_organization_below_a_branch_is_refused(office):
    with pytest.raises(Refused):
        found_organization(parent=office.finance, values={"name": "小组", "kind": Kind.BRANCH}, by=office.staff)


def test_edit_organization_records_before_and_after(office):
    edit_organization(organization=office.finance, values={"member_count": 33, "short_name": "财政局"}, by=office.staff)
    office.finance.refresh_from_db()
    assert office.finance.member_count == 33
    assert last_event()[3] == {"before": {"member_count": 31}, "after": {"member_count": 33}}


def test_edit_organization_without_a_difference_writes_nothing(office):
    edit_organization(organization=office.finance, values={"member_count": 31}, by=office.staff)
    assert AuditEvent.objects.count() == 0


def test_edit_organization_without_its_audit_row_is_not_written(office, monkeypatch):
    monkeypatch.setattr(module, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        edit_organization(organization=office.finance, values={"member_count": 33}, by=office.staff)
    office.finance.refresh_from_db()
    assert office.finance.member_count == 31


@pytest.mark.parametrize("who", ["zheng", "wang", "leader", "accounts", "chen"])
def test_edit_organization_by_somebody_without_the_right(office, who):
    with pytest.raises(PermissionDenied):
        edit_organization(organization=office.finance, values={"member_count": 33}, by=getattr(office, who))


def test_move_organization_takes_access_along(office):
    assert not has_permission(office.chen, Permission.VIEW, office.archive)
    moved = move_organization(organization=office.archive, parent=office.tax, on=DAY, by=office.staff)
    assert has_permission(office.chen, Permission.VIEW, moved)
    assert last_event()[3] == {"before": "市直机关工委", "after": "税务局机关党委", "on": "2026-11-22"}
    assert Organization.objects.find_problems() == ([], [], [], [], [])


def test_move_organization_needs_rights_on_both_parents(office):
    keeper = make_user("keeper", "管理", Role.COMMITTEE_STAFF, office.tax)
    with pytest.raises(PermissionDenied):
        move_organization(organization=office.archive, parent=office.tax, on=DAY, by=keeper)
    with pytest.raises(PermissionDenied):
        move_organization(organization=office.tax_first, parent=office.root, on=DAY, by=keeper)


@pytest.mark.parametrize(
    ("what", "where"), [("tax", "tax"), ("tax", "tax_first"), ("archive", "finance"), ("tax", "root")]
)
def test_move_organization_to_where_it_cannot_stand(office, what, where):
    with pytest.raises(Refused):
        move_organization(organization=getattr(office, what), parent=getattr(office, where), on=DAY, by=office.staff)


def test_end_organization_ends_its_posts_and_roles(office):
    ended = end_organization(
        organization=office.archive, ends_on=DAY, succeeded_by=office.finance, reason="合并", by=office.staff
    )
    assert (ended.ends_on, ended.succeeded_by) == (DAY, office.finance)
    assert list(Appointment.objects.filter(organization=office.archive).values_list("ends_on", flat=True)) == [DAY]
    assert list(RoleGrant.objects.filter(organization=office.archive).values_list("ends_on", flat=True)) == [DAY]
    assert AuditEvent.objects.first().reason == "合并"


def test_end_organization_above_others_is_refused_until_they_ended(office):
    end = {"ends_on": DAY, "succeeded_by": None, "reason": "合并", "by": office.staff}
    with pytest.raises(Refused):
        end_organization(organization=office.tax, **end)
    end_organization(organization=office.tax_first, **end)
    end_organization(organization=office.tax, **end)
    with pytest.raises(Refused):
        end_organization(organization=office.tax, **end)


def test_end_organization_at_the_top_is_refused(office):
    with pytest.raises(Refused):
        end_organization(organization=office.root, ends_on=DAY, succeeded_by=None, reason="撤", by=office.admin)


def test_the_name_of_an_ended_organization_is_free_again(office):
    end_organization(organization=office.archive, ends_on=DAY, succeeded_by=None, reason="重组", by=office.staff)
    values = {"name": "档案馆党支部", "kind": Kind.BRANCH, "starts_on": DAY}
    made = found_organization(parent=office.root, values=values, by=office.staff)
    assert made.short_name == "档案馆"
