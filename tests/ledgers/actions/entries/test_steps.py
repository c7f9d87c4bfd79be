from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from branchwork.organizations.models import RoleGrant, User
from ledgers.actions.entries import (
    EditConflict,
    accept_claim,
    accept_pending,
    approve_entry,
    confirm_entry,
    pass_entries,
    reject_claim,
    return_entries,
    return_entry,
    submit_entry,
    void_entry,
    withdraw_entry,
)
from ledgers.models import Assignment, Entry, PeriodLock
from ledgers.settling import settle
from tests.ledgers.plan import make_entry

NOW = datetime(2026, 10, 13, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def both(office, small_plan):
    """A theme day (the secretary decides) and a forum (the committee reviews), of 财政局党支部."""
    return (
        small_plan.assignment(small_plan.theme_day, office.finance, "2026-10"),
        small_plan.assignment(small_plan.forum, office.finance, "2026Q4"),
    )


def sent(office, *assignments, state="submitted", organization=None) -> Entry:
    entry = make_entry(
        organization or office.finance, *assignments, by=office.wang, happened_on=date(2026, 10, 9), state=state,
        claim="claimed",
    )  # fmt: skip
    settle(assignment.pk for assignment in assignments)
    return entry


def standings(*assignments) -> list[str]:
    return [Assignment.objects.get(pk=assignment.pk).standing for assignment in assignments]


def test_confirm_accepts_what_the_secretary_decides_and_leaves_the_rest_to_the_committee(office, both):
    entry = sent(office, *both)
    assert standings(*both) == ["submitted", "submitted"]
    confirm_entry(entry=entry, by=office.zheng)
    assert standings(*both) == ["done", "confirmed"]
    approve_entry(entry=entry, by=office.staff)
    assert standings(*both) == ["done", "done"]
    entry.refresh_from_db()
    assert (entry.confirmed_by, entry.approved_by, entry.approved_at) == (office.zheng, office.staff, NOW)
    assert list(entry.fulfilments.values_list("state", "decided_by__name")) == [
        ("accepted", "郑洁"),
        ("accepted", "李建华"),
    ]


def test_return_takes_back_what_was_accepted_and_says_why(office, both):
    entry = sent(office, *both)
    confirm_entry(entry=entry, by=office.zheng)
    return_entry(entry=entry, reason="人数与名单不符", by=office.staff)
    entry.refresh_from_db()
    assert (entry.state, entry.return_reason, entry.returned_by) == ("returned", "人数与名单不符", office.staff)
    assert (entry.confirmed_at, entry.confirmed_by) == (None, None)
    assert standings(*both) == ["returned", "returned"]
    assert AuditEvent.objects.get(action="entry.return").reason == "人数与名单不符"


@pytest.mark.parametrize("step", [return_entry, void_entry])
def test_return_and_void_need_a_reason(office, both, step):
    entry = sent(office, *both)
    with pytest.raises(Refused, match="请写明理由"):
        step(entry=entry, reason="  ", by=office.zheng)
    assert standings(*both) == ["submitted", "submitted"]


def test_void_opens_the_assignments_again(office, both):
    entry = sent(office, *both)
    confirm_entry(entry=entry, by=office.zheng)
    void_entry(entry=entry, reason="重复记录", by=office.zheng)
    assert standings(*both) == ["open", "open"]
    assert set(entry.fulfilments.values_list("state", flat=True)) == {"claimed"}


def test_withdraw_forgets_the_first_submission_unless_it_was_returned_once(office, both):
    entry = sent(office, *both)
    withdraw_entry(entry=entry, by=office.wang)
    entry.refresh_from_db()
    assert (entry.state, entry.first_submitted_at, entry.posted_in) == ("draft", None, "")
    assert standings(*both) == ["open", "open"]
    returned = sent(office, both[0], state="returned")
    first = returned.first_submitted_at
    submit_entry(entry=returned, by=office.wang)
    withdraw_entry(entry=returned, by=office.wang)
    returned.refresh_from_db()
    assert returned.first_submitted_at == first


def test_confirm_falls_to_the_level_above_only_where_nobody_there_has_an_account(office, small_plan):
    """税务局第一党支部 has no login of its own; its parent's secretary and the committee may confirm, others not."""
    entry = sent(office, organization=office.tax_first)
    for outsider in (office.zheng, office.wang, office.leader):
        with pytest.raises(PermissionDenied):
            confirm_entry(entry=entry, by=outsider)
    confirm_entry(entry=entry, by=office.chen)
    other = sent(office, organization=office.tax_first)
    confirm_entry(entry=other, by=office.staff)


def test_confirm_is_the_secretarys_where_there_is_one(office, small_plan):
    entry = sent(office)
    with pytest.raises(PermissionDenied):
        confirm_entry(entry=entry, by=office.staff)
    office.zheng.is_active = False
    office.zheng.save()
    confirm_entry(entry=entry, by=office.staff)


def test_confirm_ends_with_the_grant(office, small_plan):
    RoleGrant.objects.filter(user=office.zheng).update(ends_on=date(2026, 10, 12))
    entry = sent(office)
    with pytest.raises(PermissionDenied):
        confirm_entry(entry=entry, by=User.objects.get(pk=office.zheng.pk))
    confirm_entry(entry=entry, by=office.staff)


def test_awaiting_is_what_each_person_has_to_decide(office, both):
    theirs = sent(office, organization=office.tax_first)
    ours = sent(office, *both)
    assert set(Entry.objects.awaiting(office.zheng)) == {ours}
    assert set(Entry.objects.awaiting(office.staff)) == {theirs}
    confirm_entry(entry=ours, by=office.zheng)
    assert set(Entry.objects.awaiting(office.zheng)) == set()
    assert set(Entry.objects.awaiting(office.staff)) == {theirs, ours}
    assert set(Entry.objects.awaiting(office.wang)) == set()
    approve_entry(entry=ours, by=office.staff)
    assert set(Entry.objects.awaiting(office.admin)) == {theirs}


def test_a_step_on_what_was_changed_since_it_was_read_is_refused(office, both):
    entry = sent(office, *both)
    withdraw_entry(entry=entry, by=office.wang)
    submit_entry(entry=entry, by=office.wang)
    with pytest.raises(EditConflict):
        confirm_entry(entry=entry, version=1, by=office.zheng)
    confirm_entry(entry=entry, version=3, by=office.zheng)


def test_a_step_without_its_audit_row_changes_nothing(office, both, monkeypatch):
    entry = sent(office, *both)
    monkeypatch.setattr("ledgers.actions.entries.steps.record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        confirm_entry(entry=entry, by=office.zheng)
    entry.refresh_from_db()
    assert (entry.state, standings(*both)) == ("submitted", ["submitted", "submitted"])


def test_reject_one_claim_and_the_rest_goes_on(office, both):
    entry = sent(office, *both)
    theme_day, forum = entry.fulfilments.all()
    confirm_entry(entry=entry, by=office.zheng)
    reject_claim(claim=forum, reason="没有主讲人", by=office.staff)
    assert standings(*both) == ["done", "open"]
    forum.refresh_from_db()
    assert (forum.state, forum.reason, forum.decided_by) == ("rejected", "没有主讲人", office.staff)
    accept_claim(claim=forum, by=office.staff)
    assert standings(*both) == ["done", "done"]


def test_reject_claim_of_the_committees_task_is_not_the_secretarys(office, both):
    entry = sent(office, *both)
    theme_day, forum = entry.fulfilments.all()
    with pytest.raises(PermissionDenied):
        reject_claim(claim=forum, reason="没有主讲人", by=office.zheng)
    reject_claim(claim=theme_day, reason="不是主题党日", by=office.zheng)
    confirm_entry(entry=entry, by=office.zheng)
    assert standings(*both) == ["open", "confirmed"]
    accept_claim(claim=theme_day, by=office.zheng)
    assert standings(*both) == ["done", "confirmed"]


@pytest.mark.parametrize("state", ["draft", "returned", "voided"])
def test_reject_claim_of_what_is_not_sent_in_is_refused(office, both, state):
    entry = sent(office, both[0], state=state)
    with pytest.raises(Refused):
        reject_claim(claim=entry.fulfilments.get(), reason="不算", by=office.staff)


def test_accept_claim_before_the_confirmation_waits_for_it(office, both):
    entry = sent(office, both[0])
    claim = entry.fulfilments.get()
    reject_claim(claim=claim, reason="不算", by=office.zheng)
    assert standings(both[0]) == ["open"]
    accept_claim(claim=claim, by=office.zheng)
    assert standings(both[0]) == ["submitted"]


def test_a_claim_on_a_closed_quarter_is_settled_as_a_make_up_and_never_while_it_is_closing(office, small_plan):
    march = small_plan.assignment(small_plan.theme_day, office.finance, "2026-03")
    entry = sent(office, march)
    lock = PeriodLock.objects.filter(plan=small_plan.plan, period="2026Q1")
    from branchwork.models import Job

    lock.update(closing_job=Job.objects.create(kind="close", state="running"))
    with pytest.raises(Refused, match="正在结账"):
        confirm_entry(entry=entry, by=office.zheng)
    Job.objects.update(state="done", finished_at=NOW)
    lock.update(closed_at=NOW, closed_by=office.admin)
    confirm_entry(entry=entry, by=office.zheng)
    march.refresh_from_db()
    assert (march.standing, march.counted_in) == ("done", "2026Q4")


def test_pass_entries_does_what_can_be_done_and_tells_the_rest(office, both):
    ours, changed = sent(office, *both), sent(office)
    theirs = sent(office, organization=office.archive)
    withdraw_entry(entry=changed, by=office.wang)
    submit_entry(entry=changed, by=office.wang)
    picked = [(Entry.objects.get(pk=entry.pk), 1) for entry in (ours, changed, theirs)]
    outcome = pass_entries(picked=picked, by=office.zheng)
    assert outcome.done == 1
    assert [entry for entry, _why in outcome.refused] == [changed, theirs]
    assert standings(*both) == ["done", "confirmed"]


def test_return_entries_gives_all_one_reason(office, both):
    entries = [sent(office, both[0]), sent(office, both[1])]
    outcome = return_entries(picked=[(entry, 1) for entry in entries], reason="重复记录", by=office.zheng)
    assert (outcome.done, outcome.refused) == (2, [])
    assert set(Entry.objects.values_list("state", "return_reason")) == {("returned", "重复记录")}


def test_accept_pending_decides_all_that_waits_in_the_period(office, both, small_plan):
    submitted, confirmed = sent(office, both[0]), sent(office, both[1], state="confirmed")
    elsewhere = make_entry(office.finance, by=office.wang, happened_on=date(2026, 9, 9), state="submitted")
    done = make_entry(office.finance, by=office.wang, happened_on=date(2026, 10, 9), state="confirmed")
    draft = sent(office, state="draft")
    assert accept_pending(plan=small_plan.plan, period="2026Q4", by=office.admin) == 2
    states = dict(Entry.objects.values_list("pk", "state"))
    assert [states[entry.pk] for entry in (submitted, confirmed, elsewhere, done, draft)] == [
        "approved", "approved", "submitted", "confirmed", "draft",
    ]  # fmt: skip
    assert standings(*both) == ["done", "done"]
    submitted.refresh_from_db()
    assert (submitted.confirmed_by, submitted.approved_by) == (office.admin, office.admin)
    assert set(AuditEvent.objects.values_list("action", "object_key", "actor_name")) == {
        ("entry.accept_pending", str(submitted.pk), "陈立"),
        ("entry.accept_pending", str(confirmed.pk), "陈立"),
    }
    with pytest.raises(PermissionDenied):
        accept_pending(plan=small_plan.plan, period="2026Q4", by=office.zheng)
