"""A facts file read into facts, or into everything that is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.scheme_files import sorts
from assessments.scheme_files.fact_checks import check_fact, unread
from assessments.scheme_files.fact_entries import Told, as_told, read_fact
from assessments.scheme_files.fact_names import FactNames, fact_names
from assessments.scheme_files.fact_periods import ALWAYS, Calendar
from assessments.scheme_files.nodes import Scalar, compose
from assessments.scheme_files.places import Notes, Place, check_keys, read_entries
from assessments.scheme_files.problems import Problem, Unread
from assessments.scoring.desk import AnyFact
from assessments.scoring.facts import Subject, Value
from assessments.scoring.schemes import Combination, Scheme
from branchwork.periods import Period

_KEYS = ("period", "cards", "subjects")
_PERIODS = sorts.one_or_list_of(sorts.Sort(sorts.read_period))
_SUBJECT_KEYS = ("id", "name", "group", "kind", "attributes", "facts", "values", "periods", "last_year")
# Rules that take one figure of a period: a second one would be a contradiction.
_SINGLE = ("proportional", "rate_step", "rank_based", "tiered")


@dataclass(frozen=True, slots=True)
class FactsFile:
    """`periods` are those that something is told of, the file's own too; `cards` those there are cards for."""

    subjects: tuple[Subject, ...] = ()
    facts: tuple[AnyFact, ...] = ()
    periods: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()


def read_facts(text: bytes | str, name: str, scheme: Scheme | None) -> tuple[FactsFile | None, list[Problem]]:
    """The facts, or None and every problem of the file, in the order of its lines. `name` is the file's.

    Without a scheme (it could not be read itself) only what is wrong whatever the scheme is found.
    """
    root, problems = compose(text, name)
    if root is None:
        return None, problems or [Problem(name, 1, "", _("The file is empty."))]
    reader = _FactsReader(Place(root, "", Notes(name, problems)), scheme)
    try:
        file = reader.read()
    except Unread:
        file = None
    problems.sort(key=lambda problem: problem.line)
    return (None if problems else file), problems


class _FactsReader:
    """Reads one file; complaints go to the notes of its places."""

    def __init__(self, root: Place, scheme: Scheme | None) -> None:
        self.root = root
        self.names = fact_names(scheme) if scheme else FactNames(is_open=True)
        self.calendar = Calendar(scheme.periods if scheme else Combination(score="year"))
        self.subjects: dict[str, Subject] = {}
        self.facts: list[AnyFact] = []

    def read(self) -> FactsFile:
        check_keys(self.root, _KEYS)
        self._read_periods()
        subjects = self.root.entry("subjects")
        if subjects is None:
            raise self.root.wrong(_("Missing here: %(names)s.") % {"names": "subjects"})
        lines: dict[str, int] = {}
        for place in subjects.items():
            try:
                self._read_subject(place, lines)
            except Unread:
                continue
        cards = self.calendar.card_periods()
        if not (cards or self.calendar.told_of or self.root.notes.problems):
            raise self.root.wrong(_("The file tells no period. Write one at the top: period: 2026."))
        periods = tuple(str(period) for period in sorted(self.calendar.told_of))
        return FactsFile(tuple(self.subjects.values()), tuple(self._all_facts()), periods, cards)

    def _read_periods(self) -> None:
        """The file's own period, and every other it names: days are told apart by them."""
        if default := self.root.entry("period"):
            try:
                self.calendar.default = sorts.read_period(default)
                self.calendar.note(self.calendar.default)
            except Unread:
                self.calendar.is_default_unread = True
        if cards := self.root.entry("cards"):
            self.calendar.listed = self._read_cards(cards)
        self.calendar.named = tuple(sorted({*_named_periods(self.root), *self.calendar.listed}))

    def _read_cards(self, cards: Place) -> tuple[Period, ...]:
        try:
            listed = _PERIODS.read(cards)
        except Unread:
            return ()
        for period in () if self.names.is_open else listed:
            if self.calendar.is_too_short(period):
                message = _("%(period)s is shorter than what the scheme scores by: %(score)s.")
                cards.wrong(message % {"period": period, "score": self.calendar.score})
        return listed

    def _read_subject(self, place: Place, lines: dict[str, int]) -> None:
        check_keys(place, _SUBJECT_KEYS)
        texts = {key: _text(place, key) for key in ("id", "name", "group", "kind")}
        key = texts["id"] or texts["name"]
        if not key and (place.entry("id") or place.entry("name")):
            raise Unread
        if not key:
            raise place.wrong(_("Missing here: %(names)s.") % {"names": "id"})
        if key in lines:
            message = _("The id %(id)s is used already, in line %(line)d. Give one of them an id of its own.")
            raise place.wrong(message % {"id": key, "line": lines[key]})
        lines[key] = place.line
        subject = Subject(key, texts["name"] or key, texts["group"], texts["kind"], _attributes(place))
        self.subjects[key] = subject
        _Statement(self, place, subject).read()

    def _all_facts(self) -> Iterator[AnyFact]:
        """With what holds in every year of the file told of each of them."""
        for fact in self.facts:
            if fact.period == ALWAYS:
                yield from (replace(fact, period=str(year)) for year in self.calendar.years())
            else:
                yield fact


