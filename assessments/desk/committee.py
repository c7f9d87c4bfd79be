"""The desks of the committee: staff and administrator (what to decide), leader (how it stands, to read)."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from assessments.card_list import figures_of, spread_of
from assessments.distribution import Distribution
from assessments.facts import book_of
from assessments.readiness import PeriodStanding, period_overview
from branchwork.models import Job
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, has_permission
from branchwork.periods import Period
from ledgers.models import Assignment, Entry, Plan, Task
from ledgers.states import State, state_of

SHOWN = 8
Standing = Assignment.Standing


@dataclass(frozen=True)
class Behind:
    """An organization with work overdue or returned in open periods."""

    organization: Organization
    overdue: int
    returned: int
    waiting: int


@dataclass
class CommitteeDesk:
    plan: Plan | None
    to_review: list[Entry] = field(default_factory=list)
    review_count: int = 0
    confirm_count: int = 0
    periods: list[PeriodStanding] = field(default_factory=list)
    behind: list[Behind] = field(default_factory=list)
    behind_count: int = 0
    own: list[tuple[Assignment, State]] = field(default_factory=list)
    pending: list[Task] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    steps: list["Step"] = field(default_factory=list)
    spread: Distribution | None = None
    spread_period: str = ""

    @property
    def ready(self) -> list[PeriodStanding]:
        return [row for row in self.periods if row.stands == "ready"]

    @property
    def own_due(self) -> list[tuple[Assignment, State]]:
        return [(row, state) for row, state in self.own if state.must_act]

    @property
    def count(self) -> int:
        """How many things to do: one for each pile, not for each sheet in it."""
        piles = (self.review_count, self.confirm_count, self.pending)
        return sum(bool(pile) for pile in piles) + len(self.ready) + len(self.own_due)


@dataclass(frozen=True)
class Step:
    """One step of setting an office up."""

    key: str
    is_done: bool


def staff_desk(user, today: date) -> CommitteeDesk:
    """Thirteen queries at most, whatever the number of organizations."""
    plan = plan_of(user, today)
    desk = CommitteeDesk(plan, jobs=list(Job.objects.visible_to(user).unfinished()[:5]))
    if plan is None or not plan.is_published:
        desk.steps = _steps(user, plan)
        return desk
    reviewable = Entry.objects.reviewable_by(user)
    desk.to_review = list(reviewable.select_related("organization").order_by("confirmed_at")[:SHOWN])
    desk.review_count = len(desk.to_review) if len(desk.to_review) < SHOWN else reviewable.count()
    desk.confirm_count = Entry.objects.confirmable_by(user).count()
    _add_standing(desk, plan, today)
    own = plan.assignments.open_now().filter(organization=plan.owner_id).select_related("task")
    desk.own = [(row, state_of(row, today)) for row in own]
    tasks = Task.objects.filter(item__plan=plan, withdrawn_at__isnull=True)
    desk.pending = [task for task in tasks if task.is_pending]
    return desk


def leader_desk(user, today: date) -> CommitteeDesk:
    """To read only; ten queries."""
    plan = plan_of(user, today)
    desk = CommitteeDesk(plan if plan is not None and plan.is_published else None)
    if desk.plan is None:
        return desk
    _add_standing(desk, desk.plan, today)
    frozen = figures_of(desk.plan)
    if frozen:
        desk.spread_period = max((card.period for card in frozen), key=Period.parse)
        desk.spread = spread_of(book_of(desk.plan), frozen, desk.spread_period)
    return desk


def plan_of(user, today: date) -> Plan | None:
    """The published plan of this year, else the latest one, else a draft being made."""
    plans = list(Plan.objects.visible_to(user).select_related("owner"))
    published = [plan for plan in plans if plan.is_published]
    return next((plan for plan in published if plan.year <= today.year), next(iter(published or plans), None))


def _add_standing(desk: CommitteeDesk, plan: Plan, today: date) -> None:
    desk.periods = period_overview(plan, today)
    closed = [str(row.period) for row in desk.periods if row.is_closed]
    rows = plan.assignments.in_force().exclude(period__in=closed).exclude(organization=plan.owner_id).order_by()
    counted = rows.values("organization").annotate(
        overdue=Count("pk", filter=Q(due_on__lt=today, standing=Standing.OPEN)),
        returned=Count("pk", filter=Q(standing=Standing.RETURNED)),
        waiting=Count("pk", filter=Q(standing__in=[Standing.SUBMITTED, Standing.CONFIRMED])),
    )
    found = [row for row in counted if row["overdue"] or row["returned"]]
    found.sort(key=lambda row: (-row["overdue"], -row["returned"], row["organization"]))
    desk.behind_count = len(found)
    organizations = Organization.objects.in_bulk([row["organization"] for row in found[:SHOWN]])
    desk.behind = [
        Behind(organizations[row["organization"]], row["overdue"], row["returned"], row["waiting"])
        for row in found[:SHOWN]
    ]


def _steps(user, plan: Plan | None) -> list[Step]:
    """What an office does first, in order, for whoever may do it."""
    seen = Organization.objects.visible_to(user)
    has_organizations = seen.count() > 1
    has_logins = seen.filter(role_grants__role__in=["secretary", "clerk"]).exists()
    steps = []
    if has_permission(user, Permission.EDIT_ORGANIZATIONS):
        steps.append(Step("organizations", has_organizations))
    if has_permission(user, Permission.EDIT_PLAN):
        steps += [Step("plan", plan is not None), Step("publish", False)]
    return [*steps, Step("logins", has_logins)]
