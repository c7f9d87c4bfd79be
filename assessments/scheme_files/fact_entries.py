"""One entry of a facts file: which sort of fact it is, and what it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.scheme_files import sorts
from assessments.scheme_files.fact_checks import check_fact, unread
from assessments.scheme_files.fact_names import FactNames, criteria_of, levels_of
from assessments.scheme_files.fact_periods import Calendar
from assessments.scheme_files.fields import Key, read_keys
from assessments.scheme_files.places import Place, alike, check_keys, nearest
from assessments.scheme_files.problems import Unread
from assessments.scheme_files.sorts import Sort
from assessments.scoring.desk import AnyFact
from assessments.scoring.facts import DONE, Event, Exemption, Fact, Marks, Outcome, Subject, Value, Votes

_OUTCOMES = ("on_time", "late", "recorded_late", "open", "missed", "exempt", "not_applicable")
_HUNDRED = Decimal(100)
DAY = Sort(sorts.read_day)
PERIOD = Sort(sorts.read_period)
SCALAR = Sort(sorts.read_scalar)


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry is read with: whose it is, what the scheme reads, and where days and periods belong."""

    subject: Subject
    names: FactNames
    calendar: Calendar


def _keys(required: str, **keys: Sort) -> tuple[Key, ...]:
    return tuple(Key(name, name, sort, name in required.split()) for name, sort in keys.items())


_COMMON = _keys("about", about=sorts.TEXT, period=PERIOD, on=DAY, note=sorts.TEXT)
_EVENT = (
    *_COMMON,
    *_keys(
        "",
        due=DAY,
        quantity=sorts.UNSIGNED,
        level=sorts.TEXT,
        points=sorts.NUMBER,
        matter=sorts.TEXT,
        factor=sorts.UNSIGNED,
        excused=sorts.TEXT,
        approved_by=sorts.TEXT,
    ),
)
_VALUE = (*_COMMON, *_keys("value", value=SCALAR))
_MET = (*_COMMON, *_keys("met", met=sorts.list_of(sorts.TEXT)))
_VOTES = (*_COMMON, *_keys("votes", votes=sorts.mapping_of(sorts.INTEGER), voters=sorts.TEXT))
_MARKS = (*_COMMON, *_keys("marks", marks=sorts.list_of(sorts.NUMBER, least=1)))
_ASSIGNMENT = (
    *_COMMON,
    *_keys("due points outcome", due=DAY, recorded=DAY, points=sorts.UNSIGNED, outcome=sorts.choice(*_OUTCOMES)),
)
_EXEMPTION = _keys(
    "exempt reason approved_by", exempt=sorts.TEXT, reason=sorts.TEXT, approved_by=sorts.TEXT, period=PERIOD, on=DAY
)


def read_fact(place: Place, told: Told) -> list[AnyFact]:
    """What the entry says; several facts for an exemption that holds in every year of the file."""
    place.entries()
    marks = [key for key in (*_SORTS, "exempt") if place.entry(key)]
    if len(marks) > 1:
        raise place.wrong(
            _("One entry tells one thing: %(names)s do not go together.") % {"names": _(", ").join(marks)}
        )
    if not marks:
        return [_read_event(place, told)]
    if marks == ["exempt"]:
        return _read_exemption(place, told)
    keys, read = _SORTS[marks[0]]
    check_keys(place, [key.name for key in keys])
    values = read_keys(place, keys)
    about, period = _about(place, values["about"], told), told.calendar.period_of(place, values, told.names)
    fact = read(place, told, {"subject": told.subject.key, "about": about, "period": period}, values)
    check_fact(fact, place, told.names, told.subject.group)
    return [fact]


def _about(place: Place, about: str, told: Told) -> str:
    if not told.names.knows(about):
        entry = place.entry("about") or place
        raise entry.wrong(unread(about, told.names))
    return about


# Events


def _read_event(place: Place, told: Told) -> Event:
    own = {key: entry for key, entry in place.entries().items() if key not in {key.name for key in _EVENT}}
    for key in own:
        _check_own(place, key, told)
    fields = {key: sorts.read_text(entry) for key, entry in own.items()}
    values = read_keys(place, _EVENT)
    about = _about(place, values["about"], told)
    event = Event(
        subject=told.subject.key,
        about=about,
        period=told.calendar.period_of(place, values, told.names),
        due_on=values.get("due"),
        fields=fields,
        **{key: values[key] for key in _AS_CALLED if key in values},
    )
    check_fact(event, place, told.names, told.subject.group)
    return event


