"""What a fact must have for the rules that read it."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.scheme_files.fact_names import FactNames, criteria_of, levels_of, needs_number, reads
from assessments.scheme_files.places import Place, listed, nearest
from assessments.scheme_files.sorts import slip_in_number
from assessments.scoring.desk import AnyFact
from assessments.scoring.facts import Event, Fact, Marks, Value, Votes
from assessments.scoring.schemes import Amount, ByFormula, ByGroup, Rule

_SORTS: Mapping[type, str] = {
    Event: "event",
    Value: "value",
    Votes: "votes",
    Marks: "marks",
    Fact: "assignment",
}


def unread(about: str, names: FactNames) -> str:
    """What to say of a name that nothing reads: a part of the scheme is told by its rules."""
    shown = about[:60]
    if inside := names.inside.get(about):
        message = _("“%(name)s” is a part of the scheme, not a fact. Its rules read: %(names)s.")
        return message % {"name": shown, "names": listed(list(inside))}
    message = _("Nothing in the scheme reads “%(name)s”. It reads: %(names)s.")
    return message % {"name": shown, "names": nearest(shown, names.known()) or "–"}


def check_fact(fact: AnyFact, place: Place, names: FactNames, group: str) -> None:
    """Note whatever does not fit the rules that read the fact."""
    about = fact.indicator if isinstance(fact, Fact) else fact.about
    rules = [reader.rule for reader in names.of(about)]
    fitting = [rule for rule in rules if _SORTS[type(fact)] in reads(rule)]
    if rules and not fitting and about not in names.asked:
        message = _("“%(name)s” is read by %(kind)s, which takes %(sorts)s, not %(sort)s.")
        words = {
            "name": about,
            "kind": rules[0].kind,
            "sorts": _words(reads(rules[0])),
            "sort": _words([_SORTS[type(fact)]]),
        }
        place.wrong(message % words)
        return
    if isinstance(fact, Event):
        _complain(place, dict.fromkeys(_of_event(fact, fitting, is_known=not names.is_open)))
    check = _CHECKS.get(type(fact))
    if check:
        _complain(place, dict.fromkeys(one for rule in fitting for one in check(rule, fact, group)))


def _complain(place: Place, found: Mapping[tuple[str, str], None]) -> None:
    for key, message in found:
        (place.entry(key) or place).wrong(message)


def _words(names: tuple[str, ...] | list[str]) -> str:
    said = {
        "event": _("an event"),
        "value": _("a value"),
        "votes": _("votes"),
        "marks": _("marks"),
        "assignment": _("an assignment"),
    }
    return " / ".join(said[name] for name in names)


# Messages go with the key they are about.
Complaint = tuple[str, str]


def _of_event(event: Event, rules: list[Rule], is_known: bool) -> Iterator[Complaint]:
    if event.excused and not event.approved_by:
        yield "excused", _("Who is excused needs approved_by: who approved it.")
    if event.factor != 1 and not event.approved_by:
        yield "factor", _("What counts in part needs approved_by: who approved it.")
    takes_points = any(rule.kind in ("manual_range", "inherit_multiplier") for rule in rules)
    if event.points is not None and is_known and not takes_points:
        yield "points", _("Points by hand are for manual_range; this is scored by its rule.")


def _event(rule: Rule, event: Event, group: str) -> Iterator[Complaint]:
    if event.excused or (rule.only and event.level not in rule.only):
        return
    levels = levels_of(rule)
    if levels is not None and not event.level:
        yield "", _("A level is needed here: %(names)s.") % {"names": _(", ").join(levels)}
    elif levels is not None and event.level not in levels:
        yield "level", _unknown_level(event.level, levels)
    criteria = criteria_of(rule)
    if criteria and event.level and event.level not in criteria:
        message = _("There is no criterion “%(name)s”. There are: %(names)s.")
        yield "level", message % {"name": event.level, "names": nearest(event.level, criteria)}
    if rule.kind == "manual_range":
        if event.points is None:
            yield "", _("Points are needed here: what was given or taken.")
        else:
            yield from _by_hand(rule, event.points, event.note, group, "points")


def _unknown_level(level: str, levels: tuple[str, ...]) -> str:
    message = _("The rule knows no level “%(name)s”. It knows: %(names)s.")
    return message % {"name": level, "names": nearest(level, levels)}


def _by_hand(rule: Rule, points: Decimal, note: str, group: str, key: str) -> Iterator[Complaint]:
    if not note:
        yield "", _("Points by hand need a note: the reason.")
    least, most = (_figure(rule.parameters.get(name), group) for name in ("least", "most"))
    if points < (least or 0):
        yield key, _("At least %(least)s is given or taken here.") % {"least": format(least or 0, "f")}
    if most is not None and points > most:
        yield key, _("At most %(most)s is given or taken here.") % {"most": format(most, "f")}


def _figure(amount: Amount | None, group: str) -> Decimal | None:
    """As far as it is known before anything is scored."""
    if isinstance(amount, ByFormula):
        return None
    return amount.of(group) if isinstance(amount, ByGroup) else amount


def _value(rule: Rule, value: Value, group: str) -> Iterator[Complaint]:
    told = value.value
    levels = levels_of(rule)
    if levels is not None:
        if told is not False and (not isinstance(told, str) or told not in levels):
            message = _(
                "A level is needed here: %(names)s; or false where none was reached. “%(text)s” is none of them."
            )
            yield "value", message % {"names": nearest(_said(told), levels), "text": _said(told)}
    elif criteria_of(rule):
        if not isinstance(told, bool):
            yield "value", _("true, false or a list of what is met is needed here.")
    elif needs_number(rule):
        if not isinstance(told, Decimal) or isinstance(told, bool):
            slip = slip_in_number(_said(told))
            yield "value", slip or _("A number is needed here, not “%(text)s”.") % {"text": _said(told)}
        elif rule.kind == "manual_range":
            yield from _by_hand(rule, told, value.note, group, "value")
    elif rule.kind not in ("derived_formula", "tiered"):
        yield from _count(told)


def _count(told: Decimal | bool | str) -> Iterator[Complaint]:
    if isinstance(told, str) and (slip := slip_in_number(told)):
        yield "value", slip
    elif isinstance(told, str):
        yield "value", _("How often is needed here: a number, true or false, not “%(text)s”.") % {"text": told}
    elif told < 0:
        yield "value", _("How often cannot be below 0.")


def _said(told: Decimal | bool | str) -> str:
    return str(told).lower() if isinstance(told, bool) else str(told)


def _votes(rule: Rule, votes: Votes, _group: str) -> Iterator[Complaint]:
    choices = [*rule.parameters["scores"], *rule.parameters.get("invalid", ())]
    for choice in votes.counts:
        if choice not in choices:
            message = _("There is no choice “%(name)s”. There are: %(names)s.")
            yield f"votes.{choice}", message % {"name": choice, "names": nearest(choice, choices)}
    voters = rule.parameters.get("voters")
    if voters is not None and votes.voters not in voters:
        message = _("voters must be one of these: %(names)s.")
        yield "voters", message % {"names": _(", ").join(voters)}


def _marks(rule: Rule, marks: Marks, _group: str) -> Iterator[Complaint]:
    dropped = rule.parameters.get("drop_highest", 0) + rule.parameters.get("drop_lowest", 0)
    if len(marks.marks) <= dropped:
        yield "marks", _("Too few marks: the rule leaves out %(count)d of them.") % {"count": dropped}


_CHECKS: Mapping[type, Callable[[Rule, AnyFact, str], Iterator[Complaint]]] = {
    Event: _event,
    Value: _value,
    Votes: _votes,
    Marks: _marks,
}
