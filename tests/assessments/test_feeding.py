"""What the ledger of the plan feeds by itself, what only a facts file can tell, and what nobody will."""

from assessments.feeding import feeds_of
from assessments.scheme_files.scheme_reader import read_scheme
from ledgers.models import Task, WorkType

BOOK = """\
scheme: 供数
categories:
  - title: 各项
    indicators:
      - {id: tasks, title: 任务, points: 10, rules: {kind: assignment_share, reads: assignments}}
      - {id: days, title: 主题党日, points: 10, rules: {kind: deduct_per_occurrence, each: 1, reads: "missed:主题党日"}}
      - {id: talks, title: 谈心, rules: {kind: award_per_event, each: 1, reads: "entries:谈心谈话"}}
      - {id: lectures, title: 党课, points: 5, rules: {kind: deduct_if, points: 1, reads: "late:党课"}}
      - {id: logins, title: 登录, points: 5, rules: {kind: deduct_if, points: 1, reads: "entries:登录"}}
      - {id: checks, title: 检查, points: 5, rules: {kind: deduct_per_occurrence, title: 每处扣1分, each: 1}}
      - {id: rank, title: 名次, rules: {kind: derived_formula, formula: last_year.place + bonus + checks}}
vetoes:
  - {id: case, title: 违纪, effect: bar, reads: [case]}
"""


def test_every_rule_with_where_its_facts_come_from(small_plan):
    types = {
        name: WorkType.objects.get_or_create(name=name, defaults={"code": name, "position": 90})[0]
        for name in ("主题党日", "谈心谈话", "党课")
    }
    Task.objects.update(work_type=None)
    Task.objects.filter(pk=small_plan.theme_day.pk).update(work_type=types["主题党日"])
    scheme, problems = read_scheme(BOOK, "供数.yaml")
    assert problems == []
    feeds = feeds_of(scheme, small_plan.plan)
    assert [(feed.title, [(each.name, each.comes, each.tasks) for each in feed.sources]) for feed in feeds] == [
        # The committee's own task is on nobody's card.
        ("任务", [("assignments", "ledger", 7)]),
        ("主题党日", [("missed:主题党日", "ledger", 1)]),
        ("谈心", [("entries:谈心谈话", "ledger", 0)]),
        ("党课", [("late:党课", "idle", 0)]),
        ("登录", [("entries:登录", "unknown", 0)]),
        ("检查", [("checks", "file", 0)]),
        ("违纪", [("case", "file", 0)]),
        ("条件与公式", [("bonus", "file", 0), ("last_year.place", "ledger", 0)]),
    ]
    assert [feed.title for feed in feeds if feed.is_doubtful] == ["党课", "登录"]
    assert [feed.title for feed in feeds if feed.needs_file] == ["检查", "违纪"]
    assert feeds[5].what == "每处扣1分"
