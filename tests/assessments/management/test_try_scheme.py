"""The command from end to end, on files only: no test here may touch the database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

SCHEME = """scheme: 办法
periods: {score: quarter, combine: mean}
categories:
  - id: daily
    title: 日常
    points: 20
    indicators:
      - {id: study, title: 学习, points: 10, rules: {kind: deduct_per_occurrence, id: absent, title: 缺席, each: 0.5}}
      - {id: kpi, title: 重点工作, points: 10, rules: {kind: proportional, title: 完成率}}
grades:
  - {name: 好, at_least: 18}
  - {name: 差, at_least: 0}
vetoes:
  - {id: discipline, title: 违纪, effect: cap, grade: 差, reads: [case]}
quotas:
  - {grades: 好, at_most: 1}
figures:
  - {id: bonus, title: 奖金, formula: total_for_grade * 100}
"""
FACTS = """period: 2026Q1
subjects:
  - id: b1
    name: 第一党支部
    group: 部门
    values: {kpi: 95.555}
    facts: [{about: absent, on: 2026-02-03, quantity: 3}]
  - {id: b2, group: 部门, values: {kpi: 100}, facts: [{about: case}]}
  - {id: b3, group: 部门}
"""


@pytest.fixture
def files(tmp_path: Path):
    """Writes both files, answers their paths."""

    def write(scheme: str | bytes = SCHEME, facts: str | bytes = FACTS) -> list[str]:
        paths = []
        for name, content in (("s.yaml", scheme), ("f.yaml", facts)):
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(str(path))
        return paths

    return write


def tried(paths: list[str], *options: str) -> tuple[str, str, int]:
    """What is printed, what is complained about, and the exit code."""
    out, err = StringIO(), StringIO()
    try:
        call_command("try_scheme", *paths, *options, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), error.returncode
    return out.getvalue(), err.getvalue(), 0


def test_json_has_the_keys_that_are_promised(files):
    found = json.loads(tried(files(), "--json", "--language", "en")[0])
    assert list(found) == ["subjects", "quotas", "errors", "warnings"]
    assert [(one["id"], one["name"], one["group"]) for one in found["subjects"]] == [
        ("b1", "第一党支部", "部门"),
        ("b2", "b2", "部门"),
        ("b3", "b3", "部门"),
    ]
    first, year = found["subjects"][0]["periods"]
    assert (first["period"], year["period"]) == ("2026Q1", "2026")
    assert {key: first[key] for key in first if key != "lines"} == {
        "period": "2026Q1",
        "categories": [{"id": "daily", "points": "18.06"}],
        "components": [],
        "total_for_grade": "18.06",
        "total_for_award": "18.06",
        "grade": "好",
        "vetoes": [],
    }
    study, kpi, bonus = first["lines"]
    assert (study["indicator"], study["points"], study["available"]) == ("study", "8.50", "10.00")
    assert study["reasons"][0]["kind"] == "deduct_per_occurrence"
    assert study["reasons"][0]["facts"]["count"] == "3"
    assert study["reasons"][0]["text"].startswith("缺席: 3 times")
    assert (kpi["points"], bonus["indicator"], bonus["points"], bonus["available"]) == (
        "9.56",
        "bonus",
        "1805.55",
        None,
    )
    assert found["errors"] == []


def test_no_data_is_null_and_vetoes_are_told(files):
    second, third = json.loads(tried(files(), "--json")[0])["subjects"][1:]
    assert second["periods"][0]["vetoes"] == [{"id": "discipline", "effect": "cap", "grade": "差"}]
    assert second["periods"][0]["grade"] == "差"
    kpi = third["periods"][0]["lines"][1]
    assert (kpi["indicator"], kpi["points"], kpi["available"]) == ("kpi", None, None)


@pytest.mark.parametrize(
    ("top", "totals"),
    [
        ("period: 2026", {"2026Q1": "9.50", "2026Q2": "10.00", "2026Q3": "10.00", "2026Q4": "10.00", "2026": "39.50"}),
        ("cards: 2026H1", {"2026Q1": "9.50", "2026Q2": "10.00", "2026": "19.50"}),
        ("cards: 2026Q2", {"2026Q2": "10.00", "2026": "10.00"}),
        ("", {"2026Q1": "9.50", "2026": "9.50"}),
    ],
)
def test_quarters_of_which_nothing_is_told_have_cards_where_the_file_says_so(files, top, totals):
    facts = f"{top}\nsubjects: [{{id: b1, facts: [{{about: absent, on: 2026-02-03}}]}}]"
    found = json.loads(tried(files(SCHEME.replace("mean", "sum"), facts), "--json")[0])
    cards = found["subjects"][0]["periods"]
    assert {card["period"]: card["total_for_grade"] for card in cards} == totals


def test_grades_are_proposed_within_quotas(files):
    facts = FACTS.replace("[{about: case}]", "[]")
    quota = json.loads(tried(files(SCHEME, facts), "--json")[0])["quotas"][0]
    assert quota == {
        "group": "部门",
        "period": "2026Q1",
        "proposed": {"b1": "差", "b2": "好", "b3": "差"},
        "overflow": [{"id": "b1", "from": "好", "to": "差"}],
        "gap": [],
        "ties": [],
        "excess": [],
    }


def test_doubts_about_the_scheme_are_warnings(files):
    found = json.loads(tried(files(SCHEME.replace("points: 20", "points: 30")), "--json", "--language", "en")[0])
    assert [(one["path"], one["code"]) for one in found["warnings"]] == [("categories[1]", "points_do_not_sum")]
    assert found["warnings"][0]["message"] == "“日常” has 30 points, its parts add up to 20."


def test_a_readable_card(files):
    text = tried(files(), "--language", "en")[0]
    card = text.split("═" * 84)[2].splitlines()
    reasons = [line for line in card if line.startswith(" " * 6)]
    assert [line for line in card if line not in reasons] == [
        "",
        "日常                                                             18.06 / 20.00",
        "  学习                                                            8.50 / 10.00",
        "  重点工作                                                        9.56 / 10.00",
        "─" * 84,
        "Total                                                            18.06",
        "Grade                                                               好",
        "奖金                                                           1805.55",
        "",
    ]
    assert [line for line in reasons if "缺席" in line or "完成率" in line] == [reasons[0], reasons[2]]
    assert "第一党支部 · 部门 · First quarter of 2026" in text
    assert "Veto: 违纪: no better than 差" in text
    assert text.splitlines()[-5:-1] == [
        "Grades within the quotas · 部门 · Year 2026",
        "─" * 84,
        "  好: 第一党支部",
        "  差: b2, b3",
    ]


def test_a_category_that_is_not_the_sum_of_its_lines_says_so(files):
    text = tried(files(SCHEME.replace("    points: 20", "    points: 20\n    out_of: 40")), "--language", "en")[0]
    assert "\n  The lines add up to 18.06; converted and bounded as the rule book says: 9.03\n" in text
    assert text.count("The lines add up to") == text.count("\n日常 ")


def test_a_card_in_chinese(files):
    text = tried(files(), "--language", "zh-hans")[0]
    assert "第一党支部 · 部门 · 2026年第一季度" in text
    assert "缺席：3 次" in text
    assert "一票否决：违纪：最高只能定为差" in text


BAD_SCHEME = SCHEME.replace("each: 0.5", "each: half").replace("effect: cap", "effect: limit")
BAD_FACTS = FACTS.replace("2026-02-03", "2026-02-30")


def test_errors_of_both_files_at_once(files):
    paths = files(BAD_SCHEME, BAD_FACTS)
    out, err, code = tried(paths, "--language", "en")
    assert (out, code) == ("", 2)
    assert [line.split(": ")[:2] for line in err.splitlines()] == [
        [f"{paths[0]}:8", "categories[1].indicators[1].rules.each"],
        [f"{paths[0]}:14", "vetoes[1].effect"],
        [f"{paths[1]}:7", "subjects[1].facts[1].on"],
    ]


def test_errors_in_json(files):
    paths = files(BAD_SCHEME, BAD_FACTS)
    out, err, code = tried(paths, "--json", "--language", "en")
    found = json.loads(out)
    assert (code, err, found["subjects"], found["quotas"]) == (2, "", [], [])
    assert [(one["file"], one["line"], one["path"]) for one in found["errors"]] == [
        (paths[0], 8, "categories[1].indicators[1].rules.each"),
        (paths[0], 14, "vetoes[1].effect"),
        (paths[1], 7, "subjects[1].facts[1].on"),
    ]
    assert found["errors"][2]["message"] == "There is no such day: 2026-02-30."


def test_a_missing_file_is_said(files, tmp_path):
    paths = [files()[0], str(tmp_path / "no.yaml")]
    _out, err, code = tried(paths, "--language", "en")
    assert (err, code) == (f"{paths[1]}: The file cannot be read: No such file or directory\n", 2)
    assert tried([str(tmp_path), paths[0]])[2] == 2


def test_what_cannot_be_worked_out_is_an_error_not_a_crash(files):
    scheme = SCHEME.replace("formula: total_for_grade * 100", "formula: total_for_grade + group")
    paths = files(scheme)
    _out, err, code = tried(paths, "--language", "en")
    assert code == 2
    assert err.startswith(f"{paths[1]}:1: These facts cannot be worked out: ")


def test_hostile_files_are_refused(files):
    laughs = "a: &a [x, x]\nb: &b [*a, *a]\n"
    for content in (laughs, "a: !!python/object/apply:os.system [ls]", b"\x00\xff", "[" * 5000):
        assert tried(files(content, content))[2] == 2
