"""Assignments of event tasks: made when the event has come, never by themselves."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork import audit
from branchwork.deadlines import Event
from branchwork.errors import Refused
from branchwork.organizations.models import Organization
from branchwork.periods import period_of_due_date
from ledgers.actions.locks import hold_open
from ledgers.actions.plans.holding import given_reason, held_task
from ledgers.audiences import organizations_in
from ledgers.models import Assignment, Task
from ledgers.slots import deadline_of


@transaction.atomic
def open_assignment(*, task: Task, organization: Organization, event_on: date, reason: str, by) -> Assignment:
    """Make the assignment of an event task for one organization; its due date follows from the day of the event.

    Each event is worth the task's points. A second event of the same day needs a reason of its own, so that a double
    click is refused. Refused too for a closed period and for an event of another year.
    """
    task = _held_event(task)
    _check_audience(task, [organization])
    assignment = _made(task, organization, event_on, given_reason(reason))
    _keep([assignment])
    audit.record(
        "assignment.open", assignment, by=by, organization=organization, reason=assignment.opening_reason,
        data={"task": task.content, "event_on": event_on.isoformat(), "due_on": assignment.due_on.isoformat()},
    )  # fmt: skip
    return assignment


@transaction.atomic
def open_term_ends(*, task: Task, organizations: Iterable[int], reason: str, by) -> list[Assignment]:
    """The same for several organizations (keys) at once, counted from the end of each one's term."""
    task = _held_event(task)
    chosen = list(Organization.objects.filter(pk__in=set(organizations)).order_by("path"))
    _check_audience(task, chosen)
    made = [_made(task, each, each.term_ends_on, given_reason(reason)) for each in chosen if each.term_ends_on]
    if not made:
        raise Refused(_("None of these organizations has a term end on record."))
    _keep(made)
    audit.record_each(
        "assignment.open",
        [(each, each.organization, {"task": task.content, "event_on": each.event_on.isoformat()}) for each in made],
        by=by,
        reason=given_reason(reason),
    )
    return made


def due_on_of(task: Task, event_on: date) -> date | None:
    """When an event of that day falls due, None where the plan's year is not concerned: what happens in the year is,
    and what falls due in it."""
    rule = deadline_of(task.calendar)
    if not isinstance(rule, Event):
        return None
    due_on, year = rule.due_on(event_on), task.item.plan.year
    happens_in_it = event_on.year == year and rule.direction != "before"
    return due_on if due_on.year == year or happens_in_it and due_on.year > year else None


def term_end_proposals(task: Task) -> list[tuple[Organization, date]]:
    """(organization, due date) of everybody in the audience whose term end puts the due date in the plan's year and
    for whom it is not opened yet. Only proposed: a person opens it."""
    rule = deadline_of(task.calendar)
    if not isinstance(rule, Event) or rule.anchor != "term_end" or task.is_pending:
        return []
    opened = set(task.assignments.values_list("organization", "event_on"))
    wanted = organizations_in(task.audience, task.item.plan.owner, timezone.localdate())
    wanted = wanted.active(timezone.localdate()).filter(term_ends_on__isnull=False).order_by("term_ends_on", "path")
    due = [(each, due_on_of(task, each.term_ends_on)) for each in wanted if (each.pk, each.term_ends_on) not in opened]
    return [(each, due_on) for each, due_on in due if due_on]


def _held_event(task: Task) -> Task:
    task = held_task(task)
    if not task.is_event:
        raise Refused(_("This task does not wait for an event."))
    if task.is_pending:
        raise Refused(_("Whom this task concerns is not settled yet."))
    return task


def _check_audience(task: Task, organizations: list[Organization]) -> None:
    wanted = {each.pk for each in organizations}
    found = organizations_in(task.audience, task.item.plan.owner, timezone.localdate()).filter(pk__in=wanted)
    if missing := wanted - set(found.values_list("pk", flat=True)):
        name = next(each.name for each in organizations if each.pk in missing)
        raise Refused(_("The task does not concern %(organization)s.") % {"organization": name})


def _made(task: Task, organization: Organization, event_on: date, reason: str) -> Assignment:
    plan = task.item.plan
    due_on = due_on_of(task, event_on)
    if due_on is None:
        raise Refused(_("An event of that day does not belong to the plan of %(year)s.") % {"year": plan.year})
    new_year = date(plan.year, 1, 1)
    return Assignment(
        task=task, organization=organization, plan=plan, slot=_slot(task, organization, event_on, reason),
        opens_on=max(new_year, event_on) if event_on <= due_on else new_year, due_on=due_on,
        period=str(period_of_due_date(due_on, plan.year)), points=task.points or 0, event_on=event_on,
        opening_reason=reason,
    )  # fmt: skip


def _slot(task: Task, organization: Organization, event_on: date, reason: str) -> str:
    """The event's key: its day, numbered where a day has several."""
    same_day = list(task.assignments.filter(organization=organization, event_on=event_on))
    if any(other.opening_reason == reason for other in same_day):
        raise Refused(_("This event is already opened for %(organization)s.") % {"organization": organization.name})
    return f"{event_on.isoformat()}-{len(same_day) + 1}" if same_day else event_on.isoformat()


def _keep(assignments: list[Assignment]) -> None:
    hold_open(assignments[0].plan, {each.period for each in assignments})
    Assignment.objects.bulk_create(assignments)
