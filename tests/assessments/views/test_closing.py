import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from assessments.actions import reopen_period, request_closing
from assessments.models import Closing
from branchwork.jobs import run_now
from branchwork.models import Job
from ledgers.actions.closing import freeze_period
from ledgers.settling import settle
from tests.assessments.year import close, live_the_worked_example
from tests.ledgers.plan import make_entry
from tests.office import Office

READY = date(2026, 4, 15)


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, tzinfo=UTC), tick=False)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def url(name: str, plan, period: str) -> str:
    return reverse(f"assessments:{name}", args=[plan.pk, period])


def page(client, user, name: str, plan, period: str, day: date = READY, **data):
    with at(day):
        client.force_login(user)
        return client.post(url(name, plan, period), data) if data else client.get(url(name, plan, period))


@pytest.fixture
def pending(office, year):
    """An entry of 财政局 for the forum of the first quarter, waiting for 郑洁."""
    forum = year.assignment("forum", office.finance, "2026Q1")
    entry = make_entry(
        office.finance, forum, by=office.wang, happened_on=date(2026, 3, 20), state="submitted", claim="claimed"
    )
    settle([forum.pk])
    return entry


# Who


@pytest.mark.parametrize(
    ("who", "listed", "closes", "reopens"),
    [
        ("admin", 200, 200, 404), ("staff", 200, 200, 403), ("leader", 200, 403, 403), ("zheng", 200, 403, 403),
        ("wang", 200, 403, 403), ("accounts", 403, 403, 403), ("nobody", 403, 403, 403),
    ],
)  # fmt: skip
def test_who_opens_which_page(client, office: Office, year, who, listed, closes, reopens):
    client.force_login(getattr(office, who))
    with at(READY):
        assert client.get(reverse("assessments:period_list")).status_code == listed
        assert client.get(url("period_close", year.plan, "2026Q1")).status_code == closes
        assert client.get(url("period_reopen", year.plan, "2026Q1")).status_code == reopens


def test_unknown_plan_or_period_is_not_there(client, office, year):
    client.force_login(office.admin)
    for address in ("/periods/999/2026Q1/", f"/periods/{year.plan.pk}/2026Q7/", f"/periods/{year.plan.pk}/2026H1/"):
        assert client.get(address).status_code == 404


# The list of periods


def stands(client, user, day: date) -> dict[str, str]:
    with at(day):
        client.force_login(user)
        response = client.get(reverse("assessments:period_list"))
    return {str(row.period): row.stands for row in response.context["periods"]}


def test_periods_say_how_they_stand(client, office, year):
    assert stands(client, office.staff, date(2026, 4, 14)) == dict.fromkeys(
        ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"), "open"
    )
    assert stands(client, office.staff, date(2026, 7, 15)) == {
        "2026Q1": "ready", "2026Q2": "waiting", "2026Q3": "open", "2026Q4": "open", "2026": "open",
    }  # fmt: skip
    close(year.plan, "2026Q1", office.admin)
    with at(READY):
        freeze_period(plan=year.plan, period="2026Q2", job=Job.objects.create(kind="close_period"), by=office.admin)
    assert stands(client, office.staff, date(2026, 7, 15)) == {
        "2026Q1": "closed", "2026Q2": "closing", "2026Q3": "open", "2026Q4": "open", "2026": "open",
    }  # fmt: skip


def test_year_is_ready_the_day_after_its_last_due_date(client, office, year):
    for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4"):
        close(year.plan, period, office.admin)
    assert stands(client, office.staff, date(2027, 3, 1))["2026"] == "open"
    assert stands(client, office.staff, date(2027, 3, 2))["2026"] == "ready"


def test_list_before_any_plan_says_so(client, office):
    client.force_login(office.staff)
    assert "没有账可结" in text(client.get(reverse("assessments:period_list")))


# Closing


def test_page_lists_what_stands_in_the_way(client, office, year, pending):
    response = page(client, office.staff, "period_close", year.plan, "2026Q1", date(2026, 4, 10))
    said = text(response)
    assert "4月15日 周三起可以结账，还有5天" in said
    assert "待确认、待审核 1 笔" in said
    assert str(pending.pk) in response.content.decode()
    assert "disabled" in response.content.decode()


def test_page_tries_the_rates_without_storing_anything(client, office, year):
    year.do(office.archive, office.guo, until="2026Q1")
    response = page(client, office.staff, "period_close", year.plan, "2026Q1")
    rows = {(row.peer_group, row.level): (row.count, row.best) for row in response.context["spread"].rows}
    assert rows == {
        ("综合经济", "branch"): (2, 0),
        ("党群机关", "branch"): (1, 10000),
        ("综合经济", "committee"): (1, 0),
    }
    assert not Closing.objects.exists()


