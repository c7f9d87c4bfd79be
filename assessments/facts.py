"""The one bridge from tables to scoring: a plan's scheme, and its assignments as facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.utils import timezone

from assessments.models import Scheme as SchemeRow
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scoring import Category, Fact, Grade, Indicator, Outcome, PeriodState, Rule, Scheme, outcome_undone
from branchwork.periods import Period
from ledgers.models import Assignment, AssignmentQuerySet, Entry, Fulfilment, PeriodLock, Plan, Task
from ledgers.settling import published_on
from ledgers.timing import RESEND_DAYS, timing

# What the plan-derived scheme starts with; a committee that wants another late share or other grade lines changes
# the row that the first closing makes of it.
DEFAULT_SETTINGS: dict[str, Any] = {
    "late_share": "0.80",
    "not_applicable": "leave",
    "grades": [["好", "90"], ["较好", "80"], ["一般", "60"], ["差", "0"]],
}
# A quarter can be closed from so many days after its end (LEDGER.md, Closing).
DAYS_BEFORE_CLOSING = 15

Standing = Assignment.Standing


@dataclass(frozen=True)
class Book:
    """What the facts of one plan are read with. `scheme` is what its cards are made by: drawn from the plan's own
    points, or, where `is_rule_book`, the one written down for it in `document`. `own` are the keys of the committee's
    own tasks, on nobody's card; `total_points` what the plan prints, those tasks included."""

    plan: Plan
    version: int
    scheme: Scheme
    tasks: Mapping[int, Task]
    published: Mapping[int, date]
    own: frozenset[int]
    total_points: int
    document: str = ""

    @property
    def is_rule_book(self) -> bool:
        return self.scheme.is_rule_book

    @property
    def is_in_points(self) -> bool:
        """Whether cards are compared, and graded, by a total of points rather than by a rate."""
        return self.is_rule_book and self.scheme.graded_by != "rate"

    def assessed(self, assignments: AssignmentQuerySet | None = None) -> AssignmentQuerySet:
        """The plan's assignments that stand on a card."""
        rows = self.plan.assignments.all() if assignments is None else assignments.filter(plan=self.plan)
        return rows.exclude(task__in=self.own) if self.own else rows


def book_of(plan: Plan, row: SchemeRow | None = None) -> Book:
    """Two queries: the scheme's row, if it was made yet, and the tasks with their items.

    `row` is the scheme of a closing, where that is meant and not the one in force.
    """
    row = row or SchemeRow.objects.filter(plan=plan).first()
    tasks = list(Task.objects.filter(item__plan=plan).select_related("item", "work_type"))
    assessed = [task for task in tasks if not task.is_own]
    return Book(
        plan=plan,
        version=row.version if row else 1,
        scheme=rule_book(row.document) if row and row.document else plan_scheme(plan, assessed, row and row.settings),
        tasks={task.pk: task for task in assessed},
        published={task.pk: published_on(plan, task) for task in assessed} if plan.published_at else {},
        own=frozenset(task.pk for task in tasks if task.is_own),
        total_points=sum(task.points or 0 for task in tasks),
        document=row.document if row else "",
    )


@lru_cache(maxsize=16)
def rule_book(document: str) -> Scheme:
    """A rule book as it was stored, after it was checked."""
    scheme, problems = read_scheme(document, "")
    if scheme is None:
        raise ValueError("; ".join(str(problem) for problem in problems))
    return scheme


def plan_scheme(plan: Plan, tasks: list[Task], settings: Mapping[str, Any] | None) -> Scheme:
    """A ledger with points is a scheme: each item a category, each task an indicator."""
    settings = settings or DEFAULT_SETTINGS
    categories = tuple(
        Category(str(item.pk), item.title, tuple(_indicator(task) for task in group))
        for item, group in groupby(tasks, key=lambda task: task.item)
    )
    return Scheme(
        key=f"plan-{plan.pk}",
        title=plan.title,
        categories=categories,
        grades=tuple(Grade(name, Decimal(least)) for name, least in settings["grades"]),
        late_share=Decimal(settings["late_share"]),
        not_applicable=settings["not_applicable"],
    )


def _indicator(task: Task) -> Indicator:
    return Indicator(str(task.pk), task.content, (Rule("assignment_share"),))


