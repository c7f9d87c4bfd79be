import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from branchwork.errors import Refused
from branchwork.models import AuditEvent
from ledgers.actions.entries import EditConflict, Written, edit_entry, log_entry, submit_entry, void_entry
from ledgers.models import Entry, PeriodLock, Plan
from tests.ledgers.plan import make_entry

CLEANING = Written(
    title="主题党日：到红枫社区清理河道",
    happened_on=date(2026, 10, 9),
    effect="清理河道 1.2 公里",
    place="红枫社区",
    attended=28,
)
TUESDAY = datetime(2026, 10, 13, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def october(office, small_plan):
    return small_plan.assignment(small_plan.theme_day, office.finance, "2026-10")


def close(plan, *periods) -> None:
    PeriodLock.objects.filter(plan=plan, period__in=periods).update(closed_at=TUESDAY, closed_by=plan.published_by)


def test_log_entry_as_draft_claims_but_moves_nothing(office, small_plan, october):
    entry = log_entry(organization=office.finance, written=CLEANING, claimed=[october], submit=False, by=office.wang)
    entry.refresh_from_db()
    assert (entry.state, entry.posted_in, entry.first_submitted_at) == ("draft", "", None)
    assert (entry.recorded_by, entry.recorded_at, entry.on_behalf) == (office.wang, TUESDAY, False)
    assert [(claim.assignment, claim.state) for claim in entry.fulfilments.all()] == [(october, "claimed")]
    october.refresh_from_db()
    assert october.standing == "open"


def test_log_entry_submitted_posts_it_in_the_quarter_it_happened(office, small_plan, october):
    entry = log_entry(organization=office.finance, written=CLEANING, claimed=[october], submit=True, by=office.wang)
    assert (entry.state, entry.posted_in, entry.first_submitted_at) == ("submitted", "2026Q4", TUESDAY)
    october.refresh_from_db()
    assert october.standing == "submitted"


def test_log_entry_by_the_secretary_is_confirmed_by_the_same_act(office, small_plan, october):
    entry = log_entry(organization=office.finance, written=CLEANING, claimed=[october], submit=True, by=office.zheng)
    assert (entry.state, entry.confirmed_by, entry.confirmed_at) == ("confirmed", office.zheng, TUESDAY)
    october.refresh_from_db()
    assert (october.standing, october.timing, october.done_on) == ("done", "on_time", date(2026, 10, 9))


def test_log_entry_by_the_secretary_for_a_task_of_the_committee_waits_for_review(office, small_plan):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    log_entry(organization=office.finance, written=CLEANING, claimed=[forum], submit=True, by=office.zheng)
    forum.refresh_from_db()
    assert forum.standing == "confirmed"


def test_log_entry_by_the_committee_is_on_behalf_and_waits_for_the_secretary(office, small_plan, october):
    entry = log_entry(organization=office.finance, written=CLEANING, claimed=[october], submit=True, by=office.staff)
    assert (entry.state, entry.on_behalf) == ("submitted", True)


def test_log_entry_of_a_closed_quarter_is_posted_in_the_earliest_open_one(office, small_plan):
    close(small_plan.plan, "2026Q1", "2026Q2")
    march = small_plan.assignment(small_plan.theme_day, office.finance, "2026-03")
    written = Written(title="三月主题党日", happened_on=date(2026, 3, 6), effect="补记")
    entry = log_entry(organization=office.finance, written=written, claimed=[march], submit=True, by=office.zheng)
    march.refresh_from_db()
    assert (entry.posted_in, march.counted_in, march.is_make_up) == ("2026Q3", "2026Q3", True)


def test_log_entry_when_everything_is_closed_is_refused(office, small_plan):
    close(small_plan.plan, "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026")
    with pytest.raises(Refused, match="2026年度已封账"):
        log_entry(organization=office.finance, written=CLEANING, submit=True, by=office.wang)
    assert Entry.objects.count() == 0


def test_log_entry_without_any_claim_is_welcome(office, small_plan):
    entry = log_entry(organization=office.finance, written=CLEANING, submit=True, by=office.wang)
    assert (entry.plan, entry.fulfilments.count()) == (small_plan.plan, 0)


def test_log_entry_of_another_year_goes_to_the_plan_there_is(office, small_plan):
    written = Written(title="去年的走访", happened_on=date(2025, 12, 30), effect="慰问 3 户")
    entry = log_entry(organization=office.finance, written=written, submit=True, by=office.wang)
    assert (entry.plan, entry.posted_in) == (small_plan.plan, "2026Q1")


def test_log_entry_without_a_published_plan_is_refused(office):
    with pytest.raises(Refused, match="还没有发布计划"):
        log_entry(organization=office.finance, written=CLEANING, submit=True, by=office.wang)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"happened_on": date(2026, 10, 14)}, "这一天还没到"),
        ({"happened_on": date(202, 11, 20)}, "这个日期太早了"),
        ({"attended": 35}, "35 人，多于本组织党员 31 人"),
    ],
)
def test_log_entry_that_cannot_be_true_is_refused(office, small_plan, changes, sentence):
    written = Written(**{"title": "主题党日", "happened_on": date(2026, 10, 9), "effect": "好"} | changes)
    with pytest.raises(Refused, match=sentence):
        log_entry(organization=office.finance, written=written, submit=False, by=office.wang)


