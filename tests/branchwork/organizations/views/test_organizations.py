import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from branchwork.importing import find_table
from branchwork.models import AuditEvent
from branchwork.organizations.importing import FIELDS, check, known_to
from branchwork.organizations.models import Appointment, Organization, OrganizationTag, Tag
from branchwork.xlsx import read_workbook

LIST = reverse("organizations:organization_list")
EXPORT = reverse("organizations:organization_export")
Kind = Organization.Kind
FORMS = ["edit", "found", "move", "end", "appoint", "tag"]


def url(name: str, pk: int) -> str:
    return reverse(f"organizations:{name}", args=[pk])


@pytest.fixture
def staff(office, client):
    client.force_login(office.staff)
    return client


def names(response) -> list[str]:
    return [organization.name for organization in response.context["page"]]


def test_list_shows_what_each_may_see(office, client):
    everything = ["市直机关工委", "财政局党支部", "档案馆党支部", "税务局机关党委", "税务局第一党支部"]
    seen = {"staff": everything, "leader": everything, "wang": ["财政局党支部"], "chen": everything[3:]}
    for who, expected in seen.items():
        client.force_login(getattr(office, who))
        assert names(client.get(LIST)) == expected, who
    for who in ("accounts", "nobody"):
        client.force_login(getattr(office, who))
        assert client.get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=财政", ["财政局党支部"]),
        ("q=023", ["税务局第一党支部"]),
        ("q=郭勇", ["档案馆党支部"]),
        ("kind=party_committee", ["税务局机关党委"]),
        ("group={party}", ["档案馆党支部"]),
        ("tag={tag}", ["财政局党支部"]),
        ("state=ended", ["老干部局党支部"]),
        ("sort=members", ["财政局党支部", "税务局第一党支部", "档案馆党支部"]),
        ("sort=term&kind=branch", ["财政局党支部", "档案馆党支部", "税务局第一党支部"]),
        ("q=没有这个", []),
        ("kind=nonsense&sort=nonsense", ["市直机关工委", "财政局党支部", "档案馆党支部"]),
    ],
)
def test_list_filters_and_sorts(office, staff, query, expected):
    tag = Tag.objects.create(name="窗口单位")
    OrganizationTag.objects.create(organization=office.finance, tag=tag)
    for organization in (office.finance, office.archive, office.tax_first):
        organization.term_ends_on = organization.last_elected_on.replace(year=2029)
        organization.save()
    Organization.objects.filter(pk=office.finance.pk).update(term_ends_on=date(2028, 8, 20))
    gone = {"code": "070", "name": "老干部局党支部", "kind": Kind.BRANCH, "ends_on": date(2026, 1, 1)}
    Organization.objects.add_child(office.root, gone)
    query = query.format(party=office.archive.peer_group_id, tag=tag.pk)
    found = names(staff.get(f"{LIST}?{query}"))
    many = query in ("sort=members", "kind=nonsense&sort=nonsense")
    assert found[: len(expected)] == expected
    assert many or len(found) == len(expected)


def test_empty_list_offers_a_way_out(office, staff):
    assert "清除筛选" in staff.get(f"{LIST}?q=没有这个").content.decode()


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_list_queries(office, staff, rows, django_assert_max_num_queries):
    tag = Tag.objects.create(name="窗口单位")
    for number in range(rows):
        values = {"code": f"9{number:03}", "name": f"第{number}号党支部", "kind": Kind.BRANCH}
        made = Organization.objects.add_child(office.tax, values | {"peer_group": office.tax.peer_group})
        Appointment.objects.create(person=office.guo.person, organization=made, post="secretary")
        OrganizationTag.objects.create(organization=made, tag=tag)
    with django_assert_max_num_queries(12):
        staff.get(LIST)


