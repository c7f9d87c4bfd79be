"""A rule book and facts files for the small plan of tests.ledgers.plan, as an office would write them."""

BOOK = """\
scheme: 党支部考核办法
total: 100
categories:
  - title: 组织生活
    points: 60
    indicators:
      - id: tasks
        title: 年度任务
        points: 60
        rules: {kind: assignment_share, reads: assignments}
  - title: 日常检查
    points: 40
    indicators:
      - id: checks
        title: 检查发现
        points: 40
        standard: 检查中每发现一处问题扣0.5分。
        method: 现场检查
        rules: {kind: deduct_per_occurrence, each: 0.5}
grades:
  - {name: 好, at_least: 90}
  - {name: 一般, at_least: 0}
vetoes:
  - {id: case, title: 发生违纪案件, effect: cap, grade: 一般, reads: [case]}
quotas:
  - {grades: [好], at_most: 30%}
"""
# Another office's, without the fact the files below tell.
WITHOUT_CHECKS = BOOK.replace("id: checks", "id: visits")

FACTS = """\
period: 2026Q1
subjects:
  - id: "016"
    facts:
      - {about: checks, on: 2026-02-03, quantity: 2}
  - id: 档案馆
    facts:
      - {about: case, on: 2026-03-01}
"""
