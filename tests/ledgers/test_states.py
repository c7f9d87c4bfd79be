from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template

from ledgers.models import Assignment, Entry
from ledgers.states import STATES, WAITING, entry_state_of, state_of, worst
from ledgers.templatetags.ledger import slot_label
from tests.ledgers.plan import make_entry

TODAY = date(2026, 10, 13)
NOW = datetime(2026, 10, 13, 2, tzinfo=UTC)


def assignment(**changes) -> Assignment:
    known = {"opens_on": date(2026, 10, 1), "due_on": date(2026, 10, 31), "period": "2026Q4", "standing": "open"}
    return Assignment(**known | changes)


DONE = {"standing": "done", "timing": "on_time", "counted_in": "2026Q4"}


@pytest.mark.parametrize(
    ("changes", "label", "tag"),
    [
        ({}, "进行中", ""),
        ({"opens_on": date(2026, 10, 14)}, "未开始", ""),
        ({"due_on": date(2026, 10, 28)}, "进行中", ""),
        ({"due_on": date(2026, 10, 27)}, "即将到期", ""),
        ({"due_on": date(2026, 10, 27), "opens_on": date(2026, 10, 20)}, "未开始", ""),
        ({"due_on": TODAY}, "即将到期", ""),
        ({"due_on": date(2026, 10, 12)}, "已逾期", ""),
        ({"standing": "submitted"}, "待确认", ""),
        ({"standing": "confirmed"}, "待审核", ""),
        ({"standing": "returned", "due_on": date(2026, 10, 12)}, "已退回", ""),
        (DONE, "已完成", ""),
        (DONE | {"timing": "late"}, "已完成", "逾期"),
        (DONE | {"timing": "recorded_late"}, "补记", ""),
        (DONE | {"timing": "late", "period": "2026Q1"}, "已完成", "跨季补完成"),
        (DONE | {"timing": "recorded_late", "period": "2026Q1"}, "补记", "跨季补完成"),
        ({"exempted_at": NOW, "due_on": date(2026, 10, 12)}, "豁免", ""),
        (DONE | {"not_applicable_at": NOW}, "不适用", ""),
    ],
)
def test_state_of_an_assignment(changes, label, tag):
    state = state_of(assignment(**changes), TODAY)
    assert (str(state.label), str(state.tag)) == (label, tag)


def test_state_of_no_assignment_waits_for_its_event():
    assert str(state_of(None, TODAY).label) == "待触发"


def test_states_stand_in_order_of_how_bad_they_are():
    words = "已逾期 已退回 即将到期 待确认 待审核 进行中 未开始 待触发 补记 已完成 豁免 不适用"
    assert [str(state.label) for state in STATES] == words.split()
    assert [state.rank for state in STATES] == list(range(12))
    assert worst(reversed(STATES)) == STATES[0]
    assert [state.key for state in STATES if state.must_act] == ["overdue", "returned", "soon"]


def test_states_carry_the_signs_of_the_theme():
    assert "".join(state.sign for state in STATES) == "▲×△◇◇○○○补√——"


@pytest.mark.parametrize(
    ("state", "claim", "label"),
    [
        ("draft", "claimed", "草稿"), ("submitted", "claimed", "待确认"), ("confirmed", "claimed", "待审核"),
        ("confirmed", "accepted", "已确认"), ("approved", "accepted", "审核通过"), ("returned", "claimed", "已退回"),
        ("voided", "claimed", "已作废"),
    ],
)  # fmt: skip
def test_entry_state_of_an_entry(office, small_plan, state, claim, label):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q1")
    entry = make_entry(office.finance, forum, by=office.wang, happened_on=date(2026, 3, 6), state=state, claim=claim)
    assert str(entry_state_of(entry).label) == label


def test_badge_has_sign_word_and_remark():
    template = Template("{% load ledger %}{{ state|badge }}")
    late = replace(WAITING, css="is-done", label="已完成", tag="<逾期>")
    html = template.render(Context({"state": late}))
    assert html == '<span class="state is-done">已完成</span> <span class="tag">&lt;逾期&gt;</span>'


@pytest.mark.parametrize(
    ("slot", "words"), [("2026-03", "3月"), ("2026Q4", "第四季度"), ("2026H1", "上半年"), ("1", ""), ("event-7", "")]
)
def test_slot_label_says_the_slot(slot, words):
    assert slot_label(slot) == words


def test_review_tally_is_shown_to_who_has_something_to_do(client, office, small_plan):
    make_entry(office.finance, by=office.wang, happened_on=date(2026, 3, 6), state="submitted")
    Entry.objects.update(submitted_at=NOW - timedelta(days=1))
    client.force_login(office.zheng)
    assert '<span class="tally">1</span>' in client.get("/entries/").content.decode()
    client.force_login(office.wang)
    assert "tally" not in client.get("/entries/").content.decode()
