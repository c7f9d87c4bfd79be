from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from ledgers.actions.entries import ImportedEntry, import_entries
from ledgers.models import Assignment, Entry, PeriodLock
from ledgers.settling import settle

NOON = datetime(2026, 3, 6, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 10, 13, 2, 0, tzinfo=UTC), tick=False):
        yield


def row(office, *claims, **changes) -> ImportedEntry:
    known = {
        "organization": office.finance, "title": "三月主题党日", "happened_on": date(2026, 3, 6), "recorded_at": NOON,
        "recorded_by": office.wang, "confirmed_by": office.zheng, "reviewed_by": office.staff,
        "claims": [claim.pk for claim in claims],
    }  # fmt: skip
    return ImportedEntry(**known | changes)


def test_import_entries_settles_every_state_as_if_it_had_been_lived(office, small_plan):
    months = [small_plan.assignment(small_plan.theme_day, office.finance, f"2026-{n:02}") for n in range(1, 10)]
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q1")

    def day(month: int, **changes) -> dict:
        at = datetime(2026, month, 6, 4, tzinfo=UTC)
        return {"happened_on": date(2026, month, 6), "recorded_at": at} | changes

    rows = [
        row(office, months[0], **day(1)),
        row(office, months[1], **day(2, recorded_at=datetime(2026, 3, 20, 4, tzinfo=UTC))),
        row(office, months[2], **day(4)),  # March's, held in April
        row(office, months[4], **day(5, state="confirmed")),
        row(office, months[5], **day(6, state="submitted")),
        row(office, months[6], **day(7, state="returned", reason="人数不符")),
        row(office, months[7], **day(8, state="voided", reason="重复")),
        row(office, months[8], **day(9, state="draft")),
        row(office, forum, **day(3, state="confirmed")),
        row(office, **day(3)),
    ]
    assert import_entries(rows=rows, plan=small_plan.plan, by=office.staff) == 10
    found = Assignment.objects.filter(pk__in=[month.pk for month in months]).order_by("due_on")
    assert list(found.values_list("standing", "timing")) == [
        ("done", "on_time"), ("done", "recorded_late"), ("done", "late"), ("open", ""), ("done", "on_time"),
        ("submitted", ""), ("returned", ""), ("open", ""), ("open", ""),
    ]  # fmt: skip
    forum.refresh_from_db()
    assert forum.standing == "confirmed"
    assert set(Entry.objects.values_list("state", "posted_in")) == {
        ("approved", "2026Q1"), ("approved", "2026Q2"), ("confirmed", "2026Q2"), ("submitted", "2026Q2"),
        ("returned", "2026Q3"), ("voided", "2026Q3"), ("draft", ""), ("confirmed", "2026Q1"),
    }  # fmt: skip
    event = AuditEvent.objects.get()
    assert (event.action, event.data) == ("entry.import", {"entries": 10})


def test_import_entries_of_a_closed_quarter_are_posted_in_an_open_one(office, small_plan):
    PeriodLock.objects.filter(plan=small_plan.plan, period="2026Q1").update(closed_at=NOON, closed_by=office.admin)
    march = small_plan.assignment(small_plan.theme_day, office.finance, "2026-03")
    import_entries(rows=[row(office, march)], plan=small_plan.plan, by=None)
    march.refresh_from_db()
    assert (Entry.objects.get().posted_in, march.counted_in) == ("2026Q2", "2026Q2")


def test_import_entries_with_one_wrong_row_writes_none_and_names_it(office, small_plan):
    march = small_plan.assignment(small_plan.theme_day, office.finance, "2026-03")
    for wrong, sentence in [
        ({"happened_on": date(2026, 10, 14)}, "第 2 行“三月主题党日”：这一天还没到"),
        ({"claims": [march.pk, 999_999]}, "抵用的任务不在计划里"),
        ({"organization": office.archive}, "别的党组织"),
        ({"happened_on": date(2026, 2, 20)}, "3月1日才开始"),
        ({"attended": 99}, "99 人，多于"),
    ]:
        with pytest.raises(Refused, match=sentence):
            import_entries(rows=[row(office), row(office, march, **wrong)], plan=small_plan.plan, by=office.staff)
    assert Entry.objects.count() == 0


def test_import_entries_is_for_those_who_log_for_the_plans_owner(office, small_plan):
    with pytest.raises(PermissionDenied):
        import_entries(rows=[row(office)], plan=small_plan.plan, by=office.zheng)


def test_settling_everything_again_changes_nothing(office, small_plan):
    """What is stored is what the claims say, whichever way it came about."""
    rows = [
        row(office, small_plan.assignment(small_plan.theme_day, office.finance, f"2026-{n:02}"),
            happened_on=date(2026, n, 6), recorded_at=datetime(2026, n + n % 2, 20, 4, tzinfo=UTC))
        for n in range(1, 10)
    ]  # fmt: skip
    import_entries(rows=rows, plan=small_plan.plan, by=None)
    drawn = ("pk", "standing", "accepted_count", "done_on", "recorded_on", "timing", "counted_in")
    stored = list(Assignment.objects.order_by("pk").values_list(*drawn))
    Assignment.objects.update(
        standing="open", accepted_count=0, done_on=None, recorded_on=None, timing="", counted_in=""
    )
    settle(Assignment.objects.values_list("pk", flat=True))
    assert list(Assignment.objects.order_by("pk").values_list(*drawn)) == stored
