import pytest
from django.utils import translation

from tests.assessments.scheme_files.reading import SCHEME, read, refused, told


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("entry", "period"),
    [
        ("{about: absent}", "2026Q3"),
        ("{about: absent, on: 2026-05-01}", "2026Q2"),
        ("{about: absent, on: 2026-05-01, period: 2026Q4}", "2026Q4"),
        ("{about: absent, period: 2026-05}", "2026-05"),
        ("{about: meetings, on: 2026-05-01}", "2026-05"),
        ("{about: annual, value: 90, period: 2026}", "2026"),
        ("{about: honours, period: 2026}", "2026"),
        ("{about: crime, period: 2026}", "2026"),
    ],
)
def test_the_period_of_a_fact(entry, period):
    assert told(entry).period == period


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("subjects: [{id: b, facts: [{about: absent, on: 2026-05-01}, {about: absent, period: 2026-11}]}]", "Q2 Q4"),
        ("subjects: [{id: b, periods: {2026Q1: {kpi: 1}, 2026Q4: {kpi: 2}}}]", "Q1 Q4"),
        ("period: 2026Q3\nsubjects: [{id: b}]", "Q3"),
        ("subjects: [{id: b, periods: {2026Q3: {}}}]", "Q3"),
    ],
)
def test_the_periods_of_a_file(text, periods):
    assert read(text).periods == tuple(f"2026{period}" for period in periods.split())


@pytest.mark.parametrize(
    ("top", "cards"),
    [
        ("period: 2026", "2026Q1 2026Q2 2026Q3 2026Q4 2026"),
        ("period: 2026H2", "2026Q2 2026Q3 2026Q4 2026H2"),
        ("period: 2026Q1", "2026Q1 2026Q2"),
        ("", "2026Q2"),
        ("cards: 2026", "2026Q1 2026Q2 2026Q3 2026Q4"),
        ("cards: [2026Q1, 2026H1]", "2026Q1 2026Q2"),
        ("period: 2026\ncards: [2026Q3]", "2026Q3"),
    ],
)
def test_which_periods_have_cards(top, cards):
    file = read(f"{top}\nsubjects: [{{id: b, facts: [{{about: absent, on: 2026-05-01}}], last_year: {{place: 1}}}}]")
    assert file.cards == tuple(cards.split())
    assert [fact.period for fact in file.facts] == ["2026Q2", "2026"]


def test_a_year_is_filled_up_only_where_its_periods_are_put_together():
    apart = SCHEME.replace(", combine: mean", "")
    text = "{}\nsubjects: [{{id: b, facts: [{{about: absent, on: 2026-05-01}}]}}]"
    assert read(text.format("period: 2026"), apart).cards == ("2026Q2",)
    assert read(text.format("cards: 2026H1"), apart).cards == ("2026Q1", "2026Q2")
    halves = SCHEME.replace("combine: mean", "combine: mean, into: half", 1)
    assert read(text.format("period: 2026"), halves).cards == ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


def test_what_is_told_of_a_year_is_lost_where_halves_are_the_longest():
    halves = SCHEME.replace("combine: mean", "combine: mean, into: half", 1)
    assert refused("subjects: [{id: b, facts: [{about: honours, period: 2026}]}]", halves) == [
        (
            1,
            "subjects[1].facts[1].period",
            "2026 is longer than what the scheme puts periods together into: half.",
        )
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "cards: 2026-03\nsubjects: [{id: b}]",
            (1, "cards", "2026-03 is shorter than what the scheme scores by: quarter."),
        ),
        (
            "cards: 去年\nsubjects: [{id: b}]",
            (1, "cards", "A period is expected here: 2026-03, 2026Q1, 2026H1 or 2026, not “去年”."),
        ),
        (
            "cards: [2026年, ２０２６Ｑ１]\nsubjects: [{id: b}]",
            (1, "cards[2]", "Write 2026Q1, not “２０２６Ｑ１”."),
        ),
        (
            "cards: 2026-3\nsubjects: [{id: b}]",
            (1, "cards", "Write 2026-03, not “2026-3”."),
        ),
        (
            "cards: 2026\nsubjects: [{id: b, facts: [{about: absent, on: 2025-12-31}]}]",
            (
                2,
                "subjects[1].facts[1]",
                "2025Q4 lies in no year that this file has cards for. See cards at the top.",
            ),
        ),
    ],
)
def test_cards_that_cannot_be_made(text, problem):
    assert problem in refused(text)


def test_without_a_score_days_belong_to_the_periods_that_are_listed():
    by = "scheme: x\ncategories: [{title: a, indicators: [{id: i, title: i, rules: {kind: deduct_if, points: 1}}]}]"
    file = read("cards: [2026Q1, 2026Q2]\nsubjects: [{id: b, facts: [{about: i, on: 2026-05-01}]}]", by)
    assert ([fact.period for fact in file.facts], file.cards) == (["2026Q2"], ("2026Q1", "2026Q2"))


def test_days_belong_to_the_shortest_period_that_is_named_where_the_scheme_names_none():
    by = "scheme: x\ncategories: [{title: a, indicators: [{id: i, title: i, rules: {kind: deduct_if, points: 1}}]}]"
    text = "period: 2026\nsubjects: [{id: b, facts: [{about: i, on: 2026-05-01}, {about: i, period: 2026H1}]}]"
    file = read(text, by)
    assert ([fact.period for fact in file.facts], file.periods) == (["2026H1", "2026H1"], ("2026H1", "2026"))
    assert read("subjects: [{id: b, facts: [{about: i, on: 2026-05-01}]}]", by).periods == ("2026",)
    assert refused("period: 2026\nsubjects: [{id: b, facts: [{about: i, on: 2025-05-01}]}]", by) == [
        (2, "subjects[1].facts[1].on", "2025-05-01 lies in none of the periods of this file: 2026.")
    ]
