"""A finding, and the way to the parts of a scheme it speaks of."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.rounding import plain
from assessments.scoring.schemes import Category, Indicator, Rule, Scheme, ScoringPoint


class Finding(NamedTuple):
    """`path` names the place as in a scheme file, counted from 1: `categories[2].indicators[1].rules[1]`.

    `code` says what, `facts` are figures and titles for the sentence. An error is a contradiction: with it the scheme
    cannot mean what it says. Anything else may well be meant.
    """

    path: str
    code: str
    facts: Mapping[str, str]
    is_error: bool = False


class Located(NamedTuple):
    """A rule with where it stands."""

    path: str
    indicator: Indicator
    point: ScoringPoint | None
    rule: Rule

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.rule.title or (self.point and self.point.title) or self.indicator.title


def categories(scheme: Scheme) -> Iterator[tuple[str, Category]]:
    for number, category in enumerate(scheme.categories, start=1):
        yield f"categories[{number}]", category


def indicators(scheme: Scheme) -> Iterator[tuple[str, Category, Indicator]]:
    for path, category in categories(scheme):
        for number, indicator in enumerate(category.indicators, start=1):
            yield f"{path}.indicators[{number}]", category, indicator


def holders(path: str, indicator: Indicator) -> Iterator[tuple[str, ScoringPoint | None, tuple[Rule, ...]]]:
    """The indicator's own rules, then those of each scoring point."""
    yield path, None, indicator.rules
    for number, point in enumerate(indicator.scoring_points, start=1):
        yield f"{path}.scoring_points[{number}]", point, point.rules


def rules(scheme: Scheme) -> Iterator[Located]:
    for path, _, indicator in indicators(scheme):
        for inner, point, own in holders(path, indicator):
            for number, rule in enumerate(own, start=1):
                yield Located(f"{inner}.rules[{number}]", indicator, point, rule)


def told(**facts: str | Decimal) -> dict[str, str]:
    """Facts as text; what is empty is left out."""
    return {name: plain(fact) if isinstance(fact, Decimal) else fact for name, fact in facts.items() if fact != ""}