def test_export_holds_what_is_shown_and_imports_without_a_change(office, staff):
    OrganizationTag.objects.create(organization=office.finance, tag=Tag.objects.create(name="窗口单位"))
    Appointment.objects.filter(organization=office.archive).update(is_acting=True)
    response = staff.post(EXPORT)
    content = response.getvalue()
    assert response["Content-Disposition"].startswith("attachment")
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert [row[1] for row in rows[2:]] == [
        "市直机关工委",
        "财政局党支部",
        "档案馆党支部",
        "税务局机关党委",
        "税务局第一党支部",
    ]
    assert rows[4][10] == "郭勇（代）"
    event = AuditEvent.objects.get()
    assert (event.action, event.data) == ("organization.export", {"rows": 5})
    result = check(find_table(read_workbook(content), FIELDS), {}, known_to(office.staff), date(2026, 11, 22))
    assert ([d.name for d in result.changed], result.new, result.open) == ([], [], [])
    assert len(result.drafts) == 5


def test_export_follows_the_filter(office, staff):
    content = staff.post(EXPORT, {"q": "财政"}).getvalue()
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert [row[1] for row in rows[2:]] == ["财政局党支部"]
    assert staff.post(EXPORT, {"q": "没有这个"}).status_code == 409
    assert staff.get(EXPORT).status_code == 405


def test_export_of_a_secretary_holds_the_own_organization(office, client):
    client.force_login(office.zheng)
    rows = list(load_workbook(io.BytesIO(client.post(EXPORT).getvalue())).active.iter_rows(values_only=True))
    assert [row[1] for row in rows[2:]] == ["财政局党支部"]


def test_detail_for_those_who_see_it(office, client):
    for who, status in {"staff": 200, "leader": 200, "wang": 200, "zheng": 200, "guo": 404, "chen": 404}.items():
        client.force_login(getattr(office, who))
        assert client.get(url("organization_detail", office.finance.pk)).status_code == status, who
    for who in ("accounts", "nobody"):
        client.force_login(getattr(office, who))
        assert client.get(url("organization_detail", office.finance.pk)).status_code == 403, who


def test_detail_offers_acts_only_to_those_who_may(office, client):
    for who, offered in {"staff": True, "leader": False, "zheng": False}.items():
        client.force_login(getattr(office, who))
        text = client.get(url("organization_detail", office.finance.pk)).content.decode()
        assert ("修改信息" in text) is offered, who


def test_detail_queries(office, staff, django_assert_max_num_queries):
    for number in range(20):
        values = {"code": f"9{number:03}", "name": f"第{number}号党支部", "kind": Kind.BRANCH}
        Organization.objects.add_child(office.tax, values)
        Appointment.objects.create(person=office.guo.person, organization=office.tax, post="member")
    with django_assert_max_num_queries(12):
        staff.get(url("organization_detail", office.tax.pk))


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_for_those_who_may(office, client, name):
    """Foreign 404, own without the right 403, anonymous to the login."""
    address = url(f"organization_{name}", office.finance.pk)
    statuses = {"staff": 200, "admin": 200, "leader": 403, "zheng": 403, "wang": 403, "accounts": 403, "guo": 403}
    for who, status in statuses.items():
        client.force_login(getattr(office, who))
        assert client.get(address).status_code == status, who
        if status == 403:
            assert client.post(address, {"name": "x"}).status_code == 403, who
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("name", FORMS)
def test_forms_for_a_foreign_organization_are_not_there(office, client, name):
    from branchwork.organizations.permissions import Role
    from tests.office import make_user

    client.force_login(make_user("keeper", "管理", Role.COMMITTEE_STAFF, office.tax))
    assert client.get(url(f"organization_{name}", office.finance.pk)).status_code == 404
    assert client.get(url(f"organization_{name}", 999_999)).status_code == 404


def test_edit_keeps_what_was_typed_when_it_is_wrong(office, staff):
    address = url("organization_edit", office.finance.pk)
    data = {"name": "档案馆党支部", "short_name": "新简称", "kind": "branch", "member_count": "32"}
    text = staff.post(address, data).content.decode()
    assert "已有这个名称的党组织" in text or "已有" in text
    assert 'value="新简称"' in text
    response = staff.post(
        address, data | {"name": "财政局党支部", "group_name": "新分类", "last_elected_on": "2026-02-01"}
    )
    assert response.url == url("organization_detail", office.finance.pk)
    office.finance.refresh_from_db()
    assert (office.finance.short_name, office.finance.member_count, office.finance.peer_group.name) == (
        "新简称", 32, "新分类",
    )  # fmt: skip
    assert office.finance.term_ends_on == date(2029, 2, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"last_elected_on": "2027-02-01"}, "这一天还没到"),
        ({"kind": "branch"}, "不能改成党支部"),
        ({"member_count": "-1"}, "0"),
        ({"name": ""}, "请填写这一项"),
    ],
)
def test_edit_refuses_what_cannot_be(office, staff, change, said):
    data = {"name": "税务局机关党委", "kind": "party_committee"} | change
    response = staff.post(url("organization_edit", office.tax.pk), data)
    assert response.status_code == 200
    assert said in response.content.decode()


