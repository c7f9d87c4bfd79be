"""Which facts a rule book reads: by which names, by which rules, how often it is scored."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from assessments.scoring.expressions import parse
from assessments.scoring.kinds import KINDS
from assessments.scoring.schemes import ByFormula, ByGroup, Category, Indicator, Rule, Scheme
from branchwork.periods import PeriodKind


class Reader(NamedTuple):
    """A rule that reads a fact. `cadence` is how often it is scored, None for each card period.

    `takes_whole`: what is told of a longer period than it is scored by counts there.
    """

    rule: Rule
    cadence: PeriodKind | None
    takes_whole: bool


# What conditions know without being told.
KNOWN = frozenset(
    ("group", "kind", "period", "total_for_grade", "total_for_award", "rate", "grade", "passed", "passable")
)


@dataclass(slots=True)
class FactNames:
    """`readers` by the name they read; `asked` are names in conditions, formulas and vetoes; `parts` can be exempt;
    `inside` has what the rules of a category, an indicator or a scoring point read, by its id, in order; `fields` are
    those of events by which matters are told apart. `is_open`: there is no scheme, any name will do."""

    readers: dict[str, list[Reader]] = field(default_factory=lambda: defaultdict(list))
    asked: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    inside: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    fields: set[str] = field(default_factory=set)
    is_open: bool = False

    def knows(self, about: str) -> bool:
        return self.is_open or about in self.readers or about in self.asked

    def known(self) -> set[str]:
        """Every name a fact may be about."""
        return {*self.readers, *self.asked}

    def of(self, about: str) -> list[Reader]:
        return self.readers.get(about, [])


def fact_names(scheme: Scheme) -> FactNames:
    """What this rule book reads."""
    names = FactNames()
    for category in scheme.categories:
        names.parts.add(category.key)
        _add_asked(names, category.when, category.points, category.cap, category.floor, category.pass_at)
        _add_merge(names, category)
        for indicator in category.indicators:
            _add_indicator(names, category, indicator)
    for veto in scheme.vetoes:
        names.asked.update(veto.reads)
        _add_asked(names, veto.when)
    for grade in scheme.grades:
        _add_asked(names, grade.requires)
    for figure in scheme.figures:
        _add_asked(names, figure.formula, figure.when)
    names.asked -= KNOWN
    return names


def _add_indicator(names: FactNames, category: Category, indicator: Indicator) -> None:
    names.parts.add(indicator.key)
    _add_asked(names, indicator.when, indicator.exempt_when, indicator.points, indicator.cap, indicator.floor)
    _add_merge(names, indicator)
    for point in indicator.scoring_points:
        names.inside[point.key].update(dict.fromkeys(source for rule in point.rules for source in rule.sources))
        _add_asked(names, point.points, point.cap, point.floor)
    cadence = category.cadence or indicator.cadence
    kind = PeriodKind(cadence) if cadence else None
    for rule in indicator.all_rules():
        names.parts.add(rule.key)
        _add_merge(names, rule)
        _add_asked(names, rule.when, rule.cap, rule.floor, *_held(rule.parameters))
        if rule.kind == "derived_formula":
            _add_asked(names, rule.parameters["formula"])
        for part in (category, indicator):
            names.inside[part.key].update(dict.fromkeys(rule.sources))
        for source in rule.sources:
            names.readers[source].append(Reader(rule, kind, category.role != "base"))


def _add_merge(names: FactNames, part: Category | Indicator | Rule) -> None:
    if part.merge:
        names.fields.update(part.merge.by)


def _add_asked(names: FactNames, *amounts: object) -> None:
    """Names in expressions, and in amounts that are worked out by one."""
    for one in amounts:
        text = one.formula if isinstance(one, ByFormula) else one
        if isinstance(text, str) and text and text not in ("points", "none", "all"):
            expression = parse(text)
            told = {*expression.names, *(name for _function, name in expression.gathered)}
            names.asked.update(_fact_asked(name) for name in told if not name.startswith("points:"))


def _fact_asked(name: str) -> str:
    """The fact whose count, share or presence is asked."""
    if name.startswith("share:"):
        return name.removeprefix("share:").rsplit(":", 1)[0]
    return name.removeprefix("count:").removeprefix("has:")


def _held(value: object) -> Iterator[ByFormula]:
    """Every worked-out amount inside parameters."""
    if isinstance(value, ByFormula):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _held(inner)
    elif isinstance(value, tuple) and not isinstance(value, ByGroup):
        for inner in value:
            yield from _held(inner)


def levels_of(rule: Rule) -> tuple[str, ...] | None:
    """The levels the rule knows; None where it asks for none, or takes any."""
    if "levels" in rule.parameters:
        return tuple(rule.parameters["levels"])
    if rule.kind == "tiered" and rule.parameters.get("by") == "level":
        levels = [tier.get("level") for tier in rule.parameters["tiers"]]
        return None if None in levels else tuple(levels)
    return None


def criteria_of(rule: Rule) -> tuple[str, ...]:
    return tuple(criterion["key"] for criterion in rule.parameters.get("criteria", ()))


def needs_number(rule: Rule) -> bool:
    """Whether a value must be a figure: neither a level nor yes and no."""
    if rule.kind == "tiered":
        return rule.parameters.get("by") != "level"
    return rule.kind in ("proportional", "rate_step", "rank_based", "inherit_multiplier", "manual_range")


def reads(rule: Rule) -> tuple[str, ...]:
    """The sorts of facts its kind understands."""
    return KINDS[rule.kind].reads
