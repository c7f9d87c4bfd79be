"""What a formula may know beside its rule and its facts."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from assessments.scoring.cards import Tally
from assessments.scoring.facts import Outcome, PeriodState
from assessments.scoring.rates import share_of
from assessments.scoring.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Terms:
    """The scheme and the period in which facts are judged.

    `memo` lives as long as one call of `score`: thousands of subjects share a handful of fact patterns.
    """

    scheme: Scheme
    period: PeriodState
    memo: dict[Hashable, Tally] = field(default_factory=dict)

    def worth(self, points: int, outcome: Outcome) -> int:
        """What a finished assignment earns: all of its points on time, the late share otherwise."""
        return points if outcome == Outcome.ON_TIME else share_of(points, self.scheme.late_share)
