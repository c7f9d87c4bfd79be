"""财政局党支部 by hand: the branch of 郑洁 and 王敏, whose pages a visitor opens first. Every state stands on them.

What happened in the year has its days; what is under way is counted back from the end of the story. The words are in
`texts/finance.json`.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from assessments.sample.deeds import Fixed, How, Telling, Timeline, Turn
from assessments.sample.office_days import DAY, add_office_days, at, day_of, office_day_until
from assessments.sample.texts import month_name, quarter_name, told

NAME = "财政局党支部"
Story = dict[tuple[str, str], Fixed | None]


def finance_story(timeline: Timeline) -> Story:
    """How single assignments (task, slot) went, None: not done. All others go their usual way."""
    return _past() | _under_way(timeline)


def _past() -> Story:
    story: Story = {
        ("5.1", "2026-02"): _done(How.LATE, date(2026, 3, 5), date(2026, 3, 6)),
        ("4.2", "2026-05"): _done(How.ON_TIME, date(2026, 5, 15), turn=Turn.REPLACED),
        ("23.2", "2026Q2"): _done(How.ON_TIME, date(2026, 5, 22), date(2026, 5, 25), turn=Turn.RESENT),
        ("22.1", "2026H1"): _done(How.ON_TIME, date(2026, 6, 17), date(2026, 6, 18), is_on_behalf=True),
        ("25.2", "2026Q2"): _done(How.RECORDED_LATE, date(2026, 6, 24), date(2026, 7, 13)),
        ("4.4", "2026Q2"): _done(How.ON_TIME, date(2026, 6, 26), also=(("3.1", "1"), ("3.2", "1")), turn=Turn.FILED),
        ("5.1", "2026-09"): _done(
            How.ON_TIME, date(2026, 9, 11), date(2026, 9, 14), also=(("23.2", "2026Q3"),), turn=Turn.FILED
        ),
        ("4.1", "2026Q3"): _done(How.ON_TIME, date(2026, 9, 28), turn=Turn.FILED),
        ("2.1", "2026-10"): _done(How.ON_TIME, date(2026, 10, 16), also=(("1.1", "2026-10"), ("21.1", "2026H2"))),
        ("5.1", "2026-10"): _done(
            How.RECORDED_LATE, date(2026, 10, 23), date(2026, 11, 12), also=(("5.2", "2026Q4"), ("25.2", "2026Q4"))
        ),
        # Missed at the closing of the third quarter, made up a week later.
        ("2.3", "1"): _done(How.MADE_UP, date(2026, 10, 28), date(2026, 10, 29)),
    }
    words = told("finance")["past"]
    known = {key: replace(fixed, telling=Telling(*words[" ".join(key)])) for key, fixed in story.items()}
    # Never done, and overdue since the end of October.
    return known | {("15.3", "2"): None}


def _done(how: How, happened_on: date, recorded_on: date | None = None, **more) -> Fixed:
    """Confirmed the same afternoon, approved the next day where the committee looks at it."""
    recorded_on = recorded_on or happened_on
    approved_at = at(add_office_days(recorded_on, 1), 16, 12)
    return Fixed(how, happened_on, at(recorded_on, 10, 12), at(recorded_on, 15, 30), approved_at, **more)


def _under_way(timeline: Timeline) -> Story:
    """The last days: written, waiting, returned, in draft; and what is left for the rest of the month."""
    days = _last_office_days(timeline.end, 7)
    month, quarter = f"{days[0]:%Y-%m}", f"{days[0].year}Q{(days[0].month + 2) // 3}"
    later = timeline.end + timedelta(days=1)

    def on_time(happened: int, recorded_at: datetime, confirmed_at: datetime = later, **more) -> Fixed:
        return Fixed(How.ON_TIME, days[happened], recorded_at, confirmed_at, later, **more)

    story: Story = {
        ("2.1", month): on_time(1, at(days[0], 9, 18)),
        ("16.1", month): on_time(2, at(days[0], 15, 5)),
        ("1.1", month): on_time(2, at(days[1], 16, 40)),
        ("6.1", quarter): on_time(4, at(days[3], 9, 45), at(days[2], 10, 10), turn=Turn.FILED),
        ("23.2", quarter): on_time(
            6, at(days[5], 14, 20), at(days[4], 9), returned_at=at(days[1], 16, 20),
            reason="参加人数填 14 人，名单只有 12 人，请核对后再交。",
        ),
        ("5.1", month): on_time(1, at(days[0], 17, 5), is_draft=True),
        ("4.2", month): on_time(2, at(days[2], 17, 20), is_draft=True),
    }  # fmt: skip
    fitting = {key: _told_now(key[0], fixed) for key, fixed in story.items() if _fits(fixed, key[1], timeline)}
    return fitting | {("4.3", month): None, ("25.3", quarter): None, ("19.1", quarter): None}


def _told_now(task: str, fixed: Fixed) -> Fixed:
    title, *rest = told("finance")["now"][task]
    happened = fixed.happened_on
    names = {"m": month_name(happened.month), "q": quarter_name((happened.month + 2) // 3)}
    return replace(fixed, telling=Telling(title.format(**names), *rest))


def _last_office_days(end: datetime, count: int) -> list[date]:
    """The last office days before the end of the story, the last one first."""
    days = [office_day_until(day_of(end) - DAY)]
    while len(days) < count:
        days.append(office_day_until(days[-1] - DAY))
    return days


def _fits(fixed: Fixed, slot: str, timeline: Timeline) -> bool:
    """Whether it lies in its month or quarter of the plan's year, after the plan was published."""
    happened = fixed.happened_on
    begun = slot in (f"{happened:%Y-%m}", f"{happened.year}Q{(happened.month + 2) // 3}")
    return begun and happened.year == 2026 and day_of(fixed.recorded_at) > timeline.published_on
