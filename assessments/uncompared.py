"""A rule book without what compares organizations: for cards made while somebody waits, where everybody is too many.

What is left out stands on the card as a line that is known at the closing.
"""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from assessments.scoring import Card, Category, Indicator, Line, Reason, Scheme
from assessments.scoring.expressions import parse
from assessments.scoring.schemes import Treatment
from assessments.scoring.scored import asked_by

AT_CLOSING = "at_closing"


def uncompared(scheme: Scheme) -> Scheme:
    """The same rule book, in which nobody's points depend on what others have. Grades that ask for others are not
    given at all."""
    categories = tuple(_category(category) for category in scheme.categories)
    asks = any(_gathers(grade.requires) for grade in scheme.grades)
    return replace(
        scheme,
        categories=tuple(category for category in categories if category.indicators),
        grades=() if asks else scheme.grades,
        vetoes=() if asks else tuple(veto for veto in scheme.vetoes if not _gathers(veto.when)),
        figures=tuple(one for one in scheme.figures if not _gathers(one.formula) and not _gathers(one.when)),
        quotas=() if asks else scheme.quotas,
        exempt=_alone(scheme.exempt),
        no_data=_alone(scheme.no_data),
    )


def with_lines_at_closing(card: Card, scheme: Scheme) -> Card:
    """The card made by `uncompared(scheme)`, with a line for each indicator that was left out."""
    known = {line.indicator: line for line in card.lines}
    lines = []
    for category, indicator in scheme.indicators():
        if indicator.key in known:
            lines.append(known[indicator.key])
        elif _is_compared(category, indicator):
            lines.append(_line(category, indicator))
    return replace(card, lines=tuple(lines))


def _line(category: Category, indicator: Indicator) -> Line:
    reason = Reason(AT_CLOSING, MappingProxyType({}))
    return Line(indicator.key, indicator.title, category.key, category.title, reasons=(reason,))


def _category(category: Category) -> Category:
    left = (indicator for indicator in category.indicators if not _is_compared(category, indicator))
    return replace(category, indicators=tuple(_indicators(left)))


def _indicators(indicators: Iterable[Indicator]) -> Iterable[Indicator]:
    for indicator in indicators:
        yield replace(indicator, exempt=_alone(indicator.exempt), no_data=_alone(indicator.no_data))


def _is_compared(category: Category, indicator: Indicator) -> bool:
    conditions = (category.when, indicator.when, indicator.exempt_when)
    return category.out_of == "best" or any(map(_gathers, conditions)) or asked_by(indicator).compares


def _gathers(text: str) -> bool:
    return bool(text) and bool(parse(text).gathered)


def _alone(treatment: Treatment) -> Treatment:
    return "leave" if treatment == "group_mean" else treatment
