"""The table of an entry's life: the docs print it, the actions obey it, and nothing else is possible."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from branchwork.errors import Refused
from ledgers.actions import entries
from ledgers.models import Entry, PeriodLock
from ledgers.transitions import TRANSITIONS, Act, Who, acts_for
from tests.ledgers.plan import make_entry

STATES = {"草稿": "draft", "待确认": "submitted", "已确认": "confirmed", "审核通过": "approved", "已退回": "returned",
          "已作废": "voided"}  # fmt: skip
ACTS = {
    "提交": "submit",
    "撤回": "withdraw",
    "确认": "confirm",
    "审核通过": "approve",
    "退回": "return",
    "作废": "void",
}
PEOPLE = {
    "经办人": Who.AUTHOR,
    "记录人": Who.LOGGER,
    "本级书记": Who.OWN_CONFIRMER,
    "确认人": Who.CONFIRMER,
    "工委": Who.REVIEWER,
}
STEPS = {
    "submit": entries.submit_entry, "withdraw": entries.withdraw_entry, "confirm": entries.confirm_entry,
    "approve": entries.approve_entry, "return": entries.return_entry, "void": entries.void_entry,
}  # fmt: skip


def take(act: str, entry: Entry, by) -> Entry:
    reason = {"reason": "人数与名单不符"} if act in ("return", "void") else {}
    return STEPS[act](entry=entry, by=by, **reason)


def test_transitions_page_prints_the_table():
    lines = Path("docs/transitions.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    printed = [
        (STATES[source], ACTS[act], STATES[target], tuple(PEOPLE[who] for who in people.split("、")), closed == "不行")
        for source, act, target, people, closed in cells[2:]
    ]
    assert printed == [(row.source, row.act, row.target, row.who, row.is_locked) for row in TRANSITIONS]


@pytest.fixture
def people(office):
    """Who can do what to an entry of 财政局党支部 written by 王敏."""
    return {"author": office.wang, "secretary": office.zheng, "committee": office.staff, "leader": office.leader,
            "neighbour": office.guo}  # fmt: skip


# What each person may do, by the state the entry is in, and where it leads. Everything else is 403 or 409.
EXPECTED = {
    "draft": {"author": {"submit": "submitted", "void": "voided"},
              "secretary": {"submit": "confirmed", "void": "voided"},
              "committee": {"submit": "submitted", "void": "voided"}},
    "submitted": {"author": {"withdraw": "draft", "void": "voided"},
                  "secretary": {"confirm": "confirmed", "return": "returned", "void": "voided"},
                  "committee": {"return": "returned", "void": "voided"}},
    "confirmed": {"author": {}, "secretary": {"return": "returned", "void": "voided"},
                  "committee": {"approve": "approved", "return": "returned", "void": "voided"}},
    "approved": {"author": {}, "secretary": {}, "committee": {"return": "returned", "void": "voided"}},
    "returned": {"author": {"submit": "submitted", "void": "voided"},
                 "secretary": {"submit": "confirmed", "void": "voided"},
                 "committee": {"submit": "submitted", "void": "voided"}},
    "voided": {"author": {}, "secretary": {}, "committee": {}},
}  # fmt: skip


@pytest.mark.parametrize("state", EXPECTED)
@pytest.mark.parametrize("who", ["author", "secretary", "committee", "leader", "neighbour"])
def test_every_act_does_what_the_table_says_and_no_other_is_possible(office, small_plan, people, state, who):
    allowed = EXPECTED[state].get(who, {})
    known = {row.act for row in TRANSITIONS if row.source == state}
    for act in Act:
        entry = make_entry(office.finance, by=office.wang, happened_on=date(2026, 3, 6), state=state, claim="claimed")
        assert acts_for(people[who], entry).get(act) == allowed.get(act)
        if act in allowed:
            take(act, entry, people[who])
            entry.refresh_from_db()
            assert entry.state == allowed[act]
        else:
            with pytest.raises(PermissionDenied if act in known else Refused):
                take(act, entry, people[who])
            entry.refresh_from_db()
            assert (entry.state, entry.version) == (state, 1)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.source}-{row.act}-{row.target}")
def test_a_closed_quarter_refuses_what_the_table_locks(office, small_plan, row):
    by = {Who.OWN_CONFIRMER: office.zheng, Who.REVIEWER: office.staff, Who.CONFIRMER: office.zheng}.get(
        row.who[0], office.wang
    )
    entry = make_entry(office.finance, by=office.wang, happened_on=date(2026, 3, 6), state=row.source)
    PeriodLock.objects.filter(plan=small_plan.plan, period="2026Q1").update(
        closed_at=datetime(2026, 4, 16, tzinfo=UTC), closed_by=office.admin
    )
    if row.is_locked:
        with pytest.raises(Refused, match="2026年第一季度已封账"):
            take(row.act, entry, by)
    else:
        take(row.act, entry, by)
        entry.refresh_from_db()
        assert entry.state == row.target
        if row.act == "submit":
            assert entry.posted_in == "2026Q2"


def test_a_quarter_being_closed_refuses_too(office, small_plan):
    from branchwork.models import Job

    entry = make_entry(office.finance, by=office.wang, happened_on=date(2026, 3, 6), state="submitted")
    job = Job.objects.create(kind="close", state="running")
    PeriodLock.objects.filter(plan=small_plan.plan, period="2026Q1").update(closing_job=job)
    with pytest.raises(Refused, match="正在结账"):
        entries.confirm_entry(entry=entry, by=office.zheng)
