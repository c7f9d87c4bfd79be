"""The closed table of rule kinds."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from assessments.scoring.assignment_share import assignment_share
from assessments.scoring.cards import Tally
from assessments.scoring.facts import Fact
from assessments.scoring.schemes import Rule
from assessments.scoring.terms import Terms

# The facts are those of one subject, one indicator and one period, by due date and slot.
Formula = Callable[[Rule, Terms, tuple[Fact, ...]], Tally]

FORMULAS: Mapping[str, Formula] = MappingProxyType({"assignment_share": assignment_share})
