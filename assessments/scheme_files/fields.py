"""The table of a scheme file: which keys each part has, in the order of the documentation, and of what sort each is.

Reader and writer both go by it; nothing about a key is said anywhere else.
"""

import dataclasses
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from assessments.scheme_files import sorts
from assessments.scheme_files.parameters import WINDOWS, check_together, sort_of
from assessments.scheme_files.places import Place, check_keys, nearest, read_all
from assessments.scheme_files.problems import Unread
from assessments.scheme_files.sorts import Plain, Sort, choice
from assessments.scoring.kinds import KINDS
from assessments.scoring.schemes import (
    Category,
    Combination,
    Component,
    Figure,
    Grade,
    Indicator,
    Merge,
    Quota,
    Rule,
    ScoringPoint,
    Veto,
)

AS_BUILT = object()


class Key(NamedTuple):
    """A key of a file and the attribute it fills; its default is the attribute's own."""

    name: str
    attribute: str
    sort: Sort
    is_required: bool = False
    default: object = AS_BUILT


def _keys(**keys: Sort) -> tuple[Key, ...]:
    """Keys that are called like their attributes."""
    return tuple(Key(name, name, sort) for name, sort in keys.items())


def _required(name: str, sort: Sort) -> Key:
    return Key(name, name, sort, is_required=True)


ID = Key("id", "key", sorts.NAME)


def part(build: type, *keys: Key) -> Sort:
    """A part of a scheme: a mapping with these keys, made into this dataclass."""

    def read(place: Place) -> Any:
        check_keys(place, [key.name for key in keys])
        return build(**_named(place, build, read_keys(place, keys)))

    return Sort(read, lambda value: write_keys(value, keys))


def read_keys(place: Place, keys: tuple[Key, ...]) -> dict[str, Any]:
    """The values that are there by attribute; Unread once all have been tried."""
    there = [(key, entry) for key in keys if (entry := place.entry(key.name))]
    missing = [key.name for key in keys if key.is_required and place.entry(key.name) is None]
    if missing:
        place.wrong(_("Missing here: %(names)s.") % {"names": _(", ").join(missing)})
    values = read_all(there, lambda pair: pair[0].sort.read(pair[1]))
    if missing:
        raise Unread
    return {key.attribute: value for (key, _entry), value in zip(there, values, strict=True)}


def _named(place: Place, build: type, values: dict[str, Any]) -> dict[str, Any]:
    """With the id it goes by, and that as its title where it has none."""
    names = {field.name for field in dataclasses.fields(build)}
    if "key" in names:
        values["key"] = place.notes.ids.get(place.path) or values.get("title", "")
        if build is not Rule:
            values.setdefault("title", values["key"])
    return values


def default_of(build: type, key: Key) -> object:
    """What the attribute is without the key."""
    if key.default is not AS_BUILT:
        return key.default
    field = next(field for field in dataclasses.fields(build) if field.name == key.attribute)
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def write_keys(value: Any, keys: tuple[Key, ...]) -> dict[str, Plain]:
    """Every key that is not at its default."""
    plain = {
        key.name: key.sort.write(getattr(value, key.attribute))
        for key in keys
        if getattr(value, key.attribute) != default_of(type(value), key)
    }
    if "title" in plain and plain.get("id") == plain["title"]:
        del plain["id"]
    if "rules" in plain:
        _leave_out_ids(plain["rules"], value.key)
    return plain


def rule_id(holder: str, number: int, among: int) -> str:
    """The id of a rule that has none of its own: its holder's, with a number where there are several."""
    return holder if among == 1 else f"{holder}.{number}"


def _leave_out_ids(rules: list[dict], holder: str) -> None:
    for number, rule in enumerate(rules, start=1):
        if rule.get("id") == rule_id(holder, number, len(rules)):
            del rule["id"]


# Rules

