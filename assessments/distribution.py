"""How the rates of a period spread over peer groups and levels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from assessments import charts
from assessments.cards import hundredths
from assessments.scoring import Grade, Scheme, grade_of, median


@dataclass(frozen=True)
class Spread:
    """One row: rates in hundredths, `counted` (grade, how many), the best grade first."""

    peer_group: str
    level: str
    count: int
    best: int | None
    middle: int | None
    worst: int | None
    counted: list[tuple[str, int]]
    plot: charts.Plot | None


class GradeMark(NamedTuple):
    """`bound` is where the grade begins; of the last one, which begins at nothing, where it ends. `asks_more`: who
    reaches it must meet a condition too."""

    name: str
    bound: str
    css: str
    is_last: bool
    asks_more: bool = False


@dataclass(frozen=True)
class Distribution:
    rows: list[Spread]
    total: Spread
    grades: list[GradeMark]
    marks: list[tuple[str, str]]
    low: int
    high: int = 100
    is_in_points: bool = False

    def __bool__(self) -> bool:
        return self.total.count > 0


Graded = list[tuple[Decimal, str | None]]


def distribution(
    scheme: Scheme, rates: Iterable[tuple[str, str, int | None]], grades: Sequence[str] | None = None
) -> Distribution:
    """`rates` are (peer group, level, rate in hundredths) of each card; those without a rate are left out. `grades`
    are the cards' own, where a rule book gives them: by more than the figure they are compared by."""
    groups: dict[tuple[str, str], Graded] = {}
    for number, (peer_group, level, hundredth) in enumerate(rates):
        if hundredth is not None:
            rate = Decimal(hundredth) / 100
            grade = grade_of(scheme, rate) if grades is None else grades[number]
            groups.setdefault((peer_group, level), []).append((rate, grade))
    everything = [one for found in groups.values() for one in found]
    is_in_points = scheme.is_rule_book and scheme.graded_by != "rate"
    full = scheme.total or Decimal(100) if is_in_points else Decimal(100)
    scale = charts.scale_of([rate for rate, _grade in everything], full)
    return Distribution(
        rows=[
            _spread(scheme, *group, found, scale)
            for group, found in sorted(groups.items(), key=lambda found: _LEVELS.get(found[0][1], 0))
        ],
        total=_spread(scheme, "", "", everything, None),
        grades=_marks(charts.sorted_grades(scheme.grades)),
        marks=scale.labels(scheme),
        low=scale.low,
        high=scale.high,
        is_in_points=is_in_points,
    )


# Branches first; rows of one level stay in the order they came.
_LEVELS = {"branch": 0, "committee": 1, "working_committee": 2}


def _marks(ordered: list[Grade]) -> list[GradeMark]:
    marks = []
    for number, grade in enumerate(ordered):
        is_last = grade.at_least <= 0 and number > 0
        bound = ordered[number - 1].at_least if is_last else grade.at_least
        marks.append(
            GradeMark(grade.name, f"{bound:f}", charts.DOT_CLASSES[min(number, 3)], is_last, bool(grade.requires))
        )
    return marks


def _spread(scheme: Scheme, peer_group: str, level: str, found: Graded, scale: charts.Scale | None) -> Spread:
    """Without a scale, the figures only."""
    rates, reached = [rate for rate, _grade in found], [grade for _rate, grade in found]
    return Spread(
        peer_group=peer_group,
        level=level,
        count=len(rates),
        best=hundredths(max(rates, default=None)),
        middle=hundredths(median(rates)),
        worst=hundredths(min(rates, default=None)),
        counted=[(grade.name, reached.count(grade.name)) for grade in charts.sorted_grades(scheme.grades)],
        plot=charts.plot(rates, scale, scheme, reached) if scale else None,
    )
