from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command

from assessments.models import Closing
from branchwork.organizations.models import Organization
from ledgers.models import Plan
from tests.ledgers.plan import make_entry

READY = datetime(2026, 4, 15, 1, tzinfo=UTC)


def command(capsys, *args: str, at: datetime = READY) -> tuple[str, int]:
    """What it says, and its exit code."""
    code = 0
    with time_machine.travel(at, tick=False):
        try:
            call_command("close_period", *args)
        except CommandError as error:
            code = error.returncode
    said = capsys.readouterr()
    return said.out + said.err, code


def test_it_closes_and_says_so(office, year, capsys):
    said, code = command(capsys, "2026Q1")
    closing = Closing.objects.get()
    assert code == 0
    assert said.splitlines() == [
        "2026Q1 closed, revision 1: 4 cards",
        "rates 0.00% to 0.00%",
        f"sha256 {closing.sha256}",
    ]
    assert closing.closed_by is None


def test_refusal_lists_why_and_exits_with_2(office, year, capsys):
    forum = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 3, 20), state="submitted", claim="claimed")
    said, code = command(capsys, "2026Q1", at=datetime(2026, 4, 14, 1, tzinfo=UTC))
    assert code == 2
    assert said.splitlines() == [
        "2026年第一季度从4月15日起可以结账。",
        "还有 1 笔记录没有确认或审核。",
        "财政局党支部 · 3月20日 · 主题党日：到红枫社区清理河道",
    ]
    assert not Closing.objects.exists()


def test_accepting_what_is_pending_is_somebodys_decision(office, year, capsys):
    forum = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 3, 20), state="submitted", claim="claimed")
    assert command(capsys, "2026Q1", "--accept-pending")[1] == 2
    assert command(capsys, "2026Q1", "--accept-pending", "--by", "lijianhua")[1] == 0
    closing = Closing.objects.get()
    assert (closing.closed_by, closing.accepted_pending_count) == (office.staff, 1)


def test_year_too_early_lists_the_quarters(office, year, capsys):
    said, code = command(capsys, "2026")
    assert (code, said.splitlines()[0]) == (2, "请先结2026年第一季度的账。")


@pytest.mark.parametrize("args", [["2026Q5"], ["春天"], ["2025Q1"], ["2026Q1", "--by", "谁"]])
def test_what_does_not_exist_exits_with_2(office, year, capsys, args):
    assert command(capsys, *args)[1] == 2


def test_two_plans_ask_for_the_organization(office, year, capsys):
    other = Organization.objects.add_root({"code": "900", "name": "市委统战工委", "kind": "working_committee"})
    Plan.objects.create(
        owner=other, year=2026, title="另一个计划", state="published", counts_from=date(2026, 1, 1),
        published_at=READY, published_by=office.admin,
    )  # fmt: skip
    assert command(capsys, "2026Q1")[1] == 2
    assert command(capsys, "2026Q1", "--organization", "000")[1] == 0
