"""What a formula of a rule book is given, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.cards import Reason
from assessments.scoring.expressions import parse
from assessments.scoring.facts import NOTHING, Event, Fact, Marks, PeriodState, Value, Votes
from assessments.scoring.schemes import Amount, ByFormula, ByGroup, Rule, Scheme
from branchwork.periods import Period

Read = Event | Value | Votes | Marks | Fact


class Item(NamedTuple):
    """Signed points of one occurrence, or of the whole rule, with what it may be merged and capped by.

    `fields` has what the event tells of itself: its own fields, and "matter", "level", "on", "about" where known.
    """

    points: Decimal
    period: str
    on: date | None = None
    fields: Mapping[str, str] = NOTHING


class Result(NamedTuple):
    """What a rule says. `reasons` speak of the card's period only; `takes_all` leaves the holder with nothing.

    Without data there are no items, and no reasons but what the engine adds.
    """

    items: tuple[Item, ...] = ()
    reasons: tuple[Reason, ...] = ()
    has_data: bool = True
    takes_all: bool = False


NO_DATA = Result(has_data=False)


@dataclass(frozen=True, slots=True)
class Given:
    """The facts a rule reads, in the order of day, name and content, and what it may know beside them.

    `facts` hold those of earlier periods too where the rule looks `over` them; `of_period` leaves these out. `points`
    are those of the indicator or scoring point the rule belongs to. `rivals` gives the values of the same fact of all
    subjects of the period, in the peer group or (True) of everybody, its own included, from the least up. `lookup` and
    `gather` are what expressions ask.
    """

    facts: tuple[Read, ...]
    period: Period
    points: Decimal | None
    group: str
    scheme: Scheme
    state: PeriodState
    rivals: Callable[[bool], tuple[Decimal, ...]]
    lookup: Callable[[str], object]
    gather: Callable[[str, str, bool], Decimal | None]

    def of_period(self) -> tuple[Read, ...]:
        """The facts of this period, and of those inside it, alone."""
        whole = str(self.period)
        return tuple(fact for fact in self.facts if fact.period == whole or self._holds(Period.parse(fact.period)))

    def _holds(self, period: Period) -> bool:
        return self.period.starts_on <= period.starts_on and period.ends_on <= self.period.ends_on

    def amount(self, amount: Amount | None) -> Decimal | None:
        """The figure for this subject."""
        return amount_of(amount, self.group, self.lookup)

    def parameter(self, rule: Rule, name: str) -> Decimal | None:
        """A parameter that is an amount, for this peer group; None where it was left out."""
        return self.amount(rule.parameters.get(name))


Formula = Callable[[Rule, Given], Result]


def amount_of(amount: Amount | None, group: str, lookup: Callable[[str], object]) -> Decimal | None:
    """A figure for one subject: the same for all, by its peer group, or worked out of what is known of it."""
    if isinstance(amount, ByGroup):
        return amount.of(group)
    if isinstance(amount, ByFormula):
        answer = parse(amount.formula).evaluate(lookup, _nobody)
        return Decimal(answer) if isinstance(answer, Decimal | bool) else None
    return amount


def _nobody(function: str, name: str, in_group: bool) -> None:
    """A figure of one subject is not compared with others."""
