from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from branchwork.organizations.models import Organization
from ledgers.actions.plans.following import give_plan, leftovers_of, newcomers_of, take_from_ended
from ledgers.models import Item, Task
from tests.ledgers.tasks import close, draft_task, finish, of, published_task, slots

TODAY = date(2026, 5, 20)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 5, 20, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def plan(office):
    return published_task(office.root, by=office.staff).item.plan


@pytest.fixture
def young(office, plan):
    """A branch founded on 4 May, after the plan was published."""
    fields = {"code": "099", "name": "数据局党支部", "kind": "branch", "member_count": 9, "starts_on": date(2026, 5, 4)}
    return Organization.objects.add_child(office.root, fields)


def give(plan, office, *organizations, counts_from=date(2026, 5, 4), reason="新成立") -> int:
    keys = [each.pk for each in organizations]
    return give_plan(plan=plan, organizations=keys, counts_from=counts_from, reason=reason, by=office.staff)


def test_founded_organization_is_proposed_until_it_has_the_plan(office, plan, young):
    assert list(newcomers_of(plan, TODAY)) == [young]
    assert give(plan, office, young) == 8
    assert slots(young) == [f"2026-{month:02}" for month in range(5, 13)]
    assert {row.points for row in young.assignments.all()} == {10}
    assert list(newcomers_of(plan, TODAY)) == []
    assert AuditEvent.objects.get(action="plan.give").data == {
        "organizations": [young.pk], "counts_from": "2026-05-04", "assignments": 8,
    }  # fmt: skip


def test_slots_due_before_the_founding_are_not_made_whatever_day_is_said(office, plan, young):
    give(plan, office, young, counts_from=date(2026, 1, 1))
    assert slots(young)[0] == "2026-05"


def test_new_organization_gets_only_the_tasks_that_mean_it(office, plan, young):
    other = Task.objects.get(item__plan=plan)
    Task.objects.create(
        item=Item.objects.get(), position=2, content="中心组学习", points=100, calendar=other.calendar,
        audience={"kinds": ["party_committee"]},
    )  # fmt: skip
    Task.objects.filter(pk=other.pk).update(counts_from=date(2026, 7, 1))
    assert give(plan, office, young) == 6
    assert set(young.assignments.values_list("task", flat=True)) == {other.pk}


def test_giving_into_a_closed_quarter_is_refused(office, plan, young):
    close(plan, "2026Q1")
    with pytest.raises(Refused):
        give(plan, office, young, counts_from=date(2026, 2, 1))
    assert young.assignments.count() == 0


def test_giving_twice_or_without_a_reason_is_refused(office, plan, young):
    with pytest.raises(Refused):
        give(plan, office, young, reason=" ")
    give(plan, office, young)
    with pytest.raises(Refused):
        give(plan, office, young)


def test_what_falls_due_after_an_end_is_no_longer_asked_for(office, plan):
    finish(of(Task.objects.get(), office.finance, "2026-06"))
    close(plan, "2026Q1")
    Organization.objects.filter(pk=office.finance.pk).update(ends_on=date(2026, 3, 15))
    assert leftovers_of(plan).count() == 8
    assert take_from_ended(plan=plan, reason="合并", by=office.staff) == 8
    assert slots(office.finance, not_applicable_at__isnull=True) == ["2026-01", "2026-02", "2026-03", "2026-06"]
    assert leftovers_of(plan).count() == 0
    assert AuditEvent.objects.get(action="plan.take_from_ended").data == {
        "organizations": [office.finance.pk], "assignments": 8,
    }  # fmt: skip


def test_taking_where_nobody_has_ended_is_refused(office, plan):
    with pytest.raises(Refused):
        take_from_ended(plan=plan, reason="合并", by=office.staff)


def test_draft_follows_nobody(office):
    draft = draft_task(office.root).item.plan
    for act in (lambda: give(draft, office, office.finance), lambda: take_from_ended(plan=draft, reason="合", by=None)):
        with pytest.raises(Refused):
            act()


def test_page_gives_to_the_new_and_takes_from_the_ended(client, office, plan, young):
    Organization.objects.filter(pk=office.archive.pk).update(ends_on=date(2026, 4, 30))
    client.force_login(office.staff)
    follow = reverse("ledgers:plan_follow", args=[plan.pk])
    detail = client.get(reverse("ledgers:plan_detail", args=[plan.pk])).text
    assert "有 1 个新成立的党组织还没分到任务" in detail and follow in detail
    page = client.get(follow)
    assert "数据局党支部" in page.text and "4月30日撤销，还有 8 项" in page.text
    typed = {"act": "give", "organizations": [young.pk], "counts_from": "2026-05-04", "reason": "新成立"}
    assert "已分下 8 项。" in client.post(follow, typed, follow=True).text
    assert "8 项不再适用。" in client.post(follow, {"act": "take", "reason": "合并"}, follow=True).text
    assert "没有要处理的" in client.get(follow).text
    assert client.post(follow, {"act": "take", "reason": "合并"}).status_code == 409


def test_page_is_for_those_who_edit_the_plan(client, office, plan):
    for user in (office.zheng, office.leader, office.accounts, office.nobody):
        client.force_login(user)
        assert client.get(reverse("ledgers:plan_follow", args=[plan.pk])).status_code == 403
