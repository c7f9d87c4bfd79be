"""From facts to cards: the one path that every scheme takes."""

from collections.abc import Iterable

from assessments.scoring.cards import Card
from assessments.scoring.facts import NO_STATES, Fact, PeriodStates
from assessments.scoring.ledger import score_assignments
from assessments.scoring.schemes import Scheme


def score(scheme: Scheme, facts: Iterable[Fact], periods: PeriodStates = NO_STATES) -> tuple[Card, ...]:
    return score_assignments(scheme, facts, periods)
