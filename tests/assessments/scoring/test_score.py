"""The one way in: which subjects and periods have cards, and rule books scored in chunks."""

from datetime import date
from decimal import Decimal as D

import pytest

from assessments.scoring.engine import compares, score, score_in_chunks, scored_in
from assessments.scoring.facts import Subject
from assessments.scoring.schemes import Combination, Figure
from tests.assessments.scoring.rule_books import book, category, deduct, event, indicator, rule, share, value

SCHEME = book(category("c", indicator("i", deduct("late"), points="5")), periods=Combination("quarter", "sum"))


def test_a_card_for_each_subject_in_each_period():
    subjects = {"b": Subject("b"), "a": Subject("a")}
    found = score(SCHEME, [value("late", 1, "2026Q2")], subjects=subjects, periods=["2026Q1", "2026Q2"])
    assert [(one.subject, one.period, one.total_for_grade) for one in found] == [
        ("b", "2026Q1", D(5)), ("b", "2026Q2", D(5)), ("a", "2026Q1", D(5)), ("a", "2026Q2", D(4)),
    ]  # fmt: skip


def test_subjects_and_periods_are_those_of_the_facts_where_they_are_left_out():
    told = [event("late", date(2026, 5, 3), "2026-05"), event("late", date(2026, 2, 3), "2026Q1", subject="b")]
    found = score(SCHEME, told)
    assert [(one.subject, one.period, one.earned) for one in found] == [
        ("a", "2026Q1", 500), ("a", "2026Q2", 400), ("b", "2026Q1", 400), ("b", "2026Q2", 500),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "expected"), [("2026-05", "2026Q2"), ("2026Q3", "2026Q3"), ("2026H1", ""), ("2026", "")]
)
def test_what_is_told_of_a_longer_period_is_not_scored_in_a_shorter(told, expected):
    assert scored_in(SCHEME, told) == expected
    assert scored_in(book(), told) == told


def test_chunks_give_the_same_cards_as_one_call():
    subjects = {key: Subject(key) for key in "abcd"}
    told = [value("late", number, "2026Q1", subject=key) for number, key in enumerate(subjects)]
    whole = score(SCHEME, told, subjects=subjects, periods=["2026Q1"])
    chunks = [
        ({key: subjects[key] for key in keys}, [one for one in told if one.subject in keys]) for keys in ("ab", "cd")
    ]
    found = [card for cards in score_in_chunks(SCHEME, chunks, ["2026Q1"]) for card in cards]
    assert tuple(found) == whole


@pytest.mark.parametrize(
    "scheme",
    [
        book(category("c", indicator("i", rule("rank_based", "x", places=({"up_to": D(1), "points": D(5)},))))),
        book(category("c", indicator("i", share("x", to_best=True), points="5"))),
        book(category("c", indicator("i", share("x"), points="5", no_data="group_mean"))),
        book(category("c", indicator("i", share("x"), points="5"), out_of="best", points=D(3))),
        book(category("c", indicator("i", share("x"), points="5")), figures=(Figure("f", "f", "mean_of(rate)"),)),
    ],
)
def test_who_is_compared_with_others_cannot_be_scored_in_chunks(scheme):
    assert compares(scheme)
    with pytest.raises(ValueError, match="score them together"):
        next(score_in_chunks(scheme, [], ["2026"]))


def test_a_place_that_is_given_compares_nobody():
    places = ({"up_to": D(1), "points": D(5)},)
    assert not compares(book(category("c", indicator("i", rule("rank_based", "x", places=places, given=True)))))
    assert not compares(SCHEME)
