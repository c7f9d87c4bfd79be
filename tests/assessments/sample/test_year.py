"""The sample year as it stands on 22 November 2026: every state is there, and the rules of the ledger hold."""

import json
from collections import Counter
from datetime import date, datetime

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Count, F, Q
from django.test import override_settings
from django.utils import timezone

from assessments.models import Closing, Scorecard
from assessments.sample.actions import PASSWORD, Loaded, load_sample
from assessments.sample.office_days import SHANGHAI, is_office_day
from assessments.sample.texts import told
from branchwork.models import AuditEvent, Job
from branchwork.organizations.models import Organization, User
from branchwork.organizations.permissions import Role
from ledgers.entry_rules import attendance_fault, claims_fault
from ledgers.evidence import file_fault
from ledgers.models import Assignment, Entry, Evidence, Fulfilment, Task
from ledgers.settling import settle
from ledgers.states import CONFIRMED as TO_BE_REVIEWED
from ledgers.states import (
    DONE,
    EXEMPT,
    NOT_APPLICABLE,
    NOT_STARTED,
    OVERDUE,
    RECORDED_LATE,
    RETURNED,
    SOON,
    SUBMITTED,
    UNDER_WAY,
    state_of,
)

UNTIL = date(2026, 11, 22)
SETTLED = ("standing", "accepted_count", "done_on", "recorded_on", "timing", "counted_in")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker, folder):
    """The year played until 22 November 2026, once for all the tests that only read it."""
    files = override_settings(SAMPLE=True, FILES_DIR=folder)
    with django_db_blocker.unblock(), files, transaction.atomic():
        yield load_sample(until=UNTIL)
        transaction.set_rollback(True)


def test_year_holds_every_state(year: Loaded):
    on = UNTIL
    rows = Assignment.objects.select_related("task", "plan")
    assert {state_of(row, on).key for row in rows} == {
        state.key
        for state in (OVERDUE, RETURNED, SOON, SUBMITTED, TO_BE_REVIEWED, UNDER_WAY, NOT_STARTED, RECORDED_LATE, DONE,
                      EXEMPT, NOT_APPLICABLE)
    }  # fmt: skip
    assert set(Entry.objects.values_list("state", flat=True)) == set(Entry.State.values)
    assert set(Fulfilment.objects.values_list("state", flat=True)) == set(Fulfilment.State.values)
    assert set(Assignment.objects.values_list("timing", flat=True)) == {"", "on_time", "late", "recorded_late"}
    made_up = Assignment.objects.filter(standing="done").exclude(counted_in=F("period"))
    assert set(made_up.values_list("period", "counted_in")) == {
        ("2026Q1", "2026Q2"), ("2026Q2", "2026Q3"), ("2026Q3", "2026Q4"),
    }  # fmt: skip


def test_year_asks_what_the_plan_and_its_answers_ask(year: Loaded):
    assert Organization.objects.count() == 73
    assert year.plan.items.count() == 25
    pending = [task.content for task in Task.objects.all() if task.is_pending]
    assert pending == ["配合实地考评", "整改达标验收反馈问题"]
    events = Counter(Assignment.objects.filter(event_on__isnull=False).values_list("task__content", flat=True))
    assert events == {"届满前6个月上报换届计划": 22, "支委空缺及时增补": 3, "书记、副书记人选审批前考察": 2}
    assert Assignment.objects.filter(exempted_at__isnull=False).count() == 9
    assert Assignment.objects.filter(not_applicable_at__isnull=False).count() == 2
    assert Assignment.objects.filter(original_due_on__isnull=False).count() == 3


def test_year_agrees_with_settling_anew(year: Loaded):
    before = list(Assignment.objects.order_by("pk").values_list("pk", *SETTLED))
    with transaction.atomic():
        settle([row[0] for row in before])
        assert list(Assignment.objects.order_by("pk").values_list("pk", *SETTLED)) == before


def test_year_entries_keep_the_rules_of_the_ledger(year: Loaded):
    assert not Entry.objects.filter(happened_on__gte=UNTIL).exists()
    end = datetime(2026, 11, 22, tzinfo=SHANGHAI)
    stamps = [f"{name}_at" for name in ("recorded", "submitted", "confirmed", "approved", "returned", "voided")]
    for stamp in stamps:
        assert not Entry.objects.filter(**{f"{stamp}__gte": end}).exists()
    sent = Entry.objects.exclude(state=Entry.State.DRAFT)
    for first, then in zip(stamps, stamps[1:4], strict=False):
        assert not sent.filter(**{f"{then}__lt": F(first)}, returned_at=None).exists()
    assert not AuditEvent.objects.filter(at__gte=end).exists()
    rows = {row.pk: row for row in Assignment.objects.select_related("task")}
    faults = [
        attendance_fault(entry.organization, entry.attended)
        or claims_fault(
            entry.organization, entry.happened_on, [rows[claim.assignment_id] for claim in entry.fulfilments.all()]
        )
        for entry in Entry.objects.select_related("organization").prefetch_related("fulfilments")
    ]
    assert set(faults) == {""}


