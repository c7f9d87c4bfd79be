import hashlib
import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

from assessments.actions import reports as actions
from assessments.actions.reports import make_report, request_report
from assessments.models import Closing
from branchwork.errors import Refused
from branchwork.jobs import run_now
from branchwork.models import AuditEvent, Job, Report
from branchwork.organizations.models import RoleGrant
from branchwork.organizations.permissions import Role
from tests.assessments.year import close


def test_report_is_kept_with_its_checksum_and_audited(office, year, files_dir):
    close(year.plan, "2026Q1", office.admin)
    report = make_report(plan=year.plan, period="2026Q1", by=office.staff)
    data = (files_dir / report.path).read_bytes()
    assert (report.sha256, report.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert report.path == f"reports/{report.sha256}.xlsx"
    assert (report.kind, report.title, report.by_name) == ("quarter", "2026年第一季度党建工作考核表", "李建华")
    assert report.organization_path == office.root.path
    event = AuditEvent.objects.get(action="report.make")
    assert (event.actor_name, event.object_key, event.organization_path) == (
        "李建华", str(report.pk), office.root.path,
    )  # fmt: skip
    assert event.data == {
        "plan": year.plan.pk,
        "period": "2026Q1",
        "closing": Closing.objects.get().pk,
        "rows": {"季度考核": 4, "大项得分": 4, "失分明细": 26, "完成情况矩阵": 4, "台账明细": 0, "计分说明": 14},
        "sha256": report.sha256,
        "size": report.size,
    }
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames[0] == "季度考核"


def test_same_workbook_made_again_is_the_same_report(office, year, files_dir):
    close(year.plan, "2026Q1", office.admin)
    report = make_report(plan=year.plan, period="2026Q1", by=office.staff)
    (files_dir / report.path).unlink()
    assert make_report(plan=year.plan, period="2026Q1", by=office.admin) == report
    assert (files_dir / report.path).stat().st_size == report.size
    assert Report.objects.count() == AuditEvent.objects.filter(action="report.make").count() == 1
    assert [path.name for path in (files_dir / "reports").iterdir()] == [f"{report.sha256}.xlsx"]


def test_report_needs_the_right_on_the_plans_owner(office, year):
    for user in (office.zheng, office.wang, office.chen, office.accounts, office.nobody):
        with pytest.raises(PermissionDenied):
            request_report(plan=year.plan, period="2026", by=user)
        with pytest.raises(PermissionDenied):
            make_report(plan=year.plan, period="2026", by=user)
    RoleGrant.objects.create(user=office.nobody, role=Role.COMMITTEE_STAFF, organization=office.tax)
    del office.nobody.grants
    with pytest.raises(PermissionDenied):
        make_report(plan=year.plan, period="2026", by=office.nobody)
    assert Report.objects.count() == Job.objects.count() == 0
    assert make_report(plan=year.plan, period="2026", by=office.leader).by_name == "周正"


def test_request_is_run_by_a_job_with_progress(office, year):
    job = request_report(plan=year.plan, period="2026", by=office.leader)
    assert (job.kind, job.title) == ("make_report", "生成2026年度报表")
    assert job.args == {"plan": year.plan.pk, "period": "2026", "back": "/reports/"}
    assert AuditEvent.objects.get().action == "report.request"
    job = run_now(job)
    assert (job.state, job.message) == (Job.State.DONE, "")
    assert Report.objects.get(pk=job.result["report"]).title == "2026年度党建工作考核表（暂计）"


def test_request_twice_is_one_job_for_one_person(office, year):
    first = request_report(plan=year.plan, period="2026", by=office.staff)
    assert request_report(plan=year.plan, period="2026", by=office.staff) == first
    assert request_report(plan=year.plan, period="2026Q1", by=office.staff) != first
    assert request_report(plan=year.plan, period="2026", by=office.admin) != first
    run_now(first)
    assert request_report(plan=year.plan, period="2026", by=office.staff) != first


def test_right_is_asked_again_when_the_job_runs(office, year):
    job = request_report(plan=year.plan, period="2026", by=office.staff)
    RoleGrant.objects.filter(user=office.staff).delete()
    job = run_now(job)
    assert (job.state, Report.objects.count()) == (Job.State.FAILED, 0)
    assert job.message == "这需要的权限已经收回：生成季度和年度报表"


def test_report_of_a_period_closed_while_it_was_made_is_refused(office, year, files_dir, monkeypatch):
    make = actions.make_workbook

    def slowly(*args, **kwargs):
        made = make(*args, **kwargs)
        close(year.plan, "2026Q1", office.admin)
        return made

    monkeypatch.setattr(actions, "make_workbook", slowly)
    with pytest.raises(Refused, match="2026年第一季度刚刚结了账或反封账，请重新生成报表。"):
        make_report(plan=year.plan, period="2026Q1", by=office.staff)
    assert Report.objects.count() == 0
    assert not (files_dir / "reports").exists()


def test_report_without_its_audit_row_is_not_kept(office, year, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(actions, "record", fail)
    with pytest.raises(OSError, match="disk full"):
        make_report(plan=year.plan, period="2026Q1", by=office.staff)
    assert Report.objects.count() == 0
