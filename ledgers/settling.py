"""Where each assignment stands, drawn from the claims of entries on it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from branchwork.periods import Period
from ledgers.models import Assignment, Entry, Fulfilment, PeriodLock, Plan, Task
from ledgers.timing import timing

Standing = Assignment.Standing

# How far an undecided claim has got, by the state of its entry; the furthest decides where the assignment stands.
_REACHED = {
    Entry.State.RETURNED: (1, Standing.RETURNED),
    Entry.State.SUBMITTED: (2, Standing.SUBMITTED),
    Entry.State.CONFIRMED: (3, Standing.CONFIRMED),
    Entry.State.APPROVED: (3, Standing.CONFIRMED),
}
_ACCEPTABLE = {Entry.State.CONFIRMED, Entry.State.APPROVED}
# Rows read and written at a time: below both databases' limits on parameters, and flat in memory.
_READ, _WRITTEN = 10_000, 2_000
_DRAWN = ("standing", "accepted_count", "done_on", "recorded_on", "timing", "counted_in")


@dataclass(frozen=True, slots=True)
class _Claim:
    entry_key: int
    is_accepted: bool
    entry_state: str
    happened_on: date
    first_submitted_at: datetime | None
    posted_in: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What is written on an assignment; the fields are those of Assignment."""

    standing: str
    accepted_count: int = 0
    done_on: date | None = None
    recorded_on: date | None = None
    timing: str = ""
    counted_in: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an assignment asks for, and what is written on it now."""

    key: int
    plan_key: int
    period: str
    opens_on: date
    due_on: date
    required_count: int
    task_counts_from: date | None
    published_at: datetime
    grace_days: int
    written: _Drawn


_ASKED = (
    "pk", "plan_id", "period", "opens_on", "due_on", "task__required_count", "task__counts_from",
    "plan__published_at", "plan__grace_days",
)  # fmt: skip


def settle(assignment_ids: Iterable[int]) -> None:
    """Bring these assignments in line with the claims on them. Call it inside the transaction of every write that
    touches an entry's state, a claim, a due date or a period's lock; it is the only writer of what it writes.

    An assignment of a closed period that was done in it is frozen. One that was not may still be made up: it then
    counts in the period its completing entry is posted in, and is open again when that entry falls away.
    After a reopening, settling the period's assignments brings them back into the period.
    """
    for batch in _batches(sorted(set(assignment_ids)), _READ):
        _settle_batch(batch)


def _settle_batch(keys: list[int]) -> None:
    rows = Assignment.objects.filter(pk__in=keys).order_by("pk").values_list(*_ASKED, *_DRAWN)
    asked = [_Asked(*row[: len(_ASKED)], written=_Drawn(*row[len(_ASKED) :])) for row in rows]
    closed = _closed_periods({one.plan_key for one in asked})
    claims = _claims(keys)
    changed = []
    for one in asked:
        is_closed = (one.plan_key, one.period) in closed
        if is_closed and one.written.standing == Standing.DONE and one.written.counted_in == one.period:
            continue
        drawn = _draw(one, claims[one.key], is_closed)
        if drawn != one.written:
            changed.append((one.key, drawn))
    _write(changed)


def _draw(asked: _Asked, claims: list[_Claim], is_closed: bool) -> _Drawn:
    claims = [claim for claim in claims if claim.happened_on >= asked.opens_on]
    accepted = [claim for claim in claims if claim.is_accepted]
    if len(accepted) >= asked.required_count:
        return _done(asked, accepted, is_closed)
    reached = (_REACHED[claim.entry_state] for claim in claims if not claim.is_accepted)
    _rank, standing = max(reached, default=(0, Standing.OPEN))
    return _Drawn(standing=standing, accepted_count=len(accepted))


def _done(asked: _Asked, accepted: list[_Claim], is_closed: bool) -> _Drawn:
    """By the day it happened; after the closing by the period it was posted in first, so that what completes a
    count that was short at the closing is the entry that came after it."""
    accepted.sort(
        key=lambda claim: (
            Period.parse(claim.posted_in) if is_closed else 0,
            claim.happened_on,
            claim.first_submitted_at,
            claim.entry_key,
        )
    )
    completing = accepted[asked.required_count - 1]
    recorded_on = timezone.localdate(completing.first_submitted_at)
    return _Drawn(
        standing=Standing.DONE,
        accepted_count=len(accepted),
        done_on=completing.happened_on,
        recorded_on=recorded_on,
        timing=timing(
            done_on=completing.happened_on,
            due_on=asked.due_on,
            recorded_on=recorded_on,
            published_on=_published_on(asked.published_at, asked.task_counts_from),
            grace_days=asked.grace_days,
        ),
        counted_in=completing.posted_in if is_closed else asked.period,
    )


def published_on(plan: Plan, task: Task) -> date:
    """The plan's publication, or the day a task added later counts from: nobody could record before it."""
    return _published_on(plan.published_at, task.counts_from)


def _published_on(published_at: datetime, counts_from: date | None) -> date:
    published = timezone.localdate(published_at)
    return max(published, counts_from or published)


def _closed_periods(plan_keys: set[int]) -> set[tuple[int, str]]:
    locks = PeriodLock.objects.filter(plan_id__in=plan_keys, closed_at__isnull=False)
    return set(locks.values_list("plan_id", "period"))


def _claims(keys: list[int]) -> dict[int, list[_Claim]]:
    """The live claims on each assignment: not rejected, of entries that were sent in and stand."""
    rows = (
        Fulfilment.objects.filter(assignment_id__in=keys, entry__state__in=_REACHED)
        .exclude(state=Fulfilment.State.REJECTED)
        .values_list(
            "assignment_id", "entry_id", "state", "entry__state", "entry__happened_on",
            "entry__first_submitted_at", "entry__posted_in",
        )
    )  # fmt: skip
    claims = defaultdict(list)
    for assignment_key, entry_key, state, entry_state, *rest in rows:
        is_accepted = state == Fulfilment.State.ACCEPTED and entry_state in _ACCEPTABLE
        claims[assignment_key].append(_Claim(entry_key, is_accepted, entry_state, *rest))
    return claims


def _write(changed: list[tuple[int, _Drawn]]) -> None:
    """One UPDATE joined to a list of values for each batch: a tenth of the time Django's CASE for each row takes.

    A row of no assignment goes first: PostgreSQL learns the types of the columns from it, even where all are empty.
    """
    table = Assignment._meta.db_table
    sets = ", ".join(f"{name} = v.column{number}" for number, name in enumerate(_DRAWN, 2))
    as_date = connection.ops.adapt_datefield_value
    typed = (0, _Drawn("", 0, date.min, date.min))
    for batch in _batches(changed, _WRITTEN):
        rows = [(key, *(getattr(drawn, name) for name in _DRAWN)) for key, drawn in (typed, *batch)]
        values = [as_date(value) if isinstance(value, date) else value for row in rows for value in row]
        places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM (VALUES {places}) AS v WHERE {table}.id = v.column1", values
            )


def _batches(rows: list, size: int) -> Iterator[list]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
