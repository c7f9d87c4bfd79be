"""How the rates of a period spread over peer groups and levels."""

from collections.abc import Iterable
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
    """`bound` is where the grade begins; of the last one, which begins at nothing, where it ends."""

    name: str
    bound: str
    css: str
    is_last: bool


@dataclass(frozen=True)
class Distribution:
    rows: list[Spread]
    total: Spread
    grades: list[GradeMark]
    marks: list[tuple[str, str]]
    low: int

    def __bool__(self) -> bool:
        return self.total.count > 0


def distribution(scheme: Scheme, rates: Iterable[tuple[str, str, int | None]]) -> Distribution:
    """`rates` are (peer group, level, rate in hundredths) of each card; those without a rate are left out."""
    groups: dict[tuple[str, str], list[Decimal]] = {}
    for peer_group, level, rate in rates:
        if rate is not None:
            groups.setdefault((peer_group, level), []).append(Decimal(rate) / 100)
    everything = [rate for found in groups.values() for rate in found]
    scale = charts.scale_of(everything)
    ordered = sorted(scheme.grades, key=lambda grade: -grade.at_least)
    return Distribution(
        rows=[
            _spread(scheme, *group, found, charts.plot(found, scale, scheme))
            for group, found in sorted(groups.items(), key=lambda found: _LEVELS.get(found[0][1], 0))
        ],
        total=_spread(scheme, "", "", everything, None),
        grades=_marks(ordered),
        marks=scale.marks(scheme),
        low=scale.low,
    )


# Branches first; rows of one level stay in the order they came.
_LEVELS = {"branch": 0, "committee": 1, "working_committee": 2}


def _marks(ordered: list[Grade]) -> list[GradeMark]:
    marks = []
    for number, grade in enumerate(ordered):
        is_last = not grade.at_least and number > 0
        bound = ordered[number - 1].at_least if is_last else grade.at_least
        marks.append(GradeMark(grade.name, f"{bound:f}", charts.DOT_CLASSES[min(number, 3)], is_last))
    return marks


def _spread(scheme: Scheme, peer_group: str, level: str, rates: list[Decimal], plot: charts.Plot | None) -> Spread:
    names = [grade.name for grade in sorted(scheme.grades, key=lambda grade: -grade.at_least)]
    reached = [grade_of(scheme, rate) for rate in rates]
    return Spread(
        peer_group=peer_group,
        level=level,
        count=len(rates),
        best=hundredths(max(rates, default=None)),
        middle=hundredths(median(rates)),
        worst=hundredths(min(rates, default=None)),
        counted=[(name, reached.count(name)) for name in names],
        plot=plot,
    )
