"""Rule books to look at, as short as they can be written."""

from textwrap import dedent, indent

from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scoring import Scheme
from assessments.scoring.lint import Finding, lint

SOUND = """
scheme: 考核办法
total: 100
categories:
  - id: life
    title: 组织生活
    points: 60
    indicators:
      - id: meetings
        title: 支部党员大会
        points: 20
        rules: {kind: deduct_shortfall_count, title: 每少1次扣5分, required: 1, each: 5}
      - id: study
        title: 党员学习
        points: 40
        rules:
          - {kind: deduct_per_occurrence, id: absent, title: 无故缺席每次扣0.5分, each: 0.5, floor: -10}
  - id: duty
    title: 履职尽责
    points: 40
    indicators:
      - {id: kpi, title: 重点工作, points: 40, rules: {kind: proportional, title: 按完成率折算}}
grades:
  - {name: 好, at_least: 90}
  - {name: 差, at_least: 0}
"""


BONUS = """
  - title: 加分项目
    role: bonus
    cap: 10
    indicators:
      - {id: honours, title: 受表彰, rules: {kind: bonus_by_level, levels: {省: 6, 市: 4}}}
"""


def scheme_of(text: str) -> Scheme:
    scheme, problems = read_scheme(text, "scheme.yaml")
    assert problems == []
    return scheme


def lint_of(text: str) -> list[Finding]:
    return list(lint(scheme_of(text)))


def found_in(text: str) -> list[tuple[str, str]]:
    return [(finding.path, finding.code) for finding in lint_of(text)]


def book(indicators: str, top: str = "", category: str = "") -> str:
    """A book of one category without points; its own keys and the book's beside."""
    return (
        "scheme: 考核办法\n" + dedent(top) + "\ncategories:\n  - title: 类目\n"
        + indent(dedent(category).strip("\n") + "\n", "    ")
        + "    indicators:\n" + indent(dedent(indicators).strip("\n"), "      ")
    )  # fmt: skip


def rule_book(rule: str, **changes: str) -> str:
    return book(f"- {{id: line, title: 指标, rules: {rule}}}", **changes)
