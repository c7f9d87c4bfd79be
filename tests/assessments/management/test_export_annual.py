from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.actions.reports import make_report
from branchwork.models import AuditEvent, Report
from ledgers.models import Plan


def export(*args) -> str:
    out = StringIO()
    call_command("export_annual", *map(str, args), stdout=out)
    return out.getvalue()


def test_command_writes_the_browsers_bytes(office, year, files_dir, tmp_path):
    target = tmp_path / "年度.xlsx"
    told = export(2026, "--output", target)
    report = make_report(plan=year.plan, period="2026", by=office.staff)
    assert target.read_bytes() == (files_dir / report.path).read_bytes()
    assert told == f"{target}: 2026年度党建工作考核表（暂计）\nsha256 {report.sha256}\n"
    event = AuditEvent.objects.get(action="report.make")
    assert (event.actor_name, event.data["sha256"], Report.objects.count()) == ("system", report.sha256, 1)


def test_command_asks_which_plan_is_meant(office, year, tmp_path):
    Plan.objects.create(
        owner=office.tax, year=2026, title="税务局计划", state="published", counts_from="2026-01-01",
        published_at=year.plan.published_at, published_by=office.admin,
    )  # fmt: skip
    with pytest.raises(CommandError, match="several plans for 2026: name one with --organization") as refusal:
        export(2026, "--output", tmp_path / "a.xlsx")
    assert refusal.value.returncode == 2
    export(2026, "--output", tmp_path / "a.xlsx", "--organization", office.root.code)
    assert Report.objects.get().organization_path == office.root.path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2031"], "There is no published plan for 2031."),
        (["2026", "--organization", "999"], "There is no published plan for 2026."),
        (["20260"], "20260 is no year"),
    ],
)
def test_command_says_what_is_missing(office, year, tmp_path, arguments, words):
    with pytest.raises(CommandError, match=words) as refusal:
        export(*arguments, "--output", tmp_path / "a.xlsx")
    assert refusal.value.returncode == 2


def test_command_says_where_it_cannot_write(office, year, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory") as refusal:
        export(2026, "--output", tmp_path / "missing" / "a.xlsx")
    assert refusal.value.returncode == 2