def test_log_entry_with_claims_that_do_not_fit_is_refused(office, small_plan, october):
    november = small_plan.assignment(small_plan.theme_day, office.finance, "2026-11")
    september = small_plan.assignment(small_plan.theme_day, office.finance, "2026-09")
    neighbour = small_plan.assignment(small_plan.theme_day, office.archive, "2026-10")
    exempt = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    exempt.exempted_at, exempt.exempted_by, exempt.exemption_reason = TUESDAY, office.staff, "防汛"
    exempt.save()
    for claimed, sentence in [
        ([november], "11月1日才开始"),
        ([neighbour], "别的党组织"),
        ([october, september], "勾了两次"),
        ([exempt], "不用再办"),
    ]:
        with pytest.raises(Refused, match=sentence):
            log_entry(organization=office.finance, written=CLEANING, claimed=claimed, submit=False, by=office.wang)
    assert Entry.objects.count() == 0


def test_log_entry_is_for_those_who_may_log_there(office, small_plan):
    for outsider in (office.guo, office.leader, office.accounts, office.nobody):
        with pytest.raises(PermissionDenied):
            log_entry(organization=office.finance, written=CLEANING, submit=False, by=outsider)


def test_log_entry_twice_with_one_form_answers_the_first(office, small_plan, october):
    form = uuid.uuid4()
    first, second = (
        log_entry(
            organization=office.finance, written=CLEANING, claimed=[october], submit=True, client_uuid=form,
            by=office.wang,
        )
        for _click in range(2)
    )  # fmt: skip
    assert (first, Entry.objects.count()) == (second, 1)
    assert AuditEvent.objects.filter(action="entry.log").count() == 1


def test_log_entry_with_somebody_elses_form_writes_nothing(office, small_plan):
    form = uuid.uuid4()
    log_entry(organization=office.finance, written=CLEANING, submit=False, client_uuid=form, by=office.wang)
    with pytest.raises(Refused):
        log_entry(organization=office.archive, written=CLEANING, submit=False, client_uuid=form, by=office.guo)
    assert Entry.objects.count() == 1


