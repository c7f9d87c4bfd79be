from datetime import date
from decimal import Decimal as D

import pytest

from assessments.scoring.facts import Votes
from assessments.scoring.schemes import Figure, Grade, Veto
from tests.assessments.scoring.rule_books import (
    award,
    book,
    card,
    cards,
    category,
    event,
    indicator,
    points,
    rule,
    share,
    value,
)

GRADES = (Grade("好", D(90)), Grade("较好", D(80)), Grade("一般", D(60)), Grade("差", D(0)))


def scored(total: object, *facts, grades=GRADES, **told):
    scheme = book(category("c", indicator("i", share("total", factor=D(1)))), grades=grades, **told)
    return card(scheme, value("total", total), *facts)


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("90", "好"),
        ("89.995", "好"),
        ("89.994", "较好"),
        ("89.5", "较好"),
        ("79.99", "一般"),
        ("0", "差"),
        ("-1", "差"),
    ],
)
def test_whole_number_bands_leave_no_gap(total, grade):
    assert scored(total).grade == grade


def test_grade_lines_may_lie_below_nothing():
    grades = (Grade("好", D(0)), Grade("一般", D(-5)), Grade("差", D(-100)))
    assert [scored(total, grades=grades).grade for total in (0, "-4.99", -6)] == ["好", "一般", "差"]


def test_who_does_not_meet_the_condition_gets_the_next_grade():
    grades = (Grade("五星", D(90), "has(innovation)"), Grade("四星", D(80)))
    assert scored(97, grades=grades).grade == "四星"
    assert scored(92, value("innovation", True), grades=grades).grade == "五星"


def test_each_category_may_have_to_pass():
    parts = [category(key, indicator(f"{key}.i", share(key, factor=D(1))), pass_at=D(6)) for key in ("x", "y")]
    scheme = book(*parts, grades=(Grade("优秀", D(10), "passed == passable"), Grade("合格", D(0))))
    assert card(scheme, value("x", 9), value("y", 5)).grade == "合格"
    assert card(scheme, value("x", 6), value("y", 6)).grade == "优秀"


@pytest.mark.parametrize(
    ("veto", "grade"),
    [
        (Veto("v", "v", "force", "差", reads=("case",)), "差"),
        (Veto("v", "v", "cap", "一般", reads=("case",)), "一般"),
        (Veto("v", "v", "lower", steps=2, reads=("case",)), "一般"),
        (Veto("v", "v", "bar", reads=("case",)), "好"),
        (Veto("v", "v", "zero", reads=("case",)), "差"),
        (Veto("v", "v", "cap", "一般", when="satisfaction < 90"), "一般"),
        (Veto("v", "v", "force", "差", when="last_year.place == 5"), "差"),
    ],
)
def test_a_veto_does_what_the_book_says(veto, grade):
    told = [event("case", date(2026, 5, 1)), value("satisfaction", 85), value("last_year.place", 5)]
    found = scored(95, *told, vetoes=(veto,))
    assert found.grade == grade
    assert [(one.key, one.effect) for one in found.vetoes] == [("v", veto.effect)]
    assert found.is_barred == (veto.effect == "bar")
    assert found.total_for_grade == (0 if veto.effect == "zero" else 95)


def test_a_veto_that_does_not_hold_leaves_everything():
    vetoes = (Veto("v", "v", "force", "差", reads=("case",)), Veto("w", "w", "cap", "差", when="satisfaction < 90"))
    found = scored(95, event("case", excused="overturned", approved_by="committee"), vetoes=vetoes)
    assert (found.grade, found.vetoes) == ("好", ())


def test_a_cap_never_makes_better_and_several_vetoes_add_up():
    capped = Veto("v", "v", "cap", "较好", reads=("case",))
    assert scored(65, value("case", 1), vetoes=(capped,)).grade == "一般"
    lowered = Veto("w", "w", "lower", reads=("case",))
    assert scored(95, value("case", 1), vetoes=(capped, lowered)).grade == "较好"
    promoted = Veto("x", "x", "force", "好", reads=("honour",))
    assert scored(65, value("honour", 1), vetoes=(promoted,)).grade == "好"
    assert scored(65, value("honour", 1), value("case", 1), vetoes=(promoted, capped)).grade == "较好"


def test_an_event_must_meet_the_condition_too_where_both_are_told():
    veto = Veto("v", "v", "force", "差", reads=("case",), when="total_for_grade < 70")
    assert scored(95, value("case", 1), vetoes=(veto,)).grade == "好"
    assert scored(65, value("case", 1), vetoes=(veto,)).grade == "差"


def test_grades_may_speak_of_the_rate_or_of_the_total_for_awards():
    parts = (
        category("c", indicator("i", share("x"), points="50")),
        category("plus", indicator("p", award("prize", "10")), role="bonus", counts_for=("award",)),
    )
    told = [value("x", 90), value("prize", 5)]
    assert card(book(*parts, grades=GRADES), *told).grade == "差"
    assert card(book(*parts, grades=GRADES, graded_by="rate"), *told).grade == "好"
    assert card(book(*parts, grades=GRADES, graded_by="award"), *told).grade == "好"


