from datetime import UTC, date, datetime

import pytest
import time_machine

from branchwork.deadlines import read_deadline
from branchwork.errors import Refused
from branchwork.models import AuditEvent
from branchwork.organizations.models import OrganizationTag, Tag
from ledgers.actions.plans.editing import (
    Asked,
    TaskValues,
    add_item,
    add_task,
    answer_task,
    change_item,
    change_plan,
    change_task,
    create_plan,
    delete_item,
    delete_plan,
    delete_task,
)
from ledgers.models import Item, Plan, Task
from tests.ledgers.tasks import BRANCHES, close, draft_task, published_task, slots


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 7, 6, 2, 0, tzinfo=UTC), tick=False):
        yield


def asked(deadline="每月", audience=BRANCHES, tag=None) -> Asked:
    rule = read_deadline(deadline).to_json()
    return Asked("各党支部", audience, deadline, {} if rule["type"] == "question" else rule, tag)


def values(content="上党课", points=120, **changes) -> TaskValues:
    return TaskValues(content, asked(**changes), points=points)


def test_plan_is_typed_item_by_item(office):
    plan = create_plan(owner=office.root, year=2027, title="2027年度台账", by=office.staff)
    first = add_item(plan=plan, title="政治建设", by=office.staff)
    second = add_item(plan=plan, title="三会一课", by=office.staff)
    tasks = [add_task(item=second, values=values(name), by=office.staff) for name in ("党员大会", "党课")]
    assert [(item.position, item.title) for item in plan.items.all()] == [(1, "政治建设"), (2, "三会一课")]
    assert [(task.position, task.content, task.points) for task in tasks] == [(1, "党员大会", 120), (2, "党课", 120)]
    assert first.tasks.count() == 0
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"plan.create", "item.add", "task.add"}


def test_draft_is_changed_and_deleted(office):
    task = draft_task(office.root)
    plan, item = task.item.plan, task.item
    change_plan(plan=plan, title="试点", note="说明", grace_days=5, by=office.staff)
    change_item(item=item, title="三会一课", by=office.staff)
    change_task(task=task, values=values("上党课", points=50, deadline="每季度"), by=office.staff)
    task = Task.objects.select_related("item__plan").get()
    assert (task.item.plan.title, task.item.plan.grace_days, task.item.title) == ("试点", 5, "三会一课")
    assert (task.content, task.points, task.calendar["every"]) == ("上党课", 50, "quarter")
    delete_task(task=task, by=office.staff)
    delete_item(item=item, by=office.staff)
    delete_plan(plan=plan, by=office.staff)
    assert [model.objects.count() for model in (Plan, Item, Task)] == [0, 0, 0]
    assert AuditEvent.objects.filter(action__in=["task.delete", "item.delete", "plan.delete"]).count() == 3


def test_task_waiting_for_a_deleted_one_is_a_question_again(office):
    task = draft_task(office.root)
    waiting = add_task(item=task.item, values=values("配合考评", audience={"after_task": task.pk}), by=office.staff)
    delete_task(task=task, by=office.staff)
    waiting.refresh_from_db()
    assert waiting.audience == {"pending": "各党支部"}


def test_ticking_makes_a_tag_from_the_plans_first_day(office):
    task = draft_task(office.root)
    ticked = ("窗口单位", (office.finance.pk, office.archive.pk))
    change_task(task=task, values=values(tag=ticked), by=office.staff)
    task.refresh_from_db()
    assert task.audience == BRANCHES | {"tags": [Tag.objects.get(name="窗口单位").pk]}
    assert {str(row.starts_on) for row in OrganizationTag.objects.all()} == {"2026-01-01"}


def test_deadline_without_a_date_that_year_is_refused(office):
    with pytest.raises(Refused):
        add_task(item=draft_task(office.root, year=2031).item, values=values(deadline="端午前"), by=office.staff)


def test_published_plan_is_not_changed(office):
    task = published_task(office.root)
    acts = [
        lambda: change_plan(plan=task.item.plan, title="改", note="", grace_days=90, by=office.staff),
        lambda: change_item(item=task.item, title="改", by=office.staff),
        lambda: change_task(task=task, values=values(points=999), by=office.staff),
        lambda: delete_task(task=task, by=office.staff),
        lambda: delete_item(item=task.item, by=office.staff),
        lambda: delete_plan(plan=task.item.plan, by=office.staff),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    task.refresh_from_db()
    assert (task.points, task.assignments.count()) == (120, 36)


# After publication


def test_task_added_in_july_loses_the_slots_before_with_their_points(office):
    item = published_task(office.root).item
    task = add_task(item=item, values=values("上党课", points=100), by=office.staff)
    rows = task.assignments.filter(organization=office.finance).order_by("due_on")
    assert [(row.slot, row.points) for row in rows] == [
        ("2026-07", 8), ("2026-08", 8), ("2026-09", 9), ("2026-10", 8), ("2026-11", 8), ("2026-12", 9),
    ]  # fmt: skip
    assert (task.counts_from, task.assignments.count()) == (date(2026, 7, 6), 18)


def test_task_added_into_a_closed_quarter_is_refused(office):
    item = published_task(office.root).item
    close(item.plan, "2026Q2")
    with pytest.raises(Refused):
        add_task(item=item, values=values(), counts_from=date(2026, 6, 1), by=office.staff)
    assert Task.objects.count() == 1


def test_answered_task_asks_from_the_day_it_is_answered(office):
    task = published_task(office.root, audience={"pending": "窗口单位党支部"})
    made = answer_task(
        task=task, asked=asked(tag=("窗口单位", (office.finance.pk,))), counts_from=date(2026, 7, 6), reason="名单已定",
        by=office.staff,
    )  # fmt: skip
    assert made == 6
    assert slots(office.finance) == [f"2026-{month:02}" for month in range(7, 13)]
    assert AuditEvent.objects.get(action="task.answer").reason == "名单已定"


def test_answered_deadline_makes_the_assignments(office):
    task = published_task(office.root, "适时")
    assert answer_task(
        task=task, asked=asked("10月底前"), counts_from=date(2026, 7, 6), reason="已定", by=office.staff
    ) == 3  # fmt: skip


def test_answering_into_a_closed_quarter_is_refused(office):
    task = published_task(office.root, audience={"pending": "窗口单位党支部"})
    close(task.item.plan, "2026Q1")
    with pytest.raises(Refused):
        answer_task(task=task, asked=asked(), counts_from=date(2026, 1, 1), reason="名单已定", by=office.staff)
    task.refresh_from_db()
    assert task.is_pending


def test_answering_what_is_settled_is_refused(office):
    with pytest.raises(Refused):
        answer_task(
            task=published_task(office.root),
            asked=asked(),
            counts_from=date(2026, 7, 6),
            reason="再定",
            by=office.staff,
        )