class AssignmentRow(NamedTuple):
    """The columns of an assignment that say what it is worth; read as plain rows, for there are many."""

    pk: int
    organization_id: int
    task_id: int
    period: str
    slot: str
    opens_on: date
    due_on: date
    points: int
    standing: str
    accepted_count: int
    done_on: date | None
    recorded_on: date | None
    timing: str
    counted_in: str
    exempted_at: datetime | None
    exemption_reason: str
    not_applicable_at: datetime | None
    not_applicable_reason: str


class ClaimRow(NamedTuple):
    """The columns of a claim: of an entry that was sent in and stands, not rejected."""

    organization_id: int
    assignment_id: int
    entry_id: int
    state: str
    entry_state: str
    happened_on: date
    first_submitted_at: datetime
    posted_in: str
    returned_at: datetime | None
    return_reason: str

    @property
    def is_accepted(self) -> bool:
        return self.state == Fulfilment.State.ACCEPTED and self.entry_state != Entry.State.RETURNED

    @property
    def is_returned(self) -> bool:
        return self.entry_state == Entry.State.RETURNED


Read = tuple[list[AssignmentRow], dict[int, list[ClaimRow]]]
_CLAIM_COLUMNS = (
    "assignment__organization_id", "assignment_id", "entry_id", "state", "entry__state", "entry__happened_on",
    "entry__first_submitted_at", "entry__posted_in", "entry__returned_at", "entry__return_reason",
)  # fmt: skip
_SENT_IN = (Entry.State.SUBMITTED, Entry.State.CONFIRMED, Entry.State.APPROVED, Entry.State.RETURNED)


def read(assignments: AssignmentQuerySet) -> Iterator[tuple[int, Read]]:
    """Organization by organization, in the order of their keys: its assignments and the claims on each.

    Two queries, streamed, whatever the number of organizations. Claims that happened before their assignment's
    window opened count for nothing and are left out.
    """
    rows = assignments.order_by("organization_id", "due_on", "pk").values_list(*AssignmentRow._fields)
    claims = (
        Fulfilment.objects.filter(assignment__in=assignments.order_by().values("pk"), entry__state__in=_SENT_IN)
        .exclude(state=Fulfilment.State.REJECTED)
        .order_by("assignment__organization_id", "entry_id")
        .values_list(*_CLAIM_COLUMNS)
    )
    by_organization = grouped(claims.iterator(chunk_size=5_000))
    for organization_id, group in groupby(rows.iterator(chunk_size=5_000), key=itemgetter(1)):
        mine = [AssignmentRow._make(row) for row in group]
        opens = {row.pk: row.opens_on for row in mine}
        on: dict[int, list[ClaimRow]] = {}
        for values in by_organization(organization_id):
            claim = ClaimRow._make(values)
            if claim.assignment_id in opens and claim.happened_on >= opens[claim.assignment_id]:
                on.setdefault(claim.assignment_id, []).append(claim)
        yield organization_id, (mine, on)


def grouped(rows: Iterable[tuple]) -> Callable[[int], list[tuple]]:
    """Rows that come sorted by their first column, handed out group by group; ask in ascending order.

    A group nobody asks for is passed over.
    """
    groups = groupby(rows, key=itemgetter(0))
    waiting: list[tuple[int, Iterator[tuple]]] = []

    def take(key: int) -> list[tuple]:
        while True:
            if not waiting:
                found = next(groups, None)
                if found is None:
                    return []
                waiting.append(found)
            if waiting[0][0] > key:
                return []
            group_key, group = waiting.pop()
            if group_key == key:
                return list(group)

    return take


def facts(book: Book, rows: Iterable[AssignmentRow], claims: Mapping[int, list[ClaimRow]], on: date) -> Iterator[Fact]:
    """One fact for each row; `on` is the day they are looked at."""
    for row in rows:
        yield _fact(book, row, claims.get(row.pk, []), on)


def _fact(book: Book, row: AssignmentRow, claims: list[ClaimRow], on: date) -> Fact:
    told = _told(book, row, claims, on)
    return Fact(
        subject=str(row.organization_id),
        indicator=str(row.task_id),
        period=row.period,
        slot=row.slot,
        available=row.points,
        due_on=row.due_on,
        required_count=book.tasks[row.task_id].required_count,
        done_count=row.accepted_count,
        **told,
    )


