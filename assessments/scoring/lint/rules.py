"""What no fact can reach, conditions that ask nothing, and bounds that bound nothing."""

from collections.abc import Iterator
from decimal import Decimal

from assessments.scoring.expressions import ExpressionError, holds, parse
from assessments.scoring.lint import worth
from assessments.scoring.lint.finding import Finding, Located, categories, holders, indicators, rules, told
from assessments.scoring.lint.peers import Peer
from assessments.scoring.schemes import Amount, ByGroup, Category, Scheme


def check(scheme: Scheme) -> Iterator[Finding]:
    for path, category in categories(scheme):
        if not category.indicators:
            yield Finding(path, "no_indicators", told(title=category.title), True)
        yield from _category_cap(path, category, adds_up=bool(scheme.periods.combine) and category.role != "base")
    yield from _without_rules(scheme)
    for path, title, condition in _conditions(scheme):
        yield from _condition(path, title, condition)
    for located in rules(scheme):
        yield from _bounds(located)
    yield from _bonus_cap(scheme)


def _without_rules(scheme: Scheme) -> Iterator[Finding]:
    for path, _, indicator in indicators(scheme):
        for inner, point, own in holders(path, indicator):
            if not own and (point or not indicator.scoring_points):
                yield Finding(inner, "no_rules", told(title=(point or indicator).title), True)


def _conditions(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    for path, category in categories(scheme):
        yield f"{path}.when", category.title, category.when
    for path, _, indicator in indicators(scheme):
        yield f"{path}.when", indicator.title, indicator.when
        yield f"{path}.exempt_when", indicator.title, indicator.exempt_when
    for located in rules(scheme):
        yield f"{located.path}.when", located.title, located.rule.when
    for number, grade in enumerate(scheme.grades, start=1):
        # "true" is how a grade without a line is for everybody who is left.
        if grade.requires != "true":
            yield f"grades[{number}].requires", grade.name, grade.requires
    for number, veto in enumerate(scheme.vetoes, start=1):
        yield f"vetoes[{number}].when", veto.title, veto.when


def _condition(path: str, title: str, condition: str) -> Iterator[Finding]:
    """One that asks for nothing holds for everybody, or for nobody."""
    if not condition:
        return
    try:
        expression = parse(condition)
        if expression.names or expression.gathered:
            return
        code = (
            "condition_always_holds" if holds(condition, lambda _: None, lambda *_: None) else "condition_never_holds"
        )
    except ExpressionError:
        code = "condition_never_holds"
    yield Finding(path, code, told(title=title, condition=condition), True)


def _bounds(located: Located) -> Iterator[Finding]:
    """What a rule takes is bounded by its floor, what it adds by its cap."""
    rule, title = located.rule, located.title
    for name, amount, sign, has_effect in (
        ("cap", rule.cap, 1, worth.can_add(rule)),
        ("floor", rule.floor, -1, worth.can_take(rule)),
    ):
        figures = _figures(amount)
        if any(figure * sign < 0 for figure in figures):
            yield Finding(f"{located.path}.{name}", f"{name}_of_wrong_sign", told(title=title, bound=figures[0]), True)
        elif figures and not has_effect:
            yield Finding(f"{located.path}.{name}", f"{name}_without_effect", told(title=title, bound=figures[0]))


def _figures(amount: Amount | None) -> list[Decimal]:
    if isinstance(amount, ByGroup):
        return [figure for figure in (*amount.amounts.values(), amount.otherwise) if figure is not None]
    return [amount] if isinstance(amount, Decimal) else []


def _category_cap(path: str, category: Category, *, adds_up: bool) -> Iterator[Finding]:
    """A cap that all its indicators together cannot pass, on one card or on one that `adds_up` several."""
    most = worth.added(worth.most_of_indicator(indicator, Peer()) for indicator in category.indicators)
    if not isinstance(category.cap, Decimal) or category.out_of is not None or most is None or adds_up:
        return
    if category.cap > most:
        facts = told(title=category.title, bound=category.cap, most=most)
        yield Finding(f"{path}.cap", "cap_without_effect", facts)


def _bonus_cap(scheme: Scheme) -> Iterator[Finding]:
    bonus = [category for category in scheme.categories if category.role == "bonus"]
    most = worth.added(worth.most_of_category(category, Peer()) for category in bonus)
    if scheme.periods.combine:
        return
    if scheme.bonus_cap is not None and most is not None and scheme.bonus_cap > most:
        yield Finding("bonus_cap", "cap_without_effect", told(bound=scheme.bonus_cap, most=most))