def test_posting_starts_a_job_whose_page_leads_to_the_result(client, office, year):
    response = page(client, office.staff, "period_close", year.plan, "2026Q1", go="1")
    job = Job.objects.get(kind="close_period")
    assert (response.status_code, response.url) == (302, reverse("job_detail", args=[job.pk]))
    with at(READY):
        job = run_now(job)
        assert job.result == {"closing": Closing.objects.get().pk, "url": url("period_close", year.plan, "2026Q1")}
        assert "结2026年第一季度的账" in text(client.get(reverse("job_detail", args=[job.pk])))


def test_refusal_is_told_with_409_and_what_was_ticked_is_kept(client, office, year, pending):
    response = page(client, office.staff, "period_close", year.plan, "2026Q1", date(2026, 4, 10), accept_pending="on")
    assert response.status_code == 409
    assert "2026年第一季度从4月15日起可以结账。" in text(response)
    assert "checked" in response.content.decode()
    assert not Job.objects.exists()


def test_pending_without_the_choice_is_refused_and_with_it_accepted(client, office, year, pending):
    refused = page(client, office.staff, "period_close", year.plan, "2026Q1", go="1")
    assert (refused.status_code, "还有 1 笔记录没有确认或审核。" in text(refused)) == (409, True)
    accepted = page(client, office.staff, "period_close", year.plan, "2026Q1", accept_pending="on")
    assert accepted.status_code == 302
    assert Job.objects.get().args["accept_pending"] is True


def test_page_while_it_is_being_closed_says_by_whom(client, office, year):
    with at(READY):
        job = request_closing(plan=year.plan, period="2026Q1", by=office.admin)
        freeze_period(plan=year.plan, period="2026Q1", job=job, by=office.admin)
    others = page(client, office.staff, "period_close", year.plan, "2026Q1")
    assert "正在结账，陈立" in text(others)
    assert "<button" not in others.content.decode()
    mine = page(client, office.admin, "period_close", year.plan, "2026Q1")
    assert f'id="job-{job.pk}"' in mine.content.decode()


def test_closed_period_shows_its_result(client, office, year):
    live_the_worked_example(year, office, until="2026Q1")
    response = page(client, office.staff, "period_close", year.plan, "2026Q1", date(2026, 5, 1))
    said = text(response)
    assert "第一季度已封账" in said
    sha = response.context["closing"].sha256
    assert re.search(rf"<details><summary[^>]*><code[^>]*>{sha[:12]}…<.*>{sha}<", response.content.decode())
    assert [result.task.content for result in response.context["results"]][:2] == ["第1季度其他工作", "举办主题讲坛"]
    again = page(client, office.staff, "period_close", year.plan, "2026Q1", date(2026, 5, 1), go="1")
    assert (again.status_code, "已经封账" in text(again)) == (409, True)


# Reopening


def test_reopening_asks_for_a_reason(client, office, year):
    close(year.plan, "2026Q1", office.admin)
    response = page(client, office.admin, "period_reopen", year.plan, "2026Q1", reason=" ")
    assert "请写明理由" in text(response)
    assert Closing.objects.current().exists()
    response = page(client, office.admin, "period_reopen", year.plan, "2026Q1", reason="漏了一项豁免")
    assert (response.status_code, response.url) == (302, reverse("assessments:period_list"))
    assert Closing.objects.get().reopening_reason == "漏了一项豁免"


def test_reopening_what_is_not_closed_is_refused(client, office, year):
    close(year.plan, "2026Q1", office.admin)
    reopen_period(plan=year.plan, period="2026Q1", reason="有误", by=office.admin)
    response = page(client, office.admin, "period_reopen", year.plan, "2026Q1", reason="再来")
    assert (response.status_code, "2026年第一季度没有封账。" in text(response)) == (409, True)


def test_reopening_a_quarter_tells_that_the_year_goes_first(client, office, year):
    live_the_worked_example(year, office)
    said = text(page(client, office.admin, "period_reopen", year.plan, "2026Q2", date(2027, 3, 5)))
    assert "2026年度已封账，会先一起反封账。" in said


def test_staff_cannot_reopen_by_posting(client, office, year):
    close(year.plan, "2026Q1", office.admin)
    assert page(client, office.staff, "period_reopen", year.plan, "2026Q1", reason="有误").status_code == 403
    assert Closing.objects.current().exists()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_a_constant_number_of_queries(client, office, year, count, django_assert_max_num_queries):
    forum = year.assignment("forum", office.finance, "2026Q1")
    for _n in range(count):
        make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 3, 20), state="submitted")
    client.force_login(office.staff)
    with at(READY), django_assert_max_num_queries(9):
        client.get(reverse("assessments:period_list"))
    with at(READY), django_assert_max_num_queries(18):
        client.get(url("period_close", year.plan, "2026Q1"))