def _told(book: Book, row: AssignmentRow, claims: list[ClaimRow], on: date) -> dict[str, Any]:
    accepted = tuple(claim.entry_id for claim in claims if claim.is_accepted)
    if row.not_applicable_at:
        return {"outcome": Outcome.NOT_APPLICABLE, "note": row.not_applicable_reason, "entries": accepted}
    if row.exempted_at:
        return {"outcome": Outcome.EXEMPT, "note": row.exemption_reason, "entries": accepted}
    if row.standing == Standing.DONE:
        outcome = Outcome(row.timing)
        return {"outcome": outcome, "done_on": row.done_on, "recorded_on": row.recorded_on, "entries": accepted}
    return _told_undone(book, row, claims, on)


def _told_undone(book: Book, row: AssignmentRow, claims: list[ClaimRow], on: date) -> dict[str, Any]:
    """Awaiting review or returned, where the claims would complete the count; else not done."""
    going = [claim for claim in claims if not claim.is_returned]
    if completing := _completing(book, row, going):
        recorded_on = timezone.localdate(completing.first_submitted_at)
        return {
            "outcome": Outcome.WAITING,
            "once_accepted": _once_accepted(book, row, completing, recorded_on),
            "done_on": completing.happened_on,
            "recorded_on": recorded_on,
            "entries": tuple(claim.entry_id for claim in going),
        }
    returned = [claim for claim in claims if claim.is_returned]
    if returned and (completing := _completing(book, row, claims)):
        return _told_returned(book, row, completing, returned, on)
    return {
        "outcome": outcome_undone(row.due_on, on),
        "note": returned[-1].return_reason if returned else "",
        "entries": tuple(claim.entry_id for claim in claims),
    }


def _told_returned(
    book: Book, row: AssignmentRow, completing: ClaimRow, returned: list[ClaimRow], on: date
) -> dict[str, Any]:
    last = returned[-1]
    resend_by = timezone.localdate(last.returned_at) + timedelta(days=RESEND_DAYS)
    keeps = on <= resend_by
    recorded_on = timezone.localdate(completing.first_submitted_at) if keeps or not completing.is_returned else on
    return {
        "outcome": Outcome.RETURNED,
        "once_accepted": _once_accepted(book, row, completing, recorded_on),
        "is_due": row.due_on < on,
        "resend_by": resend_by if keeps else None,
        "done_on": completing.happened_on,
        "note": last.return_reason,
        "entries": tuple(claim.entry_id for claim in returned),
    }


def _completing(book: Book, row: AssignmentRow, claims: list[ClaimRow]) -> ClaimRow | None:
    """The claim that would complete the count if all of these were accepted, by the order settling uses."""
    required = book.tasks[row.task_id].required_count
    if len(claims) < required:
        return None
    ordered = sorted(claims, key=lambda claim: (claim.happened_on, claim.first_submitted_at, claim.entry_id))
    return ordered[required - 1]


def _once_accepted(book: Book, row: AssignmentRow, completing: ClaimRow, recorded_on: date) -> Outcome:
    return Outcome(
        timing(
            done_on=completing.happened_on,
            due_on=row.due_on,
            recorded_on=recorded_on,
            published_on=book.published[row.task_id],
            grace_days=book.plan.grace_days,
        )
    )


def closes_from(period: Period) -> date:
    """The first day on which the period may be closed."""
    return period.ends_on + timedelta(days=DAYS_BEFORE_CLOSING)


def period_states(locks: Iterable[PeriodLock], last_due_on: date | None = None) -> dict[str, PeriodState]:
    """How the plan's periods stand, and until when each is certain to stay open. The year stays open until everything
    is past due: `last_due_on` is the last due date after 31 December, None where there is none."""
    states = {}
    for lock in locks:
        until = closes_from(Period.parse(lock.period)) - timedelta(days=1)
        if len(lock.period) == 4 and last_due_on:
            until = max(until, last_due_on)
        states[lock.period] = PeriodState(lock.is_closed, until)
    return states
