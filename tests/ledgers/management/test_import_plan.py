from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from branchwork.models import Import
from branchwork.organizations.models import Organization
from ledgers.models import Plan, Task
from tests.ledgers.sample import PLAN_FILE
from tests.ledgers.workbooks import plan_workbook, row


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def run(*args) -> str:
    said = StringIO()
    call_command("import_plan", *args, stdout=said)
    return said.getvalue()


def written(tmp_path, *rows, **options):
    path = tmp_path / "计划.xlsx"
    path.write_bytes(plan_workbook(*rows, **options))
    return path


def test_command_imports_a_draft_and_tells_what_is_not_understood(sample_office):
    said = run(PLAN_FILE, "--year", "2026")
    assert "Items: 25, tasks: 52, points: 100.00" in said
    asked = [line.split("\t")[:2] for line in said.splitlines() if line.startswith("?")]
    assert asked == [
        ["?  D13", "设党小组的党支部"],
        ["?  D21", "窗口单位党支部"],
        ["?  D22, D23", "承担帮扶任务的党组织"],
        ["?  D25", "申报单位"],
        ["?  D44", "有整改任务的党支部"],
        ["?  D51", "立项党组织"],
    ]
    assert (Plan.objects.get().state, Task.objects.count()) == ("draft", 52)


def test_command_run_again_changes_nothing(sample_office):
    run(PLAN_FILE, "--year", "2026")
    assert "Nothing to do" in run(PLAN_FILE, "--year", "2026")
    assert (Plan.objects.count(), Task.objects.count()) == (1, 52)


def test_dry_run_writes_nothing(sample_office):
    assert "tasks: 52" in run(PLAN_FILE, "--dry-run")
    assert (Plan.objects.count(), Import.objects.filter(kind="plan").count()) == (0, 0)


def test_year_is_the_titles_unless_told(office, tmp_path):
    path = written(tmp_path, row(), title="2027年度党建工作台账")
    run(path)
    assert Plan.objects.get().year == 2027


@pytest.mark.parametrize(
    "rows, words", [((row(task=None, points=2),), "C3"), ((row(), row(task=None, points=2)), "C4")]
)
def test_rows_without_a_task_stop_the_command_with_2(office, tmp_path, rows, words):
    with pytest.raises(CommandError, match=words) as stopped:
        run(written(tmp_path, *rows))
    assert stopped.value.returncode == 2
    assert (Plan.objects.count(), Import.objects.count()) == (0, 0)


def test_unreadable_file_stops_the_command_with_2(office, tmp_path):
    path = tmp_path / "不是.xlsx"
    path.write_bytes(b"%PDF")
    for file in (path, tmp_path / "没有.xlsx"):
        with pytest.raises(CommandError) as stopped:
            run(file)
        assert stopped.value.returncode == 2


def test_owner_is_the_only_root_or_named(office, tmp_path):
    other = Organization.objects.add_root({"code": "900", "name": "另一工委", "kind": "working_committee"})
    path = written(tmp_path, row())
    with pytest.raises(CommandError, match="several roots"):
        run(path)
    with pytest.raises(CommandError, match="no organization with the code"):
        run(path, "--organization", "404")
    run(path, "--organization", "900")
    assert Plan.objects.get().owner == other


def test_command_without_organizations_says_what_is_missing(db, tmp_path):
    with pytest.raises(CommandError, match="no organization yet"):
        run(written(tmp_path, row()))
