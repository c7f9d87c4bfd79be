"""The parameters of rule kinds in a file: how each sort that `scoring.kinds` names is read and written."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.scheme_files import sorts
from assessments.scheme_files.places import Place, check_keys, read_all
from assessments.scheme_files.sorts import Plain, Sort
from assessments.scoring.kinds import KINDS

_BOUNDS = ("from", "above", "up_to", "below")
_LOSS = sorts.amount_or("all")
WINDOWS = ("day", "month", "quarter", "half", "year")


def _mapping_with(keys: Mapping[str, Sort]) -> Sort:
    """A mapping that may have each of these keys."""

    def read(place: Place) -> dict:
        check_keys(place, keys)
        entries = {name: place.entry(name) for name in keys}
        there = {name: entry for name, entry in entries.items() if entry}
        values = read_all(there, lambda name: keys[name].read(there[name]))
        return dict(zip(there, values, strict=True))

    def write(values: Mapping) -> Plain:
        return {name: keys[name].write(values[name]) for name in keys if name in values}

    return Sort(read, write)


def _with_points_or_loses(fields: Sort) -> Sort:
    def read(place: Place) -> dict:
        values = fields.read(place)
        if ("points" in values) == ("loses" in values):
            raise place.wrong(_("Exactly one of points (gives) and loses (takes) is expected here."))
        return values

    return Sort(read, fields.write)


_TIER = _with_points_or_loses(
    _mapping_with(
        dict.fromkeys(_BOUNDS, sorts.SIGNED_AMOUNT) | {"level": sorts.TEXT, "points": sorts.AMOUNT, "loses": _LOSS}
    )
)
_PLACE_FIELDS = _with_points_or_loses(
    _mapping_with({"up_to": sorts.amount_or(number=sorts.POSITIVE), "points": sorts.AMOUNT, "loses": sorts.AMOUNT})
)


def _read_rank(place: Place) -> dict:
    if place.is_mapping and place.entry("up_to") is None:
        raise place.wrong(_("up_to is missing: up to which place it goes."))
    return _PLACE_FIELDS.read(place)


_CRITERION_FIELDS = _mapping_with({"id": sorts.NAME, "title": sorts.TEXT, "points": sorts.AMOUNT})


def _read_criterion(place: Place) -> dict:
    values = _CRITERION_FIELDS.read(place)
    title = values.get("title", values.get("id"))
    if title is None or "points" not in values:
        raise place.wrong(_("A criterion has a title (or an id) and points."))
    return {"key": values.get("id", title), "title": title, "points": values["points"]}


def _write_criterion(criterion: Mapping) -> Plain:
    key = {} if criterion["key"] == criterion["title"] else {"id": criterion["key"]}
    return {**key, "title": criterion["title"], "points": sorts.AMOUNT.write(criterion["points"])}


def _read_criteria(place: Place) -> tuple[dict, ...]:
    criteria = sorts.one_or_list_of(Sort(_read_criterion)).read(place)
    keys = [criterion["key"] for criterion in criteria]
    for twice in sorted({key for key in keys if keys.count(key) > 1}):
        raise place.wrong(_("%(id)s is the id of two criteria.") % {"id": twice})
    return criteria


def _listed(sort: Sort) -> Sort:
    """One or a list of them, written as a list."""
    return Sort(sorts.one_or_list_of(sort).read, sorts.list_of(sort).write)


_SORTS: Mapping[str, Sort] = {
    "amount": sorts.AMOUNT,
    "all": sorts.amount_or("all"),
    "number": sorts.NUMBER,
    "integer": sorts.INTEGER,
    "flag": sorts.FLAG,
    "text": sorts.TEXT,
    "expression": sorts.EXPRESSION,
    "window": sorts.choice(*WINDOWS),
    "levels": sorts.mapping_of(sorts.AMOUNT),
    "scores": sorts.mapping_of(sorts.NUMBER),
    "weights": sorts.mapping_of(sorts.UNSIGNED),
    "choices": sorts.one_or_list_of(sorts.TEXT),
    "tiers": _listed(_TIER),
    "places": _listed(Sort(_read_rank, _PLACE_FIELDS.write)),
    "criteria": Sort(_read_criteria, lambda criteria: [_write_criterion(criterion) for criterion in criteria]),
}
# Amounts that are no points: lines to compare with may be below nothing, days are whole.
_OTHER_AMOUNTS = {
    ("rate_step", "base"): sorts.SIGNED_AMOUNT,
    ("rate_step", "above"): sorts.SIGNED_AMOUNT,
    ("tiered", "target"): sorts.SIGNED_AMOUNT,
    ("late_deduction", "grace_days"): sorts.WHOLE_AMOUNT,
}


def sort_of(kind: str, name: str) -> Sort:
    """How this parameter of this kind is read and written."""
    what = KINDS[kind].parameters[name].what
    if (kind, name) in _OTHER_AMOUNTS:
        return _OTHER_AMOUNTS[kind, name]
    return sorts.choice(*what.split("|")) if "|" in what else _SORTS[what]


def check_together(kind: str, values: Mapping, place: Place) -> None:
    """Note what is wrong with parameters that are each well written."""
    check = _CHECKS.get(kind)
    if message := check(values) if check else "":
        place.wrong(message)


def _check_late(values: Mapping) -> str:
    if sum(name in values for name in ("each", "once", "per_day")) != 1:
        return _("late_deduction takes exactly one of each, once and per_day.")
    return ""


def _check_award(values: Mapping) -> str:
    return _("first says what reaching required is worth: required is missing.") if _lacks_required(values) else ""


def _lacks_required(values: Mapping) -> bool:
    return "first" in values and "required" not in values


def _check_shortfall(values: Mapping) -> str:
    if "each" not in values and values["required"] == 0:
        return _("A required count of 0 has no shortfall.")
    return ""


def _check_tiers(values: Mapping) -> str:
    by, tiers = values.get("by", "value"), values["tiers"]
    if by == "shortfall" and "target" not in values:
        return _("Tiers by shortfall need a target.")
    if by == "level" and any(bound in tier for tier in tiers for bound in _BOUNDS):
        return _("Tiers by level name a level, not bounds.")
    if by not in ("level", "value") and any("level" in tier for tier in tiers):
        return _("Tiers with a level need by: level.")
    return ""


def _check_steps(values: Mapping) -> str:
    if values["step"] <= 0:
        return _("step must be above 0.")
    if "below" not in values and "above" not in values:
        return _("rate_step needs below, above or both: the points for each step.")
    return ""


def _check_ranks(values: Mapping) -> str:
    return "" if "places" in values or "last" in values else _("rank_based needs places, last or both.")


def _check_range(values: Mapping) -> str:
    least, most = values.get("least"), values.get("most")
    both = isinstance(least, Decimal) and isinstance(most, Decimal)
    return _("least is more than most.") if both and least > most else ""


def _check_votes(values: Mapping) -> str:
    return "" if values.get("out_of", 1) > 0 else _("out_of must be above 0.")


_CHECKS = {
    "late_deduction": _check_late,
    "award_per_event": _check_award,
    "deduct_shortfall_count": _check_shortfall,
    "tiered": _check_tiers,
    "rate_step": _check_steps,
    "rank_based": _check_ranks,
    "manual_range": _check_range,
    "vote_weighted": _check_votes,
    "judge_mean": _check_votes,
}
