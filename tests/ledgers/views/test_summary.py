import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine

from ledgers.actions.entries import confirm_entry, return_entry
from ledgers.models import Entry
from ledgers.settling import settle
from tests.ledgers.plan import make_entry


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 9, 20, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def third(office, small_plan):
    """财政局's third quarter: July on time, August late, September missing, the forum recorded late."""

    def done(task, slot, day, **changes):
        assignment = small_plan.assignment(task, office.finance, slot)
        entry = make_entry(office.finance, assignment, by=office.wang, happened_on=day, **changes)
        Entry.objects.filter(pk=entry.pk).update(work_type=task.work_type)
        settle([assignment.pk])

    done(small_plan.theme_day, "2026-07", date(2026, 7, 9), title="七月主题党日")
    done(small_plan.theme_day, "2026-08", date(2026, 9, 2), title="八月主题党日")
    make_entry(office.finance, by=office.wang, happened_on=date(2026, 9, 3), title="草稿", state="draft")
    make_entry(office.finance, by=office.wang, happened_on=date(2026, 9, 4), title="计划外的走访", state="submitted")
    return f"/summary/{office.finance.pk}/2026Q3/"


def text(response) -> str:
    return response.content.decode()


def test_summary_is_drawn_from_the_ledger(client, office, third):
    client.force_login(office.wang)
    response = client.get(third)
    summary = response.context["summary"]
    assert (summary.due_count, summary.done_count, summary.on_time_count, summary.late_count) == (4, 2, 1, 1)
    assert (summary.recorded_late_count, len(summary.missed), summary.other_count) == (0, 0, 2)
    assert [entry.title for entry in summary.entries] == ["七月主题党日", "八月主题党日", "计划外的走访"]
    assert summary.by_type == [("主题党日", 2), ("其他工作", 1)]
    assert summary.text == (
        "2026年第三季度应办 4 项，办成 2 项（按时 1 项，逾期 1 项，补记 0 项），逾期未办 0 项。"
        "记台账 3 笔：主题党日 2、其他工作 1。"
    )
    assert "书记（签字）：" in text(response)


def test_summary_after_the_quarter_counts_what_was_missed(client, office, third):
    client.force_login(office.wang)
    with time_machine.travel(datetime(2026, 10, 2, 2, 0, tzinfo=UTC), tick=False):
        client.force_login(office.wang)
        summary = client.get(third).context["summary"]
    assert [(str(missed.task), missed.slot) for missed in summary.missed] == [
        ("开展主题党日", "2026-09"), ("独立或联合举办主题讲坛", "2026Q3"),
    ]  # fmt: skip


def test_summary_confirm_by_the_clerk_claims_the_quarters_report(client, office, small_plan, third):
    client.force_login(office.wang)
    response = client.post(f"{third}confirm/", {"remark": "国庆前再走访一次。", "client_uuid": str(uuid.uuid4())})
    entry = Entry.objects.get(work_type__code="quarter_summary")
    assert response.url == f"/entries/{entry.pk}/"
    assert (entry.title, entry.state, entry.happened_on) == ("2026年第三季度小结", "submitted", date(2026, 9, 20))
    assert entry.effect.startswith("2026年第三季度应办 4 项")
    assert entry.effect.endswith("国庆前再走访一次。")
    report = small_plan.assignment(small_plan.summary, office.finance, "2026Q3")
    assert report.standing == "submitted"
    confirm_entry(entry=entry, by=office.zheng)
    report.refresh_from_db()
    assert (report.standing, report.timing) == ("done", "on_time")


def test_summary_confirm_by_the_secretary_is_done_with_one_click(client, office, small_plan, third):
    client.force_login(office.zheng)
    client.post(f"{third}confirm/")
    assert small_plan.assignment(small_plan.summary, office.finance, "2026Q3").standing == "done"


def test_summary_confirm_twice_is_one_entry(client, office, third):
    client.force_login(office.wang)
    form = {"client_uuid": str(uuid.uuid4())}
    first, second = client.post(f"{third}confirm/", form), client.post(f"{third}confirm/", form)
    assert first.url == second.url
    response = client.post(f"{third}confirm/", {"client_uuid": str(uuid.uuid4())})
    assert response.status_code == 409
    assert "这个季度的小结已经报送。" in text(response)


def test_summary_that_was_returned_is_mended_not_sent_anew(client, office, third):
    client.force_login(office.wang)
    client.post(f"{third}confirm/")
    entry = Entry.objects.get(work_type__code="quarter_summary")
    return_entry(entry=entry, reason="数字不对", by=office.zheng)
    page = client.get(third)
    assert page.context["summary"].sent == entry
    assert "核对无误，报送" not in text(page)


def test_summary_before_its_window_cannot_be_sent_in(client, office, third):
    client.force_login(office.wang)
    page = client.get(f"/summary/{office.finance.pk}/2026Q4/")
    assert "9月26日起可以报送。" in text(page)
    assert client.post(f"/summary/{office.finance.pk}/2026Q4/confirm/").status_code == 409


@pytest.mark.parametrize("period", ["2026", "2026H1", "2026Q5", "2025Q1", "nonsense"])
def test_summary_of_no_quarter_is_not_found(client, office, third, period):
    client.force_login(office.wang)
    assert client.get(f"/summary/{office.finance.pk}/{period}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "seen", "sent"),
    [("guo", 404, 404), ("leader", 200, 403), ("accounts", 403, 403), ("staff", 200, 302), ("wang", 200, 302)],
)
def test_summary_for_each_person(client, office, third, who, seen, sent):
    client.force_login(office.users[who])
    assert (client.get(third).status_code, client.post(f"{third}confirm/").status_code) == (seen, sent)


def test_summary_asks_few_queries(client, office, third, django_assert_max_num_queries):
    client.force_login(office.staff)
    with django_assert_max_num_queries(12):
        client.get(third)
