"""The committee's view: tasks × organizations in one period. A cell is the worst of its assignments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from branchwork.organizations.models import Organization

from .models import Assignment, Item, Plan, Task
from .states import State, state_of, worst


@dataclass(frozen=True, slots=True)
class Cell:
    """`done` of `required` assignments in force; `state` is that of the worst one."""

    organization_id: int
    state: State
    done: int
    required: int

    @property
    def is_owed(self) -> bool:
        return self.state.must_act

    @property
    def count(self) -> str:
        """2/3 where a period has several due dates and they are not all done, else nothing."""
        return f"{self.done}/{self.required}" if self.required > 1 and self.done < self.required else ""


@dataclass(slots=True)
class Row:
    """One task: a cell for each organization in order, None where it has nothing due."""

    task: Task
    cells: list[Cell | None] = field(default_factory=list)
    # The committee's own task stands in one wide cell; a task that waits for an answer or an event has none.
    own: Cell | None = None

    @property
    def applicable(self) -> int:
        return sum(1 for cell in self.cells if cell and cell.required)

    @property
    def complete(self) -> int:
        return sum(1 for cell in self.cells if cell and cell.required and cell.done == cell.required)


@dataclass(slots=True)
class Matrix:
    organizations: Sequence[Organization]
    items: list[tuple[Item, list[Row]]]
    # Tasks of the plan with nothing due in this period (and no question or event open).
    resting: int

    @property
    def owed(self) -> list[int]:
        """How many cells wait for somebody, for each organization."""
        counts = [0] * len(self.organizations)
        for _item, rows in self.items:
            for row in rows:
                for index, cell in enumerate(row.cells):
                    counts[index] += bool(cell and cell.is_owed)
        return counts

    @property
    def owed_total(self) -> int:
        return sum(self.owed)

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Neighbouring organizations of one peer group: (name, how many)."""
        found: list[tuple[str, int]] = []
        for organization in self.organizations:
            name = str(organization.peer_group or "")
            if found and found[-1][0] == name:
                found[-1] = (name, found[-1][1] + 1)
            else:
                found.append((name, 1))
        return found


def _cell(organization_id: int, assignments: Iterable[Assignment], today: date) -> Cell:
    assignments = list(assignments)
    in_force = [a for a in assignments if not a.exempted_at and not a.not_applicable_at]
    return Cell(
        organization_id=organization_id,
        state=worst(state_of(assignment, today) for assignment in assignments),
        done=sum(1 for a in in_force if a.standing == Assignment.Standing.DONE),
        required=len(in_force),
    )


def matrix_of(
    plan: Plan, period: str, organizations: Sequence[Organization], today: date, item_id: int | None = None
) -> Matrix:
    """The matrix of `organizations` (already filtered by who may see them) in `period`; 3 queries."""
    wanted = [organization.pk for organization in organizations]
    tasks = Task.objects.filter(item__plan=plan, withdrawn_at__isnull=True).select_related("item")
    if item_id:
        tasks = tasks.filter(item=item_id)
    tasks = list(tasks.order_by("item__position", "position"))
    by_cell: dict[tuple[int, int], list[Assignment]] = defaultdict(list)
    rows_wanted = Assignment.objects.filter(plan=plan, period=period, organization__in=[*wanted, plan.owner_id])
    for assignment in rows_wanted.order_by("due_on"):
        by_cell[assignment.task_id, assignment.organization_id].append(assignment)
    dated = {task_id for task_id, _organization in by_cell}
    items: dict[int, tuple[Item, list[Row]]] = {}
    resting = 0
    for task in tasks:
        if task.pk not in dated and not task.is_pending and not task.is_event:
            resting += 1
            continue
        row = Row(task)
        if task.is_own:
            found = by_cell.get((task.pk, plan.owner_id))
            row.own = _cell(plan.owner_id, found, today) if found else None
        elif task.pk in dated:
            row.cells = [_cell(pk, found, today) if (found := by_cell.get((task.pk, pk))) else None for pk in wanted]
        items.setdefault(task.item_id, (task.item, []))[1].append(row)
    return Matrix(organizations, list(items.values()), resting)
