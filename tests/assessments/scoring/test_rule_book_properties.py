"""What holds for every rule book and whatever happened: Hypothesis looks for the case where it does not."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Card, Category, Grade, Indicator, Rule, Scheme, checksum, score
from assessments.scoring.engine import score_all
from assessments.scoring.facts import Event, Exemption, Marks, Subject, Value, Votes
from assessments.scoring.rounding import printed
from assessments.scoring.schemes import ByGroup, Combination, Merge, ScoringPoint, Veto

GRADES = (
    Grade("好", Decimal(90)),
    Grade("较好", Decimal(80)),
    Grade("一般", Decimal(60)),
    Grade("差", Decimal(0)),
)
LEVELS = {"省": Decimal(6), "市": Decimal(4), "县": Decimal("1.5")}
SUBJECTS = {key: Subject(key, group=group) for key, group in (("b1", "A"), ("b2", "A"), ("b3", "B"))}

TENTHS = st.integers(0, 200).map(lambda tenths: Decimal(tenths) / 10)
CAPS = st.one_of(st.none(), TENTHS)
FLOORS = st.one_of(st.none(), TENTHS.map(lambda figure: -figure))
DAYS = st.integers(0, 364).map(lambda days: date(2026, 1, 1) + timedelta(days))


def rule_of(kind: str, key: str, *, reads: str = "", **settings: object) -> Rule:
    names = ("cap", "floor", "cap_per", "merge", "over", "only", "when")
    own = {name: settings.pop(name) for name in names if name in settings}
    return Rule(kind, settings, key, f"rule {key}", (reads,) if reads else (), **own)


def line_of(key: str, points: int | None, *rules: Rule, **settings: object) -> Indicator:
    return Indicator(key, f"line {key}", rules, None if points is None else Decimal(points), **settings)


def book_of(*categories: Category, **settings: object) -> Scheme:
    settings = {"graded_by": "total", "grades": GRADES} | settings
    return Scheme("book", "Book", categories, is_rule_book=True, **settings)


def event_of(about: str, on: date, **told: object) -> Event:
    return Event(**{"subject": "b1", "about": about, "period": "2026", "on": on} | told)


EVENTS = st.builds(
    event_of,
    about=st.sampled_from(["absent", "late", "honours", "deeds", "case", "by_hand"]),
    on=DAYS,
    subject=st.sampled_from(sorted(SUBJECTS)),
    level=st.sampled_from(sorted(LEVELS)),
    quantity=st.integers(1, 4).map(Decimal),
    points=TENTHS,
    matter=st.sampled_from(["", "甲", "乙"]),
    due_on=st.one_of(st.none(), DAYS),
    factor=st.sampled_from([Decimal(1), Decimal("0.5")]),
    excused=st.sampled_from(["", "", "", "因公"]),
)
VALUES = st.builds(
    Value,
    subject=st.sampled_from(sorted(SUBJECTS)),
    about=st.sampled_from(["rate", "kpi", "place"]),
    period=st.just("2026"),
    value=st.integers(0, 120).map(Decimal),
)
VOTES = st.builds(
    Votes,
    subject=st.sampled_from(sorted(SUBJECTS)),
    about=st.just("appraisal"),
    period=st.just("2026"),
    counts=st.fixed_dictionaries({"好": st.integers(0, 9), "差": st.integers(0, 9)}),
    voters=st.sampled_from(["leaders", "staff"]),
)
MARKS = st.builds(
    Marks,
    subject=st.sampled_from(sorted(SUBJECTS)),
    about=st.just("contest"),
    period=st.just("2026"),
    marks=st.lists(st.integers(0, 100).map(Decimal), min_size=1, max_size=5).map(tuple),
)
EXEMPTIONS = st.builds(
    Exemption,
    subject=st.sampled_from(sorted(SUBJECTS)),
    about=st.sampled_from(["discipline", "punctual", "rate", "bonus"]),
    period=st.just("2026"),
    reason=st.just("新成立"),
    approved_by=st.just("工委"),
)
FACTS = st.lists(st.one_of(EVENTS, EVENTS, EVENTS, VALUES, VOTES, MARKS, EXEMPTIONS), max_size=25)


def full_book(**settings: object) -> Scheme:
    """Every way to take, add and give, with merging, free allowances and windows."""
    discipline = (
        rule_of("deduct_per_occurrence", "absent", each=Decimal("0.3"), free=Decimal(1), cap_per={"month": Decimal(1)}),
        rule_of("deduct_by_level", "case", levels=LEVELS, merge=Merge(("matter", "level"))),
        rule_of("manual_range", "by_hand", direction="deduct", floor=Decimal(-3)),
    )
    tiers = ({"from": Decimal(90), "points": Decimal(10)}, {"from": Decimal(60), "points": Decimal(5)})
    places = ({"up_to": Decimal(1), "points": Decimal(2)},)
    scores, voters = {"好": Decimal(100), "差": Decimal(40)}, {"leaders": Decimal("0.2"), "staff": Decimal("0.8")}
    base = (
        line_of("discipline", 20, *discipline),
        line_of("punctual", 10, rule_of("late_deduction", "late", per_day=Decimal("0.1"))),
        line_of("rate", 10, rule_of("tiered", "rate.tiers", reads="rate", tiers=tiers)),
        line_of("kpi", 30, rule_of("proportional", "kpi"), no_data="group_mean"),
        line_of("place", None, rule_of("rank_based", "place", places=places)),
        line_of("appraisal", 20, rule_of("vote_weighted", "appraisal", scores=scores, voters=voters)),
        line_of("contest", 10, rule_of("judge_mean", "contest"), no_data="zero"),
    )
    honours = rule_of("bonus_by_level", "honours", levels=LEVELS, merge=Merge(("matter",), "in_turn"))
    deeds = rule_of("award_per_event", "deeds", each=Decimal(1), cap_per={"quarter": Decimal(2)}, over="year")
    bonus = Category("bonus", "Bonus", (line_of("extra", None, honours, deeds),), role="bonus", cap=Decimal(10))
    vetoes = (Veto("scandal", "Scandal", "cap", "一般", reads=("case",)),)
    return book_of(Category("base", "Base", base), bonus, vetoes=vetoes, **settings)


def cards_of(scheme: Scheme, facts: list, period: str = "2026") -> tuple[Card, ...]:
    return score(scheme, facts, subjects=SUBJECTS, periods=[period])


def card_of(scheme: Scheme, facts: list) -> Card:
    (card,) = score(scheme, facts, subjects={"b1": SUBJECTS["b1"]}, periods=["2026"])
    return card


def quarterly(facts: list) -> list:
    """The same, each told for the quarter of its day (or the first)."""
    return [
        fact if isinstance(fact, Exemption) else _in_quarter(fact, getattr(fact, "on", date(2026, 1, 1)))
        for fact in facts
    ]


def _in_quarter(fact, on: date):
    told = {name: getattr(fact, name) for name in fact.__slots__}
    return type(fact)(**told | {"period": f"2026Q{(on.month + 2) // 3}"})


# For every book


@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters(facts, random):
    expected = cards_of(full_book(), facts)
    random.shuffle(facts)
    assert cards_of(full_book(), facts) == expected


@given(FACTS, st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters_over_quarters(facts, random):
    scheme = full_book(periods=Combination("quarter", "mean"))
    facts, periods = quarterly(facts), [f"2026Q{number}" for number in range(1, 5)]
    expected = score_all(scheme, facts, SUBJECTS, periods)
    random.shuffle(facts)
    assert score_all(scheme, facts, SUBJECTS, periods) == expected


@given(FACTS)
def test_scoring_twice_is_the_same(facts):
    first, second = (cards_of(full_book(), list(facts)) for _ in range(2))
    assert first == second
    assert checksum(first) == checksum(second)


@given(FACTS)
def test_others_change_nothing_where_nobody_is_compared(facts):
    """Equal facts are judged once; each group's own amounts hold all the same."""
    by_group = rule_of("deduct_per_occurrence", "late", each=ByGroup({"A": Decimal(1)}, Decimal(2)))
    base = [line for _, line in full_book().indicators() if line.key not in ("place", "kpi")]
    scheme = book_of(Category("all", "All", (*base, line_of("by_group", 20, by_group))))
    for card in cards_of(scheme, facts):
        own = [fact for fact in facts if fact.subject == card.subject]
        assert score(scheme, own, subjects={card.subject: SUBJECTS[card.subject]}, periods=["2026"]) == (card,)


