from collections import Counter
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branchwork.actions import keep_answers, keep_upload
from branchwork.errors import Refused
from branchwork.importing import Upload
from branchwork.models import AuditEvent, Import
from branchwork.organizations.actions import imports as imports_module
from branchwork.organizations.actions.imports import confirm_import
from branchwork.organizations.actions.undoing import obstacles, undo_import
from branchwork.organizations.models import Appointment, Organization, PeerGroup, Person, RoleGrant, Tag
from branchwork.organizations.permissions import Role
from tests.branchwork.organizations.lists import office_list, table_of
from tests.office import make_user

Kind = Organization.Kind


def keep(table, by=None, **answers) -> Import:
    kept = keep_upload(kind="organizations", upload=Upload("名册.xlsx", "0" * 64, []), table=table, by=by)
    return keep_answers(kept=kept, answers=answers, by=by)


def run(table, by=None, **answers) -> Import:
    return confirm_import(kept=keep(table, by, **answers), by=by)


def everything() -> dict:
    """All rows an import may touch, as plain values."""
    models = (Organization, Person, Appointment, PeerGroup, Tag)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_the_office_list_makes_73_organizations_with_the_root(db):
    run(office_list())
    assert Counter(Organization.objects.values_list("kind", flat=True)) == {
        Kind.WORKING_COMMITTEE: 1,
        Kind.BRANCH: 64,
        Kind.PARTY_COMMITTEE: 5,
        Kind.GENERAL_BRANCH: 3,
    }
    assert sum(Organization.objects.values_list("member_count", flat=True).exclude(member_count=None)) == 1324
    secretaries = Appointment.objects.filter(post="secretary", ends_on=None)
    assert (secretaries.count(), secretaries.filter(is_acting=True).count()) == (72, 8)
    assert (Person.objects.count(), Person.objects.values("name").distinct().count()) == (72, 30)
    assert list(PeerGroup.objects.values_list("name", flat=True)) == [
        "党群机关", "综合经济", "政法", "社会事业", "农业农村", "城建交通", "人大政协政府办",
    ]  # fmt: skip


def test_the_office_list_makes_a_sound_tree(db):
    run(office_list())
    assert Organization.objects.find_problems() == ([], [], [], [], [])
    tax = Organization.objects.get(name="税务局机关党委")
    assert [child.name for child in Organization.objects.get_children(tax)] == ["税务局第一党支部", "税务局第二党支部"]
    root = Organization.objects.get(depth=1)
    assert (root.code, root.name, root.numchild) == ("000", "市直机关工委", 54)


def test_the_office_list_again_changes_nothing(db):
    run(office_list())
    before = everything()
    kept = run(office_list())
    assert everything() == before
    assert not any(kept.created.values())


def test_confirming_twice_writes_once(db):
    kept = keep(office_list())
    confirm_import(kept=kept, by=None)
    confirm_import(kept=kept, by=None)
    assert Organization.objects.count() == 73


def test_an_existing_root_of_the_name_is_used(office):
    run(table_of((1, "审计局党支部", "市直机关工委", "党支部", "综合经济", 15)), by=office.staff)
    audit = Organization.objects.get(name="审计局党支部")
    assert Organization.objects.get_parent(audit) == office.root
    assert (audit.code, audit.short_name, audit.peer_group.name, audit.member_count) == (
        "001",
        "审计局",
        "综合经济",
        15,
    )


def test_an_open_question_keeps_everything_out(office):
    kept = keep(table_of((1, "审计局党支部", "市直机关工委", "第三种人")), by=office.staff)
    with pytest.raises(Refused):
        confirm_import(kept=kept, by=office.staff)
    assert not Organization.objects.filter(name="审计局党支部").exists()


def test_ticked_namesakes_are_one_person_others_are_not(db):
    rows = [(n, f"{name}党支部", "工委", "党支部", None, None, None, "郭勇") for n, name in enumerate("甲乙丙", 1)]
    run(table_of(*rows), **{"same:郭勇": ["row:2", "row:4"]})
    people = list(Appointment.objects.order_by("organization__path").values_list("person", flat=True))
    assert people[0] == people[2] != people[1]


