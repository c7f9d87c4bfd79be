"""From facts to the lines of one card: rules, merging, caps, scoring points, indicators."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from assessments.scoring.cards import Reason
from assessments.scoring.facts import Event, Exemption, PeriodState
from assessments.scoring.given import Given, Item, Read, amount_of
from assessments.scoring.kinds import effect_of
from assessments.scoring.limits import bounded, bounded_reason, trimmed, trimmed_per
from assessments.scoring.merging import merge
from assessments.scoring.rounding import plain
from assessments.scoring.rules import FORMULAS
from assessments.scoring.schemes import Amount, Indicator, Limit, Merge, Rule, Scheme, ScoringPoint
from assessments.scoring.sheets import Cohort, Sheet
from assessments.scoring.spans import relation


@dataclass(slots=True)
class Outcome:
    """What one rule says of one subject in one period, merged and capped."""

    rule: Rule
    items: list[Item]
    reasons: list[Reason]
    has_data: bool
    takes_all: bool


@dataclass(slots=True)
class Holder:
    """An indicator, or one of its scoring points, with the outcomes of its own rules."""

    part: Indicator | ScoringPoint
    outcomes: list[Outcome]
    reasons: list[Reason] = field(default_factory=list)


class Points(NamedTuple):
    """What an indicator is worth to one subject: None is no data. `full` is what it could be worth, if that is told."""

    points: Decimal | None
    full: Decimal | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Court:
    """What rules are judged with: the scheme, everybody's sheets of the period, and whether it is closed."""

    scheme: Scheme
    cohort: Cohort
    state: PeriodState

    def hold(self, indicator: Indicator, sheet: Sheet) -> list[Holder]:
        """The indicator and its scoring points, judged rule by rule."""
        return [
            Holder(part, [found for rule in part.rules if (found := self._judge(rule, part, sheet)) is not None])
            for part in (indicator, *indicator.scoring_points)
        ]

    def _judge(self, rule: Rule, part: Indicator | ScoringPoint, sheet: Sheet) -> Outcome | None:
        """None where the rule does not hold for this subject."""
        if not self.cohort.holds(rule.when, sheet):
            return None
        if (excused := _excused(rule, part, sheet)) is not None:
            return Outcome(rule, [], [exempted(excused.reason, excused.approved_by, rule.title)], True, False)
        given = self._given(rule, part, sheet)
        result = FORMULAS[rule.kind](rule, given)
        if not result.has_data:
            return Outcome(rule, [], list(result.reasons) or [_without_data(rule)], False, False)
        items, reasons = _counted(rule, given, result.items)
        return Outcome(rule, items, [*result.reasons, *reasons], True, result.takes_all)

    def _given(self, rule: Rule, part: Indicator | ScoringPoint, sheet: Sheet) -> Given:
        return Given(
            facts=_facts(rule, part, sheet),
            period=sheet.period,
            points=amount_for(sheet, part.points),
            group=sheet.subject.group,
            scheme=self.scheme,
            state=self.state,
            rivals=lambda everybody: self.cohort.rivals(rule, sheet, everybody),
            lookup=sheet.lookup,
            gather=self.cohort.gatherer(sheet),
        )


def _counted(rule: Rule, given: Given, items: Sequence[Item]) -> tuple[list[Item], list[Reason]]:
    """What the rule counts for in this period, merged and capped, and what became of the rest.

    Where it looks over earlier periods, that is what it counts for up to now less what it counted for before: a higher
    level of a matter that was counted lower adds the difference.
    """
    now = [item for item in items if not _is_before(item, given)]
    earlier = [item for item in items if _is_before(item, given)]
    if not rule.over:
        # Caps of a longer window only: what was merged before was merged there.
        merged, reasons = merge(now, rule.merge)
        within = trimmed_per([*merge(earlier, rule.merge)[0], *merged], rule.cap_per)[len(earlier) :]
        counted = _bounded(rule, given, within)
        return counted, [*reasons, *_rule_bounds(rule, merged, within, counted)]
    merged, reasons = merge([*earlier, *now], rule.merge)
    before = _sum(_bounded(rule, given, trimmed_per(merge(earlier, rule.merge)[0], rule.cap_per)))
    within = trimmed_per(merged, rule.cap_per)
    whole = _bounded(rule, given, within)
    counted, gain = whole[len(earlier) :], _sum(whole) - before
    reasons += _rule_bounds(rule, merged[len(earlier) :], within[len(earlier) :], counted)
    if rest := gain - _sum(counted):
        counted.append(Item(rest, str(given.period)))
        facts = {"before": plain(before), "points": plain(gain)}
        reasons.append(Reason("counted_before", MappingProxyType(facts)))
    return counted, reasons


