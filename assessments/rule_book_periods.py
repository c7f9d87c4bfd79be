"""Which periods a rule book scores a plan by: a plan is closed by quarters whatever the rule book says."""

from dataclasses import replace

from assessments.scoring import Scheme
from assessments.scoring.schemes import Cadence


def made_of(scheme: Scheme) -> str:
    """The kind of period that the year's card is put together of; "" where it scores the whole year at once."""
    periods = scheme.periods
    if not periods.combine or periods.into != "year" or periods.score == "year":
        return ""
    return periods.score or "quarter"


def is_for_information(scheme: Scheme) -> bool:
    """Whether the cards of quarters count for nothing: the rule book scores by other periods."""
    return scheme.periods.score != "quarter" and made_of(scheme) != "quarter"


def scored_by(scheme: Scheme, kind: Cadence) -> Scheme:
    """The same rule book for cards of that kind of period: a plan has quarters whatever a rule book scores by."""
    if scheme.periods.score == kind:
        return scheme
    return replace(scheme, periods=replace(scheme.periods, score=kind))
