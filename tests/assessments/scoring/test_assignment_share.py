"""Each outcome of one assignment, in an open and in a closed period: what it earns and what it says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.scoring import Outcome, PeriodState, Reason, score

from .builders import CLOSED, OPEN, fact_of, scheme_of

DUE = date(2026, 2, 28)
LAST = date(2026, 4, 14)
ALWAYS = {"slot": "2026-02", "due_on": DUE, "points": 33}


def _line(fact, periods, **settings):
    (card,) = score(scheme_of("theme_day", **settings), [fact], periods)
    (line,) = card.lines
    return line


def _sums(line):
    """earned, available, assigned, waiting, could_earn, until"""
    return (line.earned, line.available, line.assigned, line.waiting, line.could_earn, line.until)


@pytest.mark.parametrize("periods", [OPEN, CLOSED])
@pytest.mark.parametrize(
    ("outcome", "sums"),
    [
        (Outcome.ON_TIME, (33, 33, 33, 0, 0, None)),
        (Outcome.LATE, (26, 33, 33, 0, 0, None)),
        (Outcome.RECORDED_LATE, (26, 33, 33, 0, 0, None)),
        (Outcome.EXEMPT, (0, 0, 0, 0, 0, None)),
        (Outcome.NOT_APPLICABLE, (0, 0, 0, 0, 0, None)),
    ],
)
def test_settled_assignment_counts_alike_in_open_and_closed_period(outcome, sums, periods):
    line = _line(fact_of(outcome), periods)
    assert _sums(line) == sums
    assert [reason.code for reason in line.reasons] == [str(outcome)]


@pytest.mark.parametrize(
    ("told", "sums"),
    [
        ({"outcome": Outcome.OPEN}, (0, 0, 33, 0, 33, DUE)),
        ({"outcome": Outcome.MISSED}, (0, 33, 33, 0, 26, LAST)),
        ({"outcome": Outcome.WAITING, "once_accepted": Outcome.ON_TIME}, (33, 33, 33, 33, 0, None)),
        ({"outcome": Outcome.WAITING, "once_accepted": Outcome.LATE}, (26, 33, 33, 26, 0, None)),
        ({"outcome": Outcome.WAITING, "once_accepted": Outcome.RECORDED_LATE}, (26, 33, 33, 26, 0, None)),
        ({"outcome": Outcome.RETURNED, "once_accepted": Outcome.ON_TIME}, (0, 0, 33, 0, 33, DUE)),
        (
            {"outcome": Outcome.RETURNED, "once_accepted": Outcome.LATE, "is_due": True},
            (0, 33, 33, 0, 26, LAST),
        ),
        (
            {
                "outcome": Outcome.RETURNED,
                "once_accepted": Outcome.ON_TIME,
                "is_due": True,
                "resend_by": date(2026, 3, 9),
            },
            (0, 33, 33, 0, 33, date(2026, 3, 9)),
        ),
    ],
)
def test_unsettled_assignment_in_open_period(told, sums):
    line = _line(fact_of(**told), OPEN)
    assert _sums(line) == sums
    assert [reason.code for reason in line.reasons] == [str(told["outcome"])]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"outcome": Outcome.OPEN}, "missed"),
        ({"outcome": Outcome.MISSED}, "missed"),
        ({"outcome": Outcome.WAITING, "once_accepted": Outcome.ON_TIME}, "not_accepted"),
        ({"outcome": Outcome.RETURNED, "once_accepted": Outcome.ON_TIME}, "returned"),
    ],
)
def test_unsettled_assignment_in_closed_period_earns_nothing(told, code):
    line = _line(fact_of(**told), CLOSED)
    assert _sums(line) == (0, 33, 33, 0, 0, None)
    assert [reason.code for reason in line.reasons] == [code]


def test_not_applicable_with_full_marks():
    line = _line(fact_of(Outcome.NOT_APPLICABLE), OPEN, not_applicable="full")
    assert _sums(line) == (33, 33, 33, 0, 0, None)


def test_exempt_stays_out_of_both_with_full_marks_for_not_applicable():
    line = _line(fact_of(Outcome.EXEMPT), CLOSED, not_applicable="full")
    assert _sums(line) == (0, 0, 0, 0, 0, None)


def test_late_share_is_the_schemes():
    assert _line(fact_of(Outcome.LATE), CLOSED, late_share=Decimal("0.50")).earned == 17


def test_period_without_a_state_is_open_without_a_date():
    line = _line(fact_of(Outcome.MISSED), {})
    assert _sums(line) == (0, 33, 33, 0, 26, None)


def test_reason_of_late_says_when_and_at_what_share():
    fact = fact_of(Outcome.LATE, done_on=date(2026, 3, 5), recorded_on=date(2026, 3, 6), entries=(72, 71))
    assert _line(fact, CLOSED).reasons == (
        Reason(
            "late",
            ALWAYS
            | {
                "earned": 26,
                "done_on": date(2026, 3, 5),
                "recorded_on": date(2026, 3, 6),
                "share": "0.80",
            },
            (71, 72),
        ),
    )


def test_reason_of_missed_says_what_can_still_be_earned_and_how_far_it_got():
    fact = fact_of(Outcome.MISSED, required_count=3, done_count=2)
    assert _line(fact, OPEN).reasons == (
        Reason(
            "missed",
            ALWAYS
            | {
                "earned": 0,
                "could_earn": 26,
                "until": LAST,
                "share": "0.80",
                "required_count": 3,
                "done_count": 2,
            },
        ),
    )


def test_reason_of_waiting_says_what_it_will_be_once_accepted():
    fact = fact_of(Outcome.WAITING, once_accepted=Outcome.ON_TIME)
    assert _line(fact, OPEN).reasons == (Reason("waiting", ALWAYS | {"earned": 33, "once_accepted": "on_time"}),)


def test_reason_of_exempt_keeps_the_words_given():
    fact = fact_of(Outcome.EXEMPT, note="全员抽调防汛")
    assert _line(fact, CLOSED).reasons == (Reason("exempt", ALWAYS | {"earned": 0, "note": "全员抽调防汛"}),)


def test_reasons_shared_by_subjects_cannot_be_changed():
    reason = _line(fact_of(Outcome.ON_TIME), CLOSED).reasons[0]
    with pytest.raises(TypeError):
        reason.facts["earned"] = 100


def test_assignments_of_unlike_entries_keep_their_own():
    facts = [
        fact_of(Outcome.ON_TIME, subject="branch-6", entries=(1,)),
        fact_of(Outcome.ON_TIME, subject="branch-7", entries=(3, 2)),
        fact_of(Outcome.ON_TIME, subject="branch-8"),
    ]
    cards = score(scheme_of("theme_day"), facts, CLOSED)
    assert [card.lines[0].entries for card in cards] == [(1,), (2, 3), ()]


@pytest.mark.parametrize(
    "difference",
    [
        {"outcome": Outcome.WAITING},
        {"available": 34},
        {"slot": "2026-03"},
        {"due_on": date(2026, 3, 1)},
        {"done_on": date(2026, 3, 2)},
        {"recorded_on": date(2026, 3, 3)},
        {"once_accepted": Outcome.LATE},
        {"required_count": 3},
        {"done_count": 2},
        {"is_due": True},
        {"resend_by": date(2026, 3, 4)},
        {"note": "照片看不清"},
    ],
)
def test_facts_that_differ_in_one_thing_are_told_apart(difference):
    fact = fact_of(Outcome.RETURNED, once_accepted=Outcome.ON_TIME, required_count=2, done_count=1, subject="branch-6")
    other = replace(fact, subject="branch-7", **difference)
    together = score(scheme_of("theme_day"), [fact, other], OPEN)
    assert together == (
        *score(scheme_of("theme_day"), [fact], OPEN),
        *score(scheme_of("theme_day"), [other], OPEN),
    )
    assert together[0].lines[0].reasons != together[1].lines[0].reasons


def test_one_period_open_beside_one_closed():
    facts = [
        fact_of(Outcome.MISSED),
        fact_of(Outcome.MISSED, period="2026Q2", slot="2026-05", due_on=date(2026, 5, 31)),
    ]
    periods = {"2026Q1": PeriodState(is_closed=True), "2026Q2": PeriodState(open_until=date(2026, 7, 14))}
    cards = score(scheme_of("theme_day"), facts, periods)
    assert [(card.period, card.is_closed, card.could_earn, card.until) for card in cards] == [
        ("2026Q1", True, 0, None),
        ("2026Q2", False, 26, date(2026, 7, 14)),
    ]