def _bounded(rule: Rule, given: Given, items: Sequence[Item]) -> list[Item]:
    return trimmed(items, given.amount(rule.cap), given.amount(rule.floor))


def _rule_bounds(
    rule: Rule, items: Sequence[Item], within: Sequence[Item], counted: Sequence[Item]
) -> tuple[Reason, ...]:
    """What the caps of months or quarters took, then what the rule's own did."""
    title = rule.title or rule.key
    windows = bounded_reason("window", title, _sum(items), _sum(within))
    return (*windows, *bounded_reason("rule", title, _sum(within), _sum(counted)))


def _is_before(item: Item, given: Given) -> bool:
    return relation(item.period, str(given.period)) == "before"


def worth(indicator: Indicator, holders: Sequence[Holder], sheet: Sheet) -> Points:
    """The indicator's points: its own rules and scoring points, merged, added up and bounded."""
    own, *points = holders
    if indicator.merge is not None:
        own.reasons += spread(own.outcomes, indicator.merge)
    full = full_of(indicator, sheet)
    parts = [_sum_up(holder, sheet, is_point=True) for holder in points]
    is_part = own.outcomes or not points or indicator.start == "full"
    own_points, reasons = _sum_up(own, sheet, is_point=False) if is_part else (None, [])
    reasons = [reason for _points, told in parts for reason in told] + reasons
    known = [one for one in (*(found for found, _told in parts), own_points) if one is not None]
    if not known:
        return Points(None, full, tuple(reasons))
    total = sum(known, Decimal(0))
    if any(outcome.takes_all for outcome in own.outcomes):
        total = Decimal(0)
    counts = bounded(total, *_limits(indicator, sheet, full))
    reasons = _with_bound(reasons, "indicator", indicator.title, total, counts)
    return Points(counts, full, tuple(reasons))


def _with_bound(reasons: list[Reason], where: str, title: str, total: Decimal, counts: Decimal) -> list[Reason]:
    """Where several rules lie below the floor together, what each says would change it no longer holds: first the sum
    has to come up to it."""
    told = bounded_reason(where, title, total, counts)
    moved = [reason for reason in reasons if reason.code in FORMULAS and reason.facts.get("points", "0") != "0"]
    if total >= counts or len(moved) < 2:
        return [*reasons, *told]
    (floored,) = told
    short = MappingProxyType({**floored.facts, "short": plain(counts - total)})
    return [*map(_without_change, reasons), Reason(floored.code, short)]


def _without_change(reason: Reason) -> Reason:
    facts = {name: fact for name, fact in reason.facts.items() if name != "could"}
    return Reason(reason.code, MappingProxyType(facts), reason.entries)


def full_of(part: Indicator, sheet: Sheet) -> Decimal | None:
    """Its own points, or those of its scoring points."""
    own = amount_for(sheet, part.points)
    if own is not None or not part.scoring_points:
        return own
    of_points = [amount_for(sheet, point.points) for point in part.scoring_points]
    return None if None in of_points else sum(of_points, Decimal(0))


def amount_for(sheet: Sheet, amount: Amount | None) -> Decimal | None:
    return amount_of(amount, sheet.subject.group, sheet.lookup)


def limit_for(sheet: Sheet, limit: Limit, otherwise: Decimal | None) -> Decimal | None:
    """A cap or floor as a figure; `otherwise` for "points"."""
    if limit == "points":
        return otherwise
    return None if limit == "none" else amount_for(sheet, limit)


def exempted(reason: str, approved_by: str = "", title: str = "", treatment: str = "") -> Reason:
    told = {"note": reason, "approved_by": approved_by, "title": title, "treatment": treatment}
    return Reason("exempted", MappingProxyType({key: value for key, value in told.items() if value}))


def outcomes_of(holders: Sequence[Holder]) -> Iterator[Outcome]:
    for holder in holders:
        yield from holder.outcomes


def _excused(rule: Rule, part: Indicator | ScoringPoint, sheet: Sheet) -> Exemption | None:
    """From this rule, or from the scoring point it belongs to; an exempt indicator is not judged at all."""
    exempt = sheet.place.exempt
    return exempt.get(rule.key) or (exempt.get(part.key) if isinstance(part, ScoringPoint) else None)


