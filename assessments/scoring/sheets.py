"""One subject's card in the making, and everybody's of the same period: what rules and expressions may ask."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import NamedTuple

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


class Gathered(NamedTuple):
    """The figures of all, from the least up, and their sum."""

    figures: tuple[Decimal, ...]
    sum: Decimal


@dataclass(slots=True)
class Cohort:
    """The sheets of everybody in one period."""

    sheets: Sequence[Sheet]
    _gathered: dict[tuple[str, str | None], Gathered] = field(default_factory=dict)

    def holds(self, condition: str, sheet: Sheet) -> bool:
        return not condition or holds(condition, sheet.lookup, self.gatherer(sheet))

    def gatherer(self, sheet: Sheet) -> Callable[[str, str, bool], Decimal | None]:
        return partial(self._gather, sheet)

    def rivals(self, rule: Rule, sheet: Sheet, everybody: bool) -> tuple[Decimal, ...]:
        """What the rule reads of all subjects, from the least up: the first of its facts that is a figure."""
        group = None if everybody else sheet.subject.group
        return self._all(f"rule:{rule.key}", group, partial(_figure, rule.sources)).figures

    def forget(self) -> None:
        """Lines and totals have become known since."""
        self._gathered.clear()

    def _gather(self, sheet: Sheet, function: str, name: str, in_group: bool) -> Decimal | None:
        group = sheet.subject.group if in_group else None
        found, total = self._all(name, group, lambda other: other.lookup(name))
        if function == "count_of":
            return Decimal(len(found))
        if function == "sum_of":
            return total
        if not found:
            return None
        if function == "mean_of":
            return total / len(found)
        if function in ("best_of", "least_of"):
            return found[-1] if function == "best_of" else found[0]
        return _place(sheet.lookup(name), found, from_end=function == "last_place_of")

    def _all(self, name: str, group: str | None, of: Callable[[Sheet], Answer]) -> Gathered:
        if (name, group) not in self._gathered:
            answers = (of(sheet) for sheet in self.sheets if group is None or sheet.subject.group == group)
            figures = tuple(sorted(Decimal(one) for one in answers if isinstance(one, Decimal | bool)))
            self._gathered[name, group] = Gathered(figures, sum(figures, Decimal(0)))
        return self._gathered[name, group]


def _place(own: Answer, found: Sequence[Decimal], *, from_end: bool) -> Decimal | None:
    """One more than how many are better (or worse); equals share it."""
    if not isinstance(own, Decimal):
        return None
    return Decimal(1 + (bisect_left(found, own) if from_end else len(found) - bisect_right(found, own)))


def _figure(sources: tuple[str, ...], sheet: Sheet) -> Answer:
    for name in sources:
        if facts := sheet.place.inside.get(name):
            return value_of(facts)
    return None
