"""The id of every part of a scheme file, written or by default, each used once."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessments.scheme_files.fields import rule_id
from assessments.scheme_files.nodes import Scalar
from assessments.scheme_files.places import Place


def name_parts(scheme: Place) -> None:
    """Note the id of each part by its path; complain about those used twice.

    Components and vetoes are called by their ids in other places than facts, so theirs are told apart from the rest.
    """
    _note_once(scheme, _lines(scheme))
    for key in ("components", "vetoes"):
        _note_once(scheme, [(place, _own_id(place)) for place in _parts(scheme, key)])


def _lines(scheme: Place) -> Iterator[tuple[Place, str]]:
    for category in _parts(scheme, "categories"):
        yield category, _own_id(category)
        for indicator in _parts(category, "indicators"):
            yield indicator, _own_id(indicator)
            yield from _rules(indicator)
            for point in _parts(indicator, "scoring_points"):
                yield point, _own_id(point)
                yield from _rules(point)
    for figure in _parts(scheme, "figures"):
        yield figure, _own_id(figure)


def _rules(holder: Place) -> Iterator[tuple[Place, str]]:
    rules = _parts(holder, "rules")
    for number, rule in enumerate(rules, start=1):
        yield rule, _written(rule, "id") or rule_id(_own_id(holder), number, len(rules))


def _parts(place: Place, key: str) -> list[Place]:
    """The parts that stand under a key, one alone too; what is no part is complained about elsewhere."""
    entry = place.entry(key)
    if entry is None:
        return []
    return entry.items() if entry.is_list else [entry]


def _own_id(place: Place) -> str:
    return _written(place, "id") or _written(place, "title")


def _written(place: Place, key: str) -> str:
    entry = place.entry(key)
    return entry.node.text.strip() if entry and isinstance(entry.node, Scalar) else ""


def _note_once(scheme: Place, named: Iterator[tuple[Place, str]] | list[tuple[Place, str]]) -> None:
    first: dict[str, Place] = {}
    for place, name in named:
        scheme.notes.ids[place.path] = name
        earlier = first.setdefault(name, place)
        if name and earlier is not place and not _is_only_rule_of(place, earlier):
            message = _("The id %(id)s is used already, in line %(line)d. Give one of them an id of its own.")
            place.wrong(message % {"id": name, "line": earlier.line})


def _is_only_rule_of(place: Place, holder: Place) -> bool:
    """A rule may go by the id of what holds it, as it does by default."""
    return place.path in (f"{holder.path}.rules", f"{holder.path}.rules[1]")
