"""The example of a facts file: of every rule book something that can be attached as it is."""

import re

import pytest

from assessments.facts_example import example_of
from assessments.facts_files import check_facts
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_uploads import PRESETS
from branchwork.periods import Period
from tests.assessments.rule_books_for_plans import BOOK

EVERY_SORT = """\
scheme: 各种计分
categories:
  - title: 各种
    indicators:
      - id: lines
        title: 各种
        rules:
          - {id: again, kind: deduct_per_occurrence, each: 1}
          - {id: more, kind: deduct_per_occurrence, each: 1}
          - {id: tardy, kind: late_deduction, each: 1}
          - {id: honours, kind: bonus_by_level, levels: {省: 2}}
          - {id: met, kind: award_on_criterion, criteria: [{id: a, title: 有计划, points: 1}]}
          - {id: ballot, kind: vote_weighted, scores: {好: 100, 差: 0}, voters: {领导: 1}}
          - {id: talk, kind: manual_range, direction: deduct, least: 1, most: 3}
"""


def test_it_has_one_fact_of_each_sort_first(office, small_plan):
    scheme, _problems = read_scheme(EVERY_SORT, "a")
    assert example_of(scheme, small_plan.plan, Period.parse("2026Q1")) == (
        "period: 2026Q1\n"
        "subjects:\n"
        '  - id: "016"\n'
        "    name: 财政局党支部\n"
        "    facts:\n"
        "      - {about: again, on: 2026-03-21, quantity: 1}\n"
        "      - {about: tardy, due: 2026-03-18, on: 2026-03-21}\n"
        "      - {about: honours, on: 2026-03-21, level: 省}\n"
        "      - {about: met, met: [a]}\n"
        "      - {about: ballot, voters: 领导, votes: {好: 3, 差: 3}}\n"
        "      - {about: talk, points: 3, note: 理由}\n"
    )


@pytest.mark.parametrize("path", sorted(PRESETS.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("period", ["2026Q3", "2026"])
def test_that_of_every_preset_can_be_attached(office, small_plan, path, period):
    scheme, _problems = read_scheme(path.read_text(encoding="utf-8"), path.name)
    text = example_of(scheme, small_plan.plan, Period.parse(period))
    assert text.count("about:") >= 2
    assert check_facts(small_plan.plan, period, scheme, text, "例.yaml").problems == []


def test_nothing_is_shown_where_only_the_ledger_is_read(office, small_plan):
    scheme, _problems = read_scheme(BOOK[: BOOK.index("  - title: 日常检查")].replace("100", "60"), "a")
    assert example_of(scheme, small_plan.plan, Period.parse("2026Q1")) == ""


BY_PERIOD = """\
scheme: 分季计分
periods: {score: quarter, combine: mean}
categories:
  - title: 日常
    indicators:
      - {id: checks, title: 检查, points: 60, rules: {kind: deduct_per_occurrence, each: 1}}
      - {id: survey, title: 年度评议, points: 20, cadence: year, rules: {kind: deduct_per_occurrence, each: 2}}
  - title: 民主测评
    cadence: year
    indicators:
      - {id: poll, title: 测评, points: 20, rules: {kind: deduct_per_occurrence, each: 2}}
  - title: 加分
    role: bonus
    indicators:
      - {id: honours, title: 受表彰, rules: {kind: bonus_by_level, levels: {省: 2}}}
"""


@pytest.mark.parametrize(
    ("by", "period", "named"),
    [
        ("quarter, combine: mean", "2026Q1", ["checks", "honours"]),
        ("quarter, combine: mean", "2026", ["survey", "honours", "poll"]),
        ("year", "2026", ["checks", "survey", "honours", "poll"]),
    ],
)
def test_it_names_only_what_the_card_of_that_period_scores(office, small_plan, by, period, named):
    text = BY_PERIOD.replace("quarter, combine: mean", by)
    scheme, problems = read_scheme(text, "a")
    assert problems == []
    example = example_of(scheme, small_plan.plan, Period.parse(period))
    assert sorted(re.findall(r"about: (\w+)", example)) == sorted(named)
    assert check_facts(small_plan.plan, period, scheme, example, "例.yaml").problems == []
