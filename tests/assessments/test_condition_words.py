"""Conditions of a rule book in words, and as they stand where there are none."""

import pytest

from assessments.condition_words import condition_words, titles_of
from assessments.scheme_files.scheme_reader import read_scheme

TITLES = {"punished": "处理处分", "vote": "民主测评"}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ('level == "committee"', "层级为党委、总支"),
        ('level == "committee" or members < 7', "层级为党委、总支，或党员数低于 7"),
        ("not members < 7", "党员数不低于 7"),
        ('kind == "branch" and members >= 7', "类别为党支部，且党员数不低于 7"),
        ('group in ("政法", "城建")', "分类是其中之一：政法、城建"),
        ("count(missed) == 0", "没有到期没有办的任务"),
        ('count("missed:主题党日") > 0', "有“主题党日”到期没有办的任务"),
        ("count(punished) > 0", "有处理处分"),
        ("count(punished) >= 2", "处理处分的次数不低于 2"),
        ("vote >= 85.50", "民主测评不低于 85.50"),
        ("passed == passable", "各类都达标"),
        ("passed >= passable - 1", "达标的类数不低于 设了达标线的类数 − 1"),
        ("last_year.is_last and total_for_grade < 85", "上年在同类中末位，且等次总分低于 85"),
        ("true", "其余的"),
        ("has(absence)", "有“absence”的情况"),
    ],
)
def test_a_condition_is_said_in_words(condition, words):
    assert condition_words(condition, TITLES) == words


@pytest.mark.parametrize("condition", ["members ≥ 7", "1 < members < 7", "mean_of(vote, group) > 3", "a if b else c"])
def test_what_has_no_words_stands_as_it_is_written(condition):
    assert condition_words(condition) == f"条件：{condition}"


def test_rules_are_called_by_their_line():
    book = """
scheme: 办法
categories:
  - id: base
    title: 基础
    points: 10
    indicators:
      - {id: a, title: 检查, points: 10, rules: [{kind: deduct_if, id: x, title: 有问题扣1分, points: 1}]}
vetoes: [{id: case, title: 违纪案件, effect: zero}]
"""
    titles = titles_of(read_scheme(book, "book.yaml")[0])
    assert titles == {"x": "检查", "a": "检查", "base": "基础", "case": "违纪案件"}
