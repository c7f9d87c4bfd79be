"""Grades within quotas: who goes down, who stays, and what is left for a person to decide."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Card, Category, Grade, Scheme
from assessments.scoring.cards import Vetoed
from assessments.scoring.facts import Subject
from assessments.scoring.quotas import Excess, Gap, Move, Proposal, Tie, propose_grades, seats
from assessments.scoring.schemes import Quota

FOUR = (
    Grade("好", Decimal(90)),
    Grade("较好", Decimal(80)),
    Grade("一般", Decimal(60)),
    Grade("差", Decimal(0)),
)
STARS = (
    Grade("五星", Decimal(90), "has(innovation)"),
    Grade("四星", Decimal(80)),
    Grade("三星", Decimal(70)),
    Grade("二星", Decimal(60)),
    Grade("一星", Decimal(0)),
)


def scheme_of(*quotas, grades=FOUR, graded_by="total"):
    return Scheme("book", "Book", (Category("all", "All", ()),), grades, graded_by=graded_by, quotas=quotas)


def grade_for(figure, grades=FOUR):
    return next(grade.name for grade in grades if figure >= grade.at_least)


def card_of(subject, total, grade=None, vetoes=(), **changes):
    total = Decimal(total)
    told = {"total_for_grade": total, "grade": grade or grade_for(total), "vetoes": vetoes} | changes
    return Card(subject, "2026", **told)


def in_group(group, *subjects):
    return {subject: Subject(subject, group=group) for subject in subjects}


def proposed(scheme, cards, subjects=None):
    """The only proposal there is."""
    (proposal,) = propose_grades(scheme, cards, subjects or {})
    return proposal


def test_a_scheme_without_quotas_proposes_nothing():
    assert propose_grades(scheme_of(), [card_of("a", 95)], {}) == ()


def test_stars_of_ten_branches():
    quotas = (Quota(("五星",), at_most="10%"), Quota(("四星",), at_most="30%"), Quota(("三星",), at_most="40%"))
    totals = {"A": "101", "B": "97", "C": "92", "D": "88", "E": "85", "F": "83", "G": "79.5", "H": "75", "I": "66"}
    cards = [card_of(key, total, grade_for(Decimal(total), STARS)) for key, total in totals.items() if key != "B"]
    cards += [card_of("B", 97, "四星"), card_of("J", 58, "一星")]  # B has no innovation
    assert proposed(scheme_of(*quotas, grades=STARS), cards) == Proposal(
        "",
        "2026",
        {
            "A": "五星",
            "B": "四星",
            "C": "四星",
            "D": "四星",
            "E": "三星",
            "F": "三星",
            "G": "三星",
            "H": "三星",
            "I": "二星",
            "J": "一星",
        },
        overflow=(Move("C", "五星", "四星"), Move("E", "四星", "三星"), Move("F", "四星", "三星")),
    )


def test_who_falls_may_fall_through_a_full_grade():
    scheme = scheme_of(Quota(("好",), at_most="1"), Quota(("较好",), at_most="1"))
    cards = [card_of("a", 95), card_of("b", 94), card_of("c", 93), card_of("d", 85)]
    assert proposed(scheme, cards).overflow == (
        Move("b", "好", "较好"),
        Move("c", "好", "一般"),
        Move("d", "较好", "一般"),
    )


@pytest.mark.parametrize(
    ("amount", "graded", "rounding", "expected"),
    [
        ("3", 7, "down", 3),
        ("30%", 10, "down", 3),
        ("30%", 7, "down", 2),
        ("30%", 7, "up", 3),
        ("30%", 7, "half_up", 2),
        ("50%", 7, "half_up", 4),
        ("33.3%", 3, "down", 0),
        ("10%", 0, "up", 0),
    ],
)
def test_seats(amount, graded, rounding, expected):
    assert seats(amount, graded, rounding) == expected


def test_a_share_is_of_those_graded_only():
    cards = [card_of("a", 95), card_of("b", 94), card_of("c", 70), card_of("d", 70)]
    cards.append(Card("e", "2026", total_for_grade=None, grade=None))
    proposal = proposed(scheme_of(Quota(("好",), at_most="40%")), cards)
    assert proposal.proposed == {"a": "好", "b": "较好", "c": "一般", "d": "一般"}


def test_rounding_up_leaves_a_seat_more():
    cards = [card_of("a", 95), card_of("b", 94), card_of("c", 70), card_of("d", 70)]
    proposal = proposed(scheme_of(Quota(("好",), at_most="40%", rounding="up")), cards)
    assert proposal.overflow == ()


def test_equal_totals_at_the_edge_stay_together_below():
    cards = [card_of("a", 96), card_of("b", 95), card_of("c", 95), card_of("d", 94)]
    proposal = proposed(scheme_of(Quota(("好",), at_most="2")), cards)
    assert proposal.proposed == {"a": "好", "b": "较好", "c": "较好", "d": "较好"}
    assert proposal.ties == (Tie("好", 1, ("b", "c")),)


def test_totals_are_equal_that_are_printed_alike():
    cards = [card_of("a", "95.004"), card_of("b", "94.996")]
    assert proposed(scheme_of(Quota(("好",), at_most="1")), cards).ties == (Tie("好", 1, ("a", "b")),)


def test_several_grades_share_their_seats():
    scheme = scheme_of(Quota(("好", "较好"), at_most="2"))
    cards = [card_of("a", 95), card_of("b", 85), card_of("c", 84), card_of("d", 83)]
    assert proposed(scheme, cards).proposed == {"a": "好", "b": "较好", "c": "一般", "d": "一般"}


def test_each_peer_group_has_its_own_seats():
    scheme = scheme_of(Quota(("好",), at_most="1"))
    subjects = in_group("村居", "a", "b") | in_group("部门", "c", "d")
    cards = [card_of("a", 99), card_of("b", 98), card_of("c", 92), card_of("d", 91)]
    first, second = propose_grades(scheme, cards, subjects)
    assert (first.group, first.proposed) == ("村居", {"a": "好", "b": "较好"})
    assert (second.group, second.proposed) == ("部门", {"c": "好", "d": "较好"})


def test_a_quota_over_everybody_makes_one_cohort():
    scheme = scheme_of(Quota(("好",), at_most="2", per="all"))
    subjects = in_group("村居", "a", "b") | in_group("部门", "c", "d")
    cards = [card_of("a", 99), card_of("b", 98), card_of("c", 92), card_of("d", 91)]
    proposal = proposed(scheme, cards, subjects)
    assert (proposal.group, proposal.proposed) == ("", {"a": "好", "b": "好", "c": "较好", "d": "较好"})


def test_quotas_by_group_and_over_everybody_hold_together():
    scheme = scheme_of(Quota(("好",), at_most="2"), Quota(("好",), exactly="3", per="all"))
    subjects = in_group("A", "a", "b", "c") | in_group("B", "d", "e")
    cards = [card_of("a", 99), card_of("b", 98), card_of("c", 97), card_of("d", 92), card_of("e", 92)]
    everybody, first, second = propose_grades(scheme, cards, subjects)
    assert first.proposed == {"a": "好", "b": "好", "c": "较好"}
    assert second.proposed == {"d": "较好", "e": "较好"}
    assert everybody == Proposal("", "2026", {}, gap=(Gap(("好",), 1),), ties=(Tie("好", 1, ("d", "e")),))


def test_periods_are_apart_and_in_order():
    scheme = scheme_of(Quota(("好",), at_most="1"))
    cards = [
        Card("a", period, grade="好", total_for_grade=Decimal(95)) for period in ("2026", "2026Q4", "2026Q1", "2026-12")
    ]
    assert [one.period for one in propose_grades(scheme, cards, {})] == ["2026Q1", "2026-12", "2026Q4", "2026"]


def test_a_bottom_quota_takes_the_lowest_of_the_grade_above():
    scheme = scheme_of(Quota(("差",), at_least="1"))
    cards = [card_of("a", 95), card_of("b", 65), card_of("c", 64)]
    proposal = proposed(scheme, cards)
    assert proposal.proposed == {"a": "好", "b": "一般", "c": "差"}
    assert proposal.overflow == (Move("c", "一般", "差"),)


def test_a_bottom_quota_reaches_over_empty_grades():
    scheme = scheme_of(Quota(("一般", "差"), at_least="20%"))
    cards = [card_of(f"{n}", 90 + n) for n in range(5)]
    assert proposed(scheme, cards).overflow == (Move("0", "好", "一般"),)


def test_least_numbers_one_above_another_pass_down():
    scheme = scheme_of(Quota(("一般",), at_least="2"), Quota(("差",), at_least="1"))
    cards = [card_of("a", 89), card_of("b", 88), card_of("c", 66), card_of("d", 65)]
    proposal = proposed(scheme, cards)
    assert proposal.proposed == {"a": "较好", "b": "一般", "c": "一般", "d": "差"}
    assert proposal.gap == ()


def test_nobody_is_pushed_down_to_hide_a_gap_above():
    scheme = scheme_of(Quota(("好",), exactly="1"), Quota(("较好",), exactly="3"), Quota(("一般",), exactly="2"))
    cards = [card_of("a", 95), card_of("b", 85), card_of("c", 84), card_of("d", 66), card_of("e", 50)]
    proposal = proposed(scheme, cards)
    assert proposal.overflow == ()
    assert proposal.gap == (Gap(("较好",), 1), Gap(("一般",), 1))


def test_nobody_is_promoted_to_fill_a_grade():
    proposal = proposed(scheme_of(Quota(("好",), at_least="2")), [card_of("a", 95), card_of("b", 89)])
    assert proposal.proposed == {"a": "好", "b": "较好"}
    assert proposal.gap == (Gap(("好",), 1),)


def test_the_lowest_with_equal_totals_go_together():
    scheme = scheme_of(Quota(("差",), at_least="1"))
    proposal = proposed(scheme, [card_of("a", 75), card_of("b", 65), card_of("c", 65)])
    assert proposal.proposed == {"a": "一般", "b": "差", "c": "差"}
    assert proposal.ties == (Tie("差", 1, ("b", "c")),)


def test_the_lowest_with_equal_totals_stay_where_only_one_may_go():
    scheme = scheme_of(Quota(("一般",), exactly="1"))
    proposal = proposed(scheme, [card_of("a", 95), card_of("b", 85), card_of("c", 85)])
    assert proposal.proposed == {"a": "好", "b": "较好", "c": "较好"}
    assert (proposal.gap, proposal.ties) == ((Gap(("一般",), 1),), (Tie("一般", 1, ("b", "c")),))


def test_a_capped_grade_is_kept_whatever_the_total():
    capped = card_of("a", 98, "一般", (Vetoed("discipline", "案件", "cap", "一般"),))
    scheme = scheme_of(Quota(("好",), exactly="1"), Quota(("一般",), at_most="1"))
    proposal = proposed(scheme, [capped, card_of("b", 70)])
    assert proposal.proposed == {"a": "一般", "b": "差"}
    assert proposal.gap == (Gap(("好",), 1),)


def test_a_forced_grade_takes_a_seat_and_stays():
    forced = card_of("a", 70, "好", (Vetoed("hero", "直接晋级", "force", "好"),))
    proposal = proposed(scheme_of(Quota(("好",), at_most="2")), [forced, *(card_of(key, 95) for key in "bcd")])
    assert proposal.proposed == {"a": "好", "b": "较好", "c": "较好", "d": "较好"}
    assert proposal.ties == (Tie("好", 1, ("b", "c", "d")),)


def test_forced_grades_above_the_quota_are_told():
    forced = [card_of(key, 70, "好", (Vetoed("hero", "直接晋级", "force", "好"),)) for key in "ab"]
    proposal = proposed(scheme_of(Quota(("好",), at_most="1")), forced)
    assert proposal.proposed == {"a": "好", "b": "好"}
    assert proposal.excess == (Excess(("好",), 1),)


def test_too_many_in_the_last_grade_are_told():
    scheme = scheme_of(Quota(("一般", "差"), exactly="1"))
    proposal = proposed(scheme, [card_of("a", 50), card_of("b", 65), card_of("c", 66)])
    assert proposal.proposed == {"a": "差", "b": "一般", "c": "一般"}
    assert (proposal.overflow, proposal.excess) == ((), (Excess(("一般", "差"), 2),))


@pytest.mark.parametrize(
    ("graded_by", "best"), [("total", "total_for_grade"), ("award", "total_for_award"), ("rate", "rate")]
)
def test_seats_go_by_the_figure_of_the_grade_lines(graded_by, best):
    figures = dict.fromkeys(("total_for_grade", "total_for_award", "rate"), Decimal(91))
    cards = [
        card_of("a", 91, "好", (), **figures),
        card_of("b", 91, "好", (), **figures | {best: Decimal(92)}),
    ]
    scheme = scheme_of(Quota(("好",), at_most="1"), graded_by=graded_by)
    assert proposed(scheme, cards).proposed == {"a": "较好", "b": "好"}


def test_a_grade_without_a_line_is_filled_by_its_quota():
    grades = (Grade("好", Decimal(0)), Grade("末位"))
    scheme = scheme_of(Quota(("末位",), at_least="10%", rounding="up"), grades=grades)
    assert proposed(scheme, [card_of("a", 95, "好"), card_of("b", 94, "好")]).proposed == {"a": "好", "b": "末位"}


# For every cohort and every quota


AMOUNTS = st.one_of(st.integers(0, 6).map(str), st.integers(0, 100).map("{}%".format))
QUOTAS = st.builds(
    Quota,
    grades=st.sampled_from([("好",), ("较好",), ("一般",), ("差",), ("好", "较好"), ("一般", "差"), ("较好", "一般")]),
    at_most=st.one_of(st.just(""), AMOUNTS),
    at_least=st.one_of(st.just(""), AMOUNTS),
    exactly=st.one_of(st.just(""), st.just(""), AMOUNTS),
    rounding=st.sampled_from(["down", "up", "half_up"]),
    per=st.sampled_from(["group", "all"]),
)
COHORTS = st.lists(
    st.tuples(st.integers(118, 200).map(lambda n: Decimal(n) / 2), st.sampled_from("AB")), min_size=1, max_size=14
)
RANK = {"好": 0, "较好": 1, "一般": 2, "差": 3}


def cohort(members):
    cards = [card_of(f"s{n}", total) for n, (total, _) in enumerate(members)]
    return cards, {f"s{n}": Subject(f"s{n}", group=group) for n, (_, group) in enumerate(members)}


def everybodys_grade(proposals):
    return {subject: grade for proposal in proposals for subject, grade in proposal.proposed.items()}


@given(COHORTS, st.lists(QUOTAS, min_size=1, max_size=4))
def test_most_is_overstepped_only_where_nothing_is_below(members, quotas):
    cards, subjects = cohort(members)
    grades = everybodys_grade(propose_grades(scheme_of(*quotas), cards, subjects))
    for quota in quotas:
        most = quota.exactly or quota.at_most
        if not most or "差" in quota.grades:
            continue
        for group in {subject.group for subject in subjects.values()} if quota.per == "group" else {None}:
            held = Counter(grades[key] for key, subject in subjects.items() if group in (None, subject.group))
            assert sum(held[grade] for grade in quota.grades) <= seats(most, held.total(), quota.rounding)


@given(COHORTS, st.lists(QUOTAS, min_size=1, max_size=4))
def test_nobody_is_moved_up_and_everybody_has_a_grade(members, quotas):
    cards, subjects = cohort(members)
    proposals = propose_grades(scheme_of(*quotas), cards, subjects)
    grades = everybodys_grade(proposals)
    assert grades.keys() == subjects.keys()
    assert all(RANK[grades[card.subject]] >= RANK[card.grade] for card in cards)
    moved = {move.subject for proposal in proposals for move in proposal.overflow}
    assert moved == {card.subject for card in cards if grades[card.subject] != card.grade}


@given(COHORTS, st.lists(QUOTAS, min_size=1, max_size=4))
def test_who_has_more_in_a_group_never_stands_lower(members, quotas):
    cards, subjects = cohort(members)
    grades = everybodys_grade(propose_grades(scheme_of(*quotas), cards, subjects))
    for one in cards:
        for other in cards:
            if subjects[one.subject].group == subjects[other.subject].group:
                if one.total_for_grade > other.total_for_grade:
                    assert RANK[grades[one.subject]] <= RANK[grades[other.subject]]
                if one.total_for_grade == other.total_for_grade:
                    assert grades[one.subject] == grades[other.subject]


@given(COHORTS, st.lists(QUOTAS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_the_cards_never_matters(members, quotas, random):
    cards, subjects = cohort(members)
    scheme = scheme_of(*quotas)
    expected = propose_grades(scheme, cards, subjects)
    random.shuffle(cards)
    assert propose_grades(scheme, cards, subjects) == expected


@given(COHORTS, st.lists(QUOTAS, min_size=1, max_size=4))
def test_what_is_missing_is_told(members, quotas):
    cards, subjects = cohort(members)
    proposals = propose_grades(scheme_of(*quotas), cards, subjects)
    grades = everybodys_grade(proposals)
    gaps = Counter(gap for proposal in proposals for gap in proposal.gap)
    expected = Counter()
    for quota in quotas:
        least = quota.exactly or quota.at_least
        for group in {subject.group for subject in subjects.values()} if quota.per == "group" else {None}:
            held = Counter(grades[key] for key, subject in subjects.items() if group in (None, subject.group))
            missing = (
                seats(least, held.total(), quota.rounding) - sum(held[grade] for grade in quota.grades) if least else 0
            )
            if missing > 0:
                expected[Gap(quota.grades, missing)] += 1
    assert gaps == expected
