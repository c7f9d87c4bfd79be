from datetime import date

import pytest
import time_machine

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from branchwork.organizations.actions.appointments import add_tag, appoint, end_appointment, end_tag
from branchwork.organizations.models import Appointment, OrganizationTag, Person, RoleGrant, Tag, User
from branchwork.organizations.permissions import Role

pytestmark = pytest.mark.django_db
SECRETARY = Appointment.Post.SECRETARY


def test_appoint_secretary_ends_the_old_one_the_day_before(office):
    new = appoint(
        organization=office.finance,
        post=SECRETARY,
        name="林静",
        starts_on=date(2026, 11, 1),
        is_acting=True,
        by=office.staff,
    )
    old = Appointment.objects.get(organization=office.finance, person__name="郑洁")
    assert (old.ends_on, new.ends_on, new.is_acting) == (date(2026, 10, 31), None, True)
    events = list(AuditEvent.objects.order_by("pk").values_list("action", "object_name"))
    assert events == [("appointment.end", "财政局党支部"), ("appointment.make", "财政局党支部")]


def test_appoint_before_the_one_in_office_started_is_refused(office):
    appoint(organization=office.finance, post=SECRETARY, name="林静", starts_on=date(2026, 11, 1), by=office.staff)
    with pytest.raises(Refused):
        appoint(organization=office.finance, post=SECRETARY, name="赵云", starts_on=date(2026, 11, 1), by=office.staff)
    assert not Person.objects.filter(name="赵云").exists()


def test_appoint_never_makes_two_people_one_by_name(office):
    day = date(2026, 11, 1)
    again = appoint(organization=office.finance, post="clerk", name="郭勇", starts_on=day, by=office.staff)
    guo = office.guo.person
    assert again.person != guo
    same = appoint(organization=office.finance, post="member", name="郭勇", person=guo, starts_on=day, by=office.staff)
    assert same.person == guo


def test_other_posts_do_not_touch_the_secretary(office):
    appoint(organization=office.finance, post="deputy", name="林静", starts_on=date(2026, 11, 1), by=office.staff)
    assert Appointment.objects.filter(organization=office.finance, ends_on=None).count() == 2


def test_a_role_ends_with_its_appointment(office):
    post = Appointment.objects.get(organization=office.finance)
    login = User.objects.create(username="016s", name="郑洁")
    RoleGrant.objects.create(user=login, role=Role.SECRETARY, organization=office.finance, appointment=post)
    end_appointment(appointment=post, ends_on=date(2026, 11, 20), by=office.staff)
    for day, roles in ((20, ["secretary"]), (21, [])):
        with time_machine.travel(date(2026, 11, day), tick=False):
            assert [grant.role for grant in User.objects.get(pk=login.pk).grants] == roles


def test_who_is_appointed_again_keeps_the_role_of_the_post(office):
    acting = appoint(
        organization=office.tax_first, post=SECRETARY, name="孙伟", starts_on=date(2026, 3, 1), is_acting=True,
        by=office.staff,
    )  # fmt: skip
    user = User.objects.create(username="023s", name="孙伟", person=acting.person)
    RoleGrant.objects.create(user=user, role=Role.SECRETARY, organization=office.tax_first, appointment=acting)
    appoint(
        organization=office.tax_first, post=SECRETARY, name="孙伟", person=acting.person, starts_on=date(2026, 6, 1),
        by=office.staff,
    )  # fmt: skip
    grants = RoleGrant.objects.filter(user=user).order_by("pk")
    assert [(grant.ends_on, grant.appointment.is_acting) for grant in grants] == [
        (date(2026, 5, 31), True),
        (None, False),
    ]


def test_end_appointment_twice_or_before_its_start_is_refused(office):
    post = appoint(organization=office.finance, post="clerk", name="王五", starts_on=date(2026, 11, 1), by=office.staff)
    with pytest.raises(Refused):
        end_appointment(appointment=post, ends_on=date(2026, 10, 31), by=office.staff)
    end_appointment(appointment=post, ends_on=date(2026, 11, 1), by=office.staff)
    with pytest.raises(Refused):
        end_appointment(appointment=post, ends_on=date(2026, 11, 2), by=office.staff)


def test_a_tag_begins_and_ends_on_its_days(office):
    dated = add_tag(organization=office.finance, name="窗口单位", starts_on=date(2026, 1, 1), by=office.staff)
    with pytest.raises(Refused):
        add_tag(organization=office.finance, name="窗口单位", starts_on=None, by=office.staff)
    end_tag(dated=dated, ends_on=date(2026, 6, 30), by=office.staff)
    add_tag(organization=office.finance, name="窗口单位", starts_on=date(2026, 9, 1), by=office.staff)
    spans = list(OrganizationTag.objects.order_by("pk").values_list("starts_on", "ends_on"))
    assert spans == [(date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 9, 1), None)]
    assert Tag.objects.count() == 1


def test_end_tag_before_its_start_or_twice_is_refused(office):
    dated = add_tag(organization=office.finance, name="窗口单位", starts_on=date(2026, 1, 1), by=office.staff)
    with pytest.raises(Refused):
        end_tag(dated=dated, ends_on=date(2025, 12, 31), by=office.staff)
    end_tag(dated=dated, ends_on=date(2026, 1, 1), by=office.staff)
    with pytest.raises(Refused):
        end_tag(dated=dated, ends_on=date(2026, 1, 2), by=office.staff)
