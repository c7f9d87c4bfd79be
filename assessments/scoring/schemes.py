"""What is assessed and what it is worth: plain values, no arithmetic.

A rule book is written down with `Decimal` points; `docs/scheme-format.md` tells what each of these means.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

Treatment = Literal["", "leave", "full", "zero", "group_mean"]
Cadence = Literal["", "month", "quarter", "half", "year"]


class ByGroup(NamedTuple):
    """A figure that differs by peer group; `otherwise` is for every other group, None where they have none."""

    amounts: Mapping[str, Decimal]
    otherwise: Decimal | None = None

    def of(self, group: str) -> Decimal | None:
        return self.amounts.get(group, self.otherwise)


class ByFormula(NamedTuple):
    """A figure worked out for each subject: an expression over its attributes and facts."""

    formula: str


Amount = Decimal | ByGroup | ByFormula
# A cap or floor: a figure, "points" (never above the points, never below nothing) or "none".
Limit = Amount | Literal["points", "none"]


@dataclass(frozen=True, slots=True)
class Merge:
    """同一事项: events that agree in every field of `by` are one matter, and count `keep`.

    `by` names fields of an event: "matter", "level", "on" (the day), "about" (which fact), or one of its own.
    An event without one of them is a matter by itself. "in_turn" counts the first, second, … of a matter, by day,
    with the first, second, … of `factors`, the last of which goes for all that follow. No matter counts for more
    than `at_most`, of either sign.
    """

    by: tuple[str, ...] = ("matter",)
    keep: Literal["highest", "sum", "in_turn"] = "highest"
    factors: tuple[Decimal, ...] = (Decimal(1), Decimal("0.5"))
    at_most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of the rule book; `kind` is a key of `kinds.KINDS`, `parameters` are those the kind names.

    `reads` are names of facts, its own key when empty. `only` leaves just events of these levels. `when` is a condition
    (an expression): the rule holds only then. `cap` and `floor` bound its signed points over the period, `cap_per`
    those of each month, quarter, half or year (or "day"), of either sign, by amount. `over` looks at the earlier
    periods of the same year (or half) too, for what is free, capped or merged.
    """

    kind: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    title: str = ""
    reads: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    when: str = ""
    cap: Amount | None = None
    floor: Amount | None = None
    cap_per: Mapping[str, Decimal] = field(default_factory=dict)
    merge: Merge | None = None
    over: Cadence = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the facts it reads."""
        return self.reads or (self.key,)


@dataclass(frozen=True, slots=True)
class ScoringPoint:
    """得分点: part of an indicator with points, rules and limits of its own."""

    key: str
    title: str
    rules: tuple[Rule, ...]
    points: Amount | None = None
    start: Literal["", "full", "zero"] = ""
    cap: Limit = "points"
    floor: Limit = "points"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is scored: a line of the card. In a scheme made from a plan: a task, without points of its own.

    `start` is where the arithmetic begins, "" for what its rules imply: "full" where they only take away. `when` says
    whom it is for; `exempt_when` whom it excuses, `exempt` what an excused one earns, `no_data` what one without facts
    earns (both: "" for the scheme's). An indicator with a `cadence` is scored for each such period inside the card's
    and those are put together by `combine`; it has no line on the card of a shorter period.
    `standard`, `method` and `assessor` are words for people: 评分标准, 考核方式, 考核单位.
    """

    key: str
    title: str
    rules: tuple[Rule, ...] = ()
    points: Amount | None = None
    scoring_points: tuple[ScoringPoint, ...] = ()
    start: Literal["", "full", "zero"] = ""
    cap: Limit = "points"
    floor: Limit = "points"
    merge: Merge | None = None
    when: str = ""
    exempt_when: str = ""
    exempt: Treatment = ""
    no_data: Treatment = ""
    cadence: Cadence = ""
    combine: Literal["sum", "mean", "lowest", "last"] = "mean"
    standard: str = ""
    method: str = ""
    assessor: str = ""

    def all_rules(self) -> Iterator[Rule]:
        """Its own rules and those of its scoring points."""
        yield from self.rules
        for point in self.scoring_points:
            yield from point.rules


@dataclass(frozen=True, slots=True)
class Category:
    """Indicators under one heading. In a scheme made from a plan: an item.

    `role` "base" is weighted and combined over periods; "bonus" and "deduction" go straight on the total afterwards.
    `counts_for` are the totals it enters. With `out_of`, what its indicators give is converted to its own `points`:
    raw ÷ out_of × points; "best" divides by the best raw points in the peer group. `pass_at` is the least points with
    which it passes. `cadence` "year" scores it on the combined card only. `combine` is "" for the scheme's way
    (bonus and deduction: sum).
    """

    key: str
    title: str
    indicators: tuple[Indicator, ...]
    points: Amount | None = None
    role: Literal["base", "bonus", "deduction"] = "base"
    counts_for: tuple[Literal["grade", "award"], ...] = ("grade", "award")
    component: str = ""
    out_of: Amount | Literal["best"] | None = None
    cap: Limit = "none"
    floor: Limit = "none"
    merge: Merge | None = None
    when: str = ""
    pass_at: Amount | None = None
    cadence: Cadence = ""
    combine: Literal["", "sum", "mean", "weighted"] = ""