@given(FACTS, st.sampled_from(["total", "line"]))
def test_lines_add_up_to_totals_exactly(facts, rounding):
    for card in cards_of(full_book(rounding=rounding, no_data="zero"), facts):
        for part in card.categories:
            known = [line.points for line in card.lines if line.category == part.key and line.points is not None]
            points = sum(known, Decimal(0)) if known else None
            assert part.points == (min(points, Decimal(10)) if known and part.key == "bonus" else points)
        assert card.total_for_grade == sum(part.points for part in card.categories if part.points is not None)
        assert card.earned == printed(card.total_for_grade) * 100
        if rounding == "line":
            assert all(line.points == printed(line.points) for line in card.lines if line.points is not None)


@given(FACTS)
def test_a_quarters_mean_is_the_mean_of_the_quarters(facts):
    scheme = full_book(periods=Combination("quarter", "mean"), no_data="zero")
    periods = [f"2026Q{number}" for number in range(1, 5)]
    cards = score_all(scheme, quarterly(facts), SUBJECTS, periods)
    for key in SUBJECTS:
        *quarters, year = [card for card in cards if card.subject == key]
        assert [card.period for card in quarters] == periods
        bases = [card.base for card in quarters if card.base is not None]
        assert year.base == sum(bases, Decimal(0)) / len(bases)


