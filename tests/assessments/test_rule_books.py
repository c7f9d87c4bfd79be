"""What a rule book is told of a published plan."""

from datetime import date
from decimal import Decimal

from assessments.facts import book_of, rule_book
from assessments.rule_books import ledger_names, periods_asked, told
from assessments.scoring import Fact, Outcome
from assessments.scoring.facts import Event, PeriodState, Value
from branchwork.periods import Period
from ledgers.models import Fulfilment
from ledgers.settling import settle
from tests.assessments.rule_book import RULE_BOOK, attach, choose, exempt, hold_theme_days
from tests.ledgers.plan import make_entry

Q1 = Period.parse("2026Q1")
BOTH = """
scheme: 试行
categories:
  - id: all
    title: 全部
    indicators:
      - id: counted
        title: 计数
        rules:
          - {kind: deduct_per_occurrence, id: a, reads: [missed, late, recorded_late, returned], each: 1}
          - {kind: deduct_if, id: b, when: 'count("entries:theme_day") > 2 and last_year.place == 1', points: 1}
"""


def known(small_plan, office, on=date(2026, 4, 10), *, keys=None, closed=False):
    states = {"2026Q1": PeriodState(is_closed=closed)}
    return told(book_of(small_plan.plan), states, on, keys)


def of(found, organization, about):
    return [fact for fact in found.facts if fact.subject == str(organization.pk) and _about(fact) == about]


def _about(fact):
    return fact.indicator if isinstance(fact, Fact) else fact.about


def test_only_names_that_the_scheme_reads_are_told(small_plan, office):
    choose(small_plan.plan)
    names = ledger_names(book_of(small_plan.plan).scheme)
    assert [(name.text, name.what, name.work_type) for name in names] == [
        ("assignments", "assignments", ""),
        ("entries:主题党日", "entries", "主题党日"),
        ("missed:forum", "missed", "forum"),
    ]  # fmt: skip
    assert {_about(fact) for fact in known(small_plan, office).facts} == {"assignments", "missed:forum"}


def test_subjects_are_whom_the_plan_asks_with_group_kind_level_and_members(small_plan, office):
    choose(small_plan.plan)
    subjects = known(small_plan, office).subjects
    assert set(subjects) == {str(one.pk) for one in (office.finance, office.archive, office.tax, office.tax_first)}
    finance = subjects[str(office.finance.pk)]
    assert (finance.name, finance.group, finance.kind) == ("财政局党支部", "综合经济", "branch")
    assert finance.attributes == {"level": "branch", "members": Decimal(31)}
    assert subjects[str(office.tax.pk)].attributes == {"level": "committee"}


def test_each_assignment_is_told_with_its_task(small_plan, office):
    choose(small_plan.plan)
    hold_theme_days(small_plan, office.finance, office.wang, [date(2026, 1, 20)])
    exempt(small_plan.assignment(small_plan.theme_day, office.finance, "2026-02"), office.staff, "集中培训")
    told_of = {fact.slot: fact for fact in of(known(small_plan, office), office.finance, "assignments")}
    assert told_of["1.1 开展主题党日 · 2026-01"].outcome == Outcome.ON_TIME
    assert told_of["1.1 开展主题党日 · 2026-02"].outcome == Outcome.EXEMPT
    assert told_of["1.1 开展主题党日 · 2026-03"].outcome == Outcome.MISSED
    assert (told_of["1.2 独立或联合举办主题讲坛 · 2026Q1"].available, len(told_of)) == (100, 12 + 4 + 2 + 4 + 1 + 1)


def test_what_became_of_assignments_is_counted_by_name(small_plan, office):
    choose(small_plan.plan, BOTH)
    late = small_plan.assignment(small_plan.summary, office.finance, "2026Q1")
    make_entry(office.finance, late, by=office.wang, happened_on=date(2026, 3, 30), claim="accepted")
    returned = small_plan.assignment(small_plan.forum, office.finance, "2026Q1")
    make_entry(
        office.finance, returned, by=office.wang, happened_on=date(2026, 3, 10), state="returned", claim="claimed"
    )
    settle([late.pk, returned.pk])
    found = known(small_plan, office, keys=[office.finance.pk])
    assert [(one.on, one.note) for one in of(found, office.finance, "late")] == [(date(2026, 3, 30), "报送季度小结")]
    assert [one.note for one in of(found, office.finance, "returned")] == ["独立或联合举办主题讲坛"]
    assert [one.note for one in of(found, office.finance, "missed") if one.period == "2026Q1"] == [
        "开展主题党日", "开展主题党日", "开展主题党日", "独立或联合举办主题讲坛",
    ]  # fmt: skip


def test_what_waits_counts_as_it_will_until_the_period_is_closed(small_plan, office):
    choose(small_plan.plan, BOTH)
    row = small_plan.assignment(small_plan.forum, office.finance, "2026Q1")
    make_entry(office.finance, row, by=office.wang, happened_on=date(2026, 4, 2), state="confirmed", claim="claimed")
    settle([row.pk])
    live = known(small_plan, office, keys=[office.finance.pk])
    closed = known(small_plan, office, keys=[office.finance.pk], closed=True)
    forums = [
        [one.note for one in of(found, office.finance, name) if "讲坛" in one.note and one.period == "2026Q1"]
        for found, name in ((live, "late"), (live, "missed"), (closed, "late"), (closed, "missed"))
    ]
    assert forums == [["独立或联合举办主题讲坛"], [], [], ["独立或联合举办主题讲坛"]]


