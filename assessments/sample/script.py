"""Who does what when: from what an organization was asked to the entries it writes in the year. Pure; chance is
drawn for each assignment by itself, so that a later end of the story adds to an earlier one and changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random

from assessments.sample.deeds import Asked, Deed, Fixed, How, Timeline, Turn
from assessments.sample.merging import LEADS, merge
from assessments.sample.office_days import (
    DAY,
    add_office_days,
    day_of,
    is_office_day,
    later_the_same_day,
    moment_on,
    office_day_from,
    office_day_until,
    office_day_within,
)
from assessments.sample.people import Body, Habit

# Fees are collected early in the month, meetings spread, theme days towards its end.
FRACTIONS = {"16.1": (0.1, 0.45), "5.1": (0.35, 0.95), "4.1": (0.5, 0.97), "1.1": (0.1, 0.8)}
ANY_FRACTION = (0.15, 0.93)
# Done on a Saturday now and then.
WEEKEND_TASKS = ("5.1", "5.2", "23.2")
# What has no meaning afterwards: a reminder before the feast.
NEVER_LATE = ("21.2", "18.2")

RECORD_LAG = (0, 0, 0, 0, 1, 1, 2, 2, 3, 5)
CONFIRM_LAG = (0, 0, 0, 1, 1, 1, 2, 2, 3)
APPROVE_LAG = (0, 1, 1, 2, 2, 3, 4, 5)


def deeds_of(
    body: Body, asked: Iterable[Asked], timeline: Timeline, told: Mapping[tuple[str, str], Fixed | None] | None = None
) -> list[Deed]:
    """The organization's entries of the year, those behind the story's end left out, in the order they were written.

    `told` says of single assignments (task, slot) how they went; None: not done.
    """
    by_key = {(each.task, each.slot): each for each in asked}
    fixed = [_fixed(body, by_key, key, how) for key, how in (told or {}).items() if how and key in by_key]
    settled = set(told or {}) | {(claim.task, claim.slot) for deed in fixed for claim in deed.claims}
    planned = [_deed(body, each, timeline) for key, each in by_key.items() if key not in settled]
    deeds = merge(body, [deed for deed in planned if deed])
    for deed in deeds:
        _decide(deed, timeline)
    deeds += fixed
    kept = [deed for deed in deeds if deed.recorded_at < timeline.end]
    return sorted(kept, key=lambda deed: (deed.recorded_at, deed.key))


def other_deeds(body: Body, timeline: Timeline) -> list[Deed]:
    """Work that no task asked for: two or three times a year."""
    deeds = []
    for month in range(1, 13):
        rng = body.rng("other", month)
        if rng.random() < 0.22 and not body.is_owner:
            day = office_day_from(date(2026, month, rng.randint(3, 26)))
            recorded_at = moment_on(max(_after(day, rng.choice(RECORD_LAG)), timeline.published_on), rng)
            deeds.append(Deed(body, None, How.OTHER, day, recorded_at, recorded_at))
    for deed in deeds:
        _decide(deed, timeline)
    return [deed for deed in deeds if deed.recorded_at < timeline.end]


def _fixed(body: Body, by_key: Mapping[tuple[str, str], Asked], key: tuple[str, str], how: Fixed) -> Deed:
    claims = [by_key[each] for each in (key, *how.also) if each in by_key]
    return Deed(
        body, by_key[key], how.how, how.happened_on, how.recorded_at, how.confirmed_at, how.approved_at, claims,
        is_on_behalf=how.is_on_behalf, is_draft=how.is_draft, returned_at=how.returned_at, reason=how.reason,
        turn=how.turn, is_fixed=True, telling=how.telling,
    )  # fmt: skip


def _deed(body: Body, asked: Asked, timeline: Timeline) -> Deed | None:
    rng = body.rng(asked.task, asked.slot)
    how = _drawn(body, asked, rng)
    found = _TIMES[how](body, asked, timeline, rng) if how else None
    if found is None:
        return None
    happened_on, recorded_at = found
    return Deed(body, asked, how, happened_on, recorded_at, recorded_at, claims=[asked])


def _drawn(body: Body, asked: Asked, rng: Random) -> How | None:
    habit: Habit = body.habit
    # Some branches of a habit are better than others, and each has better quarters.
    drift = body.rng("bent").uniform(0.4, 1.6) * body.rng("drift", asked.period).uniform(0.5, 1.5)
    point, chance = rng.random() * 100, habit.missed * drift
    if point < chance:
        return How.MADE_UP if rng.random() * 100 < habit.makes_up and asked.task not in NEVER_LATE else None
    for how, share in ((How.LATE, habit.late), (How.RECORDED_LATE, habit.recorded_late)):
        chance += share * drift
        if point < chance:
            return how if asked.task not in NEVER_LATE else How.ON_TIME
    return How.ON_TIME


def _on_time(body: Body, asked: Asked, timeline: Timeline, rng: Random) -> tuple[date, datetime] | None:
    happened_on = _usual_day(body, asked, rng)
    day = _after(happened_on, rng.choice(RECORD_LAG))
    last = _last_in_grace(asked, timeline)
    day = max(min(day, office_day_until(last)), happened_on)
    return happened_on, moment_on(max(day, timeline.published_on), rng)


def _late(body: Body, asked: Asked, timeline: Timeline, rng: Random) -> tuple[date, datetime] | None:
    room = min(18, (day_of(timeline.closings[asked.period]) - asked.due_on).days - 3)
    happened_on = office_day_from(asked.due_on + DAY * rng.randint(2, max(2, room)))
    return happened_on, moment_on(_after(happened_on, rng.choice(RECORD_LAG[:8])), rng)


def _recorded_late(body: Body, asked: Asked, timeline: Timeline, rng: Random) -> tuple[date, datetime] | None:
    first = _last_in_grace(asked, timeline) + DAY
    last = min(first + DAY * 14, day_of(timeline.closings[asked.period]) - DAY)
    day = office_day_within(first + DAY * rng.randint(0, 9), first, last)
    if day < first or not is_office_day(day):
        return _on_time(body, asked, timeline, rng)
    return _usual_day(body, asked, rng), moment_on(day, rng)


def _made_up(body: Body, asked: Asked, timeline: Timeline, rng: Random) -> tuple[date, datetime] | None:
    if "Q" not in asked.period:
        return None  # nothing comes after the year
    closed_at = timeline.closings[asked.period]
    happened_on = office_day_from(day_of(closed_at) + DAY * rng.randint(2, 34))
    return happened_on, moment_on(_after(happened_on, rng.choice(RECORD_LAG[:7])), rng)


_TIMES = {How.ON_TIME: _on_time, How.LATE: _late, How.RECORDED_LATE: _recorded_late, How.MADE_UP: _made_up}


def _usual_day(body: Body, asked: Asked, rng: Random) -> date:
    if lead := LEADS.get(asked.task):
        day = asked.due_on - DAY * rng.randint(*lead)
    else:
        low, high = FRACTIONS.get(asked.task, ANY_FRACTION)
        # An organization keeps to its part of the month; a little earlier or later each time.
        share = body.rng("habit", asked.task).uniform(low, high) + rng.uniform(-0.08, 0.08)
        day = asked.opens_on + timedelta(days=round((asked.due_on - asked.opens_on).days * min(max(share, 0.02), 1)))
    first = max(asked.opens_on, date(asked.opens_on.year, 1, 5))
    if asked.task in WEEKEND_TASKS and rng.random() < 0.12:
        saturday = day + DAY * (5 - day.weekday())
        if first <= saturday <= asked.due_on:
            return saturday
    return office_day_within(day, first, asked.due_on)


def _last_in_grace(asked: Asked, timeline: Timeline) -> date:
    return max(asked.due_on, timeline.published_on) + DAY * timeline.grace_days


def _after(day: date, office_days: int) -> date:
    return add_office_days(day, office_days) if office_days else office_day_from(day)


def _decide(deed: Deed, timeline: Timeline) -> None:
    """When it was confirmed and approved, what turn it took, and who wrote it down."""
    rng = deed.body.rng("decide", *deed.key)
    deed.is_on_behalf = rng.random() < (0.03 if deed.body.habit.missed > 10 else 0.003)
    deed.confirmed_at = deed.recorded_at
    if not deed.body.logs_alone or deed.is_on_behalf:
        deed.confirmed_at = _some_days_on(deed.recorded_at, rng.choice(CONFIRM_LAG), rng)
    if deed.is_reviewed:
        deed.approved_at = _some_days_on(deed.confirmed_at, rng.choice(APPROVE_LAG), rng)
    deed.turn = _turn(deed, timeline, rng)
    closing = closing_over(deed, timeline)
    if closing and not _is_left_pending(closing, timeline, rng):
        deed.confirmed_at = min(deed.confirmed_at, closing - timedelta(minutes=rng.randint(95, 400)))
        deed.confirmed_at = max(deed.confirmed_at, deed.recorded_at)
        if deed.approved_at:
            deed.approved_at = min(deed.approved_at, closing - timedelta(minutes=rng.randint(20, 90)))


def _some_days_on(moment: datetime, office_days: int, rng: Random) -> datetime:
    if not office_days:
        return later_the_same_day(moment, rng)
    return moment_on(add_office_days(day_of(moment), office_days), rng)


def closing_over(deed: Deed, timeline: Timeline) -> datetime | None:
    """The first closing that asks for a decision on the entry: of a period it claims in, or of its own quarter."""
    quarter = f"{deed.happened_on.year}Q{(deed.happened_on.month + 2) // 3}"
    periods = {quarter, *(asked.period for asked in deed.claims)}
    ahead = [timeline.closings[period] for period in periods if period in timeline.closings]
    return min((closing for closing in ahead if closing > deed.recorded_at), default=None)


def _is_left_pending(closing: datetime, timeline: Timeline, rng: Random) -> bool:
    """Once, at the second closing, the committee counts some of what is left as accepted."""
    return closing == timeline.closings["2026Q2"] and rng.random() < 0.3


def _turn(deed: Deed, timeline: Timeline, rng: Random) -> Turn | None:
    """Few entries take one: told act by act, they need three weeks before a closing."""
    point, closing = rng.random(), closing_over(deed, timeline)
    in_time = closing is None or deed.recorded_at < closing - timedelta(days=21)
    if deed.how != How.ON_TIME or deed.is_on_behalf or not in_time:
        return None
    for turn, share in ((Turn.RESENT, 0.0035), (Turn.REPLACED, 0.0015), (Turn.FILED, 0.0025), (Turn.REJECTED, 0.02)):
        if point < share:
            return turn if turn != Turn.REJECTED or len(deed.claims) > 1 else None
        point -= share
    return None