@given(st.lists(TENTHS, min_size=1, max_size=6))
def test_grades_leave_no_gap(points):
    """Half a point, or a thousandth, between two lines is a grade too."""
    rule = rule_of("derived_formula", "sum", formula=" + ".join(f"{one} / 7" for one in points))
    scheme = book_of(Category("all", "All", (Indicator("sum", "Sum", (rule,)),)))
    card = card_of(scheme, [])
    reached = [grade.name for grade in GRADES if printed(card.total_for_grade) >= grade.at_least]
    assert card.grade == reached[0]


# Bounds, one at a time


HAPPENED = st.lists(
    st.builds(
        event_of,
        about=st.just("it"),
        on=DAYS,
        quantity=st.integers(1, 5).map(Decimal),
        level=st.sampled_from("省市县"),
        matter=st.sampled_from(["", "甲", "乙"]),
        factor=st.sampled_from([Decimal(1), Decimal("0.5")]),
    ),
    max_size=12,
)
TAKING = st.one_of(
    st.builds(lambda each, free: rule_of("deduct_per_occurrence", "it", each=each, free=free), TENTHS, TENTHS),
    st.just(rule_of("deduct_by_level", "it", levels=LEVELS)),
    st.builds(lambda each: rule_of("late_deduction", "it", each=each), TENTHS),
)
ADDING = st.one_of(
    st.builds(lambda each: rule_of("award_per_event", "it", each=each), TENTHS),
    st.builds(
        lambda each, first, least: rule_of("award_per_event", "it", each=each, first=first, required=Decimal(least)),
        TENTHS,
        TENTHS,
        st.integers(1, 5),
    ),
    st.just(rule_of("bonus_by_level", "it", levels=LEVELS)),
)


def changed(part, **changes: object):
    return type(part)(**{name: getattr(part, name) for name in part.__slots__} | changes)


def line_points(indicator: Indicator, facts: list, **settings: object) -> Decimal:
    (line,) = card_of(book_of(Category("all", "All", (indicator,)), **settings), facts).lines
    return line.points


@given(HAPPENED, st.one_of(TAKING, ADDING), CAPS, FLOORS)
def test_a_rule_stays_between_its_cap_and_its_floor(facts, rule, cap, floor):
    points = line_points(Indicator("line", "Line", (changed(rule, cap=cap, floor=floor),)), facts)
    assert cap is None or points <= cap
    assert floor is None or points >= floor


@given(HAPPENED, st.one_of(TAKING, ADDING), TENTHS, st.sampled_from([("month", 12), ("quarter", 4), ("year", 1)]))
def test_a_rule_stays_within_what_each_window_allows(facts, rule, most, window):
    name, count = window
    points = line_points(Indicator("line", "Line", (changed(rule, cap_per={name: most}),)), facts)
    assert abs(points) <= most * count


@given(HAPPENED, TAKING, TENTHS)
def test_a_scoring_point_is_never_less_than_nothing_nor_more_than_its_points(facts, rule, points):
    rest = ScoringPoint("rest", "Rest", (rule_of("deduct_if", "never", points=Decimal(1)),), Decimal(7))
    parts = (ScoringPoint("part", "Part", (rule,), points), rest)
    assert 7 <= line_points(Indicator("line", "Line", scoring_points=parts), facts) <= points + 7


@given(HAPPENED, st.one_of(TAKING, ADDING), TENTHS)
def test_an_indicator_is_never_less_than_nothing_nor_more_than_its_points(facts, rule, points):
    assert 0 <= line_points(Indicator("line", "Line", (rule,), points), facts) <= points


@given(HAPPENED, st.one_of(TAKING, ADDING), TENTHS, CAPS, FLOORS)
def test_categories_and_totals_stay_between_their_bounds(facts, rule, most, cap, floor):
    indicator = Indicator("line", "Line", (rule,))
    bound = {"cap": "none" if cap is None else cap, "floor": "none" if floor is None else floor}
    bonus = Category("bonus", "Bonus", (changed(indicator, key="more"),), role="bonus")
    parts = (Category("all", "All", (indicator,), **bound), bonus)
    card = card_of(book_of(*parts, bonus_cap=most, total_cap=Decimal(12), total_floor=Decimal(-8)), facts)
    first = card.categories[0].points
    assert (cap is None or first <= cap) and (floor is None or first >= floor)
    assert -8 <= card.total_for_grade <= min(Decimal(12), max(first + most, Decimal(-8)))


