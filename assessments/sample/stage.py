"""The story played into the tables, quarter by quarter: what the committee does, what was written down, the closing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from assessments.actions import request_closing
from assessments.sample.clock import clock_at
from assessments.sample.deeds import Asked, Deed, Telling, Timeline
from assessments.sample.finance import NAME as FINANCE
from assessments.sample.finance import finance_story
from assessments.sample.happenings import EXCUSED, Happening, happenings
from assessments.sample.office_days import add_office_days, day_of, moment_on
from assessments.sample.opening import Office, tasks_of
from assessments.sample.people import Body
from assessments.sample.script import closing_over, deeds_of, other_deeds
from assessments.sample.telling import telling_of
from assessments.sample.texts import told, turned
from assessments.sample.turns import Cast, Turning
from branchwork.jobs import run_now
from branchwork.models import Job
from branchwork.organizations.models import Appointment, Organization, User
from ledgers.actions.entries import ImportedEntry, import_entries
from ledgers.models import Assignment, Entry, Plan, Task

State = Entry.State
# In the last days of the story some entries are still drafts, some were sent back.
_DRAFTS, _RETURNED = 0.05, 0.03


class Stage:
    """The office and its plan with everybody in place, and what is still to be played."""

    def __init__(self, office: Office, plan: Plan, timeline: Timeline):
        self.office, self.plan, self.timeline = office, plan, timeline
        self.tasks: dict[str, Task] = tasks_of(plan)
        self.numbers = {task.pk: number for number, task in self.tasks.items()}
        self.organizations = {each.pk: each for each in Organization.objects.all()}
        self.bodies = dict(_bodies(self.organizations.values()))
        self.asked: dict[int, list[Asked]] = {key: [] for key in self.bodies}
        self.deeds = {key: other_deeds(body, timeline) for key, body in self.bodies.items()}
        self.ahead: list[Happening] = happenings(office, plan)
        self.last_known = 0
        self.played_until = datetime.min.replace(tzinfo=timeline.end.tzinfo)

    def play_until(self, moment: datetime) -> None:
        """Everything that happened before `moment`."""
        for happening in [one for one in self.ahead if one.moment < moment]:
            with clock_at(happening.moment):
                happening.act()
            self.ahead.remove(happening)
        self._script()
        due = [
            deed
            for deeds in self.deeds.values()
            for deed in deeds
            if self.played_until <= deed.recorded_at < min(moment, self.timeline.end)
        ]
        due.sort(key=lambda deed: (deed.recorded_at, deed.body.code, deed.key))
        with clock_at(moment - timedelta(minutes=1)):
            import_entries(rows=[self._row(deed) for deed in due if not deed.turn], plan=self.plan, by=None)
        for deed in due:
            if deed.turn:
                self._turning(deed).play()
        self.played_until = moment

    def close(self, period: str, moment: datetime) -> None:
        """By the real job, run here. What is left undecided is counted as accepted, as the closer may choose."""
        with clock_at(moment):
            pending = Entry.objects.pending_in(self.plan, period).exists()
            job = request_closing(plan=self.plan, period=period, accept_pending=pending, by=self.office.admin)
            job = run_now(job)
        if job.state != Job.State.DONE:
            raise RuntimeError(f"{period} was not closed: {job.message}")

    def _script(self) -> None:
        """What every organization does about the assignments that are new since the last time."""
        rows = Assignment.objects.filter(plan=self.plan, pk__gt=self.last_known).select_related("task", "organization")
        new: dict[int, list[Asked]] = {}
        for row in rows.order_by("pk"):
            self.last_known = row.pk
            asked = Asked(
                row.pk, self.numbers[row.task_id], row.slot, row.opens_on, row.due_on, row.period,
                row.task.review == Task.Review.COMMITTEE,
            )  # fmt: skip
            if (row.organization.name, asked.task, asked.slot) not in EXCUSED:
                new.setdefault(row.organization_id, []).append(asked)
        for key, asked in new.items():
            body = self.bodies[key]
            self.asked[key] += asked
            story = finance_story(self.timeline) if body.name == FINANCE else {}
            self.deeds[key] += [self._last_days(deed) for deed in deeds_of(body, asked, self.timeline, story)]

    def _last_days(self, deed: Deed) -> Deed:
        """Some of the last entries are still drafts, some were sent back and not mended yet."""
        rng, end = deed.body.rng("last", *deed.key), self.timeline.end
        if deed.is_fixed or deed.turn or deed.body.name == FINANCE:
            return deed
        if deed.recorded_at > end - timedelta(days=4) and rng.random() < _DRAFTS:
            deed.is_draft = True
        elif end - timedelta(days=12) < deed.confirmed_at < end and rng.random() < _RETURNED:
            returned_at = moment_on(add_office_days(day_of(deed.confirmed_at), 1), rng)
            closing = closing_over(deed, self.timeline)
            if returned_at < end and closing and closing >= end:
                deed.returned_at = returned_at
                deed.reason = turned(told("others")["returned"], rng.randint(0, 99))
        return deed

    def _telling(self, deed: Deed) -> Telling:
        key = deed.body.pk
        return telling_of(deed, self.asked[key], self.deeds[key])

    def _author(self, deed: Deed) -> User:
        if deed.is_on_behalf or deed.body.is_owner:
            return self.office.staff
        key = deed.body.pk
        return self.office.secretaries[key] if deed.body.logs_alone else self.office.clerks[key]

    def _reviewer(self, deed: Deed) -> User:
        return self.office.admin if deed.body.number % 4 == 3 else self.office.staff

    def _row(self, deed: Deed) -> ImportedEntry:
        telling, state = self._telling(deed), self._state(deed)
        secretary = self.office.secretaries.get(deed.body.pk, self.office.staff)
        decided = {State.APPROVED: deed.approved_at, State.RETURNED: deed.returned_at}
        is_returned = state == State.RETURNED
        return ImportedEntry(
            organization=self.organizations[deed.body.pk],
            title=telling.title,
            happened_on=deed.happened_on,
            recorded_at=deed.recorded_at,
            recorded_by=self._author(deed),
            state=state,
            effect=telling.effect,
            work_type=self.tasks[deed.lead.task].work_type if deed.lead else None,
            place=telling.place,
            attended=telling.attended,
            claims=[asked.pk for asked in deed.claims],
            confirmed_by=secretary,
            confirmed_at=deed.confirmed_at,
            reviewed_by=self.office.staff if is_returned else self._reviewer(deed),
            decided_at=decided.get(state, deed.confirmed_at),
            reason=deed.reason if is_returned else "",
        )

    def _state(self, deed: Deed) -> str:
        """How far it had come by the end, or by the closing that counted it as accepted."""
        until = min(filter(None, (closing_over(deed, self.timeline), self.timeline.end)))
        late = [at for at in (deed.confirmed_at, deed.approved_at) if at and until <= at]
        until = until if late else self.timeline.end
        if deed.is_draft:
            return State.DRAFT
        if deed.returned_at and deed.returned_at < until:
            return State.RETURNED
        if deed.confirmed_at >= until:
            return State.SUBMITTED
        return State.APPROVED if deed.is_reviewed and deed.approved_at < until else State.CONFIRMED

    def _turning(self, deed: Deed) -> Turning:
        key = deed.body.pk
        cast = Cast(self.organizations[key], self._author(deed), self.office.secretaries[key], self._reviewer(deed))
        work_type = self.tasks[deed.lead.task].work_type
        claimed = Assignment.objects.select_related("task", "plan").in_bulk([asked.pk for asked in deed.claims])
        return Turning(deed, cast, self._telling(deed), work_type, list(claimed.values()), self.timeline.end)


def _bodies(organizations: Iterable[Organization]) -> Iterable[tuple[int, Body]]:
    organizations = list(organizations)
    posts = Appointment.objects.filter(post=Appointment.Post.SECRETARY, ends_on=None).select_related("person")
    secretaries = {post.organization_id: post.person.name for post in posts}
    for each in organizations:
        below = [other.member_count or 0 for other in organizations if other.path.startswith(each.path)]
        yield each.pk, Body(
            pk=each.pk, code=each.code, name=each.name, label=each.label, is_branch=each.is_branch, members=sum(below),
            secretary=secretaries.get(each.pk, "工委分管领导"), is_owner=each.depth == 1,
        )  # fmt: skip