def test_accepted_entries_of_a_type_are_events_and_none_is_zero(small_plan, office):
    choose(small_plan.plan)
    hold_theme_days(small_plan, office.finance, office.wang, [date(2026, 1, 20), date(2026, 2, 11)])
    pending = make_entry(
        office.finance, small_plan.assignment(small_plan.theme_day, office.finance, "2026-03"), by=office.wang,
        happened_on=date(2026, 3, 12), state="confirmed", claim="claimed",
    )  # fmt: skip
    pending.work_type_id = small_plan.theme_day.work_type_id
    pending.save()
    found = known(small_plan, office)
    events = of(found, office.finance, "entries:主题党日")
    assert [(one.on, one.period, one.level, len(one.entries)) for one in events] == [
        (date(2026, 1, 20), "2026Q1", "on_time", 1), (date(2026, 2, 11), "2026Q1", "on_time", 1),
    ]  # fmt: skip
    zeros = [fact for fact in found.of(Q1, found.living(Q1)) if isinstance(fact, Value)]
    assert {fact.subject for fact in zeros if fact.about == "entries:主题党日"} == {
        str(one.pk) for one in (office.archive, office.tax, office.tax_first)
    }
    assert {(fact.period, fact.value) for fact in zeros} == {("2026Q1", Decimal(0))}


def test_an_entry_recorded_after_the_days_of_grace_says_so(small_plan, office):
    choose(small_plan.plan)
    hold_theme_days(small_plan, office.finance, office.wang, [date(2026, 1, 20)])
    entry = Fulfilment.objects.get(assignment__organization=office.finance, state="accepted").entry
    entry.first_submitted_at = entry.first_submitted_at.replace(month=2)
    entry.save()
    (event,) = of(known(small_plan, office), office.finance, "entries:主题党日")
    assert event.level == "recorded_late"


def test_facts_files_are_matched_by_code_and_by_short_name(small_plan, office):
    choose(small_plan.plan)
    attach(small_plan.plan, "2026Q1")
    found = known(small_plan, office)
    assert [(one.quantity, one.on) for one in of(found, office.finance, "absent")] == [(Decimal(3), date(2026, 2, 3))]
    assert [one.matter for one in of(found, office.archive, "case")] == ["案甲"]
    alone = known(small_plan, office, keys=[office.archive.pk])
    assert set(alone.subjects) == {str(office.archive.pk)}
    assert of(alone, office.finance, "absent") == []


def test_organizations_that_ended_before_are_not_scored(small_plan, office):
    choose(small_plan.plan)
    office.tax_first.ends_on = date(2026, 3, 31)
    office.tax_first.save()
    found = known(small_plan, office)
    assert str(office.tax_first.pk) in found.living(Q1)
    assert str(office.tax_first.pk) not in found.living(Period.parse("2026Q2"))


def test_reading_asks_as_often_for_one_as_for_all(small_plan, office, django_assert_max_num_queries):
    choose(small_plan.plan, RULE_BOOK)
    book = book_of(small_plan.plan)
    with django_assert_max_num_queries(7):
        found = told(book, {}, date(2026, 4, 10))
    assert any(isinstance(fact, Event) for fact in found.facts)


def test_what_a_facts_file_says_of_a_subject_wins(small_plan, office):
    choose(small_plan.plan)
    told_of = "{id: 财政局党支部, group: 部门, attributes: {members: 35, is_pilot: true}, values: {absent: 0}}"
    attach(small_plan.plan, "2026Q1", f"period: 2026Q1\nsubjects:\n  - {told_of}\n")
    finance = known(small_plan, office).subjects[str(office.finance.pk)]
    assert (finance.name, finance.group, finance.kind) == ("财政局党支部", "部门", "branch")
    assert finance.attributes == {"level": "branch", "members": Decimal(35), "is_pilot": True}


def test_a_quarter_is_told_of_earlier_ones_only_where_a_rule_remembers_them():
    plain, remembering = rule_book(BOTH), rule_book(BOTH.replace("id: a, reads", "id: a, free: 1, over: year, reads"))
    third, year = Period.parse("2026Q3"), Period.parse("2026")
    assert periods_asked(plain, third) == ["2026Q3", "2026"]
    assert periods_asked(remembering, third) == ["2026Q1", "2026Q2", "2026Q3", "2026"]
    assert periods_asked(plain, year) == ["2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"]


def test_of_the_ledger_only_what_belongs_to_the_periods_is_told(small_plan, office):
    choose(small_plan.plan)
    for month in (2, 5):
        hold_theme_days(small_plan, office.finance, office.wang, [date(2026, month, 11)])
    found = told(book_of(small_plan.plan), {}, date(2026, 7, 10), periods=["2026Q2", "2026"])
    (held,) = of(found, office.finance, "entries:主题党日")
    assert held.on == date(2026, 5, 11)
    assert {fact.period for fact in of(found, office.finance, "assignments")} == {"2026Q2", "2026"}
