"""季度小结: what an organization did in a quarter, drawn from its ledger."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branchwork.organizations.models import Organization
from branchwork.periods import Period
from branchwork.templatetags.words import period_in_year
from ledgers.models import Assignment, Entry, Plan
from ledgers.states import OVERDUE, RETURNED, State, state_of

# The work type of the task 报送季度小结 and of the entries that fulfil it.
WORK_TYPE = "quarter_summary"
_SENT_IN = (Entry.State.SUBMITTED, Entry.State.CONFIRMED, Entry.State.APPROVED)


@dataclass(frozen=True)
class Summary:
    """As of `today`. `assignment` is the quarter's 报送季度小结 (None where the plan asks for none), which the counts
    leave out; `sent` the entry that reports it, returned ones included. `missed` is what fell due undone."""

    organization: Organization
    plan: Plan
    period: Period
    today: date
    assignment: Assignment | None
    sent: Entry | None
    lines: list[tuple[Assignment, State]]
    entries: list[Entry]

    @property
    def due_count(self) -> int:
        return sum(1 for assignment, _state in self.lines if assignment.is_in_force)

    @property
    def done_count(self) -> int:
        return sum(1 for assignment, _state in self.lines if self._is_done(assignment))

    @property
    def late_count(self) -> int:
        return self._timed(Assignment.Timing.LATE)

    @property
    def recorded_late_count(self) -> int:
        return self._timed(Assignment.Timing.RECORDED_LATE)

    @property
    def on_time_count(self) -> int:
        return self._timed(Assignment.Timing.ON_TIME)

    @property
    def missed(self) -> list[Assignment]:
        return [
            assignment
            for assignment, state in self.lines
            if state in (OVERDUE, RETURNED) and assignment.due_on < self.today
        ]

    @property
    def other_count(self) -> int:
        """Neither done nor missed: on its way, or not due yet."""
        return self.due_count - self.done_count - len(self.missed)

    @property
    def excused_count(self) -> int:
        return len(self.lines) - self.due_count

    @property
    def by_type(self) -> list[tuple[str, int]]:
        """Entries by work type, the most frequent first."""
        names = (str(entry.work_type) if entry.work_type else _("Other work") for entry in self.entries)
        return Counter(names).most_common()

    @property
    def text(self) -> str:
        """The figures in words: what the entry that reports the quarter says."""
        counts = {
            "period": period_in_year(self.period), "due": self.due_count, "done": self.done_count,
            "on_time": self.on_time_count, "late": self.late_count, "recorded_late": self.recorded_late_count,
            "missed": len(self.missed),
        }  # fmt: skip
        first = (
            _(
                "%(period)s: %(due)s asked, %(done)s done (%(on_time)s on time, %(late)s late, "
                "%(recorded_late)s recorded late), %(missed)s missed."
            )
            % counts
        )
        types = _(", ").join(f"{name} {count}" for name, count in self.by_type)
        n = len(self.entries)
        second = ngettext("%(n)s entry in the ledger: %(types)s.", "%(n)s entries in the ledger: %(types)s.", n)
        return f"{first}{second % {'n': n, 'types': types}}" if n else first

    @staticmethod
    def _is_done(assignment: Assignment) -> bool:
        return assignment.is_in_force and assignment.standing == Assignment.Standing.DONE

    def _timed(self, timing: str) -> int:
        return sum(1 for assignment, _state in self.lines if self._is_done(assignment) and assignment.timing == timing)


def summarise(organization: Organization, plan: Plan, period: Period) -> Summary:
    """The summary as the ledger stands now: what fell due in the quarter, and what happened in it."""
    today = timezone.localdate()
    assignments = list(
        Assignment.objects.in_period(period)
        .filter(organization=organization, plan=plan)
        .select_related("task__item", "task__work_type")
        .order_by("task__item__position", "task__position", "due_on")
    )
    own = next((row for row in assignments if row.task.work_type and row.task.work_type.code == WORK_TYPE), None)
    entries = (
        Entry.objects.filter(
            organization=organization,
            plan=plan,
            state__in=_SENT_IN,
            happened_on__gte=period.starts_on,
            happened_on__lt=period.next_starts_on,
        )  # fmt: skip
        .exclude(work_type__code=WORK_TYPE)
        .select_related("work_type")
        .prefetch_related("fulfilments")
        .order_by("happened_on", "pk")
    )
    return Summary(
        organization=organization,
        plan=plan,
        period=period,
        today=today,
        assignment=own,
        sent=_sent(own),
        lines=[(row, state_of(row, today)) for row in assignments if row != own],
        entries=list(entries),
    )


def _sent(assignment: Assignment | None) -> Entry | None:
    if assignment is None:
        return None
    return (
        Entry.objects.filter(fulfilments__assignment=assignment)
        .exclude(state__in=(Entry.State.VOIDED, Entry.State.DRAFT))
        .prefetch_related("fulfilments")
        .order_by("-pk")
        .first()
    )
