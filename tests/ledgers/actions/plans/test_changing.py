from datetime import UTC, date, datetime

import pytest
import time_machine

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from ledgers.actions.plans import changing
from ledgers.actions.plans.changing import (
    add_organizations,
    exempt_assignments,
    extend_due_date,
    lift_exemption,
    withdraw_organizations,
    withdraw_task,
)
from ledgers.models import Assignment
from tests.ledgers.plan import make_entry
from tests.ledgers.tasks import NEW_YEAR, close, finish, of, published_task, slots

REASON = "防汛抢险，统一推迟"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 5, 20, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def task(office):
    """主题党日, monthly, 0.10 each, for three branches."""
    return published_task(office.root, by=office.staff)


def audited(action: str) -> list[tuple[str, str, str]]:
    return list(
        AuditEvent.objects.filter(action=action).order_by("pk").values_list("object_label", "reason", "actor_name")
    )


# Extending


def test_extended_assignment_keeps_its_first_due_date_slot_points_and_window(office, task):
    may, june = of(task, office.finance, "2026-05"), of(task, office.finance, "2026-06")
    assert extend_due_date(assignments=[may.pk], due_on=date(2026, 6, 10), reason=REASON, by=office.staff) == 1
    may.refresh_from_db()
    june.refresh_from_db()
    assert (may.due_on, may.original_due_on) == (date(2026, 6, 10), date(2026, 5, 31))
    assert (may.slot, may.points, may.opens_on, may.period) == ("2026-05", 10, date(2026, 5, 1), "2026Q2")
    assert june.opens_on == date(2026, 6, 1)
    assert audited("assignment.extend") == [("ledgers.Assignment", REASON, "李建华")]


def test_extended_twice_keeps_the_very_first_due_date(office, task):
    may = of(task, office.finance, "2026-05")
    for day in (date(2026, 6, 10), date(2026, 6, 20)):
        extend_due_date(assignments=[may.pk], due_on=day, reason=REASON, by=office.staff)
    may.refresh_from_db()
    assert (may.due_on, may.original_due_on) == (date(2026, 6, 20), date(2026, 5, 31))


@pytest.mark.parametrize(
    "due_on, period", [(date(2026, 7, 15), "2026Q3"), (date(2026, 12, 31), "2026Q4"), (date(2027, 1, 31), "2026")]
)
def test_extended_beyond_its_quarter_is_counted_where_it_then_falls_due(office, task, due_on, period):
    june = of(task, office.finance, "2026-06")
    extend_due_date(assignments=[june.pk], due_on=due_on, reason=REASON, by=office.staff)
    june.refresh_from_db()
    assert june.period == period


def test_work_done_late_is_on_time_again_after_extending(office, task):
    april = of(task, office.finance, "2026-04")
    make_entry(office.finance, april, by=office.zheng, happened_on=date(2026, 5, 6), state="confirmed")
    changing.settle([april.pk])
    april.refresh_from_db()
    assert (april.standing, april.timing) == ("done", "late")
    extend_due_date(assignments=[april.pk], due_on=date(2026, 5, 10), reason=REASON, by=office.staff)
    april.refresh_from_db()
    assert april.timing == "on_time"


def test_extending_passes_over_what_is_exempt_or_due_later_anyway(office, task):
    rows = [of(task, each, "2026-05") for each in (office.finance, office.archive, office.tax_first)]
    exempt_assignments(assignments=[rows[0].pk], reason="人员借调", by=office.staff)
    extend_due_date(assignments=[rows[1].pk], due_on=date(2026, 6, 20), reason=REASON, by=office.staff)
    keys = [row.pk for row in rows]
    assert extend_due_date(assignments=keys, due_on=date(2026, 6, 10), reason=REASON, by=office.staff) == 1
    assert [of(task, row.organization, "2026-05").due_on for row in rows] == [
        date(2026, 5, 31), date(2026, 6, 20), date(2026, 6, 10),
    ]  # fmt: skip


def test_due_date_is_never_brought_forward(office, task):
    may = of(task, office.finance, "2026-05")
    with pytest.raises(Refused):
        extend_due_date(assignments=[may.pk], due_on=date(2026, 5, 20), reason=REASON, by=office.staff)


def test_due_date_is_not_put_off_beyond_the_next_year(office, task):
    with pytest.raises(Refused):
        extend_due_date(
            assignments=[of(task, office.finance, "2026-05").pk],
            due_on=date(2028, 1, 1),
            reason=REASON,
            by=office.staff,
        )


