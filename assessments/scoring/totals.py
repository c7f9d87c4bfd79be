"""From lines to totals: categories, components, bonus, and the two totals of a rule book's card."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from assessments.scoring.cards import Reason, Subtotal
from assessments.scoring.limits import bounded, bounded_reason
from assessments.scoring.lines import amount_for, limit_for
from assessments.scoring.rounding import plain
from assessments.scoring.schemes import Category, Component, Scheme
from assessments.scoring.scored import Scored
from assessments.scoring.sheets import Sheet


class Part(NamedTuple):
    """A category of one card: points, what could be had, and what could be had had nothing been excused."""

    category: Category
    points: Decimal | None
    full: Decimal | None
    nominal: Decimal | None
    reasons: tuple[Reason, ...] = ()

    def subtotal(self) -> Subtotal:
        category = self.category
        return Subtotal(
            category.key, category.title, self.points, self.full, category.role, self.reasons, self.nominal
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Totals:
    """`full` is what the base could earn; None where nothing says so."""

    base: Decimal | None
    full: Decimal | None
    for_grade: Decimal | None
    for_award: Decimal | None
    components: tuple[Subtotal, ...]
    reasons: tuple[Reason, ...] = ()


def raw_of(lines: Iterable[Scored]) -> Decimal | None:
    return sum_of(line.points for line in lines)


def sum_of(figures: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [figure for figure in figures if figure is not None]
    return sum(known, Decimal(0)) if known else None


def part_of(category: Category, lines: Sequence[Scored], sheet: Sheet, best: Decimal | None) -> Part:
    """The category of these lines; `best` is the most raw points in the peer group, where they are compared with it."""
    raw = raw_of(lines)
    full = sum_of(line.full for line in lines if line.points is not None)
    nominal = sum_of(line.nominal for line in lines)
    points = amount_for(sheet, category.points)
    reasons: tuple[Reason, ...] = ()
    if category.out_of is not None and points is not None:
        out_of = best if category.out_of == "best" else amount_for(sheet, category.out_of)
        if raw is not None:
            converted = raw * points / out_of if out_of and out_of > 0 else Decimal(0)
            told = {"raw": plain(raw), "out_of": plain(out_of or Decimal(0)), "full": plain(points)}
            reasons = (Reason("converted", MappingProxyType(told | {"points": plain(converted)})),)
            raw = converted
        left_out = sum_of(line.nominal for line in lines if line.points is None)
        full = None if raw is None else points
        if full is not None and left_out and category.out_of != "best" and out_of:
            full = max(points - left_out * points / out_of, Decimal(0))
        nominal = points
    return within(Part(category, raw, full, nominal, reasons), sheet)


def within(part: Part, sheet: Sheet) -> Part:
    """The category's points between its cap and its floor."""
    category = part.category
    if part.points is None:
        return part
    own = amount_for(sheet, category.points)
    counts = bounded(part.points, limit_for(sheet, category.cap, own), limit_for(sheet, category.floor, Decimal(0)))
    reasons = bounded_reason("category", category.title, part.points, counts)
    return part._replace(points=counts, reasons=(*part.reasons, *reasons))


def totals_of(scheme: Scheme, parts: Sequence[Part]) -> Totals:
    """Components by weight, then what is added and taken straight off, in both totals."""
    base = [part for part in parts if part.category.role == "base"]
    for_grade = [part for part in base if "grade" in part.category.counts_for]
    for_award = [part for part in base if "award" in part.category.counts_for]
    full, nominal = (_weighted(scheme, _figures(for_grade, name)) for name in ("full", "nominal"))
    points, award = (_weighted(scheme, _figures(found, "points")) for found in (for_grade, for_award))
    rescaled: tuple[Reason, ...] = ()
    if scheme.rescale and full and nominal and full != nominal and points is not None:
        facts = {"base": plain(points), "full": plain(full), "nominal": plain(nominal)}
        rescaled = (Reason("rescaled", MappingProxyType(facts)),)
        points, award = (None if one is None else one * nominal / full for one in (points, award))
        full = nominal
    grade, why = _total(scheme, points, parts, "grade")
    return Totals(
        base=points,
        full=full,
        for_grade=grade,
        for_award=_total(scheme, award, parts, "award")[0],
        components=tuple(_component(component, base) for component in scheme.components),
        reasons=(*rescaled, *why),
    )


def _figures(parts: Iterable[Part], name: str) -> Mapping[str, list[Decimal | None]]:
    """A figure of the categories of each component."""
    found: dict[str, list[Decimal | None]] = {}
    for part in parts:
        found.setdefault(part.category.component, []).append(getattr(part, name))
    return found


def _weighted(scheme: Scheme, by_component: Mapping[str, list[Decimal | None]]) -> Decimal | None:
    """Components by their weights, and what belongs to none as it is."""
    known = [sum_of(by_component.get("", ()))]
    known += [_weigh(component, sum_of(by_component.get(component.key, ()))) for component in scheme.components]
    return sum_of(known)


def _weigh(component: Component, figure: Decimal | None) -> Decimal | None:
    if figure is None:
        return None
    if component.points is not None and component.out_of:
        return figure * component.points / component.out_of
    return figure * component.weight


def _component(component: Component, base: Sequence[Part]) -> Subtotal:
    """What its categories add up to, before its weight."""
    mine = [part for part in base if part.category.component == component.key]
    points, full = sum_of(part.points for part in mine), sum_of(part.full for part in mine)
    return Subtotal(component.key, component.title, points, full)


def _total(
    scheme: Scheme, base: Decimal | None, parts: Sequence[Part], name: str
) -> tuple[Decimal | None, tuple[Reason, ...]]:
    counted = [part for part in parts if name in part.category.counts_for]
    bonus = sum_of(part.points for part in counted if part.category.role == "bonus")
    reasons: tuple[Reason, ...] = ()
    if bonus is not None:
        counts = bounded(bonus, scheme.bonus_cap, None)
        reasons = bounded_reason("bonus", "", bonus, counts)
        bonus = counts
    deduction = sum_of(part.points for part in counted if part.category.role == "deduction")
    total = sum_of((base, bonus, deduction))
    if total is None:
        return None, reasons
    counts = bounded(total, scheme.total_cap, scheme.total_floor)
    return counts, (*reasons, *bounded_reason("total", "", total, counts))
