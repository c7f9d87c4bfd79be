"""按时 · 逾期 · 补记: how late a finished assignment was. Pure: dates in, a word out."""

from datetime import date, datetime, timedelta

from ledgers.models import Assignment

# A returned entry that is sent again within so many days keeps its first submission.
RESEND_DAYS = 7


def timing(*, done_on: date, due_on: date, recorded_on: date, published_on: date, grace_days: int) -> Assignment.Timing:
    """逾期: done after the due date. 补记: done in time, but first sent in after the grace days, which run from the
    due date, or from the publication of the task where that came later. Otherwise on time.

    `recorded_on` is the local day of the first submission: the time reviewers take never makes anything late.
    """
    if done_on > due_on:
        return Assignment.Timing.LATE
    if recorded_on > max(due_on, published_on) + timedelta(days=grace_days):
        return Assignment.Timing.RECORDED_LATE
    return Assignment.Timing.ON_TIME


def first_submission(
    *, first_at: datetime | None, returned_on: date | None, sent_at: datetime, sent_on: date
) -> datetime:
    """When an entry sent in now counts as first submitted.

    `returned_on` is the local day it was last returned, None when it never was; `sent_on` the local day of `sent_at`.
    An author who withdrew an entry and sends it again has submitted it anew.
    """
    if first_at is None or returned_on is None:
        return sent_at
    return first_at if (sent_on - returned_on).days <= RESEND_DAYS else sent_at