def test_figures_are_worked_out_of_the_finished_card_and_may_be_compared():
    """Rule book 05: what is taken off a bonus of 1,000 yuan, and off the superiors' by the mean over branches."""
    mine = 'base * 1.3 * (1 - total_for_grade / 90) * 0.5 if grade == "just" else 0'
    scheme = book(
        category("c", indicator("i", share("total", factor=D(1)))),
        grades=(Grade("pass", D(90)), Grade("just", D(86))),
        figures=(
            Figure("cut", "cut", mine, 'group == "branch"'),
            Figure("head", "head", "mean_of(cut) * 0.6", 'group == "general"'),
        ),
    )
    told = [value("total", 88), value("base", 1000)]
    told += [value("total", 95, subject=key) for key in "bcde"]
    groups = dict.fromkeys("abcde", "branch") | {"g": "general"}
    found = cards(scheme, *told, groups=groups)
    assert [(line.indicator, line.earned) for line in found["a", "2026"].figures] == [("cut", 1444)]
    assert [(line.indicator, line.earned) for line in found["g", "2026"].figures] == [("head", 173)]
    assert points(found["a", "2026"]) == {"i": D(88)}


def test_a_grade_may_be_given_by_how_many_categories_pass():
    parts = [category(key, indicator(f"{key}.i", share(key, factor=D(1))), pass_at=D(6)) for key in ("x", "y")]
    grades = (Grade("优", requires="passed == 2"), Grade("良", requires="passed == 1"), Grade("差", requires="true"))
    scheme = book(*parts, grades=grades)
    assert card(scheme, value("x", 9), value("y", 9)).grade == "优"
    assert card(scheme, value("x", 9), value("y", 1)).grade == "良"
    assert card(scheme, value("x", 1), value("y", 1)).grade == "差"


def test_a_grade_without_line_and_condition_is_given_by_nobody_but_a_veto():
    grades = (Grade("好"), Grade("差", D(0)))
    assert scored(99, grades=grades).grade == "差"
    assert (
        scored(99, value("honour", 1), grades=grades, vetoes=(Veto("v", "v", "force", "好", reads=("honour",)),)).grade
        == "好"
    )


def test_the_last_of_a_group_may_be_held_down():
    last = Veto("v", "v", "force", "差", when="last_place_of(total_for_grade, group) <= 1")
    scheme = book(category("c", indicator("i", share("total", factor=D(1)))), grades=GRADES, vetoes=(last,))
    told = [value("total", total, subject=key) for key, total in {"a": 95, "b": 92, "c": 91, "d": 91}.items()]
    found = cards(scheme, *told, groups={"a": "x", "b": "x", "c": "y", "d": "y"})
    assert [one.grade for one in found.values()] == ["好", "差", "差", "差"]
    first = Figure("f", "f", "place_of(total_for_grade)")
    found = cards(
        book(category("c", indicator("i", share("total", factor=D(1)))), figures=(first,)),
        *told,
        groups=dict.fromkeys("abcd", ""),
    )
    assert [one.figures[0].points for one in found.values()] == [D(1), D(2), D(3), D(3)]


def test_a_condition_may_name_an_indicator_whose_votes_have_its_name():
    votes = rule("vote_weighted", "mood", scores={"好": D(100), "差": D(0)})
    grades = (Grade("好", D(50), "mood >= 60 and has(mood)"), Grade("差", D(0)))
    scheme = book(category("c", indicator("mood", votes, points="100")), grades=grades)
    told = [Votes(subject="a", about="mood", period="2026", counts={"好": good, "差": 10 - good}) for good in (7, 5)]
    assert [card(scheme, one).grade for one in told] == ["好", "差"]


def test_a_condition_may_ask_for_the_points_of_a_line_whose_fact_has_its_name():
    grades = (Grade("好", D(0), 'points("x") >= 20 and x == 50'), Grade("差", D(-1)))
    scheme = book(category("c", indicator("x", share("x"), points="50")), grades=grades)
    assert [card(scheme, value("x", told)).grade for told in (50, 60)] == ["好", "差"]


def test_a_formula_compares_lines_worked_out_before_whatever_the_order_of_subjects():
    """Rank over computed points: everybody's earlier line is known before anybody's formula asks."""
    raw = indicator("raw", rule("bonus_by_level", "sent", levels={"国": D(10), "区": D(1)}))
    place = "5 if place_of(points(raw), group) == 1 else -2 if last_place_of(points(raw), group) == 1 else 0"
    rank = indicator("rank", rule("derived_formula", "r", formula=place, direction="award"), floor="none")
    mean = indicator("mean", rule("derived_formula", "m", formula="mean_of(raw_points)"))
    told = [event("sent", level="国", subject="a"), event("sent", level="区", quantity=D(5), subject="b")]
    told += [value("raw_points", 3, subject=key) for key in "abc"]
    for order in ("abc", "cba"):
        found = cards(book(category("c", raw, rank, mean)), *told, groups=dict.fromkeys(order, "x"))
        assert [points(found[key, "2026"])["rank"] for key in "abc"] == [D(5), D(0), D(-2)]
        assert {points(one)["mean"] for one in found.values()} == {D(3)}


def test_a_condition_may_ask_how_the_ballots_were_cast():
    votes = Votes(subject="a", about="poll", period="2026", counts={"好": 2, "一般": 1})
    grades = (Grade("好", D(0), 'share(poll, "好") >= 66.6 and share(poll, "差") == 0'), Grade("差", D(-1)))
    assert scored(50, votes, grades=grades).grade == "好"
    less = Votes(subject="a", about="poll", period="2026", counts={"好": 1, "一般": 1})
    assert scored(50, less, grades=grades).grade == "差"


def test_of_several_grades_forced_the_lowest_counts():
    vetoes = tuple(Veto(name, name, "force", name, reads=("case",)) for name in ("好", "差", "一般"))
    assert scored(95, value("case", 1), vetoes=vetoes).grade == "差"
