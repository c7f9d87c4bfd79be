from datetime import UTC, date, datetime

import pytest

from ledgers.timing import first_submission, timing

DUE = date(2026, 3, 31)
PUBLISHED = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("done_on", "recorded_on", "expected"),
    [
        (date(2026, 3, 31), date(2026, 4, 10), "on_time"),  # the last day of grace
        (date(2026, 3, 31), date(2026, 4, 11), "recorded_late"),
        (date(2026, 3, 1), date(2026, 3, 1), "on_time"),
        (date(2026, 4, 1), date(2026, 4, 1), "late"),
        (date(2026, 4, 1), date(2026, 5, 1), "late"),  # late wins over recorded late: the day it was done decides
    ],
)
def test_timing_is_judged_by_day_done_then_by_day_first_sent(done_on, recorded_on, expected):
    judged = timing(done_on=done_on, due_on=DUE, recorded_on=recorded_on, published_on=PUBLISHED, grace_days=10)
    assert judged == expected


def test_timing_of_a_task_published_after_its_due_date_has_its_grace_from_the_publication():
    known = {"done_on": date(2026, 3, 20), "due_on": DUE, "published_on": date(2026, 5, 4), "grace_days": 10}
    assert timing(recorded_on=date(2026, 5, 14), **known) == "on_time"
    assert timing(recorded_on=date(2026, 5, 15), **known) == "recorded_late"


def test_timing_done_after_the_due_date_stays_late_however_late_the_plan_was_published():
    assert (
        timing(
            done_on=date(2026, 4, 2), due_on=DUE, recorded_on=date(2026, 4, 2), published_on=date(2026, 5, 4),
            grace_days=10,
        )
        == "late"
    )  # fmt: skip


FIRST = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)
AGAIN = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first_at", "returned_on", "expected"),
    [
        (None, None, AGAIN),
        (FIRST, date(2026, 4, 13), FIRST),  # seven days after the return
        (FIRST, date(2026, 4, 12), AGAIN),  # eight
        (FIRST, None, AGAIN),  # withdrawn by the author, never returned
    ],
)
def test_first_submission_is_kept_for_seven_days_after_a_return(first_at, returned_on, expected):
    kept = first_submission(first_at=first_at, returned_on=returned_on, sent_at=AGAIN, sent_on=date(2026, 4, 20))
    assert kept == expected
