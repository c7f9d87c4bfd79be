"""What keeps a facts file from its period: facts that another period's card scores."""

import pytest

from assessments.facts_files import check_facts
from assessments.scheme_files.scheme_reader import read_scheme

BOOK = """\
scheme: 季度考核
periods: {score: quarter, combine: mean}
categories:
  - {title: 平时, indicators: [{id: found, title: 检查发现, points: 10, rules: {kind: deduct_per_occurrence, each: 1}}]}
  - title: 测评
    cadence: year
    indicators: [{id: mood, title: 群众评价, points: 10, rules: {kind: proportional}}]
  - {title: 加分, role: bonus, indicators: [{id: prize, title: 受表彰, rules: {kind: award_per_event, each: 2}}]}
"""


def problems(small_plan, period, fact, book=BOOK):
    scheme, _problems = read_scheme(book, "a")
    text = f"period: {period}\nsubjects:\n  - {{id: '016', facts: [{fact}]}}\n"
    return [problem.message for problem in check_facts(small_plan.plan, period, scheme, text, "例.yaml").problems]


def of_quarter(name, number):
    where = f"“{name}”是2026年第{number}季度的事：请写进那个季度的事实文件；"
    return where + "确是全年的事，在这一条上写 period: 2026。"


@pytest.mark.parametrize(
    ("period", "fact", "found"),
    [
        ("2026Q1", "{about: found, on: 2026-03-20}", []),
        ("2026", "{about: mood, value: 90}", []),
        ("2026", "{about: prize, on: 2026-03-20, period: 2026}", []),
        ("2026", "{about: found, on: 2026-03-20}", [of_quarter("found", "一")]),
        ("2026", "{about: prize, on: 2026-08-01}", [of_quarter("prize", "三")]),
        ("2026Q1", "{about: mood, value: 90}", ["“mood”按年计分：请写进2026年度的事实文件。"]),
    ],
)  # fmt: skip
def test_what_another_card_scores_is_sent_there(office, small_plan, period, fact, found):
    assert problems(small_plan, period, fact) == found


def test_a_year_scored_at_once_takes_its_facts_from_any_file(office, small_plan):
    whole = BOOK.replace("periods: {score: quarter, combine: mean}", "periods: {score: year}").replace(
        "    cadence: year\n", ""
    )
    assert problems(small_plan, "2026", "{about: found, on: 2026-03-20}", whole) == []
    assert problems(small_plan, "2026Q1", "{about: found, on: 2026-03-20}", whole) == []