@dataclass(frozen=True, slots=True)
class Component:
    """自评、上级评、测评…: a part of the base total made of categories.

    Their sum × `weight`; or, with `out_of`, converted: sum ÷ out_of × `points`.
    """

    key: str
    title: str
    weight: Decimal = Decimal(1)
    points: Decimal | None = None
    out_of: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """How the card of a longer period is made of those of shorter ones.

    `score` is the kind of period that facts are scored by ("" takes what the facts say). `combine` puts the base of
    those inside `into` together; "" makes no card of the longer period, "independent" one without a base of its own.
    `weights` stand in the order of the periods and are used as they are.
    """

    score: Cadence = ""
    combine: Literal["", "sum", "mean", "weighted", "independent"] = ""
    into: Literal["year", "half"] = "year"
    weights: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """A name for every printed figure from `at_least` up to the next grade's line.

    `requires` is a condition: who reaches the line without meeting it is given the next grade below. Without
    `at_least` the condition alone gives it; without either only a veto or a person does. Where a grade has no line,
    they stand as listed, the best first.
    """

    name: str
    at_least: Decimal | None = None
    requires: str = ""


@dataclass(frozen=True, slots=True)
class Veto:
    """一票否决: what an event named in `reads`, or the condition `when`, does to a finished card.

    "force" gives `grade`, better or worse; "cap" gives `grade` to who stands better; "lower" takes `steps` grades off;
    "bar" bars from awards; "zero" makes both totals 0 before they are graded. Several may hold: "zero" first, then
    "force" (the lowest named), "lower", "cap". `scope` says on which cards: those of a period scored by itself, the
    combined one made of them, or (`all`) both.
    """

    key: str
    title: str
    effect: Literal["force", "cap", "lower", "bar", "zero"]
    grade: str = ""
    steps: int = 1
    reads: tuple[str, ...] = ()
    when: str = ""
    scope: Literal["all", "period", "combined"] = "all"


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of a cohort may, or must, be given one of `grades` (together).

    Each of `at_most`, `at_least`, `exactly` is a number, or a share of the graded ("10%") rounded by `rounding`.
    `per` "group" holds in each peer group, "all" over everybody.
    """

    grades: tuple[str, ...]
    at_most: str = ""
    at_least: str = ""
    exactly: str = ""
    rounding: Literal["down", "up", "half_up"] = "down"
    per: Literal["group", "all"] = "group"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure derived from the finished card (a deducted bonus in yuan, a coefficient): a line that counts nowhere.

    `formula` is an expression over facts, attributes, lines, categories, totals and earlier figures.
    """

    key: str
    title: str
    formula: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of a way to assess.

    `late_share` is the part of its points that an assignment done or recorded late earns.
    `not_applicable` says what an assignment that does not apply does: "leave" takes it out of
    earned and available, "full" gives its points. A peer group smaller than `min_place_group`
    has no places.

    A rule book declares the rest, each step optional. `total` is the stated full total; `total_cap` and `total_floor`
    bound both totals, `bonus_cap` all bonus categories together. `rescale` makes up for exempt indicators: base ×
    total ÷ what was left to earn. `graded_by` is the figure the grade lines speak of: "total" (for grade), "award",
    or "rate" (100 × total for grade ÷ available). `rounding` "line" rounds each line before it is summed. `subjects`
    says whose cards it makes: no plan is scored by one for persons.

    Raises ValueError when two parts share a key, or a setting makes no sense.
    """

    key: str
    title: str
    categories: tuple[Category, ...]
    grades: tuple[Grade, ...] = ()
    late_share: Decimal = Decimal("0.80")
    not_applicable: Literal["leave", "full"] = "leave"
    min_place_group: int = 3
    is_rule_book: bool = False
    total: Decimal | None = None
    total_cap: Decimal | None = None
    total_floor: Decimal | None = None
    bonus_cap: Decimal | None = None
    rescale: bool = False
    graded_by: Literal["total", "award", "rate"] = "rate"
    rounding: Literal["total", "line"] = "total"
    exempt: Treatment = "leave"
    no_data: Treatment = "leave"
    components: tuple[Component, ...] = ()
    periods: Combination = Combination()
    vetoes: tuple[Veto, ...] = ()
    quotas: tuple[Quota, ...] = ()
    figures: tuple[Figure, ...] = ()
    subjects: Literal["organizations", "persons"] = "organizations"

    def __post_init__(self) -> None:
        _check_unique("category", [category.key for category in self.categories])
        _check_unique("indicator", [indicator.key for _, indicator in self.indicators()])
        lines = [str(grade.at_least.normalize()) for grade in self.grades if grade.at_least is not None]
        _check_unique("grade line", lines)
        if not 0 <= self.late_share <= 1:
            raise ValueError(f"late_share is a part of the points, from 0 to 1: {self.late_share}")
        if self.not_applicable not in ("leave", "full"):
            raise ValueError(f"not_applicable is 'leave' or 'full': {self.not_applicable!r}")

    def indicators(self) -> Iterator[tuple[Category, Indicator]]:
        """Every indicator with its category, in the order in which lines are printed."""
        for category in self.categories:
            for indicator in category.indicators:
                yield category, indicator


def _check_unique(noun: str, keys: list[str]) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"{noun} more than once in the scheme: {', '.join(twice)}")
