"""Every scheme a file can hold, for Hypothesis: all parts, all kinds, all parameters."""

from decimal import Decimal

from hypothesis import strategies as st

from assessments.scoring.kinds import KINDS
from assessments.scoring.schemes import (
    ByFormula,
    ByGroup,
    Category,
    Combination,
    Component,
    Figure,
    Grade,
    Indicator,
    Merge,
    Quota,
    Rule,
    Scheme,
    ScoringPoint,
    Veto,
)

TREATMENTS = st.sampled_from(["", "leave", "full", "group_mean", "zero"])
texts = st.one_of(
    st.sampled_from(
        ["yes", "5", "0.10", "null", "- a", "a: b", "#x", "第一行\n第二行", "{a}", "'\"", "2026-01-01", "30%"]
    ),
    st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool),
)
names = st.text("ab三会-_.1#", min_size=1, max_size=6)
numbers = st.decimals(-1000, 1000, places=2, allow_nan=False).map(abs)
positives = numbers.filter(bool)
signed = st.decimals(-1000, 1000, places=3, allow_nan=False)
expressions = st.sampled_from(["", 'members >= 7 and kind == "branch"', "true", "count(x) + 1", 'group in ("a", "b")'])
formulas = expressions.filter(bool)


def mappings(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.dictionaries(texts, values, min_size=1, max_size=3)


def tuples(values: st.SearchStrategy, least: int = 1) -> st.SearchStrategy:
    return st.lists(values, min_size=least, max_size=3).map(tuple)


def amounts(numbers: st.SearchStrategy = numbers) -> st.SearchStrategy:
    by_group = st.builds(ByGroup, mappings(numbers), st.none() | numbers)
    return st.one_of(numbers, by_group, st.builds(ByFormula, formulas))


limits = st.one_of(amounts(signed), st.sampled_from(["points", "none"]))
_worth = st.one_of(st.fixed_dictionaries({"points": amounts()}), st.fixed_dictionaries({"loses": amounts()}))
_bounds = st.fixed_dictionaries({}, optional=dict.fromkeys(("from", "above", "up_to", "below"), amounts(signed)))
_criteria = st.lists(
    st.fixed_dictionaries({"key": names, "title": texts, "points": amounts()}),
    min_size=1,
    max_size=3,
    unique_by=lambda criterion: criterion["key"],
).map(tuple)
_places = tuples(st.builds(lambda up_to, worth: {"up_to": up_to} | worth, amounts(positives), _worth))
PARAMETERS = {
    "amount": amounts(),
    "all": st.just("all") | amounts(),
    "number": positives,
    "integer": st.integers(0, 9),
    "flag": st.booleans(),
    "expression": formulas,
    "window": st.sampled_from(["day", "month", "quarter", "half", "year"]),
    "levels": mappings(amounts()),
    "scores": mappings(signed),
    "weights": mappings(numbers),
    "choices": tuples(texts),
    "tiers": tuples(st.builds(lambda bounds, worth: bounds | worth, _bounds, _worth)),
    "places": _places,
    "criteria": _criteria,
}


@st.composite
def parameters(draw: st.DrawFn, kind: str) -> dict:
    found = {}
    for name, parameter in KINDS[kind].parameters.items():
        words = st.sampled_from(parameter.what.split("|")) if "|" in parameter.what else PARAMETERS[parameter.what]
        if parameter.is_required or draw(st.booleans()):
            found[name] = draw(words)
    return _together(kind, found, draw)


def _together(kind: str, found: dict, draw: st.DrawFn) -> dict:
    """What the reader asks of parameters together."""
    if kind == "late_deduction":
        found = {
            "grace_days": draw(amounts(st.integers(0, 9).map(Decimal))),
            draw(st.sampled_from(["each", "once", "per_day"])): draw(amounts()),
        }
    if kind == "award_per_event" and "first" in found:
        found["required"] = draw(amounts())
    if kind == "deduct_shortfall_count" and "each" not in found:
        found["required"] = draw(positives)
    if kind == "tiered" and found.get("by") == "level":
        found["tiers"] = ({"level": draw(texts), "loses": "all"},)
    if kind == "tiered" and found.get("by") == "shortfall":
        found["target"] = draw(amounts(signed))
    if kind == "rate_step":
        found["below"] = draw(amounts())
    if kind == "rank_based":
        found["last"] = draw(_places)
    if kind == "manual_range":
        found.pop("least", None)
    return found


merges = st.none() | st.builds(Merge, tuples(names), st.sampled_from(["highest", "sum", "in_turn"]), tuples(numbers))
windows = st.dictionaries(st.sampled_from(["day", "month", "quarter", "half", "year"]), numbers, max_size=2)


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    number = iter(range(10_000))

    def key() -> str:
        return f"{draw(names)}_{next(number)}"

    def rule() -> Rule:
        kind = draw(st.sampled_from(sorted(KINDS)))
        return Rule(
            kind,
            draw(parameters(kind)),
            key(),
            title=draw(st.just("") | texts),
            reads=draw(tuples(names, 0)),
            only=draw(tuples(texts, 0)),
            when=draw(expressions),
            cap=draw(st.none() | amounts(signed)),
            floor=draw(st.none() | amounts(signed)),
            cap_per=draw(windows),
            merge=draw(merges),
            over=draw(st.sampled_from(["", "year", "half"])),
        )

    def several(make: object, least: int = 0) -> tuple:
        return tuple(make() for _ in range(draw(st.integers(least, 2))))

    def bounded() -> dict:
        return {
            "points": draw(st.none() | amounts()),
            "start": draw(st.sampled_from(["", "full", "zero"])),
            "cap": draw(limits),
            "floor": draw(limits),
        }

    def scoring_point() -> ScoringPoint:
        return ScoringPoint(key(), draw(texts), several(rule, 1), **bounded())

    def indicator() -> Indicator:
        return Indicator(
            key(),
            draw(texts),
            several(rule),
            scoring_points=several(scoring_point),
            merge=draw(merges),
            when=draw(expressions),
            exempt_when=draw(expressions),
            exempt=draw(TREATMENTS),
            no_data=draw(TREATMENTS),
            cadence=draw(st.sampled_from(["", "month", "quarter", "half", "year"])),
            combine=draw(st.sampled_from(["sum", "mean", "lowest", "last"])),
            standard=draw(st.just("") | texts),
            method=draw(st.just("") | texts),
            assessor=draw(st.just("") | texts),
            **bounded(),
        )

    components = several(lambda: draw(_components(key())))

    def category() -> Category:
        out_of = draw(st.none() | st.just("best") | amounts(positives))
        return Category(
            key(),
            draw(texts),
            several(indicator, 1),
            points=draw(amounts() if out_of else st.none() | amounts()),
            role=draw(st.sampled_from(["base", "bonus", "deduction"])),
            counts_for=draw(st.sampled_from([("grade", "award"), ("award",), ("grade",)])),
            component=draw(st.sampled_from(["", *(component.key for component in components)])),
            out_of=out_of,
            cap=draw(limits),
            floor=draw(limits),
            merge=draw(merges),
            when=draw(expressions),
            pass_at=draw(st.none() | amounts(signed)),
            cadence=draw(st.sampled_from(["", "year"])),
            combine=draw(st.sampled_from(["", "sum", "mean", "weighted"])),
        )

    grades = draw(_grades)
    return Scheme(
        key(),
        draw(texts),
        several(category, 1),
        grades,
        late_share=draw(st.decimals(0, 1, places=2)),
        not_applicable=draw(st.sampled_from(["leave", "full"])),
        min_place_group=draw(st.integers(0, 9)),
        is_rule_book=True,
        total=draw(st.none() | positives),
        total_cap=draw(st.none() | signed),
        total_floor=draw(st.none() | signed),
        bonus_cap=draw(st.none() | numbers),
        rescale=draw(st.booleans()),
        graded_by=draw(st.sampled_from(["total", "award", "rate"])),
        rounding=draw(st.sampled_from(["total", "line"])),
        subjects=draw(st.sampled_from(["organizations", "persons"])),
        exempt=draw(TREATMENTS.filter(bool)),
        no_data=draw(TREATMENTS.filter(bool)),
        components=components,
        periods=draw(_periods),
        vetoes=several(lambda: draw(_vetoes(key(), grades))),
        quotas=several(lambda: draw(_quotas(grades))) if grades else (),
        figures=several(lambda: Figure(key(), draw(texts), draw(formulas), draw(expressions))),
    )


def _components(key: str) -> st.SearchStrategy:
    return st.builds(Component, st.just(key), texts, numbers) | st.builds(
        Component, st.just(key), texts, st.just(Decimal(1)), numbers, positives
    )


_periods = st.just(Combination()) | st.builds(
    Combination,
    st.sampled_from(["month", "quarter", "half", "year"]),
    st.sampled_from(["", "sum", "mean", "weighted", "independent"]),
    st.sampled_from(["year", "half"]),
    tuples(numbers),
)
_grades = st.lists(
    st.builds(Grade, texts, st.none() | signed, expressions),
    max_size=3,
    unique_by=(lambda grade: grade.name, lambda grade: grade.at_least),
).map(tuple)


def _vetoes(key: str, grades: tuple[Grade, ...]) -> st.SearchStrategy:
    plain = st.builds(
        Veto,
        st.just(key),
        texts,
        st.sampled_from(["bar", "zero"]),
        reads=tuples(names),
        when=expressions,
    )
    lowering = st.builds(Veto, st.just(key), texts, st.just("lower"), steps=st.integers(1, 3), when=formulas)
    if not grades:
        return plain | lowering
    grade = st.sampled_from([grade.name for grade in grades])
    return st.one_of(
        plain,
        lowering,
        st.builds(Veto, st.just(key), texts, st.sampled_from(["force", "cap"]), grade, reads=tuples(names)),
    )


def _quotas(grades: tuple[Grade, ...]) -> st.SearchStrategy:
    size = st.sampled_from(["2", "30%", "0.5%"])
    return st.builds(
        Quota,
        tuples(st.sampled_from([grade.name for grade in grades])),
        size,
        st.just("") | size,
        st.just("") | size,
        st.sampled_from(["down", "up", "half_up"]),
        st.sampled_from(["group", "all"]),
    )
