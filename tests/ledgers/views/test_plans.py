from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from branchwork.models import Import
from branchwork.organizations.models import OrganizationTag
from ledgers.models import Item, Plan, Task
from tests.ledgers.sample import PLAN_FILE, task_named
from tests.ledgers.tasks import draft_task, published_task
from tests.ledgers.workbooks import plan_workbook, row


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 5, 20, 2, 0, tzinfo=UTC), tick=False):
        yield


def url(name: str, *args) -> str:
    return reverse(f"ledgers:{name}", args=args)


def upload(client, data: bytes, name="计划.xlsx"):
    file = BytesIO(data)
    file.name = name
    return client.post(url("plan_import"), {"file": file})


def log_in(client, user):
    client.force_login(user)
    return client


# Who may


DRAFT_PAGES = ("plan_detail", "plan_edit", "plan_delete", "plan_publish", "item_create")


@pytest.mark.parametrize("name", DRAFT_PAGES)
def test_draft_pages_are_for_those_who_edit_the_plan(client, office, name):
    plan = draft_task(office.root).item.plan
    page = url(name, plan.pk)
    assert log_in(client, office.staff).get(page).status_code == 200
    assert log_in(client, office.admin).get(page).status_code == 200
    hidden = 404 if name == "plan_detail" else 403
    for user in (office.zheng, office.leader):
        assert log_in(client, user).get(page).status_code == hidden
    for user in (office.accounts, office.nobody):
        assert log_in(client, user).get(page).status_code == 403
    client.logout()
    assert client.get(page).status_code == 302


def test_published_plan_is_read_by_everybody_below(client, office):
    plan = published_task(office.root).item.plan
    for user in (office.staff, office.leader, office.zheng, office.wang):
        response = log_in(client, user).get(url("plan_detail", plan.pk))
        assert (response.status_code, "主题党日" in response.text) == (200, True)
    assert log_in(client, office.accounts).get(url("plan_detail", plan.pk)).status_code == 403
    assert log_in(client, office.nobody).get(url("plan_detail", plan.pk)).status_code == 403


@pytest.mark.parametrize("name", ["plan_create", "plan_import"])
def test_making_a_plan_is_for_those_who_edit_plans(client, office, name):
    assert log_in(client, office.staff).get(url(name)).status_code == 200
    for user in (office.zheng, office.wang, office.leader, office.accounts, office.nobody):
        assert log_in(client, user).get(url(name)).status_code == 403


def test_somebody_elses_import_is_unknown(client, office):
    log_in(client, office.staff)
    kept = Import.objects.get(pk=int(upload(client, plan_workbook(row())).url.rstrip("/").split("/")[-1]))
    Import.objects.filter(pk=kept.pk).update(organization_path="9999")
    assert client.get(url("plan_check", kept.pk)).status_code == 404
    assert client.post(url("plan_undo", kept.pk)).status_code == 404


@pytest.mark.parametrize("name", ["plan_undo", "item_delete", "task_delete"])
def test_deleting_is_never_done_by_a_link(client, office, name):
    task = draft_task(office.root)
    assert log_in(client, office.staff).get(url(name, task.pk)).status_code == 405
    assert Task.objects.count() == 1


# The list


def test_list_shows_drafts_only_to_editors(client, office):
    draft_task(office.root)
    assert "试点计划" in log_in(client, office.staff).get(url("plan_list")).text
    assert "试点计划" not in log_in(client, office.zheng).get(url("plan_list")).text


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_one_plan_and_for_three(client, office, count, django_assert_max_num_queries):
    for year in range(2026, 2026 + count):
        draft_task(office.root, year=year)
    log_in(client, office.staff)
    with django_assert_max_num_queries(6):
        assert client.get(url("plan_list")).text.count("试点计划") == count


# Import


def test_sample_is_imported_in_the_browser_with_its_questions_named_by_cell(client, sample_office):
    log_in(client, sample_office.staff)
    response = upload(client, PLAN_FILE.read_bytes(), PLAN_FILE.name)
    page = client.get(response.url).text
    for words in (
        "看懂 52 项任务，7 项要您定",
        "25 个大项，合计 100.00 分，与表内 G56 合计相符",
        "D22",
        "D51",
        "12 次，月末",
    ):
        assert words in page
    client.post(response.url, {"confirm": "1"})
    plan = Plan.objects.get()
    assert Task.objects.filter(item__plan=plan).count() == 52
    assert "这个文件已经导入" in client.get(response.url).text