def _facts(rule: Rule, part: Indicator | ScoringPoint, sheet: Sheet) -> tuple[Read, ...]:
    found = [fact for name in rule.sources for fact in sheet.place.inside.get(name, ())]
    if window := rule.over or ("year" if rule.cap_per.keys() & _WIDE else ""):
        earlier = (fact for name in rule.sources for fact in sheet.place.before.get(name, ()))
        found += [fact for fact in earlier if window == "year" or _same_half(fact.period, sheet)]
    if rule.only:
        found = [fact for fact in found if not isinstance(fact, Event) or fact.level in rule.only]
    if rule.merge or isinstance(part, Indicator) and part.merge:
        return tuple(one for fact in found for one in _one_by_one(fact))
    return tuple(found)


def _one_by_one(fact: Read) -> tuple[Read, ...]:
    """What happened three times is three events where the same matter is merged."""
    if not isinstance(fact, Event) or not 1 < fact.quantity <= MOST_TIMES or fact.quantity % 1:
        return (fact,)
    return (replace(fact, quantity=Decimal(1)),) * int(fact.quantity)


MOST_TIMES = 1000
# A cap of a window that may be longer than the period remembers what was before.
_WIDE = frozenset({"quarter", "half", "year"})


def _same_half(period: str, sheet: Sheet) -> bool:
    half = f"{sheet.period.year}H{1 if sheet.period.ends_on.month <= 6 else 2}"
    return relation(period, half) == "inside"


def _sum(items: Sequence[Item]) -> Decimal:
    return sum((item.points for item in items), Decimal(0))


def spread(outcomes: Sequence[Outcome], how: Merge) -> list[Reason]:
    """Merge over several rules: what is left of each item goes back to its rule."""
    merged, reasons = merge([item for outcome in outcomes for item in outcome.items], how)
    for outcome in outcomes:
        outcome.items, merged = merged[: len(outcome.items)], merged[len(outcome.items) :]
    return reasons


def _sum_up(holder: Holder, sheet: Sheet, *, is_point: bool) -> tuple[Decimal | None, list[Reason]]:
    """Where it starts, and what its rules give and take; a scoring point within its own limits."""
    part, outcomes = holder.part, holder.outcomes
    reasons = [reason for outcome in outcomes for reason in outcome.reasons] + holder.reasons
    start = _start(part, sheet)
    if _lacks_data(outcomes) or not outcomes and not start:
        return None, reasons
    steps = [start, *(_sum(outcome.items) for outcome in outcomes)]
    total = Decimal(0) if any(outcome.takes_all for outcome in outcomes) else sum(steps, Decimal(0))
    if sum(bool(step) for step in steps) > 1:
        reasons.append(_added(steps, total))
    if not is_point:
        return total, reasons
    counts = bounded(total, *_limits(part, sheet, amount_for(sheet, part.points)))
    return counts, _with_bound(reasons, "scoring_point", part.title, total, counts)


def _start(part: Indicator | ScoringPoint, sheet: Sheet) -> Decimal:
    points = amount_for(sheet, part.points)
    if points is None or part.start == "zero":
        return Decimal(0)
    if part.start == "full":
        return points
    if isinstance(part, Indicator) and part.scoring_points:
        return Decimal(0)
    gives = any(effect_of(rule.kind, rule.parameters) == "gives" for rule in part.rules)
    takes = any(effect_of(rule.kind, rule.parameters) == "takes" for rule in part.rules)
    return points if takes and not gives else Decimal(0)


def _lacks_data(outcomes: Sequence[Outcome]) -> bool:
    lacking = [outcome for outcome in outcomes if not outcome.has_data]
    return len(lacking) == len(outcomes) > 0 or any(
        effect_of(outcome.rule.kind, outcome.rule.parameters) == "gives" for outcome in lacking
    )


def _limits(
    part: Indicator | ScoringPoint, sheet: Sheet, points: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    floor = None if points is None else Decimal(0)
    return limit_for(sheet, part.cap, points), limit_for(sheet, part.floor, floor)


def _added(steps: Sequence[Decimal], total: Decimal) -> Reason:
    """The arithmetic: 6 - 2 - 1 = 3."""
    first, *rest = [step for step in steps if step]
    told = plain(first) + "".join(f" {'-' if step < 0 else '+'} {plain(abs(step))}" for step in rest)
    return Reason("added", MappingProxyType({"sum": told, "points": plain(total)}))


def _without_data(rule: Rule) -> Reason:
    return Reason("no_data", MappingProxyType({"title": rule.title or rule.key}))
