"""One subject's card in the making, and everybody's of the same period: what rules and expressions may ask."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from assessments.scoring.desk import Place, ask, value_of
from assessments.scoring.expressions import holds
from assessments.scoring.facts import Subject
from assessments.scoring.schemes import Rule
from branchwork.periods import Period

Answer = Decimal | bool | str | None


@dataclass(slots=True)
class Sheet:
    """`known` are the points of lines and categories, totals and figures, as they become known."""

    subject: Subject
    period: Period
    place: Place = field(default_factory=Place)
    known: dict[str, Answer] = field(default_factory=dict)

    def lookup(self, name: str) -> Answer:
        if name.startswith("points:"):
            return self.known.get(name[7:])
        found = ask(self.subject, str(self.period), self.place, name)
        if name.startswith("has:"):
            return found or self.known.get(name[4:]) is not None
        return self.known.get(name) if found is None else found


@dataclass(slots=True)
class Cohort:
    """The sheets of everybody in one period."""

    sheets: Sequence[Sheet]
    _gathered: dict[tuple[str, str | None], tuple[Decimal, ...]] = field(default_factory=dict)

    def holds(self, condition: str, sheet: Sheet) -> bool:
        return not condition or holds(condition, sheet.lookup, self.gatherer(sheet))

    def gatherer(self, sheet: Sheet) -> Callable[[str, str, bool], Decimal | None]:
        return partial(self._gather, sheet)

    def rivals(self, rule: Rule, sheet: Sheet, everybody: bool) -> tuple[Decimal, ...]:
        """What the rule reads of all subjects: the first of its facts that is a figure."""
        return self._all(f"rule:{rule.key}", None if everybody else sheet.subject.group, partial(_figure, rule.sources))

    def forget(self) -> None:
        """Lines and totals have become known since."""
        self._gathered.clear()

    def _gather(self, sheet: Sheet, function: str, name: str, in_group: bool) -> Decimal | None:
        found = self._all(name, sheet.subject.group if in_group else None, lambda other: other.lookup(name))
        if function == "count_of":
            return Decimal(len(found))
        if function == "sum_of":
            return sum(found, Decimal(0))
        if not found:
            return None
        if function == "mean_of":
            return sum(found, Decimal(0)) / len(found)
        if function in ("best_of", "least_of"):
            return max(found) if function == "best_of" else min(found)
        return _place(sheet.lookup(name), found, from_end=function == "last_place_of")

    def _all(self, name: str, group: str | None, of: Callable[[Sheet], Answer]) -> tuple[Decimal, ...]:
        if (name, group) not in self._gathered:
            answers = (of(sheet) for sheet in self.sheets if group is None or sheet.subject.group == group)
            self._gathered[name, group] = tuple(Decimal(one) for one in answers if isinstance(one, Decimal | bool))
        return self._gathered[name, group]


def _place(own: Answer, found: Sequence[Decimal], *, from_end: bool) -> Decimal | None:
    """One more than how many are better (or worse); equals share it."""
    if not isinstance(own, Decimal):
        return None
    return Decimal(1 + sum(one < own if from_end else one > own for one in found))


def _figure(sources: tuple[str, ...], sheet: Sheet) -> Answer:
    for name in sources:
        if facts := sheet.place.inside.get(name):
            return value_of(facts)
    return None
