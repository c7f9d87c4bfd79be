"""What took a turn on its way (returned and sent again, voided and replaced, …), told act by act, each at its time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from assessments.sample.clock import clock_at
from assessments.sample.deeds import Deed, Telling, Turn
from assessments.sample.files import file_for
from assessments.sample.office_days import DAY, add_office_days, day_of, later_the_same_day, moment_on
from assessments.sample.texts import told, turned
from branchwork.organizations.models import Organization, User
from ledgers.actions.entries import (
    Written,
    approve_entry,
    confirm_entry,
    edit_entry,
    log_entry,
    reject_claim,
    return_entry,
    void_entry,
)
from ledgers.evidence import keep
from ledgers.models import Assignment, Entry, WorkType


@dataclass
class Cast:
    """Who plays: the author writes and sends in, the secretary confirms, the committee's staff looks at it."""

    organization: Organization
    author: User
    secretary: User
    staff: User


@dataclass
class Turning:
    """One deed on its way. Acts at or after `end` have not happened."""

    deed: Deed
    cast: Cast
    telling: Telling
    work_type: WorkType | None
    claimed: list[Assignment]
    end: datetime

    def play(self) -> None:
        _PLAYS[self.deed.turn](self, self.deed.body.rng("turn", *self.deed.key))

    def act(self, moment: datetime, action: Callable[..., Entry], **given) -> Entry | None:
        if moment >= self.end:
            return given.get("entry")
        with clock_at(moment):
            return action(**given)

    def log(self, moment: datetime, written: Written | None = None, **more) -> Entry | None:
        return self.act(
            moment, log_entry, organization=self.cast.organization, written=written or self.written(),
            claimed=self.claimed, submit=True, by=self.cast.author, **more,
        )  # fmt: skip

    def written(self, besides: str = "") -> Written:
        said = self.telling
        return Written(
            said.title, self.deed.happened_on, said.effect + besides, self.work_type, said.place, said.attended
        )

    def decide(self, entry: Entry | None, confirmed_at: datetime, approved_at: datetime | None) -> None:
        """Confirmed, unless whoever wrote it confirms there anyway, and approved where the committee has to."""
        if entry is None:
            return
        if self.cast.author != self.cast.secretary:
            self.act(confirmed_at, confirm_entry, entry=entry, by=self.cast.secretary)
        if self.deed.is_reviewed and approved_at and confirmed_at < self.end:
            self.act(approved_at, approve_entry, entry=entry, by=self.cast.staff)


def _resent(turning: Turning, rng: Random) -> None:
    deed, cast = turning.deed, turning.cast
    entry = turning.log(deed.recorded_at)
    turning.decide(entry, deed.confirmed_at, None)
    returned_at = moment_on(add_office_days(day_of(deed.confirmed_at), rng.randint(1, 3)), rng)
    reason = turned(told("others")["returned"], rng.randint(0, 99))
    entry = turning.act(returned_at, return_entry, entry=entry, reason=reason, by=cast.staff)
    sent_at = moment_on(add_office_days(day_of(returned_at), rng.randint(1, 4)), rng)
    entry = turning.act(
        sent_at, edit_entry, entry=entry, version=entry.version, written=turning.written("（已按意见改好）"),
        claimed=turning.claimed, submit=True, by=cast.author,
    )  # fmt: skip
    confirmed_at = later_the_same_day(sent_at, rng)
    turning.decide(entry, confirmed_at, moment_on(add_office_days(day_of(confirmed_at), rng.randint(1, 2)), rng))


def _replaced(turning: Turning, rng: Random) -> None:
    """Seen the next day: a slip of the pen. The first one is voided, the right one replaces it."""
    deed, cast = turning.deed, turning.cast
    day_before = deed.happened_on - DAY
    wrong_day, wrong_count = told("others")["voided"]
    if all(claim.opens_on <= day_before for claim in turning.claimed):
        slip, reason = replace(turning.written(), happened_on=day_before), wrong_day
    else:
        slip, reason = replace(turning.written(), attended=None), wrong_count
    entry = turning.log(deed.recorded_at, slip)
    voided_at = moment_on(add_office_days(day_of(deed.recorded_at), 1), rng)
    entry = turning.act(voided_at, void_entry, entry=entry, reason=reason, by=cast.author)
    again = turning.log(voided_at + timedelta(minutes=rng.randint(4, 20)), replaces=entry)
    confirmed_at = voided_at + timedelta(minutes=rng.randint(25, 70))
    turning.decide(again, confirmed_at, moment_on(add_office_days(day_of(confirmed_at), 2), rng))


def _rejected(turning: Turning, rng: Random) -> None:
    """The entry stands, but does not count for the last thing it claimed."""
    deed = turning.deed
    entry = turning.log(deed.recorded_at)
    turning.decide(entry, deed.confirmed_at, None)
    claim = entry.fulfilments.order_by("pk").last()
    looked_at = moment_on(add_office_days(day_of(deed.confirmed_at), rng.randint(1, 4)), rng)
    reason = "内容与这项任务要求不符，请另记一笔。"
    turning.act(looked_at, reject_claim, claim=claim, reason=reason, by=turning.cast.staff)
    if deed.is_reviewed:
        entry.refresh_from_db()
        turning.act(looked_at + timedelta(minutes=2), approve_entry, entry=entry, by=turning.cast.staff)


def _filed(turning: Turning, rng: Random) -> None:
    deed, said = turning.deed, turning.telling
    with clock_at(deed.recorded_at):
        file = keep(file_for(said.title, said.attended, deed.recorded_at, rng))
    turning.decide(turning.log(deed.recorded_at, files=[file]), deed.confirmed_at, deed.approved_at)


_PLAYS = {Turn.RESENT: _resent, Turn.REPLACED: _replaced, Turn.REJECTED: _rejected, Turn.FILED: _filed}
