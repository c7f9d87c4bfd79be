"""Filling an empty database with the sample year."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.facts import closes_from
from assessments.sample.clock import clock_at
from assessments.sample.deeds import Timeline
from assessments.sample.office_days import at
from assessments.sample.opening import OPENED_ON, PUBLISHED_ON, Office, open_office, open_plan
from assessments.sample.stage import Stage
from branchwork.audit import record_each
from branchwork.errors import Refused
from branchwork.organizations.models import Organization, User
from branchwork.periods import Period
from branchwork.templatetags.words import day
from ledgers.models import Plan

YEAR = 2026
# One for all logins of the sample: it is printed anyway.
PASSWORD = "taizhang-2026"
# The days on which this office closes its periods.
_CLOSED_ON = {
    "2026Q1": date(2026, 4, 17), "2026Q2": date(2026, 7, 17), "2026Q3": date(2026, 10, 20),
    "2026Q4": date(2027, 1, 19), "2026": date(2027, 3, 17),
}  # fmt: skip
# The year waits for its last due date, 28 February.
_YEAR_CLOSES_FROM = date(2027, 3, 1)
# Whoever a visitor logs in as first has a name to remember; all others keep the one made for them (001s, 001c …).
_NAMED = {"016s": "zhengjie", "016c": "wangmin", "022s": "chenli-shuiwu"}


@dataclass(frozen=True)
class Loaded:
    office: Office
    plan: Plan
    timeline: Timeline
    closed: list[str]


@transaction.atomic
def load_sample(*, until: date, by=None) -> Loaded:
    """Play the year up to the day before `until`, all of it or nothing.

    Refused outside a sample database (BRANCHWORK_SAMPLE), where there is an organization already, and for a day
    on which the plan is not published yet.
    """
    if not settings.SAMPLE:
        raise Refused(_("This is not a sample database: BRANCHWORK_SAMPLE is not set. Nothing was changed."))
    if Organization.objects.exists() or User.objects.exists():
        raise Refused(_("There is an office in this database already. Nothing was changed."))
    if until <= PUBLISHED_ON:
        raise Refused(_("The sample year begins on %(day)s.") % {"day": day(PUBLISHED_ON + timedelta(days=1))})
    with override(settings.LANGUAGE_CODE):
        office = open_office()
        plan = open_plan(office)
        _open_logins(by)
        timeline = timeline_until(until)
        stage, closed = Stage(office, plan, timeline), []
        for period, moment in timeline.closings.items():
            if _closes_from(period) > until:
                break
            stage.play_until(moment)
            stage.close(period, moment)
            closed.append(period)
        stage.play_until(timeline.end)
    return Loaded(office, plan, timeline, closed)


def timeline_until(until: date) -> Timeline:
    """The story's days; a period that may be closed by `until` has been, if need be earlier than it usually is."""
    closings = {period: _closing(period, usual, until) for period, usual in _CLOSED_ON.items()}
    return Timeline(published_on=PUBLISHED_ON, closings=closings, end=at(until, 0))


def _closing(period: str, usual: date, until: date) -> datetime:
    first = _closes_from(period)
    if usual < until or until < first:
        return at(usual, 16, 30)
    return at(max(first, until - timedelta(days=1)), 16, 30) if first < until else at(until, 0, 5)


def _closes_from(period: str) -> date:
    first = closes_from(Period.parse(period))
    return first if "Q" in period else max(first, _YEAR_CLOSES_FROM)


def _open_logins(by) -> None:
    """Every login opens with the one password at once; the hash is made once, as 150 slow ones take a minute."""
    with clock_at(at(OPENED_ON, 15)):
        hashed = make_password(PASSWORD)
        users = list(User.objects.order_by("pk"))
        for user in users:
            user.username = _NAMED.get(user.username, user.username)
            user.password, user.must_change_password, user.password_expires_at = hashed, False, None
        fields = ["username", "password", "must_change_password", "password_expires_at"]
        User.objects.bulk_update(users, fields, batch_size=500)
        record_each("account.sample_password", [(user, user.home, {}) for user in users], by=by)


def logins(office: Office) -> list[User]:
    """The logins worth telling, one for each role: the committee's, then those of two organizations."""
    named = {user.username: user for user in User.objects.filter(username__in=_NAMED.values())}
    return [office.admin, office.staff, office.leader, office.accounts, *(named[name] for name in _NAMED.values())]