_AS_CALLED = ("on", "level", "quantity", "points", "matter", "factor", "excused", "approved_by", "note")


def _check_own(place: Place, key: str, told: Told) -> None:
    """A field of one's own may have any name, but not one that looks like a slip of the pen."""
    known = {key.name for key in _EVENT} | set(_SORTS) | {"exempt"} | told.names.fields
    meant = alike(key, known)[0]
    if key not in known and sorts.looks_like(key, meant):
        message = _("%(key)s has no meaning here. Is %(meant)s meant?")
        place.wrong_key(key, message % {"key": key, "meant": meant})


# What else is told


def _value(place: Place, told: Told, base: dict[str, Any], values: Mapping[str, Any]) -> Value:
    value = as_told(place.entry("value"), values["value"], told, base["about"])
    return Value(**base, value=value, note=values.get("note", ""))


def as_told(place: Place | None, value: Decimal | bool | str, told: Told, about: str) -> Decimal | bool | str:
    """A level may look like a number: where the rule has such a level, it is one."""
    levels = [levels_of(reader.rule) or () for reader in told.names.of(about)]
    return place.text if place and any(place.text in known for known in levels) else value


def _met(place: Place, told: Told, base: dict[str, Any], values: Mapping[str, Any]) -> Value:
    criteria = [key for reader in told.names.of(base["about"]) for key in criteria_of(reader.rule)]
    unknown = [key for key in values["met"] if key not in criteria and not told.names.is_open]
    for key in unknown:
        message = _("There is no criterion “%(name)s”. There are: %(names)s.")
        place.entry("met").wrong(message % {"name": key, "names": nearest(key, criteria) or "–"})
    if unknown:
        raise Unread
    parts = {key: key in values["met"] for key in criteria}
    return Value(**base, value=all(parts.values()), parts=parts, note=values.get("note", ""))


def _votes(_place: Place, _told: Told, base: dict[str, Any], values: Mapping[str, Any]) -> Votes:
    return Votes(**base, counts=values["votes"], voters=values.get("voters", ""), note=values.get("note", ""))


def _marks(_place: Place, _told: Told, base: dict[str, Any], values: Mapping[str, Any]) -> Marks:
    return Marks(**base, marks=values["marks"], note=values.get("note", ""))


def _assignment(place: Place, _told: Told, base: dict[str, Any], values: Mapping[str, Any]) -> Fact:
    hundredths = values["points"] * _HUNDRED
    if hundredths != hundredths.to_integral_value():
        raise place.entry("points").wrong(_("An assignment's points have two places at most."))
    outcome = Outcome(values["outcome"])
    return Fact(
        subject=base["subject"],
        indicator=base["about"],
        period=base["period"],
        slot=base["period"],
        available=int(hundredths),
        due_on=values["due"],
        outcome=outcome,
        done_on=values.get("on", _done_on(place, outcome, values["due"])),
        recorded_on=values.get("recorded"),
        note=values.get("note", ""),
    )


def _done_on(place: Place, outcome: Outcome, due_on: date) -> date | None:
    """What was done in time, without saying when, counts as done on the day it was due."""
    needed = {Outcome.LATE: "on", Outcome.RECORDED_LATE: "recorded"}.get(outcome)
    if needed and place.entry(needed) is None:
        raise place.wrong(_("With outcome: %(outcome)s, %(key)s is needed.") % {"outcome": outcome, "key": needed})
    return due_on if outcome in DONE else None


def _read_exemption(place: Place, told: Told) -> list[AnyFact]:
    check_keys(place, [key.name for key in _EXEMPTION])
    values = read_keys(place, _EXEMPTION)
    part = values["exempt"]
    if part not in told.names.parts and not told.names.is_open:
        message = _("The scheme has no part “%(name)s” to be exempt from. There are: %(names)s.")
        names = nearest(part[:60], told.names.parts)
        raise place.entry("exempt").wrong(message % {"name": part[:60], "names": names})
    return [
        Exemption(
            subject=told.subject.key,
            about=part,
            period=period,
            reason=values["reason"],
            approved_by=values["approved_by"],
        )
        for period in told.calendar.periods_of_exemption(values)
    ]


Reading = Callable[[Place, Told, dict[str, Any], Mapping[str, Any]], AnyFact]
# By the key that tells the sort.
_SORTS: Mapping[str, tuple[tuple[Key, ...], Reading]] = {
    "value": (_VALUE, _value),
    "met": (_MET, _met),
    "votes": (_VOTES, _votes),
    "marks": (_MARKS, _marks),
    "outcome": (_ASSIGNMENT, _assignment),
}
