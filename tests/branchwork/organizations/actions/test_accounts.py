import pytest
from django.core.exceptions import PermissionDenied

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from branchwork.organizations.actions.accounts import (
    add_user,
    disable_user,
    enable_user,
    end_grant,
    grant_role,
    make_logins,
    rename_user,
)
from branchwork.organizations.models import Appointment, Organization, RoleGrant, User
from branchwork.organizations.permissions import Role
from tests.branchwork.organizations.actions.test_imports import run
from tests.branchwork.organizations.lists import office_list
from tests.office import make_user

BOTH = [Role.SECRETARY, Role.CLERK]


def test_make_logins_for_the_office_list(db, django_assert_max_num_queries):
    run(office_list())
    root = Organization.objects.get(depth=1)
    keeper = make_user("keeper", "管理", Role.ACCOUNT_ADMIN, root)
    organizations = list(Organization.objects.exclude(pk=root.pk))
    with django_assert_max_num_queries(20):
        made = make_logins(organizations=organizations, roles=BOTH, by=keeper)
    assert len(made) == 144
    secretary = User.objects.get(username="016s")
    [grant] = secretary.grants
    assert (secretary.name, secretary.person.name, secretary.has_usable_password()) == ("郑洁", "郑洁", False)
    assert (grant.role, grant.organization.code, grant.appointment.post) == ("secretary", "016", "secretary")
    clerk = User.objects.get(username="016c")
    assert (clerk.name, clerk.person, clerk.must_change_password) == ("财政局党务干事", None, True)
    assert AuditEvent.objects.filter(action="account.grant").count() == 144
    assert make_logins(organizations=organizations, roles=BOTH, by=keeper) == []


def test_make_logins_leaves_those_who_have_one(office):
    made = make_logins(organizations=[office.finance, office.archive, office.tax_first], roles=BOTH, by=office.accounts)
    # 财政局 has both, 档案馆 its secretary, 税务局第一党支部 nobody in office.
    assert [user.username for user in made] == ["011c", "023c"]


def test_make_logins_gives_a_person_with_two_posts_one_login(office):
    person = office.zheng.person
    Appointment.objects.create(person=person, organization=office.tax_first, post="secretary")
    assert make_logins(organizations=[office.tax_first], roles=[Role.SECRETARY], by=office.accounts) == []
    assert {grant.organization.name for grant in User.objects.get(pk=office.zheng.pk).grants} == {
        "财政局党支部",
        "税务局第一党支部",
    }


def test_make_logins_for_the_next_secretary_takes_another_name(office):
    make_user("023s", "前任")
    Appointment.objects.create(person=office.guo.person, organization=office.tax_first, post="secretary")
    office.guo.is_active = False
    office.guo.save()
    [made] = make_logins(organizations=[office.tax_first], roles=[Role.SECRETARY], by=office.accounts)
    assert made.username == "023s2"


def test_make_logins_outside_the_own_subtree(office):
    keeper = make_user("keeper", "管理", Role.ACCOUNT_ADMIN, office.tax)
    with pytest.raises(PermissionDenied):
        make_logins(organizations=[office.finance], roles=BOTH, by=keeper)
    assert len(make_logins(organizations=[office.tax_first], roles=[Role.CLERK], by=keeper)) == 1


def test_add_user_and_audit(office):
    user = add_user(username="Xiaoli", name="小李", role=Role.CLERK, organization=office.archive, by=office.accounts)
    assert (user.username, [grant.role for grant in user.grants]) == ("xiaoli", ["clerk"])
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == ["account.make", "account.grant"]


def test_nobody_grants_himself(office):
    with pytest.raises(PermissionDenied):
        grant_role(user=office.accounts, role=Role.COMMITTEE_ADMIN, organization=office.root, by=office.accounts)
    assert [grant.role for grant in office.accounts.grants] == ["account_admin"]


def test_grant_role_twice_is_one_grant(office):
    for _ in range(2):
        grant_role(user=office.nobody, role=Role.CLERK, organization=office.archive, by=office.accounts)
    assert RoleGrant.objects.filter(user=office.nobody).count() == 1


@pytest.mark.parametrize("who", ["admin", "staff", "zheng", "nobody"])
def test_grant_role_by_somebody_who_keeps_no_accounts(office, who):
    with pytest.raises(PermissionDenied):
        grant_role(user=office.wang, role=Role.CLERK, organization=office.archive, by=getattr(office, who))


def test_end_grant_ends_at_once_and_may_be_given_again(office):
    end_grant(grant=office.wang.role_grants.get(), by=office.accounts)
    assert User.objects.get(pk=office.wang.pk).grants == []
    grant_role(user=office.nobody, role=Role.CLERK, organization=office.finance, by=office.accounts)
    assert User.objects.get(pk=office.nobody.pk).home == office.finance


def test_a_keeper_of_one_committee_cannot_take_over_a_login_with_a_role_elsewhere(office):
    keeper = make_user("keeper", "管理", Role.ACCOUNT_ADMIN, office.tax)
    RoleGrant.objects.create(user=office.staff, role=Role.CLERK, organization=office.tax_first)
    both = User.objects.get(pk=office.staff.pk)
    for act in (disable_user, enable_user):
        with pytest.raises(PermissionDenied):
            act(user=both, by=keeper)
    with pytest.raises(PermissionDenied):
        disable_user(user=office.nobody, by=keeper)
    disable_user(user=office.chen, by=keeper)


def test_disable_and_enable(office):
    disable_user(user=office.wang, by=office.accounts)
    assert not User.objects.get(pk=office.wang.pk).is_active
    with pytest.raises(Refused):
        disable_user(user=office.wang, by=office.accounts)
    enable_user(user=office.wang, by=office.accounts)
    assert User.objects.get(pk=office.wang.pk).is_active


def test_rename_user_keeps_both_names_in_the_audit(office):
    rename_user(user=office.wang, name="王小敏", by=office.accounts)
    assert AuditEvent.objects.get().data == {"before": "王敏", "after": "王小敏"}


def test_logins_a_keeper_sees(office):
    keeper = make_user("keeper", "管理", Role.ACCOUNT_ADMIN, office.tax)
    assert set(User.objects.visible_to(keeper).values_list("name", flat=True)) == {"管理", "陈丽"}
    assert User.objects.visible_to(office.accounts).count() == User.objects.count()
    assert User.objects.visible_to(office.staff).count() == 0
