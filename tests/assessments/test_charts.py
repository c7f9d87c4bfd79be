from decimal import Decimal

import pytest

from assessments.charts import Scale, bars, grade_lines, plot, scale_of
from assessments.distribution import distribution
from assessments.scoring import Grade
from tests.assessments.scoring.builders import GRADES, scheme_of

QUARTERS = [("2026Q1", 9950, True, 9000), ("2026Q2", 8000, False, None), ("2026Q3", None, False, None)]


def test_bars_stand_on_the_base_line_and_say_what_they_are():
    drawn = bars(QUARTERS, ["一季度", "二季度", "三季度"], current=1)
    assert [(bar.x, bar.y, bar.height, bar.css, bar.is_current, bar.peer_y) for bar in drawn] == [
        (66, "23.7", "134.3", "bar", False, "36.5"),
        (136, "50.0", "108.0", "now", True, None),
        (206, "23.0", "135.0", "next", False, None),
    ]
    assert [bar.rate for bar in drawn] == [9950, 8000, None]


def test_labels_of_grade_lines_do_not_write_over_each_other():
    lines = grade_lines(GRADES)
    assert [line.label for line in lines] == ["好 90", "较好 80", "一般 60"]
    heights = [Decimal(line.text_y) for line in lines]
    assert all(below - above >= 16 for above, below in zip(heights, heights[1:], strict=False))


@pytest.mark.parametrize(("lowest", "low"), [("60", 60), ("59.99", 40), ("40", 40), ("0", 0), ("99", 60)])
def test_scale_reaches_down_as_far_as_the_lowest_rate(lowest, low):
    assert scale_of([Decimal(100), Decimal(lowest)]).low == low


def test_plot_stacks_dots_and_keeps_full_rates_inside():
    rates = [Decimal(100), Decimal("99.50"), Decimal("85"), Decimal("60")]
    drawn = plot(rates, scale_of(rates), scheme_of("study", grades=GRADES))
    assert [(dot.x, dot.y, dot.css) for dot in drawn.dots] == [
        (1, 17, "u-3"), (133, 17, "u-2"), (210, 17, "u-1"), (210, 6, "u-1"),
    ]  # fmt: skip
    assert (drawn.height, drawn.floor) == (28, 27)


def test_distribution_counts_grades_and_puts_branches_first():
    rates = [
        ("综合经济", "committee", 9000), ("综合经济", "branch", 10000), ("综合经济", "branch", 8000),
        ("党群机关", "branch", 5999), ("党群机关", "branch", None),
    ]  # fmt: skip
    found = distribution(scheme_of("study", grades=GRADES), rates)
    assert [(row.peer_group, row.level, row.count, row.best, row.middle, row.worst) for row in found.rows] == [
        ("综合经济", "branch", 2, 10000, 9000, 8000),
        ("党群机关", "branch", 1, 5999, 5999, 5999),
        ("综合经济", "committee", 1, 9000, 9000, 9000),
    ]
    assert found.total.counted == [("好", 2), ("较好", 1), ("一般", 0), ("差", 1)]
    assert [(grade.name, grade.bound, grade.is_last) for grade in found.grades][-1] == ("差", "60", True)
    assert found


def test_distribution_of_nothing_is_empty():
    assert not distribution(scheme_of("study", grades=GRADES), [("综合经济", "branch", None)])


def test_a_long_name_leaves_its_bound_alone_beside_the_scale():
    grades = (Grade("示范引领型党支部", Decimal(90)), Grade("四星", Decimal(75)))
    assert [line.label for line in grade_lines(grades)] == ["90", "四星 75"]


def test_a_bound_close_to_the_end_of_the_scale_is_not_written_over_it():
    assert [bound for _x, bound in Scale(0).labels(scheme_of())] == ["60", "80"]
    assert [bound for _x, bound in Scale(60).labels(scheme_of())] == ["80", "90"]
