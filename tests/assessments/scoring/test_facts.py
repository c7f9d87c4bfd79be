from datetime import date

import pytest

from assessments.scoring import Outcome, outcome_undone

from .builders import fact_of

DUE = date(2026, 2, 28)


@pytest.mark.parametrize(
    ("today", "outcome"),
    [
        (date(2026, 2, 27), Outcome.OPEN),
        (date(2026, 2, 28), Outcome.OPEN),
        (date(2026, 3, 1), Outcome.MISSED),
    ],
)
def test_outcome_undone_turns_after_the_due_day(today, outcome):
    assert outcome_undone(DUE, today) == outcome


@pytest.mark.parametrize("outcome", [Outcome.WAITING, Outcome.RETURNED])
@pytest.mark.parametrize("once_accepted", [None, Outcome.MISSED])
def test_fact_awaiting_a_person_needs_the_outcome_once_accepted(outcome, once_accepted):
    with pytest.raises(ValueError, match="needs once_accepted"):
        fact_of(outcome, once_accepted=once_accepted)


def test_fact_with_negative_points_is_refused():
    with pytest.raises(ValueError, match="-1"):
        fact_of(Outcome.ON_TIME, available=-1)
