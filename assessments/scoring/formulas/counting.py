"""What the formulas that count have in common: occurrences in order, their items, and the reasons they give."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from assessments.scoring.cards import Reason
from assessments.scoring.facts import Event, Value
from assessments.scoring.given import Given, Item
from assessments.scoring.rounding import plain
from assessments.scoring.schemes import Rule
from branchwork.periods import Period, period_of

ZERO = Decimal(0)


class Occurrence(NamedTuple):
    """What happened so many times. `period` is the one whose card it is on, `factor` the part that it counts for."""

    fact: Event | Value
    times: Decimal
    period: str
    is_current: bool
    factor: Decimal = Decimal(1)


def times_of(fact: Event | Value) -> Decimal:
    """How often it happened: an event its quantity, a figure so many times, yes once, no never."""
    if isinstance(fact, Event):
        return fact.quantity
    if isinstance(fact.value, str):
        raise ValueError(f"{fact.about} is counted, and {fact.value!r} is not a number")
    return Decimal(fact.value)


def occurrences(given: Given, times: Callable[[Event | Value], Decimal] = times_of) -> list[Occurrence]:
    """Whatever happened and is not excused: by card, then by day, then by content, in whatever order it was told."""
    current = str(given.period)
    found = []
    for fact in given.facts:
        often = times(fact)
        if often > 0 and not is_excused(fact):
            period = current if fact.period == current else str(card_period(fact.period, given.period))
            factor = fact.factor if isinstance(fact, Event) else Decimal(1)
            found.append(Occurrence(fact, often, period, period == current, factor))
    return sorted(found, key=_order) if len(found) > 1 else found


def remembered(happened: list[Occurrence], rule: Rule) -> list[list[Occurrence]]:
    """What is counted in one go: everything where the rule looks `over` its earlier cards, else each card by itself."""
    if rule.over or len(happened) < 2:
        return [happened]
    return [list(of_card) for _period, of_card in groupby(happened, key=attrgetter("period"))]


def beyond(free: Decimal, happened: Iterable[Occurrence]) -> list[Occurrence]:
    """The same, each with only so many times as are left when the first `free` are not counted."""
    left, rest = free, []
    for one in happened:
        spared = min(left, one.times)
        left -= spared
        rest.append(one._replace(times=one.times - spared) if spared else one)
    return rest


def count_of(happened: Iterable[Occurrence]) -> Decimal:
    """How often it happened in the card's period."""
    return sum((one.times for one in happened if one.is_current), ZERO)


def weight_of(happened: Iterable[Occurrence]) -> Decimal:
    """The same, with what counts in part counted for that part."""
    return sum((one.times * one.factor for one in happened if one.is_current), ZERO)


def is_excused(fact: Event | Value) -> bool:
    return isinstance(fact, Event) and bool(fact.excused)


@cache
def card_period(text: str, card: Period) -> Period:
    """The period, as long as the card's at least, on whose card a fact of that period is."""
    period = Period.parse(text)
    return period_of(period.starts_on, card.kind) if period.kind.months < card.kind.months else period


def of_card(given: Given) -> list[Event | Value]:
    """The facts of this card that are not excused, by day and content."""
    facts = [fact for fact in given.of_period() if not is_excused(fact)]
    return sorted(facts, key=by_day) if len(facts) > 1 else facts


def by_day(fact: Event | Value) -> tuple[object, ...]:
    """Sorts facts by day; those without one stand at the end of their period."""
    if isinstance(fact, Event):
        day = fact.on or Period.parse(fact.period).ends_on
        return day, fact.about, fact.level, fact.matter, repr(fact)
    return Period.parse(fact.period).ends_on, fact.about, "", "", repr(fact)


def _order(occurrence: Occurrence) -> tuple[object, ...]:
    return Period.parse(occurrence.period).ends_on, *by_day(occurrence.fact)


def item_of(occurrence: Occurrence, points: Decimal) -> Item:
    """These points, at the occurrence's day and with what may merge it."""
    fact = occurrence.fact
    if not isinstance(fact, Event):
        return Item(points, occurrence.period, None, MappingProxyType({"about": fact.about}))
    fields = {**fact.fields, "about": fact.about}
    if fact.matter:
        fields["matter"] = fact.matter
    if fact.level:
        fields["level"] = fact.level
    if fact.on:
        fields["on"] = fact.on.isoformat()
    return Item(points, occurrence.period, fact.on, MappingProxyType(fields))


def current_sum(items: Iterable[Item], given: Given) -> Decimal:
    """The points of this card alone."""
    period = str(given.period)
    return sum((item.points for item in items if item.period == period), ZERO)


def could_regain(taken: Decimal, rule: Rule, given: Given) -> Decimal | None:
    """What of it comes back when nothing is taken, where that is certain: what is merged away or lies below the floor
    never does."""
    if taken <= 0 or rule.merge is not None:
        return None
    floor = given.amount(rule.floor)
    limits = [limit for limit in (None if floor is None else -floor, given.points) if limit is not None]
    return max(min([taken, *limits]), ZERO) or None


def reasons_of(rule: Rule, points: Decimal, given: Given, **told: object) -> tuple[Reason, ...]:
    """The reason of the rule, and one for each event of this card that is excused or counts in part only."""
    facts = given.of_period()
    counting = [fact for fact in facts if not is_excused(fact)]
    excused = sorted((fact for fact in facts if is_excused(fact)), key=by_day)
    reduced = sorted((fact for fact in counting if isinstance(fact, Event) and fact.factor != 1), key=by_day)
    return (
        reason_of(rule, rule.kind, counting, points=points, **told),
        *(_reason_of_event(rule, "excused", event, excused=event.excused) for event in excused),
        *(_reason_of_event(rule, "reduced", event, factor=event.factor) for event in reduced),
    )


def reason_of(rule: Rule, code: str, facts: Iterable[Event | Value], **told: object) -> Reason:
    """A reason that knows which rule speaks; what is None is not told, figures become plain text."""
    known = {"rule": rule.key, "title": rule.title or None, **told}
    texts = {key: plain(fact) if isinstance(fact, Decimal) else fact for key, fact in known.items() if fact is not None}
    entries = {entry for fact in facts for entry in getattr(fact, "entries", ())}
    return Reason(code, MappingProxyType(texts), tuple(sorted(entries)))


def _reason_of_event(rule: Rule, code: str, event: Event, **told: object) -> Reason:
    known: Mapping[str, object] = {
        "happened_on": event.on,
        "count": event.quantity,
        "level": event.level or None,
        "note": event.note or None,
        "approved_by": event.approved_by or None,
    }
    return reason_of(rule, code, [event], **known, **told)