def test_answers_given_on_the_page_are_kept_and_written(client, sample_office):
    log_in(client, sample_office.staff)
    page = upload(client, PLAN_FILE.read_bytes(), PLAN_FILE.name).url
    window = sample_office.organization("政务服务中心党支部")
    answers = {"a-D21-who": [window.pk], "a-D25": "after:24", "a-D13": "know:各党支部", "year": "2026"}
    assert "看懂 52 项任务，4 项要您定" in client.post(page, answers).text
    assert Plan.objects.count() == 0
    client.post(page, answers | {"confirm": "1"})
    assert OrganizationTag.objects.get().organization == window
    assert task_named("召开党小组会").is_pending is False


def test_check_page_takes_few_queries(client, sample_office, django_assert_max_num_queries):
    log_in(client, sample_office.staff)
    page = upload(client, PLAN_FILE.read_bytes(), PLAN_FILE.name).url
    with django_assert_max_num_queries(12):
        client.get(page)


def test_column_read_wrongly_is_mended_on_the_page(client, office):
    log_in(client, office.staff)
    header = ("序号", "项目内容", "具体任务", "谁来做", "完成时限", "完成效果", "分值", "备注")
    page = upload(client, plan_workbook(row(), header=header)).url
    assert "没写责任单位" in client.get(page).text
    client.post(page, {"column-D": "responsible"})
    assert "没写责任单位" not in client.get(page).text


def test_file_imported_twice_leads_to_the_first_import(client, office):
    log_in(client, office.staff)
    first = upload(client, plan_workbook(row())).url
    client.post(first, {"confirm": "1"})
    assert upload(client, Import.objects.get().sha256.encode()).status_code == 200  # not a workbook
    assert Plan.objects.count() == 1


def test_import_is_undone_in_the_browser(client, sample_office):
    log_in(client, sample_office.staff)
    page = upload(client, PLAN_FILE.read_bytes(), PLAN_FILE.name).url
    client.post(page, {"confirm": "1"})
    client.post(url("plan_undo", Import.objects.get(kind="plan").pk))
    assert Plan.objects.count() == 0
    assert "这次导入的" in client.get(page).text or "已撤销" in client.get(page).text


def old_excel() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le") + bytes(600)


def protected() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le") + bytes(600)


def too_long() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(("具体任务", "责任单位", "完成时限"))
    for number in range(5001):
        sheet.append((f"任务{number}", "各党支部", "每月"))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"%PDF-1.7 not a workbook",
        lambda: b"",
        lambda: plan_workbook(row())[:300],
        old_excel,
        protected,
        lambda: plan_workbook(("甲", "乙"), header=("姓名", "电话")),
        too_long,
    ],
    ids=["pdf", "empty", "truncated", "xls", "password", "no table", "5001 rows"],
)
def test_file_that_cannot_be_read_is_answered_in_words(client, office, make):
    response = upload(log_in(client, office.staff), make())
    assert response.status_code == 200
    assert "还有 1 处要改" in response.text
    assert Import.objects.count() == 0


# Typing


def test_plan_is_typed_in_the_browser(client, office):
    log_in(client, office.staff)
    made = client.post(url("plan_create"), {"title": "2027年度台账", "year": "2027", "note": "", "grace_days": "10"})
    plan = Plan.objects.get()
    assert made.url == url("plan_detail", plan.pk)
    client.post(url("item_create", plan.pk), {"title": "三会一课"})
    page = url("task_create", Item.objects.get().pk)
    typed = {
        "content": "召开党员大会", "responsible": "各党支部", "deadline": "每季度", "points": "2.5", "effect": "",
        "note": "", "review": "secretary", "required_count": "1", "who": "", "when": "", "work_type": "",
    }  # fmt: skip
    client.post(page, typed)
    task = Task.objects.get()
    assert (task.points, task.calendar["every"], task.audience["kinds"][0]) == (250, "quarter", "branch")


@pytest.fixture
def typed():
    return {
        "content": "志愿服务", "responsible": "各党支部", "deadline": "每季度", "points": "2", "effect": "", "note": "",
        "review": "secretary", "required_count": "1", "who": "", "when": "", "work_type": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"deadline": "适时"}, "没有写明日期。"),
        ({"deadline": ""}, "没写完成时限。"),
        ({"responsible": "各基层党组只"}, "疑为“各基层党组织”"),
        ({"responsible": "窗口单位党支部"}, "是哪些党组织，没有登记。"),
        ({"points": "酌情"}, "分值请写成 2 或 0.5 这样。"),
        ({"who": "tag"}, "至少勾选一个党组织。"),
    ],
)
def test_words_without_a_reading_are_asked_about_and_the_rest_is_kept(client, office, typed, changes, words):
    item = draft_task(office.root).item
    response = log_in(client, office.staff).post(url("task_create", item.pk), typed | changes)
    assert words in response.text
    assert "志愿服务" in response.text
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    "changes, audience, has_calendar",
    [
        ({"responsible": "窗口单位党支部", "who": "pending"}, {"pending": "窗口单位党支部"}, True),
        ({"deadline": "适时", "when": "pending"}, {"kinds": ["branch", "joint_branch", "temporary_branch"]}, False),
        ({"responsible": "市直机关工委"}, {"own": True}, True),
    ],
)
def test_what_is_not_settled_may_stay_so(client, office, typed, changes, audience, has_calendar):
    item = draft_task(office.root).item
    log_in(client, office.staff).post(url("task_create", item.pk), typed | changes)
    task = Task.objects.get(content="志愿服务")
    assert (task.audience, bool(task.calendar)) == (audience, has_calendar)


