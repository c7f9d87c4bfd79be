import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from branchwork.organizations.models import Appointment, RoleGrant, User
from branchwork.organizations.permissions import Role
from tests.office import make_user

LIST = reverse("organizations:account_list")
MAKE = reverse("organizations:account_make")
PASSWORDS = reverse("organizations:account_passwords")
NEW = reverse("organizations:account_new")


def url(name: str, pk: int) -> str:
    return reverse(f"organizations:{name}", args=[pk])


@pytest.fixture
def keeper(office, client):
    client.force_login(office.accounts)
    return client


def workbook_rows(response) -> list[tuple]:
    assert response["Content-Disposition"].startswith("attachment")
    return list(load_workbook(io.BytesIO(response.getvalue())).active.iter_rows(values_only=True))


GETS = ["account_list", "account_make", "account_passwords", "account_new"]
POSTS = ["account_reset", "account_disable", "account_enable", "account_rename", "account_grant", "account_grant_end"]


@pytest.mark.parametrize("who", ["admin", "staff", "leader", "zheng", "wang", "nobody"])
def test_nobody_but_the_account_administrator_gets_in(office, client, who):
    client.force_login(getattr(office, who))
    for name in GETS:
        assert client.get(reverse(f"organizations:{name}")).status_code == 403, name
    assert client.get(url("account_detail", office.wang.pk)).status_code == 403
    for name in POSTS:
        assert client.post(url(name, office.wang.pk)).status_code == 403, name


def test_anonymous_is_sent_to_the_login(office, client):
    for name in GETS:
        assert client.get(reverse(f"organizations:{name}")).status_code == 302
    for name in POSTS:
        assert client.post(url(name, office.wang.pk)).status_code == 401


def test_a_get_changes_nothing(keeper, office):
    for name in POSTS:
        assert keeper.get(url(name, office.wang.pk)).status_code == 405


def test_a_login_outside_the_own_subtree_is_not_there(office, client):
    client.force_login(make_user("keeper", "管理", Role.ACCOUNT_ADMIN, office.tax))
    assert client.get(url("account_detail", office.chen.pk)).status_code == 200
    assert client.get(url("account_detail", office.wang.pk)).status_code == 404
    for name in POSTS[:-1]:
        assert client.post(url(name, office.wang.pk)).status_code == 404, name
    assert client.post(url("account_grant_end", office.wang.role_grants.get().pk)).status_code == 404
    form = client.get(NEW).context["form"]
    assert {organization.name for organization in form.fields["organization"].queryset} == {
        "税务局机关党委",
        "税务局第一党支部",
    }


def test_the_account_administrator_sees_no_organization_page(keeper, office):
    assert keeper.get(reverse("organizations:organization_list")).status_code == 403
    assert keeper.get(reverse("organizations:organization_detail", args=[office.finance.pk])).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=王", {"王敏"}),
        ("q=财政", {"郑洁", "王敏"}),
        ("q=CHENLI", {"陈立", "陈丽"}),
        ("role=clerk", {"王敏"}),
        ("state=disabled", {"周正"}),
        ("state=new", {"新来的"}),
        ("q=没有这个人", set()),
    ],
)
def test_account_list_filters(keeper, office, query, names):
    User.objects.filter(pk=office.leader.pk).update(is_active=False)
    User.objects.create(username="new", name="新来的", must_change_password=True)
    assert {user.name for user in keeper.get(f"{LIST}?{query}").context["page"]} == names


@pytest.mark.parametrize("rows", [1, 30])
def test_account_list_queries(keeper, office, rows, django_assert_max_num_queries):
    for number in range(rows):
        make_user(f"u{number}", f"第{number}人", Role.CLERK, office.finance)
    with django_assert_max_num_queries(12):
        assert keeper.get(LIST).status_code == 200


def test_logins_are_made_and_their_passwords_downloaded_once(keeper, office, client):
    Appointment.objects.create(person=office.guo.person, organization=office.tax_first, post="secretary")
    User.objects.filter(pk=office.guo.pk).update(is_active=False)
    page = keeper.get(MAKE)
    assert [o.name for o in page.context["secretaries"]] == ["档案馆党支部", "税务局第一党支部"]
    made = keeper.post(MAKE, {"roles": ["secretary", "clerk"]})
    assert made.url == PASSWORDS
    assert keeper.get(PASSWORDS).context["waiting"] == 4

    rows = workbook_rows(keeper.post(PASSWORDS))
    assert rows[1] == ("党组织", "角色", "姓名", "用户名", "一次性密码", "有效期至")
    given = {row[3]: row for row in rows[2:] if row[3]}
    assert set(given) == {"011s", "011c", "022c", "023c"}
    # One person with two posts has one login with both.
    assert given["011s"][:3] == ("档案馆党支部；税务局第一党支部", "书记", "郭勇")
    assert "http://testserver/login/" in rows[-2][0]

    again = keeper.post(PASSWORDS)
    assert "没有等着发密码的账号" in again.content.decode()
    client.logout()
    login = client.post(reverse("organizations:login"), {"username": "011c", "password": given["011c"][4]})
    assert login.status_code == 302


