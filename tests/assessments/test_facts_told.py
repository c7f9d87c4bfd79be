"""What a facts file tells, fact by fact, as a clerk reads it."""

import time_machine
from django.template.loader import render_to_string

from assessments.facts_files import check_facts
from assessments.facts_told import FactRow, told_of
from assessments.scheme_files.scheme_reader import read_scheme
from tests.assessments.test_facts_example import EVERY_SORT

FACTS = """\
period: 2026Q1
subjects:
  - id: "016"
    facts:
      - {about: again, on: 2026-02-03, quantity: 2, matter: 案甲, note: 晨检}
      - {about: more, quantity: 1, factor: 0.5, approved_by: 工委}
      - {about: tardy, due: 2026-03-18, on: 2026-03-21}
      - {about: honours, on: 2026-03-21, level: 省}
      - {about: met, met: [a]}
      - {about: ballot, voters: 领导, votes: {好: 3, 差: 1}}
      - {about: talk, points: 3, note: 理由}
      - {exempt: lines, reason: 新成立, approved_by: 机关工委}
  - id: 档案馆
    facts:
"""


def told(plan, text: str):
    scheme, _problems = read_scheme(EVERY_SORT, "a")
    checked = check_facts(plan, "2026Q1", scheme, text, "例.yaml")
    assert checked.problems == []
    with time_machine.travel("2026-04-10", tick=False):
        return told_of(checked, scheme)


def test_each_fact_is_told_as_it_was_written(office, small_plan):
    text = FACTS + "      - {about: again, on: 2026-02-04}\n"
    finance, archive = told(small_plan.plan, text)
    assert (str(finance.organization), str(archive.organization)) == ("财政局党支部", "档案馆党支部")
    assert finance.facts == [
        FactRow("各种（again）", "2月3日", "", "2", "案甲", "晨检"),
        FactRow("各种（more）", "2026年第一季度", "", "1", "", "按 0.5 计；工委批准"),
        FactRow("各种（tardy）", "3月21日、3月18日到期", "", "1", "", ""),
        FactRow("各种（honours）", "3月21日", "省", "1", "", ""),
        FactRow("各种（met）", "2026年第一季度", "", "a", "", ""),
        FactRow("各种（ballot）", "2026年第一季度", "", "领导：好 3、差 1", "", ""),
        FactRow("各种（talk）", "2026年第一季度", "", "3 分", "", "理由"),
        FactRow("各种", "2026年第一季度", "", "豁免", "", "新成立；机关工委批准"),
    ]
    assert archive.facts == [FactRow("各种（again）", "2月4日", "", "1", "", "")]


def test_more_than_ten_facts_of_one_are_folded(office, small_plan):
    days = "".join(f"      - {{about: again, on: 2026-01-{day:02}}}\n" for day in range(1, 13))
    finance, archive = told(small_plan.plan, FACTS + days)
    page = render_to_string("assessments/_partials/told.html", {"told": [finance, archive]})
    assert page.count("<details>") == 1
    shown, folded = page.split("<details>")
    assert "1月10日" in shown and "1月11日" not in shown
    assert "另有 2 条" in folded and "1月11日" in folded and "1月12日" in folded
