from assessments.facts import rule_book
from assessments.scoring.engine import compares
from assessments.uncompared import uncompared

EVERY_WAY = """
scheme: 比较
no_data: group_mean
categories:
  - id: own
    title: 自己的
    indicators:
      - {id: plain, title: 不比较, points: 10, exempt: group_mean, rules: [{kind: deduct_if, points: 1}]}
      - {id: ranked, title: 名次, rules: [{kind: rank_based, places: [{up_to: 1, points: 5}]}]}
      - {id: given, title: 上级名次, rules: [{kind: rank_based, given: true, places: [{up_to: 1, points: 5}]}]}
      - {id: best, title: 与最好的比, points: 10, rules: [{kind: proportional, to_best: true}]}
      - {id: mean, title: 高于平均, rules: [{kind: deduct_if, when: plain < mean_of(plain), points: 1}]}
  - id: converted
    title: 折算
    points: 20
    out_of: best
    indicators:
      - {id: raw, title: 原始分, points: 50, rules: [{kind: proportional}]}
grades: [{name: 好, at_least: 10}, {name: 差, at_least: 0}]
vetoes:
  - {id: last, title: 垫底, effect: bar, when: total_for_grade <= least_of(total_for_grade)}
  - {id: case, title: 案件, effect: bar, reads: [case]}
figures:
  - {id: above, title: 高出, formula: total_for_grade - mean_of(total_for_grade)}
"""


def test_nothing_that_compares_is_left():
    left = uncompared(rule_book(EVERY_WAY))
    assert [indicator.key for _category, indicator in left.indicators()] == ["plain", "given"]
    assert [veto.key for veto in left.vetoes] == ["case"]
    assert (left.figures, [grade.name for grade in left.grades]) == ((), ["好", "差"])
    assert (left.no_data, left.categories[0].indicators[0].exempt) == ("leave", "leave")
    assert compares(rule_book(EVERY_WAY)) and not compares(left)


def test_grades_that_ask_for_others_are_not_given():
    asking = EVERY_WAY.replace("{name: 好, at_least: 10}", "{name: 好, at_least: 10, requires: rate >= mean_of(rate)}")
    assert uncompared(rule_book(asking)).grades == ()
