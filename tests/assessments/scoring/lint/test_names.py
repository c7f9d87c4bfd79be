"""A bare name that is a fact's and a line's is told of where the finished card is asked, and nowhere else."""

import pytest

from .builders import SOUND, lint_of

# In SOUND, "kpi" is an indicator and the fact its only rule reads, "absent" only a fact, "life" only a category.
GRADE = "  - {name: 好, at_least: 90}"


def doubts(text: str) -> list[tuple[str, dict]]:
    return [(finding.path, finding.facts) for finding in lint_of(text) if finding.code == "ambiguous_name"]


def test_a_grade_that_asks_for_a_name_of_both():
    text = SOUND.replace(GRADE, "  - {name: 好, at_least: 90, requires: kpi >= 36 and absent < 3 and life >= 50}")
    (finding,) = lint_of(text)
    assert (finding.path, finding.code, finding.facts, finding.is_error) == (
        "grades[1].requires", "ambiguous_name", {"title": "好", "name": "kpi"}, False,
    )  # fmt: skip


@pytest.mark.parametrize("condition", ["points(kpi) >= 36", "value(kpi) >= 90", "has(kpi)", "count(kpi) > 0"])
def test_a_function_says_which_is_meant(condition):
    assert doubts(SOUND.replace(GRADE, f"  - {{name: 好, at_least: 90, requires: {condition}}}")) == []


def test_vetoes_and_figures_are_asked_too():
    text = SOUND + (
        "vetoes:\n"
        "  - {id: low, title: 重点工作太差, effect: lower, when: kpi < 20}\n"
        "  - {id: life, title: 组织生活造假, effect: lower}\n"
        "figures:\n"
        "  - {id: money, title: 奖金, formula: meetings * 100, when: life > 0}\n"
    )
    assert doubts(text) == [
        ("vetoes[1].when", {"title": "重点工作太差", "name": "kpi"}),
        ("figures[1].formula", {"title": "奖金", "name": "meetings"}),
        ("figures[1].when", {"title": "奖金", "name": "life"}),
    ]


def test_before_the_card_is_finished_only_facts_are_meant():
    assert doubts(SOUND.replace("title: 重点工作,", "title: 重点工作, when: kpi >= 0,")) == []
