"""Entries in bulk, as history has left them: the sample year, and ledgers kept elsewhere before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, require
from branchwork.periods import quarter_of
from ledgers.actions.locks import posting_period
from ledgers.entry_rules import attendance_fault, claims_fault, day_fault
from ledgers.models import Assignment, Entry, Fulfilment, Plan, Task, WorkType
from ledgers.settling import settle

from .holding import hold_periods
from .writing import is_on_behalf

State = Entry.State


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """One entry. `claims` are primary keys of assignments of the organization. `recorded_at` is also when it was sent
    in, unless `submitted_at` says so; a draft was not. Whoever a state needs must be given: CONFIRMED and APPROVED
    `confirmed_by`, APPROVED and RETURNED `reviewed_by` (and RETURNED `reason`), VOIDED `reviewed_by` and `reason`.
    `decided_at` is when the last of these happened (as recorded unless told), `confirmed_at` the confirmation before it
    (the same unless told)."""

    organization: Organization
    title: str
    happened_on: date
    recorded_at: datetime
    recorded_by: AbstractBaseUser
    state: str = State.APPROVED
    effect: str = ""
    work_type: WorkType | None = None
    place: str = ""
    attended: int | None = None
    claims: Sequence[int] = ()
    submitted_at: datetime | None = None
    confirmed_by: AbstractBaseUser | None = None
    confirmed_at: datetime | None = None
    reviewed_by: AbstractBaseUser | None = None
    decided_at: datetime | None = None
    reason: str = ""


@transaction.atomic
def import_entries(*, rows: Iterable[ImportedEntry], plan: Plan, by) -> int:
    """Write the entries with their claims, settle once, leave one audit row; answers how many there were.

    The rules of a single entry hold for each: Refused names the first row that breaks one, and nothing is written.
    Each is posted as if it were sent in now. `by` None is the system itself.
    """
    if by is not None:
        require(by, Permission.LOG_ENTRY, plan.owner)
    rows = list(rows)
    hold_periods(plan, posting=True)
    assignments = Assignment.objects.select_related("task").in_bulk({key for row in rows for key in row.claims})
    posted: dict[str, str] = {}
    entries = []
    for number, row in enumerate(rows, 1):
        _check(number, row, plan, assignments)
        quarter = str(quarter_of(row.happened_on))
        if quarter not in posted:
            posted[quarter] = posting_period(plan, row.happened_on)
        entries.append(_entry(row, plan, "" if row.state == State.DRAFT else posted[quarter]))
    Entry.objects.bulk_create(entries, batch_size=2_000)
    Fulfilment.objects.bulk_create(
        (_claim(entry, row, assignments[key]) for entry, row in zip(entries, rows, strict=True) for key in row.claims),
        batch_size=5_000,
    )
    settle(assignments)
    record("entry.import", plan, by=by, organization=plan.owner, data={"entries": len(entries)})
    return len(entries)


def _check(number: int, row: ImportedEntry, plan: Plan, assignments: dict[int, Assignment]) -> None:
    missing = [key for key in row.claims if key not in assignments or assignments[key].plan_id != plan.pk]
    fault = (
        day_fault(row.happened_on)
        or attendance_fault(row.organization, row.attended)
        or (_("It claims what is not in the plan.") if missing else "")
        or claims_fault(row.organization, row.happened_on, [assignments[key] for key in row.claims])
    )
    if fault:
        raise Refused(_("Row %(number)s, “%(title)s”: %(fault)s") % {
            "number": number, "title": row.title, "fault": fault,
        })  # fmt: skip


def _entry(row: ImportedEntry, plan: Plan, posted_in: str) -> Entry:
    entry = Entry(
        organization=row.organization, plan=plan, work_type=row.work_type, title=row.title,
        happened_on=row.happened_on, place=row.place, effect=row.effect, attended=row.attended, state=row.state,
        posted_in=posted_in, recorded_at=row.recorded_at, recorded_by=row.recorded_by,
        on_behalf=is_on_behalf(row.recorded_by, row.organization),
    )  # fmt: skip
    at = row.decided_at or row.recorded_at
    if row.state != State.DRAFT:
        entry.submitted_at = entry.first_submitted_at = row.submitted_at or row.recorded_at
        entry.submitted_by = row.recorded_by
    if row.state in (State.CONFIRMED, State.APPROVED):
        entry.confirmed_at, entry.confirmed_by = row.confirmed_at or at, row.confirmed_by
    if row.state == State.APPROVED:
        entry.approved_at, entry.approved_by = at, row.reviewed_by
    if row.state == State.RETURNED:
        entry.returned_at, entry.returned_by, entry.return_reason = at, row.reviewed_by, row.reason
    if row.state == State.VOIDED:
        entry.voided_at, entry.voided_by, entry.void_reason = at, row.reviewed_by, row.reason
    return entry


def _claim(entry: Entry, row: ImportedEntry, assignment: Assignment) -> Fulfilment:
    """Accepted as far as the entry has come: by the confirmation, or by the approval where the task asks for it."""
    claim = Fulfilment(entry=entry, assignment=assignment, task_id=assignment.task_id)
    by_secretary = assignment.task.review == Task.Review.SECRETARY
    if entry.state == State.APPROVED or entry.state == State.CONFIRMED and by_secretary:
        claim.state = Fulfilment.State.ACCEPTED
        claim.decided_at = entry.confirmed_at if by_secretary else entry.approved_at
        claim.decided_by = row.confirmed_by if by_secretary else row.reviewed_by
    return claim
