"""What is taken where something was done less often than required."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.facts import Event, Value
from assessments.scoring.formulas.counting import (
    ZERO,
    card_period,
    could_regain,
    current_sum,
    is_excused,
    reasons_of,
    times_of,
)
from assessments.scoring.given import NO_DATA, Given, Item, Result
from assessments.scoring.schemes import Rule
from branchwork.periods import Period, PeriodKind, period_of


class Shortfall(NamedTuple):
    """How many were done, how many excused, and how many are missing in each window of one card."""

    done: Decimal
    excused: Decimal
    missing: dict[Period, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.missing.values(), ZERO)


def deduct_shortfall_count(rule: Rule, given: Given) -> Result:
    """`each` for every missing one, or "all", or left out the missing share of the points.

    What is done beyond the required number of one window makes up for nothing in another. An excused event is one that
    need not have been. Earlier cards, where the rule looks at them, are judged each by itself.
    """
    required = given.parameter(rule, "required") or ZERO
    window = str(rule.parameters.get("per") or "")
    cards = _by_card(given)
    if given.period not in cards:
        return NO_DATA
    short = {card: _shortfall(facts, card, required, window) for card, facts in cards.items()}
    each = rule.parameters.get("each")
    now = short[given.period]
    if each == "all":
        return _take_all(rule, given, now, required, window)
    amount = given.amount(each)
    items = tuple(item for card in sorted(short) for item in _items(rule, given, card, short[card], amount, required))
    points = current_sum(items, given)
    told = _told(now, required, window) | {"each": amount, "could": could_regain(-points, rule, given)}
    return Result(items, reasons_of(rule, points, given, **told))


def _take_all(rule: Rule, given: Given, short: Shortfall, required: Decimal, window: str) -> Result:
    is_short = short.total > 0
    taken = (given.points or ZERO) if is_short else ZERO
    told = _told(short, required, window) | {"could": could_regain(taken, rule, given)}
    reasons = reasons_of(rule, -taken, given, takes_all="yes" if is_short else None, **told)
    return Result(reasons=reasons, takes_all=is_short)


def _items(
    rule: Rule, given: Given, card: Period, short: Shortfall, each: Decimal | None, required: Decimal
) -> Iterable[Item]:
    """One for each window that is short, at its end; the share of the points is one."""
    fields = {"about": rule.sources[0]}
    if each is None:
        share = (given.points or ZERO) * short.total
        return [Item(-share / (required * len(short.missing)), str(card), None, fields)] if share else []
    days = {window: None if window == card else window.ends_on for window in short.missing}
    return [
        Item(-each * missing, str(card), days[window], fields) for window, missing in short.missing.items() if missing
    ]


def _by_card(given: Given) -> dict[Period, list[Event | Value]]:
    cards: dict[Period, list[Event | Value]] = defaultdict(list)
    for fact in given.facts:
        cards[card_period(fact.period, given.period)].append(fact)
    return cards


def _shortfall(facts: Iterable[Event | Value], card: Period, required: Decimal, window: str) -> Shortfall:
    """What is known for a window counts there; what is known for a longer time fills whatever is missing inside it."""
    counts: dict[Period, Decimal] = defaultdict(Decimal)
    done = excused = ZERO
    for fact in facts:
        times = times_of(fact) * (fact.factor if isinstance(fact, Event) else 1)
        counts[_span(fact, card, window)] += times
        if is_excused(fact):
            excused += times
        else:
            done += times
    missing = dict.fromkeys(card.parts(PeriodKind(window)) if window else (card,), required)
    for span in sorted(counts, key=lambda period: (period.kind.months, period)):
        inside = [span] if span in missing else [part for part in missing if _holds(span, part)]
        left = counts[span]
        for part in inside:
            used = min(left, missing[part])
            missing[part] -= used
            left -= used
    return Shortfall(done, excused, missing)


def _holds(span: Period, part: Period) -> bool:
    return span.starts_on <= part.starts_on and part.ends_on <= span.ends_on


def _span(fact: Event | Value, card: Period, window: str) -> Period:
    """The window it is known to lie in, or the longer time that is all one knows."""
    own = Period.parse(fact.period)
    if not window:
        return card
    kind = PeriodKind(window)
    day = fact.on if isinstance(fact, Event) else None
    if day is not None and card.contains(day):
        return period_of(day, kind)
    return period_of(own.starts_on, kind) if own.kind.months < kind.months else own


def _told(short: Shortfall, required: Decimal, window: str) -> dict[str, object]:
    there = [str(part) for part, missing in short.missing.items() if missing]
    return {
        "count": short.done,
        "required": required,
        "per": window or None,
        "windows": Decimal(len(short.missing)) if window else None,
        "excused": short.excused or None,
        "missing": short.total or None,
        "short_in": "; ".join(there) if window and there else None,
    }
