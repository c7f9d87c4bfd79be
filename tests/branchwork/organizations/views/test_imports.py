import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from branchwork.models import Import
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Role
from tests.branchwork.organizations.lists import HEAD, OFFICE_LIST, workbook
from tests.office import make_user

UPLOAD = reverse("organizations:import_upload")
NEW = (1, "审计局党支部", "市直机关工委", "党支部", "综合经济", 15, "2026-03-20", "梁艳")


@pytest.fixture
def staff(office, client):
    client.force_login(office.staff)
    return client


def upload(client, content: bytes, name: str = "名册.xlsx"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def uploaded(client, *rows: tuple, head: tuple = HEAD) -> str:
    """The address of the check page."""
    response = upload(client, workbook(*rows, head=head))
    assert response.status_code == 302, response.context["form"].errors
    return response.url


def text(response) -> str:
    return response.content.decode()


def test_the_office_list_goes_in_and_out_again(office, staff):
    """All but the root and 财政局党支部 have ended before, so 71 of the list are new."""
    Organization.objects.filter(depth__gt=1).exclude(pk=office.finance.pk).update(ends_on="2026-01-01")
    address = upload(staff, OFFICE_LIST.read_bytes(), OFFICE_LIST.name).url
    page = staff.get(address)
    assert "看懂 72 个党组织，可以导入" in text(page)
    assert "党员 1324 人，书记 72 人，其中代理 8 人" in text(page)
    assert "新增 71 个党组织，改动 1 个" in text(page)
    assert Organization.objects.count() == 5
    done = staff.post(address, {"confirm": "1"}, follow=True)
    assert "新增 71 个党组织，改动 1 个" in text(done)
    assert Organization.objects.filter(ends_on=None).count() == 73
    undone = staff.post(reverse("organizations:import_undo", args=[Import.objects.get().pk]), follow=True)
    assert "这次导入已撤销" in text(undone)
    assert Organization.objects.count() == 5


def test_the_check_page_writes_nothing(office, staff):
    address = uploaded(staff, NEW)
    staff.get(address)
    staff.post(address)
    assert not Organization.objects.filter(name="审计局党支部").exists()


def test_every_problem_is_shown_with_its_cell_and_mended_in_place(office, staff):
    address = uploaded(
        staff,
        (1, "审计局党支部", "市直机关工委", "第三种人", "综合经济", "若干", "去年", "梁艳"),
        (2, "统计局党支部", "市直工委", "党支部", "综合经济", 12),
        (3, "统计局党支部", "市直机关工委", "党支部", "综合经济", 12),
    )
    shown = text(staff.get(address))
    assert "看懂 2 个党组织，5 处要您定" in shown
    assert all(f'<span class="tag">{cell}</span>' in shown for cell in ("D2", "F2", "G2", "C3", "B4"))
    assert "还有 5 处没定；现在什么都没写入" in shown

    answers = {"a-kind:第三种人": "branch", "t-F2": "15", "t-G2": "下个月", "a-twice:B4": "drop:4"}
    answers["a-parent:市直工委"] = f"pk:{office.root.pk}"
    again = text(staff.post(address, answers | {"confirm": "1"}))
    assert "1 处要您定" in again
    assert 'value="下个月"' in again
    assert not Organization.objects.filter(name="审计局党支部").exists()

    # The other answers were kept.
    assert staff.post(address, answers | {"t-G2": "2026-03-20", "confirm": "1"}).url == address
    audit = Organization.objects.get(name="审计局党支部")
    assert (audit.kind, audit.member_count, str(audit.term_ends_on)) == ("branch", 15, "2029-03-20")
    assert Organization.objects.filter(name="统计局党支部").count() == 1


def test_changes_are_shown_before_and_after(office, staff):
    shown = text(
        staff.get(uploaded(staff, (1, "财政局党支部", "税务局机关党委", "党支部", "综合经济", 33, "", "林静")))
    )
    assert "党员人数：<s>31</s> → <b>33</b>" in shown
    assert "上级党组织：<s>市直机关工委</s> → <b>税务局机关党委</b>" in shown
    assert "书记：<s>郑洁</s> → <b>林静</b>" in shown
    assert "换书记 1 处" in shown


def test_the_same_file_again_offers_nothing_to_import(office, staff):
    staff.post(uploaded(staff, NEW), {"confirm": "1"})
    page = text(staff.get(uploaded(staff, NEW)))
    assert "1 个党组织，都和现有的一样" in page
    assert 'name="confirm"' not in page


def test_the_very_same_bytes_are_recognised(office, staff):
    content = workbook(NEW)
    staff.post(upload(staff, content).url, {"confirm": "1"})
    assert "这个文件" in text(staff.get(upload(staff, content).url))


def test_the_term_column_can_be_read_the_other_way(office, staff):
    address = uploaded(staff, (1, "审计局党支部", "市直机关工委", "党支部", "综合经济", 15, "2029-03-20", "梁艳"))
    staff.post(address, {"a-term": "term-end", "confirm": "1"})
    audit = Organization.objects.get(name="审计局党支部")
    assert (audit.last_elected_on, str(audit.term_ends_on)) == (None, "2029-03-20")


def test_a_column_can_be_read_as_another(office, staff):
    head = ("党组织名称", "上级党组织", "类别", "规模")
    address = uploaded(staff, ("审计局党支部", "市直机关工委", "党支部", 15), head=head)
    assert "不读" in text(staff.get(address))
    staff.post(address, {"column-D": "members"})
    staff.post(address, {"confirm": "1"})
    assert Organization.objects.get(name="审计局党支部").member_count == 15


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "leer.xlsx", "文件是空的"),
        (b"hello", "brief.docx", "不是 Excel 工作簿"),
        (b"PK\x03\x04 abgeschnitten", "halb.xlsx", "打开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024, "alt.xls", "."),
        (workbook(("x", "y"), head=("a", "b")), "anders.xlsx", "没找到表头"),
        (workbook(*[(n, f"第{n}号") for n in range(5000)]), "gross.xlsx", "最多"),
        ((OFFICE_LIST.read_bytes())[:4000], "halb.xlsx", "损坏"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(office, staff, content, name, said):
    response = upload(staff, content, name)
    assert response.status_code == 200
    assert said in response.context["form"].errors["file"][0]
    assert Import.objects.count() == 0


def test_no_file_and_too_large_a_file(office, staff, settings):
    assert "请选一个文件" in text(staff.post(UPLOAD, {}))
    settings.UPLOAD_MAX_BYTES = 1_048_576
    assert "文件超过 1 MB" in text(upload(staff, b"x" * 1_048_577))


def test_undo_with_something_depending_on_it_is_refused(office, staff):
    address = uploaded(staff, NEW)
    staff.post(address, {"confirm": "1"})
    make_user("020s", "梁艳", Role.SECRETARY, Organization.objects.get(name="审计局党支部"))
    assert "已有 1 个账号角色用到它" in text(staff.get(address))
    assert staff.post(f"{address}undo/").status_code == 409
    assert Organization.objects.filter(name="审计局党支部").exists()


def test_what_is_still_checked_cannot_be_undone(office, staff):
    assert staff.post(f"{uploaded(staff, NEW)}undo/").status_code == 404


@pytest.mark.parametrize("who", ["leader", "zheng", "wang", "accounts", "nobody"])
def test_nobody_without_the_right_imports(office, client, staff, who):
    address = uploaded(staff, NEW)
    client.force_login(getattr(office, who))
    assert client.get(UPLOAD).status_code == 403
    assert client.get(address).status_code == 403
    assert client.post(address, {"confirm": "1"}).status_code == 403
    assert client.post(f"{address}undo/").status_code == 403


def test_anonymous_is_sent_to_the_login(office, client):
    assert client.get(UPLOAD).status_code == 302
    assert upload(client, workbook(NEW)).status_code == 401


def test_an_import_of_another_subtree_is_not_there(office, client, staff):
    address = uploaded(staff, NEW)
    client.force_login(make_user("keeper", "管理", Role.COMMITTEE_STAFF, office.tax))
    assert client.get(address).status_code == 404
    assert client.post(f"{address}undo/").status_code == 404
    assert list(client.get(UPLOAD).context["earlier"]) == []
    own = uploaded(client, (1, "税务局第二党支部", "税务局机关党委", "党支部"))
    client.post(own, {"confirm": "1"})
    assert Organization.objects.get(name="税务局第二党支部").path.startswith(office.tax.path)


def test_the_check_page_asks_few_queries_whatever_the_rows(office, staff, django_assert_max_num_queries):
    rows = [(n, f"第{n}号党支部", "市直机关工委", "党支部", "综合经济", 15, "2026-03-20", "梁艳") for n in range(300)]
    for count in (1, 3, 300):
        address = uploaded(staff, *rows[:count])
        with django_assert_max_num_queries(12):
            staff.get(address)
