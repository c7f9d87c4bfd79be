from datetime import date

import pytest

from assessments.scoring import Outcome, outcome_of, outcome_undone

from .builders import fact_of

DUE = date(2026, 2, 28)
PUBLISHED = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("done_on", "submitted_on", "outcome"),
    [
        (date(2026, 2, 10), date(2026, 2, 10), Outcome.ON_TIME),
        (date(2026, 2, 28), date(2026, 2, 28), Outcome.ON_TIME),
        (date(2026, 2, 28), date(2026, 3, 10), Outcome.ON_TIME),
        (date(2026, 2, 28), date(2026, 3, 11), Outcome.RECORDED_LATE),
        (date(2026, 3, 1), date(2026, 3, 1), Outcome.LATE),
        (date(2026, 3, 1), date(2026, 6, 1), Outcome.LATE),
    ],
)
def test_outcome_of_assignment_published_before_it_was_due(done_on, submitted_on, outcome):
    assert outcome_of(DUE, done_on, submitted_on, PUBLISHED) == outcome


@pytest.mark.parametrize(
    ("submitted_on", "outcome"),
    [(date(2026, 4, 11), Outcome.ON_TIME), (date(2026, 4, 12), Outcome.RECORDED_LATE)],
)
def test_outcome_of_assignment_published_after_it_was_due_counts_grace_from_publication(submitted_on, outcome):
    assert outcome_of(DUE, date(2026, 2, 20), submitted_on, date(2026, 4, 1)) == outcome


def test_outcome_of_with_other_grace_days():
    submitted_on = date(2026, 3, 1)
    assert outcome_of(DUE, DUE, submitted_on, PUBLISHED, grace_days=0) == Outcome.RECORDED_LATE
    assert outcome_of(DUE, DUE, submitted_on, PUBLISHED, grace_days=1) == Outcome.ON_TIME


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