MERGE = part(
    Merge,
    *_keys(
        by=sorts.one_or_list_of(sorts.NAME),
        keep=choice("highest", "sum", "in_turn"),
        factors=sorts.list_of(sorts.UNSIGNED, least=1),
        at_most=sorts.UNSIGNED,
    ),
)
_NAMES = sorts.one_or_list_of(sorts.NAME)
_BEFORE_PARAMETERS = (_required("kind", sorts.TEXT), ID, *_keys(title=sorts.TEXT))
_AFTER_PARAMETERS = _keys(
    reads=_NAMES,
    only=sorts.one_or_list_of(sorts.TEXT),
    when=sorts.EXPRESSION,
    cap=sorts.SIGNED_AMOUNT,
    floor=sorts.SIGNED_AMOUNT,
    cap_per=sorts.mapping_of(sorts.UNSIGNED, WINDOWS),
    merge=MERGE,
    over=choice("year", "half"),
)
COMMON_KEYS = tuple(key.name for key in (*_BEFORE_PARAMETERS, *_AFTER_PARAMETERS))


def _read_rule(place: Place) -> Rule:
    kind = _read_kind(place)
    parameters = tuple(
        Key(name, name, sort_of(kind, name), parameter.is_required)
        for name, parameter in KINDS[kind].parameters.items()
    )
    own = (*_BEFORE_PARAMETERS, *_AFTER_PARAMETERS)
    check_keys(place, [*(key.name for key in own), *KINDS[kind].parameters])
    common, given = read_all((own, parameters), lambda keys: read_keys(place, keys))
    check_together(kind, given, place)
    return Rule(parameters=given, **_named(place, Rule, common))


def _read_kind(place: Place) -> str:
    place.entries()
    entry = place.entry("kind")
    if entry is None:
        raise place.wrong(_("Missing here: kind. It is one of: %(names)s.") % {"names": _(", ").join(KINDS)})
    if entry.text not in KINDS:
        message = _("There is no rule kind “%(kind)s”. Known: %(names)s.")
        raise entry.wrong(message % {"kind": entry.text[:40], "names": nearest(entry.text[:40], KINDS, len(KINDS))})
    return entry.text


def _write_rule(rule: Rule) -> Plain:
    parameters = {
        name: sort_of(rule.kind, name).write(rule.parameters[name])
        for name in KINDS[rule.kind].parameters
        if rule.parameters.get(name) is not None
    }
    return {**write_keys(rule, _BEFORE_PARAMETERS), **parameters, **write_keys(rule, _AFTER_PARAMETERS)}


RULE = Sort(_read_rule, _write_rule)


def _read_rules(place: Place) -> tuple[Rule, ...]:
    return sorts.one_or_list_of(RULE).read(place)


RULES = Sort(_read_rules, sorts.list_of(RULE).write)

# Indicators and categories

_TITLED = (ID, Key("title", "title", sorts.TEXT))
_TREATMENT = choice("leave", "full", "group_mean", "zero")
_BOUNDED = _keys(start=choice("full", "zero"), cap=sorts.LIMIT, floor=sorts.LIMIT)
_POINTS = _keys(points=sorts.AMOUNT)

SCORING_POINT = part(ScoringPoint, *_TITLED, *_POINTS, _required("rules", RULES), *_BOUNDED)
INDICATOR = part(
    Indicator,
    *_TITLED,
    *_POINTS,
    *_keys(rules=RULES, scoring_points=sorts.list_of(SCORING_POINT, least=1)),
    *_BOUNDED,
    *_keys(
        merge=MERGE,
        when=sorts.EXPRESSION,
        exempt_when=sorts.EXPRESSION,
        exempt=_TREATMENT,
        no_data=_TREATMENT,
        cadence=choice("month", "quarter", "half", "year"),
        combine=choice("sum", "mean", "lowest", "last"),
        standard=sorts.TEXT,
        method=sorts.TEXT,
        assessor=sorts.TEXT,
    ),
)
CATEGORY = part(
    Category,
    *_TITLED,
    *_POINTS,
    *_keys(
        role=choice("base", "bonus", "deduction"),
        counts_for=sorts.one_or_list_of(choice("grade", "award")),
        component=sorts.reference("component"),
        out_of=sorts.amount_or("best", number=sorts.POSITIVE),
        cap=sorts.LIMIT,
        floor=sorts.LIMIT,
        merge=MERGE,
        when=sorts.EXPRESSION,
        pass_at=sorts.SIGNED_AMOUNT,
        cadence=choice("year"),
        combine=choice("sum", "mean", "weighted"),
    ),
    _required("indicators", sorts.list_of(INDICATOR, least=1)),
)

