import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from branchwork.models import AuditEvent
from ledgers.actions.entries import Written, add_evidence, confirm_entry, log_entry, return_entry, submit_entry
from ledgers.evidence import keep
from ledgers.models import Entry
from tests.ledgers.plan import make_entry

PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 10, 13, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def october(office, small_plan):
    return small_plan.assignment(small_plan.theme_day, office.finance, "2026-10")


@pytest.fixture
def entry(office, october) -> Entry:
    written = Written(
        "主题党日：到红枫社区清理河道", date(2026, 10, 9), "清理河道 1.2 公里", place="红枫社区", attended=28
    )
    return log_entry(organization=office.finance, written=written, claimed=[october], submit=True, by=office.wang)


def text(response) -> str:
    return response.content.decode()


def titles(response) -> list[str]:
    return [entry.title for entry in response.context["page"]]


def some(office, organization=None, **changes) -> Entry:
    known = {"by": office.wang, "happened_on": date(2026, 10, 9)}
    return make_entry(organization or office.finance, **known | changes)


# The list


def test_entry_list_shows_what_one_may_see_without_the_voided(client, office, small_plan):
    some(office, title="我们的")
    some(office, title="作废的", state="voided")
    some(office, office.archive, title="别家的")
    client.force_login(office.wang)
    response = client.get("/entries/")
    assert titles(response) == ["我们的"]
    assert "台账 1 条" in text(response)
    assert titles(client.get("/entries/?state=voided")) == ["作废的"]
    client.force_login(office.leader)
    assert set(titles(client.get("/entries/"))) == {"我们的", "别家的"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=红枫", ["清理河道"]),
        ("q=红枫 清理", ["清理河道"]),
        ("q=档案馆", ["档案馆的讲坛"]),
        ("period=2026Q3", ["九月的讲坛"]),
        ("period=2026", ["清理河道", "档案馆的讲坛", "九月的讲坛"]),
        ("state=submitted", ["清理河道"]),
        ("state=awaits_review", ["档案馆的讲坛"]),
        ("state=confirmed", ["九月的讲坛"]),
        ("state=draft", ["草稿"]),
        ("sort=oldest", ["草稿", "九月的讲坛", "档案馆的讲坛", "清理河道"]),
        ("sort=organization", ["档案馆的讲坛", "清理河道", "九月的讲坛", "草稿"]),
        ("q=没有这样的", []),
        ("state=nonsense", ["清理河道", "档案馆的讲坛", "九月的讲坛", "草稿"]),
    ],
)
def test_entry_list_filters_and_sorts(client, office, small_plan, query, expected):
    forum = small_plan.assignment(small_plan.forum, office.archive, "2026Q4")
    some(office, title="清理河道", state="submitted")
    Entry.objects.update(place="红枫社区")
    some(
        office, office.archive, claim="claimed", title="档案馆的讲坛", happened_on=date(2026, 10, 8), state="confirmed"
    )
    Entry.objects.get(title="档案馆的讲坛").fulfilments.create(assignment=forum, task=forum.task)
    some(office, title="九月的讲坛", happened_on=date(2026, 9, 8), state="confirmed")
    some(office, title="草稿", happened_on=date(2026, 9, 1), state="draft")
    client.force_login(office.staff)
    found = titles(client.get(f"/entries/?{query}"))
    assert (sorted(found) if "sort" in query and "organization" in query else found) == (
        sorted(expected) if "organization" in query else expected
    )


def test_entry_list_narrows_to_an_organization_with_all_below_it(client, office, small_plan):
    some(office, title="财政局的")
    some(office, office.tax_first, title="税务一支部的")
    client.force_login(office.staff)
    assert titles(client.get(f"/entries/?organization={office.tax.pk}")) == ["税务一支部的"]
    assert titles(client.get(f"/entries/?group={office.finance.peer_group_id}&q=财政")) == ["财政局的"]
    client.force_login(office.guo)
    page = client.get(f"/entries/?organization={office.finance.pk}")
    assert titles(page) == []
    assert "全部党组织" not in text(page)


def test_entry_list_leads_to_the_quarter_summaries(client, office, small_plan):
    client.force_login(office.wang)
    assert f"/summary/{office.finance.pk}/2026Q3/" in text(client.get("/entries/"))
    client.force_login(office.staff)
    assert "/summary/" not in text(client.get("/entries/"))
    assert f"/summary/{office.tax.pk}/2026Q3/" in text(client.get(f"/entries/?organization={office.tax.pk}"))


