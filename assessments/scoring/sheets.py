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
        return partial(self._gather, sheet.subject.group)

    def rivals(self, rule: Rule, sheet: Sheet, everybody: bool) -> tuple[Decimal, ...]:
        """What the rule reads of all subjects: the first of its facts that is a figure."""
        return self._all(f"rule:{rule.key}", None if everybody else sheet.subject.group, partial(_figure, rule.sources))

    def forget(self) -> None:
        """Lines and totals have become known since."""
        self._gathered.clear()

    def _gather(self, group: str, function: str, name: str, in_group: bool) -> Decimal | None:
        found = self._all(name, group if in_group else None, lambda sheet: sheet.lookup(name))
        if function == "count_of":
            return Decimal(len(found))
        if function == "sum_of":
            return sum(found, Decimal(0))
        if not found:
            return None
        if function == "mean_of":
            return sum(found, Decimal(0)) / len(found)
        return max(found) if function == "best_of" else min(found)

    def _all(self, name: str, group: str | None, of: Callable[[Sheet], Answer]) -> tuple[Decimal, ...]:
        if (name, group) not in self._gathered:
            answers = (of(sheet) for sheet in self.sheets if group is None or sheet.subject.group == group)
            self._gathered[name, group] = tuple(Decimal(one) for one in answers if isinstance(one, Decimal | bool))
        return self._gathered[name, group]


def _figure(sources: tuple[str, ...], sheet: Sheet) -> Answer:
    for name in sources:
        if facts := sheet.place.inside.get(name):
            return value_of(facts)
    return None