# The whole

COMPONENT = part(Component, *_TITLED, *_keys(weight=sorts.UNSIGNED, points=sorts.UNSIGNED, out_of=sorts.POSITIVE))
PERIODS = part(
    Combination,
    *_keys(
        score=choice("month", "quarter", "half", "year"),
        combine=choice("sum", "mean", "weighted", "independent"),
        into=choice("year", "half"),
        weights=sorts.list_of(sorts.UNSIGNED, least=1),
    ),
)
GRADE = part(Grade, _required("name", sorts.TEXT), *_keys(at_least=sorts.NUMBER, requires=sorts.EXPRESSION))
_VETO_AS_WRITTEN = part(
    Veto,
    *_TITLED,
    _required("effect", choice("force", "cap", "lower", "bar", "zero")),
    *_keys(
        grade=sorts.reference("grade"),
        steps=sorts.INTEGER,
        reads=_NAMES,
        when=sorts.EXPRESSION,
        scope=choice("all", "period", "combined"),
    ),
)


def _read_veto(place: Place) -> Veto:
    """One that says neither what it reads nor when it holds reads its own id, as a rule does."""
    veto = _VETO_AS_WRITTEN.read(place)
    return veto if veto.reads or veto.when else dataclasses.replace(veto, reads=(veto.key,))


VETO = Sort(_read_veto, _VETO_AS_WRITTEN.write)
QUOTA = part(
    Quota,
    _required("grades", sorts.one_or_list_of(sorts.reference("grade"))),
    *_keys(
        at_most=sorts.QUOTA,
        at_least=sorts.QUOTA,
        exactly=sorts.QUOTA,
        rounding=choice("down", "up", "half_up"),
        per=choice("group", "all"),
    ),
)
FIGURE = part(Figure, *_TITLED, _required("formula", sorts.EXPRESSION), *_keys(when=sorts.EXPRESSION))

SCHEME_KEYS: tuple[Key, ...] = (
    Key("scheme", "title", sorts.TEXT, is_required=True),
    ID,
    *_keys(
        subjects=choice("organizations", "persons"),
        total=sorts.POSITIVE,
        total_cap=sorts.NUMBER,
        total_floor=sorts.NUMBER,
        bonus_cap=sorts.UNSIGNED,
        rescale=sorts.FLAG,
    ),
    Key("graded_by", "graded_by", choice("total", "award", "rate"), default="total"),
    *_keys(
        rounding=choice("total", "line"),
        exempt=_TREATMENT,
        no_data=_TREATMENT,
        late_share=sorts.SHARE,
        not_applicable=choice("leave", "full"),
    ),
    Key("min_place_group", "min_place_group", sorts.INTEGER, default=1),
    *_keys(
        components=sorts.list_of(COMPONENT, least=1),
        periods=PERIODS,
    ),
    _required("categories", sorts.list_of(CATEGORY, least=1)),
    *_keys(
        grades=sorts.list_of(GRADE, least=1),
        vetoes=sorts.list_of(VETO, least=1),
        quotas=sorts.list_of(QUOTA, least=1),
        figures=sorts.list_of(FIGURE, least=1),
    ),
)
