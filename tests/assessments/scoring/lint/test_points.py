"""Points that do not add up are found; what may well be meant so is left alone."""

import pytest

from assessments.scoring.lint import Finding

from .builders import BONUS, SOUND, book, found_in, lint_of, rule_book


def test_indicators_must_add_up_to_their_category():
    (finding,) = lint_of(SOUND.replace("points: 20", "points: 25"))
    assert finding == Finding(
        "categories[1]", "points_do_not_sum", {"title": "组织生活", "stated": "60", "sum": "65"}, True
    )


def test_categories_must_add_up_to_the_total():
    (finding,) = lint_of(SOUND.replace("total: 100", "total: 110"))
    assert finding == Finding("total", "points_do_not_sum", {"stated": "110", "sum": "100"}, True)


@pytest.mark.parametrize(("total", "codes"), [(100, []), (110, []), (105, ["points_do_not_sum"])])
def test_a_total_may_or_may_not_contain_the_bonus(total, codes):
    text = SOUND.replace("total: 100", f"total: {total}").replace("grades:", f"{BONUS.strip(chr(10))}\ngrades:")
    assert [finding.code for finding in lint_of(text)] == codes


def test_each_peer_group_is_added_up_for_itself():
    points = "points: {by_group: {部门: 20, 村居: 30}}"
    text = SOUND.replace("points: 20", points).replace("total: 100\n", "")
    (finding,) = lint_of(text)
    assert finding.facts == {"title": "组织生活", "stated": "60", "sum": "70", "group": "村居"}


def test_indicators_of_one_group_count_for_that_group_only():
    text = """
    - {title: 甲, points: 10, when: group == "部门", rules: {kind: deduct_if, points: 1}}
    - {title: 乙, points: 10, when: group == "村居", rules: {kind: deduct_if, points: 1}}
    - {title: 丙, points: 5, when: 'group in ("部门", "村居")', rules: {kind: deduct_if, points: 1}}
    """
    assert lint_of(book(text, category="points: 15")) == []
    (finding,) = lint_of(book(text.replace(', when: group == "村居"', ""), category="points: 25"))
    assert finding.facts == {"title": "类目", "stated": "25", "sum": "15", "group": "村居"}


def test_those_whom_nobody_names_are_a_group_too():
    text = "- {title: 甲, points: {by_group: {村居: 24}, otherwise: 12}, rules: {kind: deduct_if, points: 1}}"
    (finding,) = lint_of(book(text, category="points: {by_group: {村居: 24}, otherwise: 10}"))
    assert finding.facts == {"title": "类目", "stated": "10", "sum": "12"}


def test_what_depends_on_each_subject_is_not_added_up():
    text = "- {title: 甲, points: 10, when: members >= 7, rules: {kind: deduct_if, points: 1}}"
    assert lint_of(book(text, category="points: 15")) == []
    text = "- {title: 甲, points: {formula: members * 2}, rules: {kind: deduct_if, points: 1}}"
    assert lint_of(book(text, category="points: 15")) == []


def test_what_is_converted_is_added_up_to_what_it_is_converted_from():
    text = "- {title: 甲, points: 50, rules: {kind: deduct_if, points: 1}}"
    assert found_in(book(text, category="points: 20\nout_of: 50")) == []
    assert found_in(book(text, category="points: 20\nout_of: 100")) == [("categories[1]", "points_do_not_sum")]


def test_scoring_points_must_add_up_to_their_indicator():
    text = """
    - title: 甲
      points: 10
      scoring_points:
        - {id: a, title: 一, points: 4, rules: {kind: all_or_nothing}}
        - {id: b, title: 二, points: 5, rules: {kind: all_or_nothing}}
    """
    assert found_in(book(text)) == [("categories[1].indicators[1]", "points_do_not_sum")]
    assert found_in(book(text.replace("points: 4", "points: 5"))) == []


@pytest.mark.parametrize(("total", "found"), [(25, []), (100, []), (50, [("total", "points_do_not_sum")])])
def test_a_total_may_be_that_of_a_quarter_or_of_four(total, found):
    text = "- {title: 甲, points: 25, rules: {kind: deduct_if, points: 1}}"
    top = f"total: {total}\nperiods: {{score: quarter, combine: sum}}"
    assert found_in(book(text, top)) == found


COMPONENTS = """
scheme: 述职
total: 100
components:
  - {id: self, title: 自评, weight: 0.3}
  - {id: above, title: 上级评, weight: 0.7}
categories:
  - {title: 甲, points: 100, component: self, indicators: [{title: 一, points: 100, rules: {kind: proportional}}]}
  - {title: 乙, points: 100, component: above, indicators: [{title: 二, points: 100, rules: {kind: proportional}}]}
"""


def test_components_weigh_their_categories():
    assert found_in(COMPONENTS) == []
    assert found_in(COMPONENTS.replace("weight: 0.7", "weight: 0.6")) == [
        ("total", "points_do_not_sum"),
        ("components", "weights_do_not_sum"),
    ]


def test_a_component_is_converted_from_what_its_categories_give():
    text = COMPONENTS.replace("weight: 0.3", "points: 30, out_of: 100").replace(
        "weight: 0.7", "points: 70, out_of: 100"
    )
    assert found_in(text) == []
    assert found_in(text.replace("70, out_of: 100", "70, out_of: 90")) == [("components[2]", "points_do_not_sum")]


@pytest.mark.parametrize(
    ("weights", "codes"),
    [
        ("0.2, 0.2, 0.3, 0.3", []),
        ("0.2, 0.2, 0.3, 0.2", ["weights_do_not_sum"]),
        ("20, 20, 30, 30", ["weights_do_not_sum"]),
        ("0.5, 0.5", ["weights_do_not_match"]),
    ],
)
def test_weights_of_periods(weights, codes):
    top = f"periods: {{score: quarter, combine: weighted, weights: [{weights}]}}"
    assert [finding.code for finding in lint_of(rule_book("{kind: deduct_if, points: 1}", top=top))] == codes


@pytest.mark.parametrize(("total", "found"), [(100, []), (50, []), (150, ["points_do_not_sum"])])
def test_no_card_adds_up_quarters_that_stand_alone_and_the_year(total, found):
    text = f"""
    scheme: 试
    total: {total}
    periods: {{score: quarter, combine: independent}}
    categories:
      - {{title: 季, indicators: [{{title: 甲, points: 100, rules: {{kind: deduct_if, points: 1}}}}]}}
      - {{title: 年, cadence: year, indicators: [{{title: 乙, points: 50, rules: {{kind: deduct_if, points: 1}}}}]}}
    """
    assert [finding.code for finding in lint_of(text)] == found


def test_open_indicators_are_converted_without_a_sum():
    text = "- {title: 甲, rules: {kind: award_per_event, each: 1}}"
    assert found_in(book(text, category="points: 60\nout_of: 12")) == []