def test_log_entry_leaves_an_audit_row_or_nothing(office, small_plan, october, monkeypatch):
    log_entry(organization=office.finance, written=CLEANING, claimed=[october], submit=False, by=office.wang)
    event = AuditEvent.objects.get(action="entry.log")
    assert (event.actor_name, event.object_name) == ("王敏", "主题党日：到红枫社区清理河道")
    assert event.data["claims"] == [october.pk]
    monkeypatch.setattr("ledgers.actions.entries.writing.record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        log_entry(organization=office.finance, written=CLEANING, submit=False, by=office.wang)
    assert Entry.objects.count() == 1


def test_log_entry_replaces_a_voided_one_once(office, small_plan, october):
    wrong = make_entry(office.finance, october, by=office.wang, happened_on=date(2026, 10, 9))
    with pytest.raises(Refused, match="只能更正已作废"):
        log_entry(organization=office.finance, written=CLEANING, submit=True, replaces=wrong, by=office.wang)
    void_entry(entry=wrong, reason="人数写错", by=office.staff)
    wrong.refresh_from_db()
    right = log_entry(
        organization=office.finance, written=CLEANING, claimed=[october], submit=True, replaces=wrong, by=office.wang
    )
    assert right.replaces == wrong
    with pytest.raises(Refused, match="已经更正过"):
        log_entry(organization=office.finance, written=CLEANING, submit=True, replaces=wrong, by=office.wang)


def test_edit_entry_changes_words_and_claims(office, small_plan, october):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    entry = log_entry(organization=office.finance, written=CLEANING, claimed=[october], submit=False, by=office.wang)
    changed = Written(title="主题讲坛", happened_on=date(2026, 10, 10), effect="两人主讲")
    edit_entry(entry=entry, version=1, written=changed, claimed=[forum], by=office.wang)
    entry.refresh_from_db()
    assert (entry.title, entry.place, entry.attended, entry.version) == ("主题讲坛", "", None, 2)
    assert [claim.assignment for claim in entry.fulfilments.all()] == [forum]


def test_edit_entry_that_somebody_changed_meanwhile_conflicts(office, small_plan):
    entry = log_entry(organization=office.finance, written=CLEANING, submit=False, by=office.wang)
    changed = Written(title="主题讲坛", happened_on=date(2026, 10, 10), effect="两人主讲")
    edit_entry(entry=entry, version=1, written=changed, by=office.zheng)
    with pytest.raises(EditConflict) as conflict:
        edit_entry(entry=entry, version=1, written=CLEANING, by=office.wang)
    assert (conflict.value.stored.title, conflict.value.stored.version) == ("主题讲坛", 2)
    entry.refresh_from_db()
    assert entry.title == "主题讲坛"


@pytest.mark.parametrize("state", ["submitted", "confirmed", "approved", "voided"])
def test_edit_entry_that_was_sent_in_is_refused(office, small_plan, state):
    entry = make_entry(office.finance, by=office.wang, happened_on=date(2026, 10, 9), state=state)
    with pytest.raises(EditConflict):
        edit_entry(entry=entry, version=1, written=CLEANING, by=office.wang)


def test_edit_entry_returned_and_sent_again_keeps_its_first_submission_for_seven_days(office, small_plan, october):
    for days_later, kept in [(7, True), (8, False)]:
        first = datetime(2026, 10, 9, 4, tzinfo=UTC)
        entry = make_entry(office.finance, october, by=office.wang, happened_on=date(2026, 10, 9), state="returned",
                           claim="claimed")  # fmt: skip
        with time_machine.travel(datetime(2026, 10, 9 + days_later, 4, tzinfo=UTC), tick=False):
            entry = edit_entry(entry=entry, version=1, written=CLEANING, claimed=[october], submit=True, by=office.wang)
        assert entry.state == "submitted"
        assert (entry.first_submitted_at == first) is kept


def test_edit_entry_ticking_a_rejected_claim_again_claims_it_anew(office, small_plan, october):
    entry = make_entry(office.finance, october, by=office.wang, happened_on=date(2026, 10, 9), state="returned")
    entry.fulfilments.update(state="rejected", reason="与任务不符")
    Entry.objects.filter(pk=entry.pk).update(version=3)
    edit_entry(entry=entry, version=3, written=CLEANING, claimed=[october], submit=True, by=office.wang)
    assert list(entry.fulfilments.values_list("state", "reason", "decided_at")) == [("claimed", "", None)]
    october.refresh_from_db()
    assert october.standing == "submitted"


def test_submit_entry_returned_in_a_quarter_closed_since_makes_up(office, small_plan):
    september = small_plan.assignment(small_plan.theme_day, office.finance, "2026-09")
    entry = make_entry(office.finance, september, by=office.wang, happened_on=date(2026, 9, 25), state="returned",
                       claim="claimed")  # fmt: skip
    close(small_plan.plan, "2026Q1", "2026Q2", "2026Q3")
    entry = submit_entry(entry=entry, by=office.zheng)
    september.refresh_from_db()
    assert (entry.posted_in, september.standing, september.counted_in) == ("2026Q4", "done", "2026Q4")


def test_a_plan_of_another_year_takes_what_claims_it(office, small_plan):
    """In 2027 a task of the 2026 plan due 1 March is claimed: the entry belongs to the 2026 plan."""
    Plan.objects.create(
        owner=office.root, year=2027, title="2027年度党建工作台账", state="published", counts_from=date(2027, 1, 1),
        published_at=datetime(2027, 1, 4, tzinfo=UTC),
    )  # fmt: skip
    with time_machine.travel(datetime(2027, 2, 10, 2, tzinfo=UTC), tick=False):
        report = small_plan.assignment(small_plan.next_year, office.finance, "1")
        written = Written(title="年度总结", happened_on=date(2027, 2, 9), effect="已报送")
        entry = log_entry(organization=office.finance, written=written, claimed=[report], submit=False, by=office.wang)
        assert entry.plan == small_plan.plan
        other = log_entry(organization=office.finance, written=written, submit=False, by=office.wang)
        assert other.plan.year == 2027
