from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest
import time_machine

from assessments.scoring import Reason
from assessments.wording import percent, reason_words, slot_words

FEBRUARY = {"slot": "2026-02", "due_on": date(2026, 2, 28), "points": 33, "earned": 33}
DONE = {"done_on": date(2026, 3, 5), "recorded_on": date(2026, 3, 20), "earned": 26, "share": "0.80"}
LOST = {"earned": 0}


@pytest.mark.parametrize(
    ("code", "facts", "words"),
    [
        ("on_time", {"done_on": date(2026, 2, 20)}, "2月20日完成，按时"),
        ("late", DONE, "2月28日到期，3月5日才完成，逾期：0.33 × 80%"),
        ("recorded_late", DONE, "3月5日完成，3月20日才记，补记：0.33 × 80%"),
        ("waiting", DONE, "已记，等确认或审核：0.33 × 80%"),
        ("waiting", {}, "已记，等确认或审核"),
        ("not_accepted", LOST, "已记，到结账时还没有审核"),
        ("open", LOST, "2月28日到期"),
        ("missed", LOST, "2月28日到期，没有完成"),
        ("missed", LOST | {"required_count": 2, "done_count": 1}, "2月28日到期，没有完成，要 2 次，办了 1 次"),
        ("missed", LOST | {"could_earn": 26, "share": "0.80"}, "2月28日到期，没有完成，还能得 0.26 分：0.33 × 80%"),
        ("returned", LOST | {"note": "人数与名单不符"}, "2月28日到期，退回后没有再报（人数与名单不符）"),
        ("exempt", LOST | {"note": "抢险救灾"}, "豁免（抢险救灾）"),
        ("not_applicable", LOST | {"note": "支部撤销"}, "不适用（支部撤销）"),
        ("made_up", DONE, "2月28日到期，跨季补完成（3月5日）：0.33 × 80%"),
        ("make_up_waiting", DONE, "2月28日到期，跨季补完成，等确认或审核：0.33 × 80%"),
        ("make_up_open", LOST | {"could_earn": 26, "share": "0.80"},
         "2月28日到期，没有完成，还可以补，还能得 0.26 分：0.33 × 80%"),
    ],
)  # fmt: skip
def test_reason_is_a_sentence_of_facts_and_arithmetic(code, facts, words):
    assert reason_words(Reason(code, MappingProxyType(FEBRUARY | facts)), 2026) == words


def test_words_of_a_closed_period_do_not_age():
    reason = Reason("late", MappingProxyType(FEBRUARY | DONE | {"done_on": date(2027, 1, 4)}))
    for today in (datetime(2026, 5, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)):
        with time_machine.travel(today):
            assert reason_words(reason, 2026) == "2月28日到期，2027年1月4日才完成，逾期：0.33 × 80%"


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("2026-03", "3月"),
        ("2026Q3", "第三季度"),
        ("2026H1", "上半年"),
        ("1", "9月30日到期"),
        ("2026-05-06", "9月30日到期"),
    ],
)
def test_slot_is_named_as_the_office_names_it(slot, words):
    assert slot_words(slot, date(2026, 9, 30), 2026) == words


def test_slot_due_next_year_says_the_year():
    assert slot_words("1", date(2027, 2, 28), 2026) == "2027年2月28日到期"


@pytest.mark.parametrize(("share", "words"), [("0.80", "80%"), ("0.5", "50%"), ("1", "100%"), ("0.125", "12.5%")])
def test_share_is_said_in_percent(share, words):
    assert percent(share) == words
