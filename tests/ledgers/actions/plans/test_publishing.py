from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from branchwork.organizations.actions.tags import tag_organizations
from branchwork.organizations.models import Organization
from ledgers.actions.plans.publishing import Published, publish_plan
from ledgers.models import Assignment, PeriodLock, Plan, Task
from ledgers.rollout import rollout_of
from tests.ledgers.sample import task_named
from tests.ledgers.tasks import BRANCHES, NEW_YEAR, draft_task, slots

# The founding figures (LEDGER.md)


def test_sample_published_unanswered_makes_8856_assignments_and_one_of_the_committees_own(sample_office, draft_plan):
    published = publish_plan(plan=draft_plan, counts_from=NEW_YEAR, by=sample_office.staff)
    assert published == Published(assessed=8856, organizations=72, own=1)
    own = Assignment.objects.get(organization=sample_office.root)
    assert (own.task.content, own.due_on, own.period, own.points) == (
        "上半年履职情况测评", date(2026, 6, 27), "2026Q2", 300,
    )  # fmt: skip


def test_sample_counts_and_points_of_each_kind(published_plan, sample_office):
    each = Assignment.objects.exclude(organization=sample_office.root).values_list(
        "organization", "organization__kind", "organization__member_count"
    )
    found = Counter(
        (kind if kind == "branch" else "committee", (members or 0) >= 7 if kind == "branch" else None, count, points)
        for _key, kind, members, count, points in each.annotate(Count("pk"), Sum("points"))
    )
    assert found == {
        ("branch", True, 131, 8200): 62,
        ("branch", False, 119, 7900): 2,
        ("committee", None, 62, 4600): 8,
    }


@pytest.mark.parametrize(
    "name, points",
    [
        ("财政局党支部", {"2026Q1": 1466, "2026Q2": 1734, "2026Q3": 1283, "2026Q4": 2717, "2026": 1000}),
        ("档案馆党支部", {"2026Q1": 1391, "2026Q2": 1659, "2026Q3": 1208, "2026Q4": 2642, "2026": 1000}),
        ("税务局机关党委", {"2026Q1": 966, "2026Q2": 1184, "2026Q3": 483, "2026Q4": 1467, "2026": 500}),
        ("市场监督管理局党总支", {"2026Q1": 966, "2026Q2": 1184, "2026Q3": 483, "2026Q4": 1467, "2026": 500}),
    ],
)
def test_sample_points_of_each_quarter_and_of_next_year(published_plan, sample_office, name, points):
    rows = sample_office.organization(name).assignments.values_list("period").annotate(Sum("points")).order_by()
    assert dict(rows) == points


def test_sample_preview_says_what_publishing_makes(draft_plan, django_assert_num_queries):
    draft_plan = Plan.objects.select_related("owner").get()
    tasks = list(Task.objects.filter(item__plan=draft_plan))
    with django_assert_num_queries(1):
        rollout = rollout_of(draft_plan, tasks, NEW_YEAR, date(2026, 11, 22))
    assert (rollout.assessed, rollout.organizations, rollout.own) == (8856, 72, 1)
    assert (len(rollout.pending), len(rollout.waiting), rollout.unresolved) == (7, 4, [])
    assert [(g.level, g.has_committee, g.organizations, g.fewest, g.most, g.most_points) for g in rollout.groups] == [
        ("branch", True, 62, 131, 131, 8200),
        ("branch", False, 2, 119, 119, 7900),
        ("committee", None, 8, 62, 62, 4600),
    ]


def test_sample_is_published_in_few_statements(draft_plan, sample_office):
    with CaptureQueriesContext(connection) as queries:
        publish_plan(plan=draft_plan, counts_from=NEW_YEAR, by=sample_office.staff)
    assert len(queries) <= 20


def test_event_and_pending_tasks_get_nothing(published_plan):
    without = Task.objects.filter(assignments__isnull=True)
    assert without.count() == 11
    assert task_named("召开党小组会").assignments.count() == 0
    assert task_named("届满前6个月").assignments.count() == 0


# What a publication writes


def test_publishing_makes_five_open_locks_and_an_audit_row(published_plan, sample_office):
    locks = PeriodLock.objects.filter(plan=published_plan)
    assert [lock.period for lock in locks] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"]
    assert not locks.filter(closed_at__isnull=False).exists()
    event = AuditEvent.objects.get(action="plan.publish")
    assert (event.actor_name, event.organization_path) == ("李建华", sample_office.root.path)
    assert event.data == {
        "counts_from": "2026-01-01", "tasks": 52, "assignments": 8856, "organizations": 72, "own_assignments": 1,
    }  # fmt: skip


def test_new_assignments_are_open_and_have_every_default(office):
    publish_plan(plan=draft_task(office.root).item.plan, counts_from=NEW_YEAR, by=office.staff)
    assignment = office.finance.assignments.get(slot="2026-02")
    blank = Assignment(
        pk=assignment.pk, task=assignment.task, organization=office.finance, plan=assignment.plan, slot="2026-02",
        opens_on=date(2026, 2, 1), due_on=date(2026, 2, 28), period="2026Q1", points=10,
    )  # fmt: skip
    for field in Assignment._meta.concrete_fields:
        assert getattr(assignment, field.attname) == getattr(blank, field.attname), field.name


