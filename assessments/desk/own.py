"""The desk of a branch's clerk and secretary: what to do, what it is worth, what was done last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, ExpressionWrapper
from django.urls import reverse
from django.utils import timezone

from assessments.card_page import PeriodRow, period_rows
from assessments.cards import Year, current_cards, years_of
from assessments.facts import AssignmentRow, Book, book_of, closes_from
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, grants_of, has_permission
from branchwork.periods import Period
from ledgers.audiences import condition_of
from ledgers.models import Assignment, Entry, PeriodLock, Plan, Task
from ledgers.states import OVERDUE, RETURNED, SOON, State, state_of
from ledgers.summaries import WORK_TYPE as SUMMARY
from ledgers.timing import RESEND_DAYS

RECENT = 6
TO_CONFIRM = 5
LATER_SHOWN = 10
Standing = Assignment.Standing
# What somebody else has to do next is not on this desk.
_ON_THE_WAY = (Standing.SUBMITTED, Standing.CONFIRMED)


@dataclass(frozen=True)
class TodoRow:
    """One thing to do. `points` is what doing it now earns, None where it earns none or a rule book decides; `full`
    what it was worth.
    `is_summary`: 报送季度小结, which the ledger has already written and which is only looked through.
    """

    state: State
    title: str
    organization: str
    due_on: date | None
    url: str
    about: str
    points: int | None = None
    full: int = 0
    tag: str = ""
    done_of: tuple[int, int] | None = None
    is_summary: bool = False
    said: tuple[str, str, datetime] | None = None

    @property
    def is_reduced(self) -> bool:
        return self.points is not None and self.points < self.full


@dataclass
class PeriodTodo:
    """What of one open period was returned or is overdue; `until` is the last day on which it is certain to be open."""

    period: str
    until: date
    rows: list[TodoRow] = field(default_factory=list)

    @property
    def points(self) -> int:
        return sum(row.points or 0 for row in self.rows)


@dataclass
class OwnDesk:
    organizations: list[Organization]
    plan: Plan | None = None
    urgent: list[PeriodTodo] = field(default_factory=list)
    # The first of what waits for this person, and how many wait in all.
    to_confirm: list[Entry] = field(default_factory=list)
    to_confirm_count: int = 0
    soon: list[TodoRow] = field(default_factory=list)
    make_ups: list[TodoRow] = field(default_factory=list)
    later: list[TodoRow] = field(default_factory=list)
    events: list[tuple[Task, str]] = field(default_factory=list)
    waiting_count: int = 0
    periods: list[PeriodRow] = field(default_factory=list)
    recent: list[Entry] = field(default_factory=list)
    may_open: bool = False
    # By a rule book nothing says what doing one thing will earn.
    is_rule_book: bool = False

    @property
    def count(self) -> int:
        return sum(len(todo.rows) for todo in self.urgent) + self.to_confirm_count + len(self.soon)

    @property
    def is_shared(self) -> bool:
        """Whether rows must say whose they are."""
        return len(self.organizations) > 1

    @property
    def make_up_points(self) -> int:
        return sum(row.points or 0 for row in self.make_ups)


def own_organizations(user) -> list[Organization]:
    """Those this person logs for: where the grant hangs, not all below it."""
    grants = grants_of(user, Permission.LOG_ENTRY)
    return list({grant.organization_id: grant.organization for grant in grants}.values())


def own_desk(user, today: date) -> OwnDesk:
    """Fourteen queries for one plan in force, whatever its rows; five more for each other that is not closed."""
    organizations = own_organizations(user)
    desk = OwnDesk(organizations, may_open=has_permission(user, Permission.OPEN_EVENT))
    locks = _locks(organizations)
    desk.plan = _plan_now(locks, today)
    returned = _returned(organizations)
    for plan, plan_locks in locks.items():
        if plan == desk.plan or not plan_locks[-1].is_closed:
            _add_plan(desk, plan, plan_locks, returned, today)
    if has_permission(user, Permission.CONFIRM_ENTRY):
        waiting = Entry.objects.confirmable_by(user).select_related("organization").order_by("submitted_at")
        desk.to_confirm = list(waiting[:TO_CONFIRM])
        desk.to_confirm_count = len(desk.to_confirm)
        if desk.to_confirm_count == TO_CONFIRM:
            desk.to_confirm_count = waiting.count()
    recent = Entry.objects.standing().filter(organization__in=organizations).order_by("-recorded_at", "-pk")
    desk.recent = list(recent.prefetch_related("fulfilments")[:RECENT])
    return desk


def _locks(organizations: Sequence[Organization]) -> dict[Plan, list[PeriodLock]]:
    """The published plans over these organizations, the latest year first, with their locks in closing order."""
    step = Organization.steplen
    above = {found.path[:end] for found in organizations for end in range(step, len(found.path) + 1, step)}
    rows = PeriodLock.objects.filter(plan__owner__path__in=above, plan__state=Plan.State.PUBLISHED)
    found: dict[Plan, list[PeriodLock]] = {}
    for lock in rows.select_related("plan__owner", "closing_job"):
        found.setdefault(lock.plan, []).append(lock)
    return dict(sorted(found.items(), key=lambda item: -item[0].year))


def _plan_now(plans: Iterable[Plan], today: date) -> Plan | None:
    plans = list(plans)
    return next((plan for plan in plans if plan.year <= today.year), plans[-1] if plans else None)


def _returned(organizations: Sequence[Organization]) -> list[Entry]:
    entries = Entry.objects.filter(organization__in=organizations, state=Entry.State.RETURNED)
    return list(entries.select_related("organization", "returned_by").order_by("returned_at"))


def _add_plan(desk: OwnDesk, plan: Plan, locks: list[PeriodLock], returned: list[Entry], today: date) -> None:
    keys = [organization.pk for organization in desk.organizations]
    frozen = list(current_cards(plan, keys).select_related("closing__scheme"))
    book = book_of(plan, frozen[0].closing.scheme if frozen else None)
    assignments = plan.assignments.filter(organization__in=keys)
    years = years_of(book, locks, assignments, frozen, today, also=keys)
    names = {organization.pk: organization.label for organization in desk.organizations if desk.is_shared}
    sorting = _Sorting(desk, book, {lock.period: lock.is_closed for lock in locks}, names, today)
    for entry in returned:
        if entry.plan_id == plan.pk:
            sorting.add_returned(entry, years[entry.organization_id])
    if not locks[-1].is_closed:
        for year in years.values():
            for row in year.rows:
                sorting.add(row, year)
    sorting.finish()
    if plan == desk.plan:
        desk.is_rule_book = book.is_rule_book
        desk.periods = period_rows(book, years[keys[0]])
        desk.events = _events(desk, book, years, today)


@dataclass
class _Sorting:
    """Puts what is open onto the desk, each thing in its place."""

    desk: OwnDesk
    book: Book
    closed: dict[str, bool]
    names: dict[int, str]
    today: date
    urgent: dict[str, PeriodTodo] = field(default_factory=dict)
    worth: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)

    def add_returned(self, entry: Entry, year: Year) -> None:
        rows = [row for row in year.rows if any(c.entry_id == entry.pk for c in year.claims.get(row.pk, []))]
        mend_by = timezone.localdate(entry.returned_at) + timedelta(days=RESEND_DAYS)
        todo = TodoRow(
            state=RETURNED,
            title=entry.title,
            organization=self.names.get(entry.organization_id, ""),
            due_on=mend_by if mend_by >= self.today else None,
            url=reverse("ledgers:entry_edit", args=[entry.pk]),
            about=reverse("ledgers:entry_detail", args=[entry.pk]),
            points=sum(self._worth(row, year) for row in rows) if rows and not self.book.is_rule_book else None,
            full=sum(row.points for row in rows),
            said=(entry.return_reason, str(entry.returned_by), entry.returned_at),
        )
        open_periods = [row.period for row in rows if not self.closed[row.period]]
        self._urgent(open_periods[0] if open_periods else self._first_open(entry.posted_in), todo)

    def add(self, row: AssignmentRow, year: Year) -> None:
        if row.exempted_at or row.not_applicable_at or row.standing == Standing.DONE:
            return
        if row.standing in _ON_THE_WAY:
            self.desk.waiting_count += 1
        elif row.standing != Standing.RETURNED:
            self._add_open(row, year)

    def _add_open(self, row: AssignmentRow, year: Year) -> None:
        state = state_of(Assignment(**row._asdict()), self.today)
        todo = self._todo(row, state, year)
        if self.closed[row.period]:
            self.desk.make_ups.append(todo)
        elif state == OVERDUE:
            self._urgent(row.period, todo)
        elif state == SOON:
            self.desk.soon.append(todo)
        else:
            self.desk.later.append(todo)

    def _todo(self, row: AssignmentRow, state: State, year: Year) -> TodoRow:
        task = self.book.tasks[row.task_id]
        return TodoRow(
            state=state,
            title=task.content,
            organization=self.names.get(row.organization_id, ""),
            due_on=row.due_on,
            url=f"{reverse('ledgers:entry_log')}?assignment={row.pk}",
            about=reverse("ledgers:assignment_detail", args=[row.pk]),
            points=None if self.book.is_rule_book else self._worth(row, year),
            full=row.points,
            tag=task.deadline if state == SOON else "",
            done_of=(row.accepted_count, task.required_count) if task.required_count > 1 else None,
            is_summary=task.work_type is not None and task.work_type.code == SUMMARY,
        )

    def _worth(self, row: AssignmentRow, year: Year) -> int:
        """What it earns when it is done today, as the card says."""
        if year.organization_id not in self.worth:
            self.worth[year.organization_id] = {
                (line.indicator, reason.facts["slot"]): reason.facts["could_earn"]
                for line in year.cards[str(self.book.plan.year)].lines
                for reason in line.reasons
                if "could_earn" in reason.facts
            }
        return self.worth[year.organization_id].get((str(row.task_id), row.slot), 0)

    def _urgent(self, period: str, todo: TodoRow) -> None:
        if period not in self.urgent:
            self.urgent[period] = PeriodTodo(period, closes_from(Period.parse(period)) - timedelta(days=1))
        self.urgent[period].rows.append(todo)

    def _first_open(self, wanted: str) -> str:
        """The period a returned entry that claims nothing open belongs to when it is sent again."""
        if wanted and not self.closed.get(wanted, True):
            return wanted
        return next((period for period, is_closed in self.closed.items() if not is_closed), str(self.book.plan.year))

    def finish(self) -> None:
        self.desk.urgent += [self.urgent[period] for period in self.closed if period in self.urgent]
        for rows in (self.desk.soon, self.desk.later, self.desk.make_ups):
            rows.sort(key=lambda row: (row.due_on or date.max, -(row.points or 0)))


def _events(desk: OwnDesk, book: Book, years: dict[int, Year], today: date) -> list[tuple[Task, str]]:
    """Event tasks that would ask these organizations once their event comes: (task, whose)."""
    tasks = [task for task in book.tasks.values() if task.is_event and not task.is_pending and not task.withdrawn_at]
    if not tasks:
        return []
    flags = {
        f"task_{task.pk}": ExpressionWrapper(condition_of(task.audience, today), output_field=BooleanField())
        for task in tasks
    }
    rows = Organization.objects.filter(pk__in=list(years)).annotate(**flags).values("pk", *flags)
    asked = {(row.organization_id, row.task_id) for year in years.values() for row in year.rows}
    names = {organization.pk: organization.label for organization in desk.organizations if desk.is_shared}
    return [
        (task, names.get(row["pk"], ""))
        for task in tasks
        for row in rows
        if row[f"task_{task.pk}"] and (row["pk"], task.pk) not in asked
    ]
