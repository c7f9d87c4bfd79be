"""The geometry of the server-side charts: figures in, places on the paper out. Pure; templates draw them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from math import floor
from operator import itemgetter

from assessments.scoring import Grade, Scheme, grade_of

# Four quarters: the picture is 336 × 186, a full rate 135 high on a base line at 158.
BASE, FULL, FIRST_BAR, BAR_STEP, BAR_WIDTH = 158, Decimal("1.35"), 66, 70, 40
LONGEST_NAME = 3
# What a bound at either end of a scale takes up.
END = Decimal(30)
LABEL_HEIGHT = 16
# A row of dots: 220 wide in twenty columns, one square of 9 in 11 for each organization.
PLOT_WIDTH, COLUMNS, SQUARE = 220, 20, 11
DOT_CLASSES = ("u-1", "u-2", "u-3", "u-4")


@dataclass(frozen=True)
class Bar:
    """One quarter: `css` is bar (closed), now (provisional) or next (nothing due yet); `peer_y` the group's median."""

    x: int
    y: str
    height: str
    css: str
    label: str
    is_current: bool
    rate: int | None
    peer_y: str | None

    @property
    def middle(self) -> int:
        return self.x + BAR_WIDTH // 2

    @property
    def above(self) -> str:
        """Where the figure stands: over the bar, and over the median's line where that would strike it through."""
        top = Decimal(self.y)
        if self.peer_y is not None and 0 < top - Decimal(self.peer_y) < LABEL_HEIGHT + 4:
            top = Decimal(self.peer_y)
        return _px(top - 6)

    @property
    def peer_x(self) -> int:
        return self.x - 5


@dataclass(frozen=True)
class Line:
    y: str
    text_y: str
    label: str


def bars(
    quarters: Iterable[tuple[str, int | None, bool, int | None]],
    labels: Sequence[str],
    current: int | None,
    full: Decimal = Decimal(100),
) -> list[Bar]:
    """`quarters` gives (key, rate in hundredths, is closed, median in hundredths) of each quarter in turn; `full` is
    the rate, or the points, of a bar of full height."""
    drawn = []
    for index, (_key, rate, is_closed, median) in enumerate(quarters):
        height = FULL * (_share(rate, full) if rate is not None else 100)
        drawn.append(
            Bar(
                x=FIRST_BAR + BAR_STEP * index,
                y=_px(BASE - height),
                height=_px(height),
                css="next" if rate is None else "bar" if is_closed else "now",
                label=labels[index],
                is_current=index == current,
                rate=rate,
                peer_y=None if median is None else _px(BASE - FULL * _share(median, full)),
            )
        )
    return drawn


def _share(hundredths: int, full: Decimal) -> Decimal:
    """Of a full bar, in hundredths; what lies below nothing has no bar."""
    return max(Decimal(hundredths), Decimal(0)) / full


def grade_lines(grades: Iterable[Grade], full: Decimal = Decimal(100)) -> list[Line]:
    """The lower bounds of the grades, but for the one that starts at nothing."""
    lines: list[Line] = []
    for grade in sorted_grades(grades):
        if 0 < grade.at_least <= full:
            y = BASE - FULL * grade.at_least * 100 / full
            # Bounds that lie close together must not write over each other.
            text_y = max(y + 5, Decimal(lines[-1].text_y) + LABEL_HEIGHT) if lines else y + 3
            # There is room for a short name beside the scale; the bound alone says it too.
            name = f"{grade.name} " if len(grade.name) <= LONGEST_NAME else ""
            lines.append(Line(_px(y), _px(text_y), f"{name}{grade.at_least:f}"))
    return lines


def sorted_grades(grades: Iterable[Grade]) -> list[Grade]:
    """Those that a score gives, the best first."""
    return sorted((grade for grade in grades if grade.at_least is not None), key=lambda grade: -grade.at_least)


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    css: str


@dataclass(frozen=True)
class Plot:
    """How the rates of one group spread: a dot for each, stacked; `marks` are the grade lines' places."""

    dots: list[Dot]
    marks: list[str]
    height: int

    @property
    def floor(self) -> int:
        return self.height - 1


@dataclass(frozen=True)
class Scale:
    """From `low` to `high` over the width of a plot."""

    low: int
    high: int = 100

    def x(self, rate: Decimal) -> Decimal:
        return (rate - self.low) * PLOT_WIDTH / (self.high - self.low)

    def column(self, rate: Decimal) -> int:
        return max(0, min(COLUMNS - 1, int(self.x(rate) // SQUARE)))

    def labels(self, scheme: Scheme) -> list[tuple[str, str]]:
        """The marks with room to be written between the ends of the scale."""
        return [(x, bound) for x, bound in self.marks(scheme) if END < Decimal(x) < PLOT_WIDTH - END]

    def marks(self, scheme: Scheme) -> list[tuple[str, str]]:
        """Where the grades begin, with their bounds as text."""
        return [
            (_px(self.x(grade.at_least)), f"{grade.at_least:f}")
            for grade in reversed(sorted_grades(scheme.grades))
            if self.low < grade.at_least <= self.high
        ]


def scale_of(rates: Iterable[Decimal], high: Decimal = Decimal(100)) -> Scale:
    """Up to 100, or to the points that can be had; down to six tenths of it, or as far as the lowest rate asks for."""
    known = list(rates)
    top = int(max([high, *known]).to_integral_value(ROUND_CEILING))
    low = top * 6 // 10
    return Scale(low if min(known, default=Decimal(low)) >= low else floor(min(known)) // 20 * 20, top)


def plot(rates: Sequence[Decimal], scale: Scale, scheme: Scheme, grades: Sequence[str | None] | None = None) -> Plot:
    """`grades` are those given, where they do not follow from the rates alone."""
    given = grades or [grade_of(scheme, rate) for rate in rates]
    order = [grade.name for grade in sorted_grades(scheme.grades)]
    stacks: dict[int, list[str]] = {}
    for rate, grade in sorted(zip(rates, given, strict=True), key=itemgetter(0), reverse=True):
        number = order.index(grade) if grade in order else len(DOT_CLASSES) - 1
        stacks.setdefault(scale.column(rate), []).append(DOT_CLASSES[min(number, len(DOT_CLASSES) - 1)])
    height = SQUARE * max((len(stack) for stack in stacks.values()), default=1) + 6
    dots = [
        Dot(column * SQUARE + 1, height - 11 - SQUARE * level, css)
        for column, stack in sorted(stacks.items())
        for level, css in enumerate(stack)
    ]
    return Plot(dots, [x for x, _bound in scale.marks(scheme)], height)


def _px(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.1')):f}"