def test_named_organizations_are_ticked(client, office, typed):
    item = draft_task(office.root).item
    changes = {"who": "named", "ticked": [office.tax.pk, office.finance.pk]}
    log_in(client, office.staff).post(url("task_create", item.pk), typed | changes)
    assert Task.objects.get(content="志愿服务").audience == {"named": sorted([office.finance.pk, office.tax.pk])}


def test_reading_is_shown_before_anything_is_saved(client, office, typed):
    item = draft_task(office.root).item
    response = log_in(client, office.staff).post(url("task_create", item.pk), typed | {"then": "read"})
    assert "3 个" in response.text and "4 次，季末" in response.text
    assert Task.objects.count() == 1


def test_task_opened_and_saved_again_is_unchanged(client, sample_office, draft_plan):
    log_in(client, sample_office.staff)
    for task in Task.objects.filter(item__plan=draft_plan):
        form = client.get(url("task_edit", task.pk)).context["form"]
        data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        data["work_type"] = task.work_type_id
        response = client.post(url("task_edit", task.pk), data)
        assert response.status_code == 302, (task.content, response.context["form"].errors)
        before, task = task, Task.objects.get(pk=task.pk)
        for name in ("content", "audience", "calendar", "points", "responsible", "deadline", "effect", "note"):
            assert getattr(task, name) == getattr(before, name), (task.content, name)


def test_task_of_a_published_plan_is_not_edited(client, office):
    task = published_task(office.root)
    assert log_in(client, office.staff).get(url("task_edit", task.pk)).status_code == 409


# Publishing


def test_sample_is_published_in_the_browser_and_the_two_numbers_told_apart(client, sample_office, draft_plan):
    log_in(client, sample_office.staff)
    page = client.get(url("plan_publish", draft_plan.pk)).text
    assert "8,856 项分给 72 个党组织" in page and "另有工委自办 1 项" in page
    for words in ("131", "119", "62", "82.00", "79.00", "46.00", "待定 7 项", "待触发 4 项"):
        assert words in page
    response = client.post(url("plan_publish", draft_plan.pk), {"counts_from": "2026-01-01"}, follow=True)
    assert "已发布：8,856 项分给 72 个党组织；工委自办 1 项。" in response.text


def test_preview_counts_from_the_day_asked_for(client, office):
    plan = draft_task(office.root).item.plan
    page = log_in(client, office.staff).get(url("plan_publish", plan.pk), {"counts_from": "2026-07-01"})
    assert "18 项分给 3 个党组织" in page.text
    assert not Plan.objects.get().is_published


@pytest.mark.parametrize("counts_from", ["2025-12-31", "明天", ""])
def test_day_outside_the_year_is_refused_in_words(client, office, counts_from):
    plan = draft_task(office.root).item.plan
    response = log_in(client, office.staff).post(url("plan_publish", plan.pk), {"counts_from": counts_from})
    assert response.status_code == 200
    assert not Plan.objects.get().is_published


def test_second_plan_of_a_year_says_so(client, office):
    published_task(office.root)
    plan = draft_task(office.root).item.plan
    log_in(client, office.staff)
    assert "一年只有一份" in client.get(url("plan_publish", plan.pk)).text
    assert client.post(url("plan_publish", plan.pk), {"counts_from": date(2026, 1, 1)}).status_code == 409


def test_publication_page_takes_a_constant_number_of_queries(
    client, draft_plan, sample_office, django_assert_max_num_queries
):
    log_in(client, sample_office.staff)
    with django_assert_max_num_queries(12):
        client.get(url("plan_publish", draft_plan.pk))


def test_plan_page_takes_a_constant_number_of_queries(
    client, published_plan, sample_office, django_assert_max_num_queries
):
    for user in (sample_office.staff, sample_office.zheng):
        log_in(client, user)
        with django_assert_max_num_queries(12):
            page = client.get(url("plan_detail", published_plan.pk)).text
    assert "97.00" in page and "待定 7 项" in page