def test_year_is_written_in_office_hours(year: Loaded):
    moments = [timezone.localtime(moment) for moment in Entry.objects.values_list("recorded_at", flat=True)]
    assert {is_office_day(date(moment.year, moment.month, moment.day)) for moment in moments} == {True}
    assert {moment.hour for moment in moments} == {8, 9, 10, 11, 13, 14, 15, 16, 17}


def test_year_closed_three_quarters_by_their_jobs(year: Loaded):
    closings = {closing.period: closing for closing in Closing.objects.all()}
    days = {period: timezone.localdate(closing.closed_at) for period, closing in closings.items()}
    assert days == {"2026Q1": date(2026, 4, 17), "2026Q2": date(2026, 7, 17), "2026Q3": date(2026, 10, 20)}
    assert year.closed == ["2026Q1", "2026Q2", "2026Q3"]
    assert set(Job.objects.values_list("kind", "state")) == {("close_period", "done")}
    assert closings["2026Q2"].accepted_pending_count > 0
    for closing in closings.values():
        assert closing.cards.count() == 72
        assert set(closing.cards.values_list("grade", flat=True)) == {"好", "较好", "一般", "差"}
    places = Scorecard.objects.filter(closing=closings["2026Q3"], place__isnull=False)
    assert places.values("peer_group", "level").distinct().count() == 7


def test_year_branch_of_the_first_visitor_shows_all_there_is(year: Loaded):
    finance = Organization.objects.get(name="财政局党支部")
    entries = Entry.objects.filter(organization=finance)
    assert set(entries.values_list("state", flat=True)) == set(Entry.State.values)
    returned = entries.get(state=Entry.State.RETURNED)
    assert (returned.returned_by.name, returned.return_reason) == (
        "李建华", "参加人数填 14 人，名单只有 12 人，请核对后再交。",
    )  # fmt: skip
    rows = finance.assignments.select_related("task", "plan")
    overdue = [row.task.content for row in rows.overdue(UNTIL)]
    assert overdue == ["推荐入党积极分子参加培训"]
    made_up = [row.task.content for row in rows if row.is_make_up]
    assert made_up == ["组织一次理论学习测试"]
    late = {(row.task.content[:4], row.slot) for row in rows if row.timing == "recorded_late" and not row.is_make_up}
    assert late == {("集中一天", "2026-10"), ("报送党建", "2026Q2")}
    assert entries.filter(on_behalf=True).exists()
    assert entries.filter(replaces__isnull=False).count() == 1
    assert Evidence.objects.filter(entry__organization=finance).count() == 4
    several = entries.annotate(claims=Count("fulfilments")).filter(claims=3)
    assert "十月主题党日：到新立村帮秋收" in set(several.values_list("title", flat=True))


def test_year_has_a_login_for_every_role_and_every_organization(year: Loaded):
    assert User.objects.count() == 148
    assert set(User.objects.values_list("role_grants__role", flat=True)) == set(Role.values)
    named = {user.username: user for user in User.objects.filter(username__regex="^[a-z]")}
    assert {name: user.name for name, user in named.items()} == {
        "chenli": "陈立", "lijianhua": "李建华", "zhouzheng": "周正", "wufan": "吴凡",
        "zhengjie": "郑洁", "wangmin": "王敏", "chenli-shuiwu": "陈丽",
    }  # fmt: skip
    for user in named.values():
        validate_password(PASSWORD, user)
        assert user.check_password(PASSWORD)
    assert not User.objects.filter(Q(must_change_password=True) | Q(password_expires_at__isnull=False)).exists()


def test_year_files_are_what_their_names_say(year: Loaded, folder):
    kinds = set()
    for evidence in Evidence.objects.all():
        upload = SimpleUploadedFile(evidence.file_name, (folder / evidence.path).read_bytes())
        assert file_fault(upload) == ""
        kinds.add(evidence.file_name.rpartition(".")[2])
    assert kinds == {"xlsx", "pdf", "png"}


def test_every_task_of_the_plan_has_its_words(year: Loaded):
    contents = {f"{task.item.position}.{task.position}": task.content for task in Task.objects.select_related("item")}
    assert set(told("tasks")) == set(contents)
    assert [number for number, words in told("tasks").items() if words["task"] not in contents[number]] == []
    assert "{" not in json.dumps(list(Entry.objects.values_list("title", "effect", "place")), ensure_ascii=False)
