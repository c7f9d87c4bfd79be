"""A task's assignments as its page shows them: how many in which state, and organization by organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from branchwork.organizations.models import Organization
from ledgers.models import Assignment, AssignmentQuerySet
from ledgers.states import State, state_of

Standing = Assignment.Standing


@dataclass(frozen=True)
class Cell:
    assignment: Assignment
    state: State


def counts_of(assignments: AssignmentQuerySet, today: date) -> dict[str, int]:
    """How many there are in each state, as the page words them; one query."""
    in_force = Q(exempted_at__isnull=True, not_applicable_at__isnull=True)
    undone = in_force & Q(standing__in=[Standing.OPEN, Standing.RETURNED])
    return assignments.aggregate(
        all=Count("pk"),
        done=Count("pk", filter=in_force & Q(standing=Standing.DONE)),
        waiting=Count("pk", filter=in_force & Q(standing__in=[Standing.SUBMITTED, Standing.CONFIRMED])),
        overdue=Count("pk", filter=undone & Q(due_on__lt=today)),
        open=Count("pk", filter=undone & Q(due_on__gte=today)),
        exempt=Count("pk", filter=Q(exempted_at__isnull=False, not_applicable_at__isnull=True)),
        not_applicable=Count("pk", filter=Q(not_applicable_at__isnull=False)),
    )


def rows_of(
    assignments: AssignmentQuerySet, organizations: Sequence[Organization], today: date
) -> list[tuple[Organization, list[Cell]]]:
    """Each of these organizations with its assignments in the order of their due dates; one query."""
    found: dict[int, list[Cell]] = {organization.pk: [] for organization in organizations}
    for assignment in assignments.filter(organization__in=found).order_by("due_on", "pk"):
        found[assignment.organization_id].append(Cell(assignment, state_of(assignment, today)))
    return [(organization, found[organization.pk]) for organization in organizations]