def test_entry_list_empty_says_what_to_do(client, office, small_plan):
    client.force_login(office.wang)
    assert "还没有记录。" in text(client.get("/entries/"))
    assert "清除筛选" in text(client.get("/entries/?q=x"))


@pytest.mark.parametrize("who", ["wang", "staff"])
def test_entry_list_asks_the_same_few_queries_for_one_row_and_many(
    client, office, small_plan, who, django_assert_max_num_queries
):
    client.force_login(office.users[who])
    for rows in (1, 2, 50):
        for _row in range(rows):
            assignment = small_plan.assignment(small_plan.theme_day, office.finance, "2026-10")
            some(office, title="主题党日").fulfilments.create(assignment=assignment, task=assignment.task)
        with django_assert_max_num_queries(12):
            client.get("/entries/")


def test_entry_list_pages_by_fifty(client, office, small_plan):
    for number in range(51):
        some(office, title=f"第{number}笔", happened_on=date(2026, 9, 1))
    client.force_login(office.wang)
    assert len(titles(client.get("/entries/"))) == 50
    assert titles(client.get("/entries/?page=2")) == ["第0笔"]


def test_entry_export_writes_what_the_list_shows_and_leaves_a_trace(client, office, entry):
    some(office, title="=1+1", state="submitted", happened_on=date(2026, 10, 1))
    some(office, office.archive, title="别家的")
    client.force_login(office.wang)
    response = client.post("/entries/export/?sort=oldest")
    assert response["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if "做了什么" in row)
    column = rows[head].index("做了什么")
    assert [row[column] for row in rows[head + 1 : head + 3]] == ["=1+1", "主题党日：到红枫社区清理河道"]
    assert rows[head + 2][rows[head].index("抵用")] == "开展主题党日"
    event = AuditEvent.objects.get(action="entry.export")
    assert (event.data["rows"], event.data["filters"], event.actor_name) == (2, {"sort": "oldest"}, "王敏")
    assert client.get("/entries/export/").status_code == 405


def test_entry_export_of_too_many_asks_for_a_filter(client, office, entry, monkeypatch):
    monkeypatch.setattr("ledgers.actions.entries.exporting.MAX_ROWS", 1)
    some(office)
    client.force_login(office.wang)
    response = client.post("/entries/export/")
    assert response.status_code == 409
    assert "共 2 条，一次最多导出 1 条。" in text(response)


# One entry


def test_entry_detail_tells_everything(client, office, entry):
    add_evidence(entry=entry, files=[keep(SimpleUploadedFile("活动方案.pdf", PDF))], by=office.wang)
    client.force_login(office.leader)
    page = text(client.get(f"/entries/{entry.pk}/"))
    for words in ("主题党日：到红枫社区清理河道", "红枫社区", "28 人", "清理河道 1.2 公里", "活动方案.pdf",
                  "这一笔抵用 1 项", "待确认", "2026年第四季度", "记录并提交", "添加材料"):  # fmt: skip
        assert words in page
    assert "可以办的" not in page


def test_entry_detail_shows_no_points(client, office, entry):
    client.force_login(office.zheng)
    assert " 分<" not in text(client.get(f"/entries/{entry.pk}/"))


@pytest.mark.parametrize(
    ("who", "acts"),
    [
        ("wang", {"withdraw", "void"}), ("zheng", {"confirm", "return", "void"}), ("staff", {"return", "void"}),
        ("leader", set()),
    ],
)  # fmt: skip
def test_entry_detail_offers_each_person_their_acts(client, office, entry, who, acts):
    client.force_login(office.users[who])
    response = client.get(f"/entries/{entry.pk}/")
    assert set(response.context["acts"]) == acts
    for act in ("submit", "withdraw", "confirm", "approve", "return", "void"):
        assert (f'action="/entries/{entry.pk}/{act}/"' in text(response)) is (act in acts)


@pytest.mark.parametrize(("who", "status"), [("guo", 404), ("chen", 404), ("accounts", 403), ("nobody", 403)])
def test_entry_detail_of_another_organization_does_not_exist(client, office, entry, who, status):
    client.force_login(office.users[who])
    assert client.get(f"/entries/{entry.pk}/").status_code == status
    assert client.get("/entries/9999/").status_code == status


def test_entry_detail_history_has_every_act_with_its_reason(client, office, entry):
    return_entry(entry=entry, reason="人数与名单不符", by=office.zheng)
    submit_entry(entry=entry, by=office.wang)
    confirm_entry(entry=entry, by=office.zheng)
    client.force_login(office.wang)
    history = client.get(f"/entries/{entry.pk}/").context["history"]
    assert [(str(event.what), event.who, event.note) for event in history] == [
        ("记录并提交", "王敏", ""), ("已退回", "郑洁", "人数与名单不符"), ("提交", "王敏", ""), ("已确认", "郑洁", ""),
    ]  # fmt: skip


def test_entry_detail_history_of_an_imported_entry_comes_from_its_stamps(client, office, small_plan):
    entry = some(office, state="approved")
    client.force_login(office.wang)
    history = client.get(f"/entries/{entry.pk}/").context["history"]
    assert [str(event.what) for event in history] == ["记录", "提交", "已确认", "审核通过"]


def test_entry_detail_history_of_an_imported_entry_keeps_its_stamps_when_it_goes_on(client, office, small_plan):
    entry = some(office, state="submitted")
    confirm_entry(entry=entry, version=entry.version, by=office.zheng)
    client.force_login(office.wang)
    history = client.get(f"/entries/{entry.pk}/").context["history"]
    assert [str(event.what) for event in history] == ["记录", "提交", "已确认"]


def test_entry_detail_asks_few_queries(client, office, entry, django_assert_max_num_queries):
    client.force_login(office.staff)
    with django_assert_max_num_queries(12):
        client.get(f"/entries/{entry.pk}/")


# Evidence


def test_evidence_download_is_an_attachment_that_cannot_act(client, office, entry):
    (evidence,) = add_evidence(entry=entry, files=[keep(SimpleUploadedFile('方案"\r\nX: y.pdf', PDF))], by=office.wang)
    client.force_login(office.zheng)
    response = client.get(f"/evidence/{evidence.pk}/")
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "X" not in response.headers
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(("who", "status"), [("guo", 404), ("accounts", 403), ("leader", 200), ("staff", 200)])
def test_evidence_download_follows_who_sees_the_entry(client, office, entry, who, status):
    (evidence,) = add_evidence(entry=entry, files=[keep(SimpleUploadedFile("方案.pdf", PDF))], by=office.wang)
    client.force_login(office.users[who])
    response = client.get(f"/evidence/{evidence.pk}/")
    assert response.status_code == status
    response.close()


def test_evidence_download_of_a_lost_file_is_not_found(client, office, entry, files_dir):
    (evidence,) = add_evidence(entry=entry, files=[keep(SimpleUploadedFile("方案.pdf", PDF))], by=office.wang)
    (files_dir / evidence.path).unlink()
    client.force_login(office.wang)
    assert client.get(f"/evidence/{evidence.pk}/").status_code == 404


def test_evidence_add_and_remove(client, office, entry):
    client.force_login(office.wang)
    client.post(f"/entries/{entry.pk}/evidence/", {"files": [SimpleUploadedFile("方案.pdf", PDF)]})
    evidence = entry.evidence.get()
    assert client.post(f"/evidence/{evidence.pk}/remove/").status_code == 409  # it was sent in
    client.post(f"/entries/{entry.pk}/withdraw/")
    client.post(f"/evidence/{evidence.pk}/remove/")
    assert entry.evidence.count() == 0
    page = client.post(f"/entries/{entry.pk}/evidence/", {"files": [SimpleUploadedFile("a.exe", b"MZ")]}, follow=True)
    assert "“a.exe”的类型不收" in text(page)


def test_evidence_cannot_be_added_to_a_closed_quarter_or_a_voided_entry(client, office, entry, small_plan):
    client.force_login(office.wang)
    small_plan.plan.locks.filter(period="2026Q4").update(
        closed_at=datetime(2027, 1, 20, tzinfo=UTC), closed_by=office.admin
    )
    response = client.post(f"/entries/{entry.pk}/evidence/", {"files": [SimpleUploadedFile("方案.pdf", PDF)]})
    assert response.status_code == 409
    voided = some(office, state="voided")
    response = client.post(f"/entries/{voided.pk}/evidence/", {"files": [SimpleUploadedFile("方案.pdf", PDF)]})
    assert response.status_code == 409