def test_a_ticked_person_who_is_here_already_gets_the_new_post(office):
    zheng = office.zheng.person
    row = (1, "审计局党支部", "市直机关工委", "党支部", None, None, None, "郑洁")
    run(table_of(row), by=office.staff, **{"same:郑洁": [f"person:{zheng.pk}", "row:2"]})
    assert set(zheng.appointments.values_list("organization__name", flat=True)) == {"财政局党支部", "审计局党支部"}


@time_machine.travel(date(2026, 11, 22), tick=False)
def test_a_changed_secretary_replaces_the_old_one_and_ends_the_login_role(office):
    old = Appointment.objects.get(organization=office.finance, post="secretary")
    login = make_user("016s", "郑洁", person=old.person)
    RoleGrant.objects.create(user=login, role=Role.SECRETARY, organization=office.finance, appointment=old)
    run(table_of((1, "财政局党支部", "", "", "", 33, "", "林静(代)")), by=office.staff, secretary_from="=2026-11-01")
    old.refresh_from_db()
    new = Appointment.objects.get(organization=office.finance, post="secretary", ends_on=None)
    assert (old.ends_on, new.person.name, new.starts_on, new.is_acting) == (
        date(2026, 10, 31), "林静", date(2026, 11, 1), True,
    )  # fmt: skip
    assert login.grants == []
    office.finance.refresh_from_db()
    assert office.finance.member_count == 33


def test_a_changed_parent_moves_the_organization_with_what_is_below(office):
    rows = [(1, "税务局机关党委", "新工委", "机关党委"), (2, "新工委", "市直机关工委", "机关党委")]
    run(table_of(*rows), by=office.staff)
    tax = Organization.objects.get(pk=office.tax.pk)
    assert Organization.objects.get_parent(tax).name == "新工委"
    assert Organization.objects.get(pk=office.tax_first.pk).path.startswith(tax.path)
    assert Organization.objects.find_problems() == ([], [], [], [], [])


def test_two_organizations_may_swap_places(office):
    """税务局机关党委 above 税务局党总支 becomes 税务局党总支 above 税务局机关党委."""
    general = Organization.objects.add_child(
        office.tax, {"code": "900", "name": "税务局党总支", "kind": Kind.GENERAL_BRANCH}
    )
    rows = [(1, "税务局机关党委", "税务局党总支", ""), (2, "税务局党总支", "市直机关工委", "")]
    run(table_of(*rows), by=office.staff)
    tax = Organization.objects.get(pk=office.tax.pk)
    assert Organization.objects.get_parent(tax) == general
    assert Organization.objects.find_problems() == ([], [], [], [], [])


