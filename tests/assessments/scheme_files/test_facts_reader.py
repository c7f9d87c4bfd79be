from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from assessments.scheme_files.facts_reader import read_facts
from assessments.scoring.facts import Event, Exemption, Fact, Marks, Outcome, Subject, Value, Votes
from tests.assessments.scheme_files.reading import SCHEME, entry_refused, read, refused, told


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_subjects():
    attributes = "attributes: {members: 35, new: true}"
    text = f"period: 2026\nsubjects: [{{id: b1, name: 一支部, group: 部门, kind: branch, {attributes}}}]"
    assert read(text).subjects == (Subject("b1", "一支部", "部门", "branch", {"members": Decimal(35), "new": True}),)


def test_an_event_with_all_its_words():
    entry = (
        "{about: absent, on: 2026-07-03, due: 2026-07-01, quantity: 2, level: 省, matter: 甲, department: 一处, "
        "factor: 0.5, excused: 出差, approved_by: 张, note: 注}"
    )
    assert told(entry) == Event(
        subject="b1",
        about="absent",
        period="2026Q3",
        on=date(2026, 7, 3),
        due_on=date(2026, 7, 1),
        level="省",
        quantity=Decimal(2),
        matter="甲",
        fields={"department": "一处"},
        factor=Decimal("0.5"),
        excused="出差",
        approved_by="张",
        note="注",
    )


@pytest.mark.parametrize(
    ("entry", "fact"),
    [
        ("{about: kpi, value: 0.1}", Value(subject="b1", about="kpi", period="2026Q3", value=Decimal("0.1"))),
        ("{about: absent, value: true}", Value(subject="b1", about="absent", period="2026Q3", value=True)),
        ("{about: case, value: 诫勉}", Value(subject="b1", about="case", period="2026Q3", value="诫勉")),
        ("{about: case, value: 2}", Value(subject="b1", about="case", period="2026Q3", value="2")),
        (
            "{about: democracy, met: [记录]}",
            Value(subject="b1", about="democracy", period="2026Q3", value=False, parts={"议题": False, "记录": True}),
        ),
        (
            "{about: appraisal, voters: staff, votes: {好: 3, 弃权: 1}}",
            Votes(subject="b1", about="appraisal", period="2026Q3", counts={"好": 3, "弃权": 1}, voters="staff"),
        ),
        (
            "{about: contest, marks: [90, 88.5]}",
            Marks(subject="b1", about="contest", period="2026Q3", marks=(Decimal(90), Decimal("88.5"))),
        ),
        (
            "{about: tasks, due: 2026-04-30, on: 2026-05-02, points: 1.5, outcome: late}",
            Fact(
                subject="b1",
                indicator="tasks",
                period="2026Q2",
                slot="2026Q2",
                available=150,
                due_on=date(2026, 4, 30),
                outcome=Outcome.LATE,
                done_on=date(2026, 5, 2),
            ),
        ),
        (
            "{exempt: study, reason: 新成立, approved_by: 工委}",
            Exemption(subject="b1", about="study", period="2026Q3", reason="新成立", approved_by="工委"),
        ),
    ],
)
def test_every_sort_of_fact(entry, fact):
    assert told(entry) == fact


def test_last_year_and_exemptions_without_a_day_hold_in_every_period():
    entry = "{exempt: kpi, reason: 新成立, approved_by: 工委}"
    text = f"subjects: [{{id: b, last_year: {{place: 5}}, facts: [{entry}], periods: {{2026Q1: {{kpi: 1}}}}}}]"
    file = read(text)
    assert [(type(fact).__name__, fact.about, fact.period) for fact in file.facts] == [
        ("Exemption", "kpi", "2026"),
        ("Value", "kpi", "2026Q1"),
        ("Value", "last_year.place", "2026"),
    ]
    assert file.periods == ("2026Q1",)