@pytest.mark.parametrize(
    "closed, slot, due_on",
    [
        ("2026Q1", "2026-03", date(2026, 5, 1)),
        ("2026Q2", "2026-05", date(2026, 7, 1)),
        ("2026Q3", "2026-05", date(2026, 7, 1)),
    ],
)
def test_extending_from_or_into_a_closed_quarter_is_refused(office, task, closed, slot, due_on):
    close(task.item.plan, closed)
    row = of(task, office.finance, slot)
    with pytest.raises(Refused):
        extend_due_date(assignments=[row.pk], due_on=due_on, reason=REASON, by=office.staff)
    row.refresh_from_db()
    assert row.original_due_on is None


# Exempting


def test_exempt_assignments_leave_the_denominator_with_reason_name_and_time(office, task):
    rows = [of(task, each, "2026-05") for each in (office.finance, office.archive)]
    assert exempt_assignments(assignments=[row.pk for row in rows], reason="人员借调", by=office.staff) == 2
    rows[0].refresh_from_db()
    assert (rows[0].exemption_reason, rows[0].exempted_by, rows[0].exempted_at is not None) == (
        "人员借调", office.staff, True,
    )  # fmt: skip
    assert "2026-05" not in [row.slot for row in Assignment.objects.filter(organization=office.finance).in_force()]
    assert audited("assignment.exempt") == [("ledgers.Assignment", "人员借调", "李建华")] * 2


def test_exempting_what_is_done_is_refused(office, task):
    may = of(task, office.finance, "2026-05")
    finish(may)
    with pytest.raises(Refused):
        exempt_assignments(assignments=[may.pk], reason="人员借调", by=office.staff)


def test_exempting_in_a_closed_quarter_is_refused(office, task):
    close(task.item.plan, "2026Q1")
    with pytest.raises(Refused):
        exempt_assignments(assignments=[of(task, office.finance, "2026-02").pk], reason="人员借调", by=office.staff)
    assert not Assignment.objects.filter(exempted_at__isnull=False).exists()


def test_exemption_is_taken_back_and_its_reason_kept_in_the_trail(office, task):
    may = of(task, office.finance, "2026-05")
    exempt_assignments(assignments=[may.pk], reason="人员借调", by=office.staff)
    assert lift_exemption(assignments=[may.pk], reason="借调取消", by=office.staff) == 1
    may.refresh_from_db()
    assert (may.exempted_at, may.exempted_by, may.exemption_reason) == (None, None, "")
    assert AuditEvent.objects.get(action="assignment.lift_exemption").data == {"was": "人员借调"}


def test_taking_back_an_exemption_of_a_closed_quarter_is_refused(office, task):
    february = of(task, office.finance, "2026-02")
    exempt_assignments(assignments=[february.pk], reason="人员借调", by=office.staff)
    close(task.item.plan, "2026Q1")
    with pytest.raises(Refused):
        lift_exemption(assignments=[february.pk], reason="借调取消", by=office.staff)


# Adding organizations


def test_added_organization_gets_what_falls_due_from_that_day_with_unchanged_points(office, task):
    made = add_organizations(
        task=task, organizations=[office.tax.pk], counts_from=date(2026, 5, 20), reason="新增承办", by=office.staff
    )
    assert made == 8
    rows = office.tax.assignments.order_by("due_on")
    assert [(row.slot, row.points) for row in rows] == [(f"2026-{month:02}", 10) for month in range(5, 13)]
    assert audited("task.add_organizations") == [("ledgers.Task", "新增承办", "李建华")]


def test_adding_reaching_into_a_closed_quarter_is_refused(office, task):
    close(task.item.plan, "2026Q1")
    with pytest.raises(Refused):
        add_organizations(
            task=task, organizations=[office.tax.pk], counts_from=NEW_YEAR, reason="新增承办", by=office.staff
        )
    assert office.tax.assignments.count() == 0


def test_adding_those_that_have_it_is_refused(office, task):
    with pytest.raises(Refused):
        add_organizations(
            task=task, organizations=[office.finance.pk], counts_from=date(2026, 5, 20), reason="再分", by=office.staff
        )
    assert office.finance.assignments.count() == 12


def test_adding_the_owner_or_a_stranger_gives_nothing(office, task):
    with pytest.raises(Refused):
        add_organizations(
            task=task, organizations=[office.root.pk], counts_from=date(2026, 5, 20), reason="再分", by=office.staff
        )


