from hypothesis import HealthCheck, given, settings

from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_files.scheme_writer import write_rule, write_scheme
from assessments.scoring.schemes import Scheme
from tests.assessments.scheme_files.parts import schemes

WRITTEN = """scheme: 办法
total: 100
periods: {score: quarter, combine: mean}
categories:
  - title: 组织生活
    points: 100
    indicators:
      - id: meetings
        title: 支部党员大会
        points: 20
        rules:
          - {kind: deduct_shortfall_count, title: 每季度至少1次，每少1次扣5分, required: 1, each: 5}
      - title: 学习
        points: 80
        rules:
          - {kind: deduct_per_occurrence, id: absent, each: 0.5, floor: -10, merge: {by: ['on', 人], keep: sum}}
          - kind: tiered
            title: 季度学习积分达到150分得满分；差1至20分扣1分；差20分以上不得分
            by: shortfall
            target: 150
            tiers:
              - {up_to: 0, loses: 0}
              - {up_to: 20, loses: 1}
              - {loses: all}
        standard: |-
          一是有计划
          二是有记录
grades:
  - {name: 好, at_least: 90}
  - {name: 差, at_least: 0}
quotas:
  - {grades: 好, at_most: 30%}
"""


def read(text: str) -> Scheme:
    scheme, problems = read_scheme(text, "s.yaml")
    assert problems == []
    return scheme


def test_files_are_written_for_people():
    assert write_scheme(read(WRITTEN)) == WRITTEN


def test_one_rule_on_one_line():
    rule = read(WRITTEN).categories[0].indicators[0].rules[0]
    assert (
        write_rule(rule)
        == "{kind: deduct_shortfall_count, id: meetings, title: 每季度至少1次，每少1次扣5分, required: 1, each: 5}"
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(schemes())
def test_nothing_is_lost(scheme):
    assert read(write_scheme(scheme)) == scheme
