"""A rule book that reads every sort of fact, and short ways to read a facts file by it."""

from assessments.scheme_files.facts_reader import FactsFile, read_facts
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scoring.schemes import Scheme

SCHEME = """scheme: 办法
periods: {score: quarter, combine: mean}
categories:
  - id: daily
    title: 日常
    indicators:
      - id: study
        title: 学习
        points: 20
        rules:
          - {kind: deduct_per_occurrence, id: absent, each: 0.5, merge: {by: [matter, department]}}
          - {kind: manual_range, id: attitude, direction: deduct, least: 1, most: {by_group: {部门: 3}, otherwise: 2}}
          - {kind: deduct_by_level, id: case, levels: {诫勉: 1, 警告: 3, 2: 5}, only: [诫勉, 警告, 2]}
          - {kind: late_deduction, id: report, each: 1}
      - {id: kpi, title: 重点工作, points: 40, rules: {kind: proportional}}
      - {id: meetings, title: 会议, points: 5, cadence: month, rules: {kind: deduct_shortfall_count, required: 1}}
      - {id: annual, title: 年度, points: 5, cadence: year, rules: {kind: proportional}}
      - id: democracy
        title: 民主
        rules: {kind: award_on_criterion, criteria: [{id: 议题, points: 1}, {id: 记录, points: 0.5}]}
      - {id: tasks, title: 任务, points: 5, rules: {kind: assignment_share}}
      - id: appraisal
        title: 测评
        points: 10
        rules: {kind: vote_weighted, scores: {好: 100, 差: 0}, voters: {leaders: 0.4, staff: 0.6}, invalid: 弃权}
      - {id: contest, title: 述职, points: 10, rules: {kind: judge_mean, drop_highest: 1}}
  - {id: extra, title: 加分, role: bonus, indicators: [{id: honours, rules: {kind: award_per_event, each: 1}}]}
vetoes:
  - {id: discipline, effect: bar, reads: [crime], when: last_year.is_last}
"""


def scheme(text: str = SCHEME) -> Scheme:
    found, problems = read_scheme(text, "s.yaml")
    assert problems == []
    return found


def read(text: str, by: str = SCHEME) -> FactsFile:
    file, problems = read_facts(text, "f.yaml", scheme(by))
    assert problems == []
    return file


def told(entry: str, top: str = "period: 2026Q3\n"):
    """The one fact that an entry makes."""
    (fact,) = read(f"{top}subjects: [{{id: b1, facts: [{entry}]}}]").facts
    return fact


def refused(text: str, by: str = SCHEME) -> list[tuple[int, str, str]]:
    file, problems = read_facts(text, "f.yaml", scheme(by))
    assert file is None
    return [(problem.line, problem.path, problem.message) for problem in problems]


def entry_refused(entry: str) -> list[tuple[str, str]]:
    found = refused(f"period: 2026Q3\nsubjects: [{{id: b1, group: 村居, facts: [{entry}]}}]")
    return [(path.removeprefix("subjects[1].facts[1]"), message) for _, path, message in found]
