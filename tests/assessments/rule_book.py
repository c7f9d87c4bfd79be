"""A small rule book over the small plan of tests.ledgers.plan, and what one does with it."""

from datetime import date

from django.utils import timezone

from assessments.facts import DEFAULT_SETTINGS
from assessments.models import FactsFile, Scheme
from ledgers.models import Assignment, WorkType
from ledgers.settling import settle
from tests.ledgers.plan import SmallPlan, make_entry

RULE_BOOK = """
scheme: 2026年党支部考核办法
id: branch-2026
total: 100
periods: {score: quarter, combine: mean}
categories:
  - id: life
    title: 组织生活
    points: 60
    indicators:
      - id: kept
        title: 台账任务
        points: 40
        rules: [{kind: assignment_share, reads: assignments, title: 按完成情况折算}]
      - id: theme_days
        title: 主题党日
        points: 20
        standard: 每月开展一次主题党日
        rules:
          - {kind: deduct_shortfall_count, reads: "entries:主题党日", title: 每少1次扣5分, required: 3, each: 5}
  - id: duty
    title: 履职尽责
    points: 40
    indicators:
      - id: discipline
        title: 纪律作风
        points: 40
        rules:
          - {kind: deduct_per_occurrence, id: forums, reads: "missed:forum", title: 主题讲坛每缺1次扣2分, each: 2}
          - {kind: deduct_per_occurrence, id: absent, title: 无故缺席每人次扣0.5分，最多扣10分, each: 0.5, floor: -10}
  - id: extra
    title: 加分项目
    role: bonus
    cap: 10
    indicators:
      - id: honours
        title: 受表彰
        rules: [{kind: bonus_by_level, title: 受到表彰, levels: {省: 6, 市: 4}}]
grades:
  - {name: 好, at_least: 90}
  - {name: 较好, at_least: 80}
  - {name: 一般, at_least: 60}
  - {name: 差, at_least: 0}
vetoes:
  - {id: case, title: 发生违纪违法案件, effect: cap, grade: 一般, reads: [case]}
quotas:
  - {grades: [好], at_most: 1, per: all}
"""
FACTS = """
period: 2026Q1
subjects:
  - id: "016"
    facts:
      - {about: absent, on: 2026-02-03, quantity: 3}
      - {about: honours, on: 2026-03-01, level: 市, matter: 先进基层党组织}
  - id: 档案馆
    facts:
      - {about: case, on: 2026-03-20, matter: 案甲}
"""


def choose(plan, document: str = RULE_BOOK, *, version: int = 1) -> Scheme:
    """Score the plan by this rule book, past the action."""
    return Scheme.objects.create(
        plan=plan, version=version, settings=DEFAULT_SETTINGS, title="2026年党支部考核办法", document=document
    )


def attach(plan, period: str, document: str = FACTS, by=None) -> FactsFile:
    return FactsFile.objects.create(plan=plan, period=period, name="facts.yaml", document=document, uploaded_by=by)


def hold_theme_days(small: SmallPlan, organization, by, days: list[date]) -> None:
    """One accepted theme day on each of these days, recorded at once, each for the task of its month."""
    theme_day = WorkType.objects.get(code="theme_day")
    for day in days:
        row = small.assignment(small.theme_day, organization, f"2026-{day.month:02}")
        entry = make_entry(organization, row, by=by, happened_on=day)
        type(entry).objects.filter(pk=entry.pk).update(work_type=theme_day)
        settle([row.pk])


def do_all(organization, by, period: str, *, skip: tuple[str, ...] = ()) -> None:
    """Everything that falls due in the period, on its due day, but the tasks of these contents."""
    rows = Assignment.objects.filter(organization=organization, period=period).exclude(task__content__in=skip)
    for row in rows.exclude(standing="done").select_related("task"):
        for _number in range(row.task.required_count):
            make_entry(organization, row, by=by, happened_on=row.due_on, posted_in=period)
        settle([row.pk])


def exempt(row: Assignment, by, reason: str) -> None:
    Assignment.objects.filter(pk=row.pk).update(exempted_at=timezone.now(), exempted_by=by, exemption_reason=reason)