def test_assignments_due_before_the_day_it_counts_from_are_not_made_and_points_not_redistributed(office):
    publish_plan(plan=draft_task(office.root, points=100).item.plan, counts_from=date(2026, 11, 15), by=office.staff)
    rows = office.finance.assignments.order_by("due_on").values_list("slot", "points")
    assert list(rows) == [("2026-11", 8), ("2026-12", 9)]


def test_organization_gets_slots_only_while_it_lives(office):
    Organization.objects.filter(pk=office.archive.pk).update(starts_on=date(2026, 5, 1))
    Organization.objects.filter(pk=office.finance.pk).update(ends_on=date(2026, 3, 31))
    publish_plan(plan=draft_task(office.root).item.plan, counts_from=NEW_YEAR, by=office.staff)
    assert slots(office.finance) == ["2026-01", "2026-02", "2026-03"]
    assert slots(office.archive) == [f"2026-{month:02}" for month in range(5, 13)]
    assert len(slots(office.tax_first)) == 12


def test_root_gets_only_its_own_tasks(office):
    everybody = {"kinds": ["working_committee", "party_committee", "branch"], "named": [office.root.pk]}
    publish_plan(plan=draft_task(office.root, audience=everybody).item.plan, counts_from=NEW_YEAR, by=office.staff)
    assert office.root.assignments.count() == 0


def test_tags_in_force_decide_an_audience(office):
    tag = tag_organizations(name="窗口单位", organizations=[office.tax_first.pk], starts_on=NEW_YEAR, by=None)
    plan = draft_task(office.root, audience=BRANCHES | {"tags": [tag.pk]}).item.plan
    assert publish_plan(plan=plan, counts_from=NEW_YEAR, by=office.staff) == Published(12, 1, 0)


# When it cannot be


def test_second_plan_of_a_year_is_refused(office):
    publish_plan(plan=draft_task(office.root).item.plan, counts_from=NEW_YEAR, by=office.staff)
    with pytest.raises(Refused):
        publish_plan(plan=draft_task(office.root).item.plan, counts_from=NEW_YEAR, by=office.staff)
    assert Plan.objects.published().count() == 1


def test_publishing_twice_is_refused_and_makes_nothing(office):
    plan = draft_task(office.root).item.plan
    publish_plan(plan=plan, counts_from=NEW_YEAR, by=office.staff)
    with pytest.raises(Refused):
        publish_plan(plan=plan, counts_from=NEW_YEAR, by=office.staff)
    assert Assignment.objects.count() == 36


def test_plan_without_tasks_is_refused(office):
    with pytest.raises(Refused):
        publish_plan(
            plan=Plan.objects.create(owner=office.root, year=2026, title="空"), counts_from=NEW_YEAR, by=office.staff
        )


def test_counting_from_another_year_is_refused(office):
    with pytest.raises(Refused):
        publish_plan(plan=draft_task(office.root).item.plan, counts_from=date(2025, 12, 31), by=office.staff)


def test_deadline_without_dates_that_year_is_refused_and_nothing_is_made(office):
    plan = draft_task(office.root, "端午前", year=2031).item.plan
    with pytest.raises(Refused):
        publish_plan(plan=plan, counts_from=date(2031, 1, 1), by=office.staff)
    plan.refresh_from_db()
    assert not plan.is_published
    assert Assignment.objects.count() == PeriodLock.objects.count() == 0


def test_publication_is_undone_when_its_audit_row_fails(office, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("branchwork.audit.record", fail)
    plan = draft_task(office.root).item.plan
    with pytest.raises(RuntimeError):
        publish_plan(plan=plan, counts_from=NEW_YEAR, by=office.staff)
    plan.refresh_from_db()
    assert (plan.is_published, Assignment.objects.count()) == (False, 0)


# Constraints


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"due_on": date(2025, 12, 31)}, "assignment_opens_before_due"),
        ({"not_applicable_at": "2026-01-01T00:00Z"}, "assignment_not_applicable_complete"),
        ({"exempted_at": "2026-01-01T00:00Z", "exemption_reason": "借调"}, "assignment_exemption_complete"),
    ],
)
def test_constraint_of_an_assignment(office, changes, constraint):
    publish_plan(plan=draft_task(office.root).item.plan, counts_from=NEW_YEAR, by=office.staff)
    refused_by(constraint, Assignment.objects.filter(slot="2026-02"), changes)


def test_constraint_of_a_slot(office):
    publish_plan(plan=draft_task(office.root).item.plan, counts_from=NEW_YEAR, by=office.staff)
    copy = Assignment.objects.first()
    copy.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_constraint_of_a_published_plan(office):
    draft_task(office.root)
    refused_by("plan_published_at_when_published", Plan.objects.all(), {"state": "published"})


def test_constraint_of_one_published_plan_a_year(office):
    publish_plan(plan=draft_task(office.root).item.plan, counts_from=NEW_YEAR, by=office.staff)
    copy = Plan.objects.get()
    copy.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"required_count": 0}, "task_required_count_positive"),
        ({"withdrawn_at": "2026-01-01T00:00Z"}, "task_withdrawn_at_and_by"),
    ],
)
def test_constraint_of_a_task(office, changes, constraint):
    draft_task(office.root)
    refused_by(constraint, Task.objects.all(), changes)


def refused_by(constraint: str, rows, changes: dict) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**changes)
