"""Years by hand, to the cent: the three kinds of organization of the founding office."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Fact, Outcome, PeriodState, card_to_dict, mean, merge_year, score
from branchwork.points import slot_points

from .builders import CLOSED, fact_of, scheme_of

SCHEME = scheme_of("theme_day", "study", "forum", "debriefing", "rating", "rest")
# What each kind of organization is asked for: quarters and next year, in hundredths.
SMALL_BRANCH = {"2026Q1": 1391, "2026Q2": 1659, "2026Q3": 1208, "2026Q4": 2642, "2026": 1000}
BRANCH = {"2026Q1": 1466, "2026Q2": 1734, "2026Q3": 1283, "2026Q4": 2717, "2026": 1000}
COMMITTEE = {"2026Q1": 966, "2026Q2": 1184, "2026Q3": 483, "2026Q4": 1467, "2026": 500}
LAST_DAYS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
YEAR_OPEN = CLOSED | {"2026": PeriodState(open_until=date(2027, 3, 15))}
FORUM = ("forum", "2026Q3")


def _asked(subject: str, totals: dict[str, int]) -> dict[tuple[str, str], Fact]:
    """A year all done on time, by (indicator, slot): monthly theme day 4.00 and study 3.00, quarterly forum
    4.00, two tasks of next year, and one task a quarter that holds the rest of its points."""
    told = []
    for month in range(1, 13):
        due_on, quarter = date(2026, month, LAST_DAYS[month]), f"2026Q{(month + 2) // 3}"
        slot = f"2026-{month:02d}"
        told.append(("theme_day", quarter, slot, slot_points(400, month, 12), due_on))
        told.append(("study", quarter, slot, slot_points(300, month, 12), due_on))
        if month % 3 == 0:
            told.append(("forum", quarter, quarter, 100, due_on))
            told.append(("rest", quarter, quarter, totals[quarter] - 275, due_on))
    told.append(("debriefing", "2026", "2026", 500, date(2027, 1, 31)))
    if totals["2026"] > 500:
        told.append(("rating", "2026", "2026", totals["2026"] - 500, date(2027, 3, 1)))
    return {
        (indicator, slot): fact_of(
            Outcome.ON_TIME,
            subject=subject,
            indicator=indicator,
            period=period,
            slot=slot,
            available=available,
            due_on=due_on,
        )
        for indicator, period, slot, available, due_on in told
    }


def _year(facts, make_ups=(), periods=CLOSED):
    (card,) = merge_year(SCHEME, "2026", score(SCHEME, facts.values(), periods), make_ups, periods)
    return card


def _change(facts, key, outcome, **changes):
    facts[key] = replace(facts[key], outcome=outcome, **changes)


def _table(card):
    return [
        (part.kind, part.period, part.earned, part.available, None if part.rate is None else str(part.rate))
        for part in card.parts
    ]


@pytest.fixture
def example():
    """The 6-member branch: February late, May exempt, the Q3 forum missed, 述职 never done."""
    facts = _asked("branch-6", SMALL_BRANCH)
    _change(facts, ("theme_day", "2026-02"), Outcome.LATE, done_on=date(2026, 3, 5))
    _change(facts, ("study", "2026-05"), Outcome.EXEMPT)
    _change(facts, FORUM, Outcome.MISSED)
    _change(facts, ("debriefing", "2026"), Outcome.MISSED)
    return facts


@pytest.fixture
def forum_made_up(example):
    return replace(example[FORUM], outcome=Outcome.LATE, done_on=date(2026, 10, 20), entries=(42,))


def test_year_of_the_worked_example(example, forum_made_up):
    card = _year(example, [forum_made_up])
    assert _table(card) == [
        ("quarter", "2026Q1", 1384, 1391, "99.50"),
        ("quarter", "2026Q2", 1634, 1634, "100.00"),
        ("quarter", "2026Q3", 1108, 1208, "91.72"),
        ("quarter", "2026Q4", 2642, 2642, "100.00"),
        ("make_up", "2026", 80, 0, None),
        ("next_year", "2026", 500, 1000, "50.00"),
    ]
    assert (card.earned, card.available, str(card.rate), card.grade) == (7348, 7875, "93.31", "好")
    assert (card.is_closed, card.waiting, card.could_earn) == (True, 0, 0)


def test_year_line_of_the_forum_tells_the_loss_and_the_make_up(example, forum_made_up):
    card = _year(example, [forum_made_up])
    (line,) = (line for line in card.lines if line.indicator == "forum")
    assert (line.earned, line.available, line.entries) == (380, 400, (42,))
    assert [(reason.code, reason.facts["slot"], reason.facts["earned"]) for reason in line.reasons] == [
        ("on_time", "2026Q1", 100),
        ("on_time", "2026Q2", 100),
        ("missed", "2026Q3", 0),
        ("on_time", "2026Q4", 100),
        ("made_up", "2026Q3", 80),
    ]
    assert line.reasons[-1].facts == {
        "slot": "2026Q3",
        "due_on": date(2026, 9, 30),
        "points": 100,
        "earned": 80,
        "share": "0.80",
        "done_on": date(2026, 10, 20),
    }


def test_year_lines_stand_in_the_schemes_order(example):
    card = _year(example)
    assert [(line.indicator, line.earned, line.available) for line in card.lines] == [
        ("theme_day", 393, 400),
        ("study", 275, 275),
        ("forum", 300, 400),
        ("debriefing", 0, 500),
        ("rating", 500, 500),
        ("rest", 5800, 5800),
    ]


def test_year_rate_is_not_the_mean_of_the_quarters():
    facts = _asked("branch-30", BRANCH)
    _change(facts, ("rest", "2026Q3"), Outcome.ON_TIME, available=1283 - 275 - 300)
    facts["debriefing", "2026Q3"] = replace(facts[FORUM], indicator="debriefing", available=300, outcome=Outcome.MISSED)
    card = _year(facts)
    quarters = [part.rate for part in card.parts if part.kind == "quarter"]
    assert [str(rate) for rate in quarters] == ["100.00", "100.00", "76.62", "100.00"]
    assert str(mean(quarters)) == "94.16"
    assert (card.earned, card.available, str(card.rate)) == (7900, 8200, "96.34")


def test_year_of_a_full_branch():
    facts = _asked("branch-30", BRANCH)
    _change(facts, ("theme_day", "2026-03"), Outcome.LATE)  # 0.34 → 0.27
    _change(facts, ("study", "2026-04"), Outcome.RECORDED_LATE)  # 0.25 → 0.20
    _change(facts, ("study", "2026-08"), Outcome.EXEMPT)  # −0.25 available
    _change(facts, ("theme_day", "2026-11"), Outcome.MISSED)  # 0.33 lost, made up 0.26
    _change(facts, ("rating", "2026"), Outcome.OPEN)
    made_up = replace(facts["theme_day", "2026-11"], outcome=Outcome.ON_TIME)
    card = _year(facts, [made_up], YEAR_OPEN)
    assert _table(card) == [
        ("quarter", "2026Q1", 1459, 1466, "99.52"),
        ("quarter", "2026Q2", 1729, 1734, "99.71"),
        ("quarter", "2026Q3", 1258, 1258, "100.00"),
        ("quarter", "2026Q4", 2684, 2717, "98.79"),
        ("make_up", "2026", 26, 0, None),
        ("next_year", "2026", 500, 500, "100.00"),
    ]
    assert (card.earned, card.available, str(card.rate)) == (7656, 7675, "99.75")
    assert (card.assigned, card.could_earn, card.until) == (8175, 500, date(2027, 3, 1))


def test_year_of_a_committee():
    facts = _asked("committee", COMMITTEE)
    _change(facts, ("theme_day", "2026-06"), Outcome.RECORDED_LATE)  # 0.34 → 0.27
    _change(facts, ("study", "2026-09"), Outcome.MISSED)  # 0.25 lost
    card = _year(facts)
    assert _table(card) == [
        ("quarter", "2026Q1", 966, 966, "100.00"),
        ("quarter", "2026Q2", 1177, 1184, "99.41"),
        ("quarter", "2026Q3", 458, 483, "94.82"),
        ("quarter", "2026Q4", 1467, 1467, "100.00"),
        ("make_up", "2026", 0, 0, None),
        ("next_year", "2026", 500, 500, "100.00"),
    ]
    assert (card.earned, card.available, str(card.rate)) == (4568, 4600, "99.30")


def test_open_year_says_what_can_still_be_made_up(example):
    card = _year(example, periods=YEAR_OPEN)
    make_ups = card.parts[4]
    assert (make_ups.earned, make_ups.could_earn, make_ups.until) == (0, 80, date(2027, 3, 15))
    (line,) = (line for line in card.lines if line.indicator == "forum")
    assert (line.reasons[-1].code, line.reasons[-1].facts["could_earn"]) == ("make_up_open", 80)
    assert (card.could_earn, card.is_closed) == (80 + 400, False)


def test_make_up_awaiting_review_counts_marked_while_the_year_is_open(example):
    waiting = replace(example[FORUM], outcome=Outcome.WAITING, once_accepted=Outcome.ON_TIME)
    card = _year(example, [waiting], YEAR_OPEN)
    assert (card.parts[4].earned, card.parts[4].waiting, card.parts[4].could_earn) == (80, 80, 0)
    assert card.waiting == 80


def test_make_up_awaiting_review_earns_nothing_once_the_year_is_closed(example):
    waiting = replace(example[FORUM], outcome=Outcome.WAITING, once_accepted=Outcome.LATE)
    assert _year(example, [waiting]) == _year(example)


@pytest.mark.parametrize("told", [{"outcome": Outcome.MISSED}, {"outcome": Outcome.OPEN}])
def test_make_up_not_done_is_as_good_as_none(example, told):
    assert _year(example, [replace(example[FORUM], **told)], YEAR_OPEN) == _year(example, periods=YEAR_OPEN)


def test_make_up_of_what_earned_in_its_quarter_is_ignored(example):
    earned = [replace(fact, outcome=Outcome.LATE) for fact in example.values() if fact.indicator == "theme_day"]
    exempt = replace(example["study", "2026-05"], outcome=Outcome.ON_TIME)
    assert _year(example, [*earned, exempt]) == _year(example)


def test_make_up_of_an_open_quarter_is_ignored(example, forum_made_up):
    periods = YEAR_OPEN | {"2026Q3": PeriodState(), "2026Q4": PeriodState()}
    assert _year(example, [forum_made_up], periods) == _year(example, [], periods)


def test_make_up_of_one_assignment_twice_is_refused(example, forum_made_up):
    with pytest.raises(ValueError, match="two make-ups of one assignment of subject branch-6"):
        _year(example, [forum_made_up, forum_made_up])


def test_make_up_takes_the_points_that_were_frozen(example, forum_made_up):
    card = _year(example, [replace(forum_made_up, available=900)])
    assert card.parts[4].earned == 80


def test_make_up_of_another_subject_stays_with_it(example, forum_made_up):
    assert _year(example, [replace(forum_made_up, subject="branch-7")]) == _year(example)


def test_year_of_a_branch_founded_in_july_has_all_six_columns():
    facts = {key: fact for key, fact in _asked("new", SMALL_BRANCH).items() if fact.period not in ("2026Q1", "2026Q2")}
    assert [(part.earned, part.available, part.rate) for part in _year(facts).parts] == [
        (0, 0, None),
        (0, 0, None),
        (1208, 1208, Decimal("100.00")),
        (2642, 2642, Decimal("100.00")),
        (0, 0, None),
        (1000, 1000, Decimal("100.00")),
    ]


def test_years_come_sorted_by_subject(example):
    cards = score(SCHEME, [*_asked("a", BRANCH).values(), *example.values()], CLOSED)
    years = merge_year(SCHEME, "2026", reversed(cards), periods=CLOSED)
    assert [(year.subject, year.earned) for year in years] == [("a", 8200), ("branch-6", 7268)]


def test_closed_year_with_an_open_quarter_is_refused(example):
    periods = CLOSED | {"2026Q4": PeriodState()}
    with pytest.raises(ValueError, match="open quarter of subject branch-6"):
        _year(example, periods=periods)


def test_card_that_is_no_part_of_the_year_is_refused(example):
    cards = score(SCHEME, example.values(), CLOSED)
    year = merge_year(SCHEME, "2026", cards, periods=CLOSED)
    with pytest.raises(ValueError, match="two cards of subject branch-6 for 2026"):
        merge_year(SCHEME, "2026", [*cards, cards[0]], periods=CLOSED)
    with pytest.raises(ValueError, match="not a part of 2026"):
        merge_year(SCHEME, "2026", year, periods=CLOSED)
    with pytest.raises(ValueError, match="not a part of 2027"):
        merge_year(SCHEME, "2027", cards, periods=CLOSED)


def test_line_the_scheme_no_longer_has_is_kept_last(example):
    cards = score(SCHEME, example.values(), CLOSED)
    (card,) = merge_year(scheme_of("rest", "forum"), "2026", cards, periods=CLOSED)
    assert [line.indicator for line in card.lines] == [
        "rest",
        "forum",
        "debriefing",
        "rating",
        "study",
        "theme_day",
    ]
    assert card.earned == 7268


outcomes = st.sampled_from([Outcome.ON_TIME, Outcome.LATE, Outcome.MISSED, Outcome.EXEMPT])


@given(st.lists(outcomes, min_size=34, max_size=34), st.sets(st.integers(0, 33)), st.randoms())
def test_year_sums_exactly_and_make_ups_never_lower_it(drawn, made_up, random):
    asked = list(_asked("branch-6", SMALL_BRANCH).values())
    assert len(asked) == 34
    facts = [replace(fact, outcome=outcome) for fact, outcome in zip(asked, drawn, strict=True)]
    late = [replace(asked[index], outcome=Outcome.LATE) for index in made_up]
    cards = score(SCHEME, facts, CLOSED)
    (before,) = merge_year(SCHEME, "2026", cards, (), CLOSED)
    (after,) = merge_year(SCHEME, "2026", cards, late, CLOSED)
    for card in (before, after):
        for name in ("earned", "available", "assigned", "waiting", "could_earn"):
            of_card = getattr(card, name)
            assert of_card == sum(getattr(line, name) for line in card.lines)
            assert of_card == sum(getattr(part, name) for part in card.parts)
        assert card.earned <= card.available
    assert after.available == before.available
    assert after.earned >= before.earned
    shuffled = merge_year(SCHEME, "2026", random.sample(cards, len(cards)), random.sample(late, len(late)), CLOSED)
    assert [card_to_dict(card) for card in shuffled] == [card_to_dict(after)]