def test_found_move_and_end(office, staff):
    data = {"name": "税务局第二党支部", "kind": "branch", "starts_on": "2026-11-01"}
    made_at = staff.post(url("organization_found", office.tax.pk), data).url
    made = Organization.objects.get(name="税务局第二党支部")
    assert made_at == url("organization_detail", made.pk)
    assert staff.post(url("organization_move", made.pk), {"parent": office.root.pk, "on": "2026-11-20"}).url == made_at
    assert Organization.objects.get(pk=made.pk).depth == 2
    end = {"ends_on": "2026-11-21", "reason": "合并", "succeeded_by": office.finance.pk}
    assert staff.post(url("organization_end", made.pk), end).url == made_at
    text = staff.get(made_at).content.decode()
    assert "最后一天：11月21日" in text
    assert "并入财政局党支部" in text
    assert staff.post(url("organization_end", office.tax.pk), end).status_code == 409


def test_move_offers_no_branch_and_nothing_below_itself(office, staff):
    form = staff.get(url("organization_move", office.tax.pk)).context["form"]
    assert {o.name for o in form.fields["parent"].queryset} == {"市直机关工委"}


def test_appoint_asks_about_a_namesake(office, staff):
    address = url("organization_appoint", office.finance.pk)
    data = {"post": "secretary", "name": "郭 勇", "starts_on": "2026-11-01"}
    asked = staff.post(address, data)
    assert asked.status_code == 200
    assert "请选是不是同一个人" in asked.content.decode()
    assert "档案馆党支部 书记" in asked.content.decode()
    staff.post(address, data | {"person": str(office.guo.person.pk)})
    current = Appointment.objects.get(organization=office.finance, post="secretary", ends_on=None)
    assert current.person == office.guo.person


def test_appoint_another_person_of_the_same_name(office, staff):
    data = {"post": "secretary", "name": "郭勇", "starts_on": "2026-11-01", "person": "new"}
    staff.post(url("organization_appoint", office.finance.pk), data)
    current = Appointment.objects.get(organization=office.finance, post="secretary", ends_on=None)
    assert (current.person.name, current.person != office.guo.person) == ("郭勇", True)


def test_ending_a_post_and_a_tag(office, staff):
    post = Appointment.objects.get(organization=office.finance)
    detail = url("organization_detail", office.finance.pk)
    assert staff.post(url("appointment_end", post.pk), {"ends_on": "2026-11-01"}).url == detail
    assert staff.post(url("organization_tag", office.finance.pk), {"name": "窗口单位"}).url == detail
    dated = OrganizationTag.objects.get()
    assert staff.post(url("tag_end", dated.pk), {"ends_on": "2026-11-01"}).url == detail
    text = staff.get(detail).content.decode()
    assert all(word in text for word in ("任职结束", "加标签", "结束标签", "没有人任职"))


@pytest.mark.parametrize("name", ["appointment_end", "tag_end"])
def test_ending_is_for_those_who_may(office, client, name):
    tag = OrganizationTag.objects.create(organization=office.finance, tag=Tag.objects.create(name="窗口单位"))
    post = Appointment.objects.get(organization=office.finance)
    address = url(name, tag.pk if name == "tag_end" else post.pk)
    for who in ("zheng", "wang", "leader", "guo"):
        client.force_login(getattr(office, who))
        assert client.post(address, {"ends_on": "2026-11-01"}).status_code == 403, who
    client.force_login(office.staff)
    assert client.get(address).status_code == 200
    assert client.get(url(name, 999_999)).status_code == 404
