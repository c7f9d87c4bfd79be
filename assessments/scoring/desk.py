"""The facts of a rule book, laid out: by subject, card period and what they are about."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter

from assessments.scoring.facts import NOTHING, Event, Exemption, Fact, Marks, Subject, Value, Votes
from assessments.scoring.given import Read
from assessments.scoring.spans import relation
from branchwork.periods import Period

AnyFact = Read | Exemption
ByName = dict[str, list[Read]]


def about(fact: Read) -> str:
    return fact.indicator if isinstance(fact, Fact) else fact.about


def signature(fact: Read) -> tuple:
    """Everything but whose it is: facts of equal signature are worth the same."""
    kind = type(fact)
    return (kind.__name__, *_PLAIN[kind](fact), _items(fact, _MAPPING[kind]) if kind in _MAPPING else None)


def _items(fact: Read, name: str) -> tuple | None:
    found = getattr(fact, name)
    return None if found is None else tuple(sorted(found.items()))


# The one field that cannot be hashed as it is, and the others.
_MAPPING: Mapping[type, str] = {Event: "fields", Value: "parts", Votes: "counts"}
_PLAIN: Mapping[type, Callable] = {
    kind: attrgetter(*(one.name for one in fields(kind) if one.name not in ("subject", _MAPPING.get(kind))))
    for kind in (Event, Value, Votes, Marks, Fact)
}


@dataclass(slots=True)
class Place:
    """What is known of one subject in one period: `inside` it, `before` it in the same year, and told for a longer
    period `around` it; `exempt` says what it is excused from."""

    inside: ByName = field(default_factory=dict)
    before: ByName = field(default_factory=dict)
    around: ByName = field(default_factory=dict)
    exempt: dict[str, Exemption] = field(default_factory=dict)


def lay_out(
    facts: Iterable[AnyFact], periods: Iterable[str], by_day: Mapping[str, str] = NOTHING
) -> dict[tuple[str, str], Place]:
    """A place for each subject and period that any fact bears on; the order of the facts is forgotten.

    `by_day` are periods inside a card's (their values): what was told of that card's period counts there by its day.
    """
    wanted = tuple(periods)
    near: dict[str, list[tuple[str, str]]] = {}
    places: dict[tuple[str, str], Place] = defaultdict(Place)
    for fact in facts:
        if fact.period not in near:
            near[fact.period] = [(card, how) for card in wanted if (how := relation(fact.period, card))]
        for card, how in near[fact.period]:
            place = places[fact.subject, card]
            if how == "around" and relation(fact.period, by_day.get(card, card)) == "inside" and _lies_in(fact, card):
                how = "inside"
            if not isinstance(fact, Exemption):
                getattr(place, how).setdefault(about(fact), []).append(fact)
            elif how != "before":
                place.exempt[fact.about] = max(fact, place.exempt.get(fact.about, fact), key=repr)
    for place in places.values():
        for known in (place.inside, place.before, place.around):
            for found in known.values():
                if len(found) > 1:
                    found.sort(key=_order)
    return dict(places)


def _lies_in(fact: AnyFact, period: str) -> bool:
    day = getattr(fact, "on", None)
    return day is not None and Period.parse(period).contains(day)


def _order(fact: Read) -> tuple:
    day = getattr(fact, "on", None) or getattr(fact, "due_on", None) or date.max
    return day, Period.parse(fact.period), repr(signature(fact))


NOWHERE = Place()


def occurrences(facts: Iterable[Read]) -> Decimal:
    """How often: events count their quantity, a figure so many times, yes once; what is excused does not count."""
    count = Decimal(0)
    for fact in facts:
        if isinstance(fact, Event):
            count += 0 if fact.excused else fact.quantity
        elif isinstance(fact, Value) and not isinstance(fact.value, str):
            count += Decimal(fact.value)
        else:
            count += 1
    return count


def value_of(facts: Iterable[Read]) -> Decimal | bool | str | None:
    """What a name means in an expression: the last value told, or how often it happened; None for nothing, and for
    votes and marks, which are no figure yet."""
    found = [fact for fact in facts if isinstance(fact, Event | Value)]
    values = [fact.value for fact in found if isinstance(fact, Value)]
    if values:
        return values[-1]
    return occurrences(found) if found else None


def _share(place: Place, name: str, choice: str) -> Decimal | None:
    """What part of all ballots was cast for a choice, in percent."""
    votes = [fact for fact in place.inside.get(name) or place.around.get(name) or () if isinstance(fact, Votes)]
    cast = sum(count for one in votes for count in one.counts.values())
    return Decimal(100 * sum(one.counts.get(choice, 0) for one in votes)) / cast if cast else None


def ask(subject: Subject, period: str, place: Place, name: str) -> Decimal | bool | str | None:
    """A name of an expression, looked up among what was told before anything is scored; None where it is unknown."""
    if name.startswith("count:"):
        return occurrences(place.inside.get(name[6:], ()))
    if name.startswith("has:"):
        told = place.inside.get(name[4:]) or place.around.get(name[4:])
        return bool(told) or ask(subject, period, place, name[4:]) is not None
    if name.startswith("share:"):
        return _share(place, *name[6:].rsplit(":", 1))
    if name == "group":
        return subject.group
    if name == "kind":
        return subject.kind
    if name == "period":
        return period
    if name in subject.attributes:
        return subject.attributes[name]
    return value_of(place.inside.get(name) or place.around.get(name) or ())
