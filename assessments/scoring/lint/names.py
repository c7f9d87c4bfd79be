"""Names that mean two things where the finished card is asked: a fact is taken before the points of the same name."""

from collections.abc import Iterator

from assessments.scoring.expressions import ExpressionError, parse
from assessments.scoring.lint.finding import Finding, rules, told
from assessments.scoring.schemes import Scheme


def check(scheme: Scheme) -> Iterator[Finding]:
    both = _of_facts(scheme) & _of_points(scheme)
    for path, title, text in _asking_the_card(scheme):
        for name in sorted(both & _bare_names(text)):
            yield Finding(path, "ambiguous_name", told(title=title, name=name))


def _of_facts(scheme: Scheme) -> set[str]:
    names = {name for located in rules(scheme) for name in located.rule.sources}
    return names.union(*(veto.reads for veto in scheme.vetoes))


def _of_points(scheme: Scheme) -> set[str]:
    parts = (*scheme.categories, *scheme.components, *(indicator for _, indicator in scheme.indicators()))
    return {part.key for part in parts}


def _asking_the_card(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    for number, grade in enumerate(scheme.grades, start=1):
        yield f"grades[{number}].requires", grade.name, grade.requires
    for number, veto in enumerate(scheme.vetoes, start=1):
        yield f"vetoes[{number}].when", veto.title, veto.when
    for number, figure in enumerate(scheme.figures, start=1):
        yield f"figures[{number}].formula", figure.title, figure.formula
        yield f"figures[{number}].when", figure.title, figure.when


def _bare_names(text: str) -> frozenset[str]:
    try:
        return parse(text).bare if text else frozenset()
    except ExpressionError:
        return frozenset()