# Good and bad


# Together they may: what is left of a matter can move into a month that has had its share.
MERGED_OR_WINDOWED = st.sampled_from(
    [
        {},
        {"merge": Merge(("matter",))},
        {"merge": Merge(("matter", "level"))},
        {"cap_per": {"month": Decimal(3)}},
        {"cap_per": {"day": Decimal(1), "year": Decimal(9)}},
    ]
)


@given(HAPPENED, HAPPENED.filter(bool), ADDING, CAPS, MERGED_OR_WINDOWED)
def test_one_good_deed_more_never_costs_a_point(facts, more, rule, cap, limits):
    indicator = Indicator("line", "Line", (changed(rule, cap=cap, **limits),))
    points = [line_points(indicator, facts + more[:count]) for count in range(len(more) + 1)]
    assert all(before <= after for before, after in pairwise(points))


@given(HAPPENED, HAPPENED.filter(bool), TAKING, FLOORS, st.sampled_from([None, Merge(("matter",))]))
def test_one_fault_more_never_gains_a_point(facts, more, rule, floor, merge):
    indicator = Indicator("line", "Line", (changed(rule, floor=floor, merge=merge),), Decimal(20))
    points = [line_points(indicator, facts + more[:count]) for count in range(len(more) + 1)]
    assert all(before >= after for before, after in pairwise(points))


# 同一事项, compared with the plainest way to say it


FIELDS = st.sampled_from([("matter",), ("matter", "department"), ("level",), ("on",), ("about", "matter")])
MERGED = st.lists(
    st.builds(
        event_of,
        about=st.just("it"),
        on=DAYS,
        level=st.sampled_from("省市县"),
        matter=st.sampled_from(["", "甲", "乙"]),
        fields=st.sampled_from([{}, {"department": "甲局"}, {"department": "乙局"}]),
    ),
    max_size=10,
)


def matters_of(facts: list[Event], by: tuple[str, ...]) -> list[list[Decimal]]:
    """The points of each matter, by day, the larger first; who lacks a field stands alone."""
    matters: dict[object, list[Event]] = defaultdict(list)
    for number, fact in enumerate(facts):
        known = {"matter": fact.matter, "level": fact.level, "on": str(fact.on), "about": fact.about, **fact.fields}
        key = tuple(known.get(name, "") for name in by)
        matters[key if all(key) else number].append(fact)
    return [
        [LEVELS[fact.level] for fact in sorted(matter, key=lambda fact: (fact.on, -LEVELS[fact.level]))]
        for matter in matters.values()
    ]


@given(MERGED, FIELDS, st.sampled_from(["indicator", "rule", "category"]), st.sampled_from([1, -1]))
def test_the_highest_of_a_matter_counts(facts, by, where, sign):
    expected = sum((max(matter) for matter in matters_of(facts, by)), Decimal(0))
    assert merged_points(facts, Merge(by), where, sign) == sign * expected


@given(MERGED, FIELDS, st.sampled_from(["indicator", "rule", "category"]), st.sampled_from([1, -1]))
def test_repeats_of_a_matter_count_less_in_turn(facts, by, where, sign):
    factors = (Decimal(1), Decimal("0.5"), Decimal("0.2"))
    expected = sum(
        (points * factors[min(turn, 2)] for matter in matters_of(facts, by) for turn, points in enumerate(matter)),
        Decimal(0),
    )
    assert merged_points(facts, Merge(by, "in_turn", factors), where, sign) == sign * expected


@given(MERGED, FIELDS, st.sampled_from(["indicator", "rule", "category"]))
def test_a_sum_leaves_everything(facts, by, where):
    expected = sum((LEVELS[fact.level] for fact in facts), Decimal(0))
    assert merged_points(facts, Merge(by, "sum"), where, 1) == expected


def merged_points(facts: list[Event], merge: Merge, where: str, sign: int) -> Decimal:
    kind = "bonus_by_level" if sign > 0 else "deduct_by_level"
    rule = rule_of(kind, "it", levels=LEVELS, merge=merge if where == "rule" else None)
    indicator = Indicator("line", "Line", (rule,), merge=merge if where == "indicator" else None)
    category = Category("all", "All", (indicator,), merge=merge if where == "category" else None)
    (line,) = card_of(book_of(category), facts).lines
    return line.points