def test_a_lost_file_is_made_again_and_the_old_passwords_die(keeper, office):
    keeper.post(MAKE, {"roles": ["clerk"]})
    first = {row[3]: row[4] for row in workbook_rows(keeper.post(PASSWORDS))[2:] if row[3]}
    second = {row[3]: row[4] for row in workbook_rows(keeper.post(PASSWORDS, {"again": "on"}))[2:] if row[3]}
    assert set(first) == set(second) == {"011c", "022c", "023c"}
    clerk = User.objects.get(username="011c")
    assert (clerk.check_password(first["011c"]), clerk.check_password(second["011c"])) == (False, True)


def test_account_make_needs_a_tick(keeper, office):
    assert "请至少勾选一项" in keeper.post(MAKE, {}).content.decode()
    assert not User.objects.filter(username="011c").exists()


def test_account_new_shows_its_password_once(keeper, office):
    data = {"username": "Xiaoli", "name": "小李", "role": "clerk", "organization": office.archive.pk}
    response = keeper.post(NEW, data)
    user = User.objects.get(username="xiaoli")
    assert user.check_password(response.context["password"])
    assert response.context["password"] in response.content.decode()
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"username": "WANGMIN"}, "已有这个用户名"),
        ({"username": "小李"}, "只用字母、数字"),
        ({"role": "god"}, "选择一个有效的选项"),
        ({"organization": 0}, "选择一个有效的选项"),
        ({"name": ""}, "请填写这一项"),
    ],
)
def test_account_new_says_what_is_wrong_and_keeps_the_rest(keeper, office, change, error):
    data = {"username": "xiaoli", "name": "小李", "role": "clerk", "organization": office.archive.pk}
    text = keeper.post(NEW, data | change).content.decode()
    assert error in text
    assert 'value="xiaoli"' in text or "username" in change
    assert User.objects.filter(username="xiaoli").count() == 0


def test_account_reset_shows_a_new_password(keeper, office):
    response = keeper.post(url("account_reset", office.wang.pk))
    office.wang.refresh_from_db()
    assert office.wang.check_password(response.context["password"])
    assert office.wang.must_change_password


def test_account_acts(keeper, office):
    detail = url("account_detail", office.wang.pk)
    assert keeper.post(url("account_disable", office.wang.pk)).url == detail
    assert keeper.post(url("account_disable", office.wang.pk)).status_code == 409
    assert keeper.post(url("account_enable", office.wang.pk)).url == detail
    assert keeper.post(url("account_rename", office.wang.pk), {"name": "王小敏"}).url == detail
    assert keeper.post(url("account_rename", office.wang.pk), {"name": ""}).status_code == 200
    grant = {"role": "clerk", "organization": office.archive.pk}
    assert keeper.post(url("account_grant", office.wang.pk), grant).url == detail
    assert keeper.post(url("account_grant", office.wang.pk), {"role": ""}).status_code == 200
    assert keeper.post(url("account_grant_end", office.wang.role_grants.first().pk)).url == detail
    wang = User.objects.get(pk=office.wang.pk)
    assert (wang.name, wang.is_active, [g.organization.name for g in wang.grants]) == ("王小敏", True, ["档案馆党支部"])
    text = keeper.get(detail).content.decode()
    assert all(word in text for word in ("停用", "恢复使用", "改名", "给角色", "收回角色"))


def test_the_own_login_cannot_be_changed(keeper, office):
    own = office.accounts.pk
    grant = {"role": "committee_admin", "organization": office.root.pk}
    assert keeper.post(url("account_grant", own), grant).status_code == 403
    assert keeper.post(url("account_disable", own)).status_code == 403
    assert keeper.post(url("account_reset", own)).status_code == 403
    assert keeper.post(url("account_grant_end", office.accounts.role_grants.get().pk)).status_code == 403
    text = keeper.get(url("account_detail", own)).content.decode()
    assert "自己的账号不能自己改" in text
    assert RoleGrant.objects.filter(user=office.accounts).count() == 1


def test_unknown_account(keeper):
    assert keeper.get(url("account_detail", 999_999)).status_code == 404
