import pytest
from django.urls import reverse

from assessments.actions import reopen_period
from assessments.actions.reports import make_report
from branchwork.jobs import run_now
from branchwork.models import Job, Report
from branchwork.organizations.models import RoleGrant
from branchwork.organizations.permissions import Role
from ledgers.models import Plan
from tests.assessments.year import close

LIST = "/reports/"


def request_url(year, period: str = "2026Q1") -> str:
    return reverse("assessments:report_request", args=[year.plan.pk, period])


@pytest.mark.parametrize("name", ["admin", "staff", "leader"])
def test_list_shows_what_can_be_made(client, office, year, name):
    close(year.plan, "2026Q1", office.admin)
    client.force_login(getattr(office, name))
    page = client.get(LIST).content.decode()
    for words in ("第一季度报表", "第四季度报表", "年度报表", "还没有生成过报表。在上面选一张。"):
        assert words in page
    assert page.count("已封账") == 1
    assert page.count("没有结账，不排名次") == 4
    assert page.count(f'action="{request_url(year)}"') == 1


def test_list_shows_what_was_made(client, office, year):
    close(year.plan, "2026Q1", office.admin)
    report = make_report(plan=year.plan, period="2026Q1", by=office.staff)
    reopen_period(plan=year.plan, period="2026Q1", reason="漏审了两条记录", by=office.admin)
    client.force_login(office.leader)
    page = client.get(LIST).content.decode()
    for words in ("2026年第一季度党建工作考核表", "李建华", report.sha256, "已反封账", f'href="/reports/{report.pk}/"'):
        assert words in page


def test_list_without_a_plan_says_so(client, office):
    client.force_login(office.staff)
    assert "还没有发布年度计划。发布后，报表在这里生成。" in client.get(LIST).content.decode()


def test_list_of_another_year(client, office, year):
    older = Plan.objects.create(
        owner=office.root, year=2025, title="2025年度党建工作台账", state="published", counts_from="2025-01-01",
        published_at=year.plan.published_at, published_by=office.admin,
    )  # fmt: skip
    client.force_login(office.staff)
    assert f'href="?plan={older.pk}"' in client.get(LIST).content.decode()
    page = client.get(LIST, {"plan": older.pk}).content.decode()
    assert f"/reports/{older.pk}/2025Q1/" in page
    assert f"/reports/{year.plan.pk}/2026Q1/" not in page
    assert client.get(LIST, {"plan": "x"}).status_code == 200


def test_list_has_a_constant_number_of_queries(client, office, year, django_assert_num_queries):
    close(year.plan, "2026Q1", office.admin)
    client.force_login(office.staff)
    for period in ("2026Q1", "2026Q2", "2026"):
        make_report(plan=year.plan, period=period, by=office.staff)
        with django_assert_num_queries(9):
            client.get(LIST)


def test_request_page_says_what_is_in_the_workbook(client, office, year):
    close(year.plan, "2026Q1", office.admin)
    client.force_login(office.staff)
    closed = client.get(request_url(year)).content.decode()
    assert "第 1 次结账；什么时候生成，报表都一样。" in closed
    assert "原样的计划表，填好完成情况" not in closed
    whole = client.get(request_url(year, "2026")).content.decode()
    assert "还没有结账。报表每页注明“暂计”，不排名次。" in whole
    assert "原样的计划表，填好完成情况" in whole
    assert Job.objects.filter(kind="make_report").count() == 0


def test_request_makes_a_job_whose_report_downloads(client, office, year):
    client.force_login(office.leader)
    response = client.post(request_url(year))
    job = Job.objects.get()
    assert response["Location"] == f"/jobs/{job.pk}/"
    run_now(job)
    report = Report.objects.get()
    assert f'href="/reports/{report.pk}/"' in client.get(f"/jobs/{job.pk}/").content.decode()
    download = client.get(f"/reports/{report.pk}/")
    assert "attachment" in download["Content-Disposition"]
    assert len(b"".join(download.streaming_content)) == report.size


@pytest.mark.parametrize("name", ["zheng", "wang", "chen", "accounts", "nobody"])
def test_nobody_else_lists_requests_or_downloads(client, office, year, name):
    report = make_report(plan=year.plan, period="2026Q1", by=office.staff)
    client.force_login(getattr(office, name))
    assert client.get(LIST).status_code == 403
    assert client.get(request_url(year)).status_code == 403
    assert client.post(request_url(year)).status_code == 403
    assert client.get(f"/reports/{report.pk}/").status_code in (403, 404)
    assert Job.objects.count() == 0


def test_staff_of_a_part_has_no_workbook_of_the_whole(client, office, year):
    report = make_report(plan=year.plan, period="2026Q1", by=office.staff)
    RoleGrant.objects.create(user=office.nobody, role=Role.COMMITTEE_STAFF, organization=office.tax)
    client.force_login(office.nobody)
    page = client.get(LIST).content.decode()
    assert report.sha256 not in page
    assert request_url(year) not in page
    assert client.post(request_url(year)).status_code == 403
    assert client.get(f"/reports/{report.pk}/").status_code == 404


@pytest.mark.parametrize("period", ["2026H1", "2025Q1", "2027", "nonsense"])
def test_period_that_is_none_of_the_plans_is_not_found(client, office, year, period):
    client.force_login(office.staff)
    assert client.post(request_url(year, period)).status_code == 404


def test_draft_or_unknown_plan_is_not_found(client, office, year):
    Plan.objects.update(state="draft", published_at=None)
    client.force_login(office.staff)
    assert client.get(request_url(year)).status_code == 404
    assert client.get("/reports/999/2026/").status_code == 404


def test_anonymous_is_sent_to_the_login(client, office, year):
    for url in (LIST, request_url(year)):
        assert client.get(url).status_code == 302
    assert client.get("/reports/1/").status_code == 302


def test_wrong_method_is_refused(client, office, year):
    client.force_login(office.staff)
    assert client.post(LIST).status_code == 405
    assert client.put(request_url(year)).status_code == 405
