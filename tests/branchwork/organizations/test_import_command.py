import pytest
from django.core.management import CommandError, call_command

from branchwork.models import AuditEvent, Import
from branchwork.organizations.models import Organization
from tests.branchwork.organizations.lists import OFFICE_LIST, workbook

pytestmark = pytest.mark.django_db


def run(path, *options: str) -> None:
    call_command("import_organizations", str(path), *options)


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.xlsx"
    path.write_bytes(
        workbook((1, "审计局党支部", "工委", "第三种人", "一", "若干"), (2, "统计局党支部", "工委", "党支部"))
    )
    return path


def test_import_organizations_says_what_it_made(capsys):
    run(OFFICE_LIST)
    said = capsys.readouterr().out
    assert Organization.objects.count() == 73
    assert "党支部: 64" in said
    assert "党员 1324 人" in said
    assert "书记 72 人，其中代理 8 人" in said
    assert "新增 72 个，改动 0 个，另建上级 1 个" in said
    assert said.count("同名，当不同的人") == 30
    assert AuditEvent.objects.filter(action="import.confirm").get().actor_name == "system"


def test_import_organizations_again_writes_nothing():
    run(OFFICE_LIST)
    run(OFFICE_LIST)
    assert (Organization.objects.count(), Import.objects.count()) == (73, 1)


def test_dry_run_writes_nothing(capsys):
    run(OFFICE_LIST, "--dry-run")
    assert "新增 72 个" in capsys.readouterr().out
    assert (Organization.objects.count(), Import.objects.count()) == (0, 0)


def test_term_column_as_term_end():
    run(OFFICE_LIST, "--term-column", "term-end")
    finance = Organization.objects.get(code="016")
    assert (finance.last_elected_on, str(finance.term_ends_on)) == (None, "2025-08-20")


def test_problems_are_listed_with_their_cells_and_the_exit_is_2(bad, capsys):
    with pytest.raises(CommandError) as error:
        run(bad)
    assert error.value.returncode == 2
    assert [line.split("\t")[:2] for line in capsys.readouterr().err.splitlines()] == [
        ["D2", "第三种人"],
        ["F2", "若干"],
    ]
    assert Organization.objects.count() == 0


def test_a_list_below_an_office_whose_name_differs(office, capsys, tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook((1, "审计局党支部", "市直工委", "党支部")))
    with pytest.raises(CommandError) as error:
        run(path)
    assert error.value.returncode == 2
    assert capsys.readouterr().err.startswith("C2\t市直工委")
    run(path, "--under", "000")
    assert Organization.objects.get(name="审计局党支部").depth == 2


@pytest.mark.parametrize("options", [["missing.xlsx"], [str(OFFICE_LIST), "--under", "777"]])
def test_what_is_not_there_ends_with_2(options):
    with pytest.raises(CommandError) as error:
        run(*options)
    assert error.value.returncode == 2


def test_a_file_that_is_no_workbook_ends_with_2(tmp_path):
    path = tmp_path / "brief.txt"
    path.write_text("hello")
    with pytest.raises(CommandError) as error:
        run(path)
    assert error.value.returncode == 2
