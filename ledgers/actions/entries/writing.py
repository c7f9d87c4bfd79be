"""记一笔: an entry is written down, changed while that is allowed, and sent in by the same act if wanted."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, grants_of, require
from ledgers.actions.locks import posting_period
from ledgers.entry_rules import attendance_fault, claims_fault, day_fault, plan_for
from ledgers.evidence import KeptFile
from ledgers.models import Assignment, Entry, Fulfilment, Plan, Task, WorkType
from ledgers.settling import settle
from ledgers.transitions import EDITABLE, Act

from .evidence import as_data, attach
from .holding import EditConflict, claimed_by, conflict, hold_entry, hold_periods, look_at
from .steps import choose, send_in, stamp_sent


@dataclass(frozen=True)
class Written:
    """What the form of an entry says."""

    title: str
    happened_on: date
    effect: str = ""
    work_type: WorkType | None = None
    place: str = ""
    attended: int | None = None


def log_entry(
    *,
    organization: Organization,
    written: Written,
    claimed: Sequence[Assignment] = (),
    files: Sequence[KeptFile] = (),
    submit: bool,
    client_uuid: uuid.UUID | None = None,
    replaces: Entry | None = None,
    by,
) -> Entry:
    """Write an entry down, and send it in when `submit`. The same `client_uuid` again answers the first entry.

    Refused when the day lies ahead, a claim does not fit, no plan is published, or everything is closed.
    """
    client_uuid = client_uuid or uuid.uuid4()
    try:
        with transaction.atomic():
            return _first_of(client_uuid, by) or _log(
                organization, written, claimed, files, submit, client_uuid, replaces, by
            )
    except IntegrityError:
        # Two clicks at the same moment: the other one was written first.
        if entry := _first_of(client_uuid, by):
            return entry
        if Entry.objects.filter(client_uuid=client_uuid).exists():
            raise Refused(_("This form was already used. Open a new one.")) from None
        raise


@transaction.atomic
def edit_entry(
    *,
    entry: Entry,
    version: int,
    written: Written,
    claimed: Sequence[Assignment] = (),
    files: Sequence[KeptFile] = (),
    submit: bool = False,
    by,
) -> Entry:
    """Change a draft or a returned entry, and send it in when `submit`. `version` is the one that was read:
    EditConflict (409) when somebody changed it since, or when it may no longer be changed."""
    seen = look_at(entry)
    require(by, Permission.LOG_ENTRY, seen.organization)
    if seen.state not in EDITABLE:
        raise EditConflict(_("The entry was sent in meanwhile; it can no longer be changed."), seen)
    if seen.version != version:
        raise conflict(seen)
    _check(seen.organization, written, claimed)
    plan = _plan(seen.organization, written, claimed)
    touched = claimed_by(seen)
    hold_periods(plan, claimed={*touched.values(), *(assignment.period for assignment in claimed)}, posting=submit)
    entry = hold_entry(seen)
    before = _as_data(entry)
    _write(entry, plan, written)
    entry.version += 1
    entry.save()
    _claim(entry, claimed)
    attach(entry, files, by)
    settle({*touched, *(assignment.pk for assignment in claimed)})
    record(
        "entry.edit", entry, by=by, organization=entry.organization,
        data={"before": before, "after": _as_data(entry), "claims": [a.pk for a in claimed], "files": as_data(files)},
    )  # fmt: skip
    return send_in(entry, choose(entry, Act.SUBMIT, by), by) if submit else entry


def _log(organization, written, claimed, files, submit, client_uuid, replaces, by) -> Entry:
    """One INSERT each for the entry as it will stand, its claims and its files, and one audit row."""
    require(by, Permission.LOG_ENTRY, organization)
    _check(organization, written, claimed)
    if replaces is not None:
        _check_replaced(replaces, organization)
    entry = Entry(
        organization=organization, client_uuid=client_uuid, replaces=replaces, recorded_at=timezone.now(),
        recorded_by=by, on_behalf=is_on_behalf(by, organization),
    )  # fmt: skip
    _write(entry, _plan(organization, written, claimed), written)
    if submit:
        row = choose(entry, Act.SUBMIT, by)
        hold_periods(entry.plan, claimed=[assignment.period for assignment in claimed], posting=True)
        stamp_sent(entry, row, by)
        entry.state = row.target
    entry.save(force_insert=True)
    Fulfilment.objects.bulk_create(_first_claim(entry, assignment) for assignment in claimed)
    attach(entry, files, by, is_new=True)
    if submit:
        settle(assignment.pk for assignment in claimed)
    record(
        "entry.log", entry, by=by, organization=organization,
        data=_as_data(entry) | {
            "claims": [assignment.pk for assignment in claimed], "on_behalf": entry.on_behalf,
            "files": as_data(files), "replaces": replaces.pk if replaces else None, "to": entry.state,
            "posted_in": entry.posted_in,
        },
    )  # fmt: skip
    return entry


def _first_claim(entry: Entry, assignment: Assignment) -> Fulfilment:
    """A claim as it stands at once: accepted when the entry is confirmed by the same act and that is enough."""
    claim = Fulfilment(entry=entry, assignment=assignment, task_id=assignment.task_id)
    if entry.state == Entry.State.CONFIRMED and assignment.task.review == Task.Review.SECRETARY:
        claim.state = Fulfilment.State.ACCEPTED
        claim.decided_at, claim.decided_by = entry.confirmed_at, entry.confirmed_by
    return claim


def is_on_behalf(user, organization: Organization) -> bool:
    """代记: written by somebody whose right to log comes from above the organization."""
    return not any(grant.organization_id == organization.pk for grant in grants_of(user, Permission.LOG_ENTRY))


def _first_of(client_uuid: uuid.UUID, by) -> Entry | None:
    return Entry.objects.filter(client_uuid=client_uuid, recorded_by=by).first()


def _check(organization: Organization, written: Written, claimed: Sequence[Assignment]) -> None:
    fault = (
        day_fault(written.happened_on)
        or attendance_fault(organization, written.attended)
        or claims_fault(organization, written.happened_on, claimed)
    )
    if fault:
        raise Refused(fault)


def _check_replaced(replaced: Entry, organization: Organization) -> None:
    if replaced.state != Entry.State.VOIDED or replaced.organization_id != organization.pk:
        raise Refused(_("Only a voided entry of the same organization can be replaced."))
    if Entry.objects.filter(replaces=replaced).exists():
        raise Refused(_("The voided entry has been replaced already."))


def _plan(organization: Organization, written: Written, claimed: Sequence[Assignment]) -> Plan:
    plan = plan_for(organization, written.happened_on, claimed)
    if plan is None:
        raise Refused(_("No plan has been published yet, so there is no ledger to write in."))
    return plan


def _write(entry: Entry, plan: Plan, written: Written) -> None:
    for field in fields(written):
        setattr(entry, field.name, getattr(written, field.name))
    if entry.posted_in and entry.plan_id != plan.pk:
        entry.posted_in = posting_period(plan, written.happened_on)
    entry.plan = plan


def _claim(entry: Entry, claimed: Sequence[Assignment]) -> None:
    """Make the entry's claims exactly these. A claim kept keeps its row; one that was rejected is made anew."""
    wanted = {assignment.pk: assignment for assignment in claimed}
    entry.fulfilments.exclude(assignment__in=wanted, state=Fulfilment.State.CLAIMED).delete()
    for kept in entry.fulfilments.values_list("assignment_id", flat=True):
        wanted.pop(kept)
    Fulfilment.objects.bulk_create(
        Fulfilment(entry=entry, assignment=assignment, task_id=assignment.task_id) for assignment in wanted.values()
    )


def _as_data(entry: Entry) -> dict:
    """What an entry says, as plain JSON for the audit."""
    return {
        "title": entry.title, "happened_on": entry.happened_on.isoformat(), "effect": entry.effect,
        "work_type": entry.work_type.code if entry.work_type else None, "place": entry.place,
        "attended": entry.attended,
    }  # fmt: skip
