"""The page of a job in a browser: it follows the row by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from branchwork.models import Job

from ..office import make_office


@pytest.fixture
def running(transactional_db) -> tuple[Job, object]:
    user = make_office().users["staff"]
    now = timezone.now()
    job = Job.objects.create(
        kind="close_period", title="第三季度结账", by_key=user.pk, args={"back": "/"}, state=Job.State.RUNNING,
        started_at=now - timedelta(seconds=8), lease_until=now + timedelta(seconds=60), attempts=1,
        progress={"done": 61, "total": 72},
    )  # fmt: skip
    return job, user


def test_job_page_follows_the_job_to_its_end(running, browse_as):
    job, user = running
    page = browse_as(user)
    page.goto(reverse("job_detail", args=[job.pk]))
    expect(page.get_by_text("已办 61 / 72，还要约")).to_be_visible()
    Job.objects.update(progress={"done": 70, "total": 72})
    expect(page.get_by_text("已办 70 / 72")).to_be_visible()
    Job.objects.update(
        state=Job.State.DONE,
        finished_at=timezone.now(),
        lease_until=None,
        result={"url": reverse("job_detail", args=[job.pk])},
    )
    expect(page.get_by_role("link", name="查看结果")).to_be_visible()
    expect(page.locator("progress")).to_have_count(0)


def test_job_page_shows_what_refused(running, browse_as):
    job, user = running
    Job.objects.update(state=Job.State.FAILED, finished_at=timezone.now(), message="还有 2 条记录待审核。")
    page = browse_as(user)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reverse("job_detail", args=[job.pk]))
    expect(page.get_by_text("还有 2 条记录待审核。")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
