"""Whole cards: totals, order of lines, and what holds for any facts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Category, Indicator, Outcome, Rule, Scheme, make_card, score

from .builders import CLOSED, GRADES, OPEN, fact_of, scheme_of

SCHEME = scheme_of("theme_day", "study", "forum")
DONE = (Outcome.ON_TIME, Outcome.LATE, Outcome.RECORDED_LATE)
SUMS = ("earned", "available", "assigned", "waiting", "could_earn")


def test_open_card_counts_what_is_due_or_done_and_says_what_can_still_be_earned():
    facts = [
        fact_of(Outcome.ON_TIME, slot="2026-01", due_on=date(2026, 1, 31)),
        fact_of(Outcome.LATE, slot="2026-02"),
        fact_of(Outcome.OPEN, slot="2026-03", due_on=date(2026, 3, 31), available=34),
        fact_of(Outcome.WAITING, indicator="study", available=25, once_accepted=Outcome.ON_TIME),
        fact_of(Outcome.MISSED, indicator="forum", available=100),
    ]
    (card,) = score(SCHEME, facts, OPEN)
    assert [(line.indicator, line.earned, line.available, line.could_earn, line.until) for line in card.lines] == [
        ("theme_day", 59, 66, 34, date(2026, 3, 31)),
        ("study", 25, 25, 0, None),
        ("forum", 0, 100, 80, date(2026, 4, 14)),
    ]
    assert (card.earned, card.available, card.assigned, card.waiting) == (84, 191, 225, 25)
    assert (card.could_earn, card.until) == (114, date(2026, 3, 31))
    assert (card.rate, card.grade, card.is_closed) == (Decimal("43.98"), "差", False)


def test_closed_card_counts_everything():
    facts = [
        fact_of(Outcome.ON_TIME),
        fact_of(Outcome.WAITING, indicator="study", available=25, once_accepted=Outcome.ON_TIME),
        fact_of(Outcome.MISSED, indicator="forum", available=100),
    ]
    (card,) = score(SCHEME, facts, CLOSED)
    assert (card.earned, card.available, card.assigned, card.waiting) == (33, 158, 158, 0)
    assert (card.could_earn, card.until, card.is_closed) == (0, None, True)


def test_card_of_exempt_assignments_only_has_no_rate_and_no_grade():
    (card,) = score(SCHEME, [fact_of(Outcome.EXEMPT)], CLOSED)
    assert (card.earned, card.available, card.rate, card.grade) == (0, 0, None, None)


def test_card_nothing_was_asked_of():
    card = make_card(SCHEME, "branch-9", "2026Q1", is_closed=True)
    assert (card.lines, card.earned, card.available, card.rate, card.grade) == ((), 0, 0, None, None)


def test_score_without_facts_makes_no_card():
    assert score(SCHEME, []) == ()


def test_lines_stand_in_the_schemes_order_under_their_category():
    def indicator(key):
        return Indicator(key, f"title of {key}", (Rule("assignment_share"),))

    scheme = Scheme(
        "plan",
        "title",
        (
            Category("z", "first item", (indicator("study"),)),
            Category("a", "second item", (indicator("theme_day"), indicator("forum"))),
        ),
        GRADES,
    )
    facts = [fact_of(Outcome.ON_TIME, indicator=key) for key in ("forum", "theme_day", "study")]
    (card,) = score(scheme, facts)
    assert [(line.category_title, line.title) for line in card.lines] == [
        ("first item", "title of study"),
        ("second item", "title of theme_day"),
        ("second item", "title of forum"),
    ]


def test_reasons_stand_by_due_date_even_where_slots_are_ordinals():
    facts = [
        fact_of(Outcome.ON_TIME, slot=slot, due_on=date(2026, month, 28))
        for slot, month in (("10", 3), ("9", 2), ("2", 1))
    ]
    (card,) = score(SCHEME, facts)
    assert [reason.facts["slot"] for reason in card.lines[0].reasons] == ["2", "9", "10"]


def test_cards_come_sorted_by_subject_and_period():
    facts = [
        fact_of(Outcome.ON_TIME, subject=subject, period=period)
        for subject in ("b", "a")
        for period in ("2026Q2", "2026Q1", "2026")
    ]
    assert [(card.subject, card.period) for card in score(SCHEME, facts)] == [
        ("a", "2026"),
        ("a", "2026Q1"),
        ("a", "2026Q2"),
        ("b", "2026"),
        ("b", "2026Q1"),
        ("b", "2026Q2"),
    ]


@st.composite
def facts(draw):
    outcome = draw(st.sampled_from(list(Outcome)))
    asks_more = outcome in (Outcome.WAITING, Outcome.RETURNED)
    return fact_of(
        outcome,
        subject=draw(st.sampled_from(["branch-6", "branch-7"])),
        indicator=draw(st.sampled_from(["theme_day", "study", "forum"])),
        period=draw(st.sampled_from(["2026Q1", "2026Q2"])),
        slot=draw(st.sampled_from(["1", "2", "3"])),
        available=draw(st.integers(0, 500)),
        due_on=draw(st.dates(date(2026, 1, 1), date(2026, 3, 31))),
        once_accepted=draw(st.sampled_from(DONE)) if asks_more else None,
        is_due=draw(st.booleans()),
        entries=tuple(draw(st.lists(st.integers(1, 9), max_size=3, unique=True))),
    )


def _place(fact):
    return (fact.subject, fact.indicator, fact.period, fact.slot)


many_facts = st.lists(facts(), max_size=20, unique_by=_place)
states = st.sampled_from([OPEN, CLOSED, {}])


@given(many_facts, states, st.randoms())
def test_order_of_facts_never_matters(some, periods, random):
    shuffled = random.sample(some, len(some))
    assert score(SCHEME, shuffled, periods) == score(SCHEME, some, periods)


@given(many_facts, states)
def test_scoring_twice_is_equal(some, periods):
    assert score(SCHEME, some, periods) == score(SCHEME, iter(some), periods)


@given(many_facts, states)
def test_lines_and_reasons_sum_to_totals(some, periods):
    cards = score(SCHEME, some, periods)
    for card in cards:
        for name in SUMS:
            assert getattr(card, name) == sum(getattr(line, name) for line in card.lines)
        for line in card.lines:
            assert line.earned == sum(reason.facts["earned"] for reason in line.reasons)
            assert line.could_earn == sum(reason.facts.get("could_earn", 0) for reason in line.reasons)
            assert 0 <= line.waiting <= line.earned <= line.available <= line.assigned
            assert line.earned + line.could_earn <= line.assigned
    assert sum(len(line.reasons) for card in cards for line in card.lines) == len(some)


@given(many_facts, facts(), st.sampled_from(DONE), st.sampled_from([OPEN, CLOSED]))
def test_good_fact_never_lowers_line_or_rate(some, fact, done, periods):
    fact = replace(fact, subject="branch-6", period="2026Q1", outcome=Outcome.MISSED, once_accepted=None)
    others = [other for other in some if _place(other) != _place(fact)]
    before, after = (_card(score(SCHEME, [*others, now], periods)) for now in (fact, replace(fact, outcome=done)))
    _assert_no_lower(before, after)


@given(many_facts, facts(), states)
def test_work_done_before_it_is_due_never_lowers_line_or_rate(some, fact, periods):
    fact = replace(fact, subject="branch-6", period="2026Q1", outcome=Outcome.OPEN, once_accepted=None)
    others = [other for other in some if _place(other) != _place(fact)]
    before, after = (
        _card(score(SCHEME, [*others, replace(fact, outcome=now)], periods)) for now in (Outcome.OPEN, Outcome.ON_TIME)
    )
    _assert_no_lower(before, after)


def _card(cards):
    (card,) = (card for card in cards if (card.subject, card.period) == ("branch-6", "2026Q1"))
    return card


def _assert_no_lower(before, after):
    assert all(new.earned >= old.earned for old, new in zip(before.lines, after.lines, strict=True))
    assert after.rate is None or before.rate is None or after.rate >= before.rate