def test_organization_added_again_gets_back_what_was_taken(office, task):
    withdraw_organizations(task=task, organizations=[office.finance.pk], reason="职责划转", by=office.staff)
    given = add_organizations(
        task=task, organizations=[office.finance.pk], counts_from=date(2026, 7, 1), reason="划回", by=office.staff
    )
    assert given == 6
    assert slots(office.finance, not_applicable_at__isnull=True) == [f"2026-{month:02}" for month in range(7, 13)]


# Withdrawing


def test_withdrawn_organization_keeps_what_is_done_and_what_is_closed(office, task):
    finish(of(task, office.finance, "2026-04"))
    close(task.item.plan, "2026Q1")
    assert withdraw_organizations(task=task, organizations=[office.finance.pk], reason="职责划转", by=office.staff) == 8
    assert slots(office.finance, not_applicable_at__isnull=True) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert slots(office.archive, not_applicable_at__isnull=False) == []
    may = of(task, office.finance, "2026-05")
    assert (may.not_applicable_reason, may.not_applicable_by) == ("职责划转", office.staff)
    assert audited("task.withdraw_organizations") == [("ledgers.Task", "职责划转", "李建华")]


def test_withdrawing_an_organization_with_nothing_left_open_is_refused(office, task):
    close(task.item.plan, "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026")
    with pytest.raises(Refused):
        withdraw_organizations(task=task, organizations=[office.finance.pk], reason="职责划转", by=office.staff)


def test_withdrawn_task_asks_nobody_any_more(office, task):
    finish(of(task, office.finance, "2026-04"))
    close(task.item.plan, "2026Q1")
    assert withdraw_task(task=task, reason="上级取消", by=office.staff) == 26
    task.refresh_from_db()
    assert (task.withdrawal_reason, task.withdrawn_by, task.withdrawn_at is not None) == (
        "上级取消",
        office.staff,
        True,
    )
    assert task.assignments.filter(not_applicable_at__isnull=False).count() == 26
    assert task.assignments.filter(period="2026Q1", not_applicable_at__isnull=True).count() == 9


def test_withdrawn_task_takes_no_further_act(office, task):
    withdraw_task(task=task, reason="上级取消", by=office.staff)
    with pytest.raises(Refused):
        withdraw_task(task=task, reason="再撤", by=office.staff)
    with pytest.raises(Refused):
        add_organizations(
            task=task, organizations=[office.tax.pk], counts_from=NEW_YEAR, reason="再分", by=office.staff
        )


def test_task_that_asks_nobody_yet_is_withdrawn_too(office):
    task = published_task(office.root, "空缺后3个月内")
    assert withdraw_task(task=task, reason="上级取消", by=office.staff) == 0
    task.refresh_from_db()
    assert task.withdrawn_at is not None


def test_withdrawing_a_task_whose_periods_are_all_closed_is_refused(office, task):
    close(task.item.plan, "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026")
    with pytest.raises(Refused):
        withdraw_task(task=task, reason="上级取消", by=office.staff)
    task.refresh_from_db()
    assert task.withdrawn_at is None


# All of them


@pytest.mark.parametrize("reason", ["", "   "])
def test_every_act_needs_a_reason(office, task, reason):
    may, day = of(task, office.finance, "2026-05").pk, date(2026, 6, 10)
    acts = [
        lambda: extend_due_date(assignments=[may], due_on=day, reason=reason, by=office.staff),
        lambda: exempt_assignments(assignments=[may], reason=reason, by=office.staff),
        lambda: lift_exemption(assignments=[may], reason=reason, by=office.staff),
        lambda: add_organizations(task=task, organizations=[office.tax.pk], counts_from=day, reason=reason, by=None),
        lambda: withdraw_organizations(task=task, organizations=[office.finance.pk], reason=reason, by=office.staff),
        lambda: withdraw_task(task=task, reason=reason, by=office.staff),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert not Assignment.objects.exclude(original_due_on=None, exempted_at=None, not_applicable_at=None).exists()


def test_act_is_undone_when_its_audit_row_fails(office, task, monkeypatch):
    monkeypatch.setattr("branchwork.audit.record_each", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        exempt_assignments(assignments=[of(task, office.finance, "2026-05").pk], reason="人员借调", by=office.staff)
    assert of(task, office.finance, "2026-05").exempted_at is None