def test_the_audit_row_is_written_with_the_import_or_nothing_is(db, monkeypatch):
    kept = keep(office_list())
    monkeypatch.setattr(imports_module, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        confirm_import(kept=kept, by=None)
    assert (Organization.objects.count(), Person.objects.count()) == (0, 0)


def test_the_import_leaves_its_audit_rows(office):
    run(table_of((1, "审计局党支部", "市直机关工委", "党支部"), (2, "财政局党支部", "", "", "", 33)), by=office.staff)
    events = AuditEvent.objects.order_by("pk").values_list("action", "object_name", "actor_name")
    assert list(events) == [
        ("import.upload", "名册.xlsx", "李建华"),
        ("import.answer", "名册.xlsx", "李建华"),
        ("organization.import", "审计局党支部", "李建华"),
        ("organization.edit", "财政局党支部", "李建华"),
        ("import.confirm", "名册.xlsx", "李建华"),
    ]


def test_writing_five_thousand_rows_takes_no_more_queries_than_seventy(db):
    with CaptureQueriesContext(connection) as few:
        run(office_list())
    rows = [(n, f"第{n}号党支部", "市直机关工委", "党支部", "另一类", 9, "2025-01-01", "") for n in range(1, 2001)]
    with CaptureQueriesContext(connection) as many:
        run(table_of(*rows))
    assert len(few) <= 50
    # bulk_create splits what SQLite cannot take at once.
    assert len(many) <= len(few) + 120
    assert Organization.objects.count() == 2073


def test_undo_takes_everything_back(office):
    before = everything()
    rows = [
        (1, "审计局党支部", "新党委", "党支部", "新分类", 15, "2025-01-01", "张三"),
        (2, "新党委", "市直机关工委", "机关党委", "新分类"),
        (3, "财政局党支部", "新党委", "党支部", "新分类", 40, "2026-08-20", "李四"),
        (4, "档案馆党支部", "市直机关工委", "", "", "", "", "郭勇(代)"),
    ]
    head = ("序号", "党组织名称", "上级党组织", "类别", "分类", "党员人数", "换届时间", "书记", "标签")
    rows[0] += ("窗口单位",)
    kept = run(table_of(*rows, head=head), by=office.staff)
    assert everything() != before
    assert obstacles(kept) == []
    assert undo_import(kept=kept, by=office.staff).state == Import.State.UNDONE
    after = everything()
    # A node that came home stands last among its sisters.
    paths = {"path", "numchild"}
    plain = [{key: value for key, value in row.items() if key not in paths} for row in after.pop("Organization")]
    assert plain == [{k: v for k, v in row.items() if k not in paths} for row in before.pop("Organization")]
    assert after == before
    assert Organization.objects.find_problems() == ([], [], [], [], [])


def test_undo_of_the_office_list_leaves_an_empty_house(db):
    kept = run(office_list())
    undo_import(kept=kept, by=None)
    assert everything() == {"Organization": [], "Person": [], "Appointment": [], "PeerGroup": [], "Tag": []}


def test_undo_is_refused_while_a_login_depends_on_it(db):
    kept = run(office_list())
    make_user("016s", "郑洁", Role.SECRETARY, Organization.objects.get(code="016"))
    assert obstacles(kept) == ["已有 1 个账号角色用到它"]
    with pytest.raises(Refused):
        undo_import(kept=kept, by=None)
    assert Organization.objects.count() == 73


@pytest.mark.parametrize("change", ["rename", "child", "person"])
def test_undo_is_refused_when_something_was_built_on_it(office, change):
    row = (1, "新党委", "市直机关工委", "机关党委", "", "", "", "张三")
    kept = run(table_of(row, (2, "财政局党支部", "", "", "", 40)), by=office.staff)
    if change == "rename":
        Organization.objects.filter(name="财政局党支部").update(member_count=41)
    elif change == "child":
        new = Organization.objects.get(name="新党委")
        Organization.objects.add_child(new, {"code": "901", "name": "新支部", "kind": Kind.BRANCH})
    else:
        person = Person.objects.get(name="张三")
        Appointment.objects.create(person=person, organization=office.root, post="member")
    assert len(obstacles(kept)) == 1
    with pytest.raises(Refused):
        undo_import(kept=kept, by=office.staff)


def test_undoing_twice_is_undoing_once(db):
    kept = run(office_list())
    undo_import(kept=kept, by=None)
    assert undo_import(kept=kept, by=None).state == Import.State.UNDONE


def test_somebody_of_one_committee_changes_only_what_is_below_it(office):
    keeper = make_user("keeper", "管理", Role.COMMITTEE_STAFF, office.tax)
    kept = keep(table_of((1, "财政局党支部", "", "", "", 99), (2, "税务局第一党支部", "", "", "", 99)), by=keeper)
    with pytest.raises(Refused):
        confirm_import(kept=kept, by=keeper)
    kept = keep_answers(kept=kept, answers={"closed:B2": "drop:2"}, by=keeper)
    confirm_import(kept=kept, by=keeper)
    assert dict(Organization.objects.filter(member_count=99).values_list("name", "member_count")) == {
        "税务局第一党支部": 99
    }
