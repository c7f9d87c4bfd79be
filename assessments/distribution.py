"""How the rates of a period spread over peer groups and levels."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from assessments import charts
from assessments.cards import hundredths
from assessments.scoring import Scheme, grade_of, median


@dataclass(frozen=True)
class Spread:
    """One row: rates in hundredths, `grades` how many of each grade, in the scheme's order."""

    peer_group: str
    level: str
    count: int
    best: int | None
    middle: int | None
    worst: int | None
    grades: list[int]
    plot: charts.Plot | None


@dataclass(frozen=True)
class Distribution:
    rows: list[Spread]
    total: Spread
    grades: list[tuple[str, str, str]]
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
        rows=[_spread(scheme, *group, found, charts.plot(found, scale, scheme)) for group, found in groups.items()],
        total=_spread(scheme, "", "", everything, None),
        grades=[
            (grade.name, f"{grade.at_least:f}", charts.DOT_CLASSES[min(number, 3)])
            for number, grade in enumerate(ordered)
        ],
        marks=scale.marks(scheme),
        low=scale.low,
    )


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
        grades=[reached.count(name) for name in names],
        plot=plot,
    )