def _text(place: Place, key: str) -> str:
    """ "" without the key; where it cannot be read that has been noted, and what else is told can be looked at."""
    entry = place.entry(key)
    try:
        return sorts.read_text(entry) if entry else ""
    except Unread:
        return ""


def _attributes(place: Place) -> dict[str, Decimal | bool | str]:
    entry = place.entry("attributes")
    try:
        return read_entries(entry, sorts.read_scalar) if entry else {}
    except Unread:
        return {}


class _Statement:
    """What the file says of one subject."""

    def __init__(self, reader: _FactsReader, place: Place, subject: Subject) -> None:
        self.reader, self.place = reader, place
        self.told = Told(subject, reader.names, reader.calendar)
        self.values: dict[tuple[str, str], tuple[int, object]] = {}

    def read(self) -> None:
        facts = self.place.entry("facts")
        for entry in facts.items() if facts else ():
            try:
                found = read_fact(entry, self.told)
                self.reader.facts += found
                self._check_once(entry, found)
            except Unread:
                continue
        if values := self.place.entry("values"):
            self._read_values(values, None)
        if periods := self.place.entry("periods"):
            for key, entry in periods.entries().items():
                if period := _parsed(key):
                    self.reader.calendar.note(period)
                    self._read_values(entry, period)
                else:
                    message = _("A period is expected here: 2026-03, 2026Q1, 2026H1 or 2026, not “%(text)s”.")
                    periods.wrong_key(key, message % {"text": key[:40]})
        if last_year := self.place.entry("last_year"):
            self._read_last_year(last_year)

    def _read_values(self, values: Place, period: Period | None) -> None:
        for about, entry in values.entries().items():
            try:
                self._read_value(values, about, entry, period)
            except Unread:
                continue

    def _read_value(self, values: Place, about: str, entry: Place, period: Period | None) -> None:
        names = self.told.names
        if not names.knows(about):
            values.wrong_key(about, unread(about, names))
            return
        value = as_told(entry, sorts.read_scalar(entry), self.told, about)
        said = {"about": about} | ({"period": period} if period else {})
        fact = Value(
            subject=self.told.subject.key,
            about=about,
            period=self.told.calendar.period_of(entry, said, names),
            value=value,
        )
        check_fact(fact, entry, names, self.told.subject.group)
        self.reader.facts.append(fact)
        self._check_once(entry, [fact])

    def _check_once(self, place: Place, facts: list[AnyFact]) -> None:
        for fact in facts:
            if not isinstance(fact, Value) or not self._is_single(fact.about):
                continue
            line, value = self.values.setdefault((fact.about, fact.period), (place.line, fact.value))
            if value != fact.value:
                message = _("A second value of “%(name)s” in %(period)s: the first stands in line %(line)d.")
                place.wrong(message % {"name": fact.about, "period": fact.period, "line": line})

    def _is_single(self, about: str) -> bool:
        return any(
            reader.rule.kind in _SINGLE and reader.rule.parameters.get("by", "value") in ("value", "shortfall", "level")
            for reader in self.told.names.of(about)
        )

    def _read_last_year(self, last_year: Place) -> None:
        """Known on every card of the file."""
        values: dict[str, Decimal | bool | str] = read_entries(last_year, sorts.read_scalar)
        self.reader.facts += [
            Value(subject=self.told.subject.key, about=f"last_year.{name}", period=ALWAYS, value=value)
            for name, value in values.items()
        ]


def _named_periods(root: Place) -> Iterator[Period]:
    """Every period the file names, wherever it can be read."""
    yield from _period_in(root)
    subjects = root.entry("subjects")
    for subject in subjects.items() if subjects and subjects.is_list else ():
        facts = subject.entry("facts")
        for fact in facts.items() if facts and facts.is_list else ():
            yield from _period_in(fact)
        periods = subject.entry("periods")
        if periods and periods.is_mapping:
            yield from (period for key in periods.entries() if (period := _parsed(key)))


def _period_in(place: Place) -> Iterator[Period]:
    entry = place.entry("period")
    if entry and isinstance(entry.node, Scalar) and (period := _parsed(entry.node.text.strip())):
        yield period


def _parsed(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None