@pytest.mark.parametrize(
    ("entry", "path", "message"),
    [
        (
            "{about: absnt}",
            ".about",
            "Nothing in the scheme reads “absnt”. It reads: absent, case, tasks, annual, contest, attitude, appraisal, "
            "last_year.is_last and 6 more.",
        ),
        (
            "{about: study, on: 2026-07-01}",
            ".about",
            "“study” is a part of the scheme, not a fact. Its rules read: absent, attitude, case, report.",
        ),
        (
            "{about: daily, value: 1}",
            ".about",
            "“daily” is a part of the scheme, not a fact. Its rules read: absent, attitude, case, report, kpi, "
            "meetings, annual, democracy and 3 more.",
        ),
        ("{on: 2026-07-01}", "", "Missing here: about."),
        ("{about: absent, quantiy: 2}", ".quantiy", "quantiy has no meaning here. Is quantity meant?"),
        ("{about: absent, on: 2026-02-30}", ".on", "There is no such day: 2026-02-30."),
        ("{about: absent, on: 2026年7月3日}", ".on", "Write 2026-07-03, not “2026年7月3日”."),
        ("{about: absent, on: 昨天}", ".on", "A date is expected here, such as 2026-03-31, not “昨天”."),
        (
            "{about: absent, quantity: ２}",
            ".quantity",
            "Write digits and signs as in English, half as wide: 2, not “２”.",
        ),
        ("{about: kpi, value: ９５}", ".value", "Write digits and signs as in English, half as wide: 95, not “９５”."),
        (
            "{about: absent, on：2026-07-01}",
            ".on：2026-07-01",
            "After “on” stands the wide colon “：”. Write the narrow one and a blank: “on: ”.",
        ),
        ("{about: absent, period: 2026Q5}", ".period", "A period is expected here: "),
        ("{about: absent, period: 2026}", ".period", "“absent” is scored by a shorter period (quarter) than 2026: "),
        ("{about: meetings, value: 1}", "", "“meetings” is scored by a shorter period (month) than 2026Q3: "),
        ("{about: absent, excused: 出差}", ".excused", "Who is excused needs approved_by: who approved it."),
        ("{about: absent, factor: 0.5}", ".factor", "What counts in part needs approved_by: who approved it."),
        ("{about: absent, points: 5}", ".points", "Points by hand are for manual_range; "),
        ("{about: absent, value: 三次}", ".value", "How often is needed here: a number, true or false, not “三次”."),
        ("{about: absent, value: -1}", ".value", "How often cannot be below 0."),
        ("{about: absent, votes: {好: 1}}", "", "“absent” is read by deduct_per_occurrence, which takes an event / a "),
        ("{about: attitude, points: 2}", "", "Points by hand need a note: the reason."),
        ("{about: attitude, points: 0.5, note: 注}", ".points", "At least 1 is given or taken here."),
        ("{about: attitude, points: 2.5, note: 注}", ".points", "At most 2 is given or taken here."),
        ("{about: attitude, note: 注}", "", "Points are needed here: what was given or taken."),
        (
            "{about: case, value: 记过}",
            ".value",
            "A level is needed here: 2, 警告, 诫勉; or false where none was reached. “记过” is none of them.",
        ),
        ("{about: case, value: true}", ".value", "A level is needed here: "),
        ("{about: kpi, value: 好}", ".value", "A number is needed here, not “好”."),
        ("{about: kpi, value: 95%}", ".value", "A number is expected here, without a percent sign: “95%”."),
        ("{about: absent, value: 95%}", ".value", "A number is expected here, without a percent sign: “95%”."),
        ("{about: kpi, value: true}", ".value", "A number is needed here, not “true”."),
        ("{about: democracy, met: [议程]}", ".met", "There is no criterion “议程”. There are: 议题, 记录."),
        ("{about: democracy, value: 3}", ".value", "true, false or a list of what is met is needed here."),
        ("{about: appraisal, voters: staff, votes: {棒: 1}}", "", "There is no choice “棒”. There are: "),
        ("{about: appraisal, voters: 群众, votes: {好: 1}}", ".voters", "voters must be one of these: leaders, staff."),
        ("{about: appraisal, voters: staff, votes: {好: 1.5}}", ".votes.好", "A whole number from 0 is expected here."),
        ("{about: contest, marks: [90]}", ".marks", "Too few marks: the rule leaves out 1 of them."),
        ("{about: kpi, value: 1, marks: [1]}", "", "One entry tells one thing: value, marks do not go together."),
        ("{about: tasks, due: 2026-07-01, points: 1, outcome: late}", "", "With outcome: late, on is needed."),
        ("{about: tasks, due: 2026-07-01, points: 0.001, outcome: missed}", ".points", "An assignment's points have "),
        (
            "{exempt: studies, reason: 新, approved_by: 工委}",
            ".exempt",
            "The scheme has no part “studies” to be exempt",
        ),
        ("{exempt: study}", "", "Missing here: reason, approved_by."),
    ],
)
def test_entries_that_cannot_be_read(entry, path, message):
    (found,) = entry_refused(entry)
    assert found[0] == path
    assert found[1].startswith(message)


