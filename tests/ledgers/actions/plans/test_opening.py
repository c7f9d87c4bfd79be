from datetime import date

import pytest

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from branchwork.organizations.models import Organization
from ledgers.actions.plans.changing import withdraw_task
from ledgers.actions.plans.opening import open_assignment, open_term_ends, term_end_proposals
from ledgers.models import Assignment, Task
from tests.ledgers.sample import task_named
from tests.ledgers.tasks import close, draft_task, published_task

DAY = date(2026, 3, 10)


@pytest.fixture
def vacancy(office) -> Task:
    return published_task(office.root, "空缺后3个月内", points=100)


@pytest.fixture
def term_end(office) -> Task:
    return published_task(office.root, "届满前6个月", points=200)


def opened(task, organization, office, event_on=DAY, reason="副书记调离") -> Assignment:
    return open_assignment(task=task, organization=organization, event_on=event_on, reason=reason, by=office.staff)


def test_opened_assignment_is_due_counted_from_its_event(office, vacancy):
    row = opened(vacancy, office.finance, office)
    assert (row.slot, row.event_on, row.opens_on, row.due_on, row.period, row.points) == (
        "2026-03-10", DAY, DAY, date(2026, 6, 10), "2026Q2", 100,
    )  # fmt: skip
    assert row.opening_reason == "副书记调离"
    assert AuditEvent.objects.get(action="assignment.open").organization_path == office.finance.path


def test_event_before_a_term_end_may_be_worked_on_from_new_year(office, term_end):
    row = opened(term_end, office.finance, office, date(2026, 11, 20))
    assert (row.opens_on, row.due_on) == (date(2026, 1, 1), date(2026, 5, 20))


def test_event_late_in_the_year_falls_due_in_the_years_own_period(office, vacancy):
    row = opened(vacancy, office.finance, office, date(2026, 12, 1))
    assert (row.due_on, row.period) == (date(2027, 3, 1), "2026")


def test_event_of_last_year_due_this_year_opens_on_new_year(office, vacancy):
    row = opened(vacancy, office.finance, office, date(2025, 12, 1))
    assert (row.opens_on, row.due_on, row.period) == (date(2026, 1, 1), date(2026, 3, 1), "2026Q1")


def test_work_without_a_date_is_due_on_the_day_it_happens(office):
    task = published_task(office.root, "按批次", audience={"own": True}, points=None)
    row = opened(task, office.root, office, reason="第一批")
    assert (row.opens_on, row.due_on, row.points) == (DAY, DAY, 0)


@pytest.mark.parametrize("event_on", [date(2025, 6, 1), date(2027, 1, 5)])
def test_event_of_another_year_is_refused(office, vacancy, event_on):
    with pytest.raises(Refused):
        opened(vacancy, office.finance, office, event_on)


def test_double_click_is_refused_but_another_event_of_that_day_is_not(office, vacancy):
    opened(vacancy, office.finance, office)
    with pytest.raises(Refused):
        opened(vacancy, office.finance, office)
    assert opened(vacancy, office.finance, office, reason="组织委员辞职").slot == "2026-03-10-2"


def test_opening_in_a_closed_quarter_is_refused(office, vacancy):
    close(vacancy.item.plan, "2026Q2")
    with pytest.raises(Refused):
        opened(vacancy, office.finance, office)
    assert Assignment.objects.count() == 0


def test_organization_outside_the_audience_is_refused(office, vacancy):
    with pytest.raises(Refused):
        opened(vacancy, office.tax, office)


def test_dated_pending_withdrawn_and_draft_tasks_are_not_opened(office, vacancy):
    with pytest.raises(Refused):
        opened(draft_task(office.root, "空缺后3个月内"), office.finance, office)
    Task.objects.filter(pk=vacancy.pk).update(audience={"pending": "有整改任务的党支部"})
    with pytest.raises(Refused):
        opened(vacancy, office.finance, office)
    withdraw_task(task=vacancy, reason="取消", by=office.staff)
    with pytest.raises(Refused):
        opened(vacancy, office.finance, office)


def test_dated_task_is_not_opened(office):
    with pytest.raises(Refused):
        opened(published_task(office.root), office.finance, office)


def test_opening_needs_a_reason(office, vacancy):
    with pytest.raises(Refused):
        opened(vacancy, office.finance, office, reason=" ")


# Term ends


def set_term_end(organization, day) -> None:
    Organization.objects.filter(pk=organization.pk).update(term_ends_on=day)


def test_term_ends_due_this_year_are_proposed_and_nothing_is_opened(office, term_end):
    set_term_end(office.finance, date(2026, 11, 20))
    set_term_end(office.archive, date(2027, 1, 31))  # due 31 July 2026
    set_term_end(office.tax_first, date(2027, 9, 1))  # due 2027
    set_term_end(office.tax, date(2026, 11, 20))  # not a branch
    assert [(each.name, due_on) for each, due_on in term_end_proposals(term_end)] == [
        ("财政局党支部", date(2026, 5, 20)),
        ("档案馆党支部", date(2026, 7, 31)),
    ]
    assert Assignment.objects.count() == 0


def test_ticked_term_ends_are_opened_each_from_its_own_day(office, term_end):
    set_term_end(office.finance, date(2026, 11, 20))
    set_term_end(office.archive, date(2027, 1, 31))
    made = open_term_ends(
        task=term_end, organizations=[office.finance.pk, office.archive.pk], reason="届满换届", by=office.staff
    )
    assert [(row.organization.name, row.slot, row.due_on) for row in made] == [
        ("财政局党支部", "2026-11-20", date(2026, 5, 20)),
        ("档案馆党支部", "2027-01-31", date(2026, 7, 31)),
    ]
    assert term_end_proposals(term_end) == []
    assert AuditEvent.objects.filter(action="assignment.open").count() == 2


def test_term_ends_in_a_closed_quarter_open_none_of_them(office, term_end):
    set_term_end(office.finance, date(2026, 11, 20))
    set_term_end(office.archive, date(2027, 1, 31))
    close(term_end.item.plan, "2026Q2")
    with pytest.raises(Refused):
        open_term_ends(
            task=term_end, organizations=[office.finance.pk, office.archive.pk], reason="届满换届", by=office.staff
        )
    assert Assignment.objects.count() == 0


def test_task_without_a_term_end_proposes_nobody(office, vacancy):
    set_term_end(office.finance, date(2026, 11, 20))
    assert term_end_proposals(vacancy) == []


def test_sample_proposes_14_term_ends(published_plan):
    proposals = term_end_proposals(task_named("届满前6个月"))
    assert len(proposals) == 14
    assert {f"{due_on}" for _each, due_on in proposals} == {"2026-07-15", "2026-07-20", "2026-10-15", "2026-10-20"}
