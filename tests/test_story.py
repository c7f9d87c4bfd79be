"""The whole story in a real browser: from two workbooks of an empty office to the number in the workbook it signs."""

import os
import re
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Role
from ledgers.models import Assignment, Plan, Task
from tests.office import make_user

SAMPLE = settings.BASE_DIR / "branchwork" / "sample"
WORKER = [sys.executable, "-m", "celery", "--app=branchwork", "--quiet", "worker", "--concurrency=1",
          "--without-gossip", "--without-mingle"]  # fmt: skip


@pytest.fixture
def worker(shared_environment):
    """A real Celery worker on the broker and the database of this test."""
    process = subprocess.Popen(WORKER, cwd=settings.BASE_DIR, env=shared_environment, start_new_session=True)
    yield process
    # Its pool's child too: it holds a connection to the test database, which could not be dropped.
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def shared_files(settings, environment):
    """The worker writes where this process reads."""
    settings.FILES_DIR = Path(environment["BRANCHWORK_VAR"]) / "files"


@pytest.fixture
def root(transactional_db):
    return Organization.objects.add_root(
        {"code": "000", "name": "市直机关工委", "kind": Organization.Kind.WORKING_COMMITTEE}
    )


def import_file(page, address, name, button):
    page.goto(address)
    page.locator("input[type=file]").set_input_files(SAMPLE / name)
    page.get_by_role("button", name="读取文件").click()
    page.get_by_role("button", name=re.compile(button)).click()


def test_story_from_two_workbooks_to_the_number_in_the_annual_one(root, browse_as, worker, shared_files):
    staff = make_user("lijianhua", "李建华", Role.COMMITTEE_STAFF, root)
    page = browse_as(staff)
    import_file(page, "/organizations/import/", "organizations.xlsx", "^导入")
    assert Organization.objects.count() == 73
    import_file(page, "/plans/import/", "plan-2026.xlsx", "^导入 52 项任务")
    plan = Plan.objects.get()

    # The forum is to be approved by the committee, not only confirmed by the secretary.
    forum = Task.objects.get(content="独立或联合举办主题讲坛")
    page.goto(f"/tasks/{forum.pk}/edit/")
    page.get_by_label("审核方式").select_option("committee")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto(f"/plans/{plan.pk}/publish/")
    assert "8,856" in page.inner_text("main") or "8856" in page.inner_text("main")
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url(re.compile(r"/plans/\d+/$"))
    assert Assignment.objects.exclude(organization=root).count() == 8856

    # A clerk logs the first quarter's forum: four interactions from home.
    finance = Organization.objects.get(name="财政局党支部")
    clerk = make_user("wangmin", "王敏", Role.CLERK, finance)
    secretary = make_user("zhengjie", "郑洁", Role.SECRETARY, finance)
    browse_as(clerk)
    assignment = Assignment.objects.get(task=forum, organization=finance, slot="2026Q1")
    page.goto(f"/entries/log/?assignment={assignment.pk}")
    page.get_by_label("哪一天").fill("2026-03-05")
    page.get_by_label("做了什么").fill("第一季度“我是党员”主题讲坛")
    page.get_by_label("效果").fill("主讲人王敏，受众 31 人")
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_text("待确认").first.wait_for()

    browse_as(secretary)
    page.goto("/review/")
    page.get_by_role("button", name=re.compile("^确认 ")).click()
    page.get_by_text("没有等您办的记录").first.wait_for()

    browse_as(staff)
    page.goto("/review/")
    page.get_by_role("button", name=re.compile("^通过 ")).click()
    assignment.refresh_from_db()
    assert (assignment.standing, assignment.timing) == ("done", "on_time")

    # The quarter is closed by a job, and the card shows the forum's point: 1.00 of 14.66.
    page.goto(f"/periods/{plan.pk}/2026Q1/")
    page.get_by_role("button", name=re.compile("^结")).click()
    page.get_by_role("link", name="查看结果").click(timeout=60_000)
    page.get_by_role("heading", name="第一季度已封账").wait_for()
    browse_as(secretary)
    page.goto(f"/cards/{finance.pk}/2026Q1/")
    card = page.inner_text("main")
    assert "1.00" in card and "14.66" in card and "6.82%" in card

    # The workbook holds the same number.
    browse_as(staff)
    page.goto("/reports/")
    page.get_by_role("row", name=re.compile("第一季度")).get_by_role("button").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载报表").click(timeout=60_000)
    workbook = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()), data_only=True)
    rating = next(row for row in workbook.worksheets[0].iter_rows(values_only=True) if "财政局党支部" in row)
    assert [value for value in rating if isinstance(value, int | float)][-4:] == [1, 14.66, 13.66, 6.82]