def test_no_level_reached():
    assert told("{about: case, value: false}").value is False
    by = SCHEME.replace(
        "rules: {kind: proportional}}", "rules: {kind: tiered, by: level, tiers: {level: 优, points: 5}}}", 1
    )
    (fact,) = read("period: 2026Q3\nsubjects: [{id: b1, values: {kpi: false}}]", by).facts
    assert fact.value is False
    assert refused("period: 2026Q3\nsubjects: [{id: b1, values: {kpi: 无}}]", by) == [
        (
            2,
            "subjects[1].values.kpi",
            "A level is needed here: 优; or false where none was reached. “无” is none of them.",
        )
    ]


def test_an_event_at_no_level_that_the_rule_reads_costs_nothing():
    assert told("{about: case, level: 表扬}").level == "表扬"


def test_all_problems_of_a_file_at_once():
    text = """subjects:
  - {id: b1, facts: [{about: absent}]}
  - {id: b1}
  - {name: 二支部, colour: red, values: {kpi: 多, absnt: 1}}
  - {id: b3, periods: {一季度: {kpi: 1}, 2026Q1: {kpi: 95}}, facts: [{about: kpi, value: 90, period: 2026Q1}]}
"""
    assert refused(text) == [
        (
            2,
            "subjects[1].facts[1]",
            "This tells neither day nor period. Write period: at the top of the file, or here.",
        ),
        (3, "subjects[2]", "The id b1 is used already, in line 2. Give one of them an id of its own."),
        (4, "subjects[3].colour", refused(text)[2][2]),
        (
            4,
            "subjects[3].values.kpi",
            "This tells neither day nor period. Write period: at the top of the file, or here.",
        ),
        (4, "subjects[3].values.absnt", refused(text)[4][2]),
        (5, "subjects[4].periods.一季度", refused(text)[5][2]),
        (5, "subjects[4].periods.2026Q1.kpi", "A second value of “kpi” in 2026Q1: the first stands in line 5."),
    ]
    assert refused(text)[4][2].startswith("Nothing in the scheme reads “absnt”. It reads: absent, ")


def test_two_values_of_one_figure_contradict_each_other():
    text = "period: 2026Q1\nsubjects:\n- id: b\n  values: {kpi: 95}\n  periods: {2026Q1: {kpi: 90}}\n"
    assert refused(text) == [
        (5, "subjects[1].periods.2026Q1.kpi", "A second value of “kpi” in 2026Q1: the first stands in line 4.")
    ]


def test_a_file_without_any_period():
    assert refused("subjects: [{id: b}]") == [(1, "", "The file tells no period. Write one at the top: period: 2026.")]


def test_what_cannot_be_read_hides_nothing_else():
    text = """period: 三季度
subjects:
  - {id: b1, group: , attributes: 35, facts: [{about: absent, quantity: 三次}, {about: kpi, value: 好}]}
  - {id: , facts: []}
"""
    assert [path for _line, path, _message in refused(text)] == [
        "period",
        "subjects[1].group",
        "subjects[1].attributes",
        "subjects[1].facts[1].quantity",
        "subjects[1].facts[2].value",
        "subjects[2].id",
    ]


def test_without_a_scheme_points_by_hand_are_not_doubted():
    text = "period: 2026\nsubjects: [{id: b, facts: [{about: any, points: 2, note: x}]}]"
    assert read_facts(text, "f.yaml", None)[1] == []


def test_without_a_scheme_only_what_is_wrong_anyhow():
    entries = "[{about: any, on: yesterday}, {about: any, level: x}]"
    text = f"period: 2026\nsubjects: [{{id: b, facts: {entries}, values: {{y: 1}}}}]"
    file, problems = read_facts(text, "f.yaml", None)
    assert file is None
    assert [problem.path for problem in problems] == ["subjects[1].facts[1].on"]


def test_the_facts_of_the_documentation():
    blocks = [part.split("```")[0] for part in Path("docs/scheme-format.md").read_text().split("```yaml\n")[1:]]
    file = read(blocks[2], blocks[1])
    assert file.periods == ("2026Q3",)
    assert {type(fact).__name__ for fact in file.facts} == {"Event", "Value", "Votes", "Marks", "Fact", "Exemption"}
