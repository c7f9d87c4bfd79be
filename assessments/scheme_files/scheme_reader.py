"""A scheme file read into a `Scheme`, or into everything that is wrong with it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from assessments.scheme_files.fields import AS_BUILT, SCHEME_KEYS, read_keys
from assessments.scheme_files.ids import name_parts
from assessments.scheme_files.nodes import Scalar, compose
from assessments.scheme_files.places import Notes, Place, check_keys, nearest
from assessments.scheme_files.problems import Problem, Unread
from assessments.scheme_files.sorts import number_of
from assessments.scoring.schemes import Scheme


def read_scheme(text: bytes | str, name: str) -> tuple[Scheme | None, list[Problem]]:
    """The scheme, or None and every problem of the file, in the order of its lines. `name` is the file's."""
    root, problems = compose(text, name)
    if root is None:
        return None, problems or [Problem(name, 1, "", _("The file is empty."))]
    notes = Notes(name, problems)
    try:
        scheme = _read(Place(root, "", notes))
    except Unread:
        scheme = None
    problems.sort(key=lambda problem: problem.line)
    return (None if problems else scheme), problems


def _read(place: Place) -> Scheme:
    place.entries()
    name_parts(place)
    check_keys(place, [key.name for key in SCHEME_KEYS])
    _check_parts(place)
    try:
        values = read_keys(place, SCHEME_KEYS)
    finally:
        _check_references(place)
    values.setdefault("key", values["title"])
    for key in SCHEME_KEYS:
        if key.default is not AS_BUILT:
            values.setdefault(key.attribute, key.default)
    if place.notes.problems:
        raise Unread
    return Scheme(**values, is_rule_book=True)


# What must fit together


def _check_references(scheme: Place) -> None:
    declared = {
        "grade": _texts(scheme, "grades", "name"),
        "component": _texts(scheme, "components", "id", "title"),
    }
    for what, name, place in scheme.notes.references:
        if name not in declared[what]:
            place.wrong(_missing(what) % {"name": name, "names": nearest(name, declared[what]) or "–"})


def _missing(what: str) -> str:
    if what == "grade":
        return _("There is no grade “%(name)s”. There are: %(names)s.")
    return _("There is no component “%(name)s”. There are: %(names)s.")


def _texts(scheme: Place, key: str, *names: str) -> list[str]:
    """The first of these texts that each part under the key has."""
    parts = [[entry for name in names if (entry := part.entry(name))] for part in _list(scheme, key)]
    return [found[0].node.text.strip() for found in parts if found and isinstance(found[0].node, Scalar)]


def _list(place: Place, key: str) -> list[Place]:
    entry = place.entry(key)
    return entry.items() if entry and entry.is_list else []


def _check_parts(scheme: Place) -> None:
    """Complain about parts whose keys are well written but do not go together."""
    for category in _list(scheme, "categories"):
        _check_titled(category)
        for indicator in _list(category, "indicators"):
            _check_titled(indicator)
            for point in _list(indicator, "scoring_points"):
                _check_titled(point)
    for key in ("components", "vetoes", "figures"):
        for part in _list(scheme, key):
            _check_titled(part)
    _check_conversions(scheme)
    _check_grades(scheme)
    _check_vetoes(scheme)
    for quota in _list(scheme, "quotas"):
        if quota.is_mapping and not any(quota.entry(key) for key in ("at_most", "at_least", "exactly")):
            quota.wrong(_("A quota needs at_most, at_least or exactly."))


def _check_titled(part: Place) -> None:
    if part.is_mapping and not (part.entry("id") or part.entry("title")):
        part.wrong(_("Missing here: %(names)s.") % {"names": "title"})


def _check_conversions(scheme: Place) -> None:
    for part in (*_list(scheme, "components"), *_list(scheme, "categories")):
        if part.entry("out_of") and not part.entry("points"):
            part.wrong(_("With out_of, the points it is converted to are needed: points is missing."))
    for component in _list(scheme, "components"):
        if component.entry("points") and not component.entry("out_of"):
            component.wrong(_("With points, a component needs out_of: out of how many they are."))
    periods = scheme.entry("periods")
    if periods and _word(periods, "combine") == "weighted" and not periods.entry("weights"):
        periods.wrong(_("combine: weighted needs weights."))
    if periods and _word(periods, "combine") and not periods.entry("score"):
        periods.wrong(_("combine needs score: which periods are put together."))


def _check_grades(scheme: Place) -> None:
    names: dict[str, Place] = {}
    lines: dict[object, Place] = {}
    for grade in _list(scheme, "grades"):
        for word, said, seen in (
            (_word(grade, "name"), _("The grade %(what)s stands here a second time (first in line %(line)d)."), names),
            (
                number_of(_word(grade, "at_least")),
                _("Another grade begins at %(what)s too (line %(line)d)."),
                lines,
            ),
        ):
            if word not in (None, "") and seen.setdefault(word, grade) is not grade:
                grade.wrong(said % {"what": word, "line": seen[word].line})


def _check_vetoes(scheme: Place) -> None:
    for veto in _list(scheme, "vetoes"):
        for message in _veto_faults(veto):
            veto.wrong(message)


def _veto_faults(veto: Place) -> Iterator[str]:
    effect = _word(veto, "effect")
    if effect in ("force", "cap") and not veto.entry("grade"):
        yield _("effect: %(effect)s needs a grade.") % {"effect": effect}
    if effect in ("lower", "bar", "zero") and veto.entry("grade"):
        yield _("effect: %(effect)s has no grade.") % {"effect": effect}
    if effect != "lower" and veto.entry("steps"):
        yield _("steps goes with effect: lower only.")


def _word(place: Place, key: str) -> str:
    entry = place.entry(key)
    return entry.node.text.strip() if entry and isinstance(entry.node, Scalar) else ""
