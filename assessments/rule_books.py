"""What a rule book is told of a plan: organizations as subjects, and the ledger, facts files and last year as facts.

The names by which a rule book asks for them stand in docs/scheme-format.md, "In a published plan".
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from assessments.facts import Book, Read, facts, read, rule_book
from assessments.facts_files import Names, names_of
from assessments.models import FactsFile, Scorecard
from assessments.scheme_files.fact_names import fact_names
from assessments.scheme_files.facts_reader import FactsFile as Facts
from assessments.scheme_files.facts_reader import read_facts
from assessments.scoring import Fact, Outcome, Scheme
from assessments.scoring.desk import AnyFact
from assessments.scoring.facts import Event, PeriodStates, Subject, Value
from assessments.scoring.scored import asked_by
from assessments.scoring.spans import relation
from branchwork.organizations.models import Organization
from branchwork.periods import Period, plan_periods
from ledgers.models import Entry, Fulfilment, Task
from ledgers.timing import timing

ASSIGNMENTS, ENTRIES = "assignments", "entries"
# What may become of an assignment, and be counted by name.
COUNTED = ("missed", "late", "recorded_late", "returned")
LAST_YEAR = "last_year."
Attached = list[tuple[Facts, dict[str, Organization]]]
_ACCEPTED = (Entry.State.CONFIRMED, Entry.State.APPROVED)


class Name(NamedTuple):
    """A name of the ledger's facts: all of `what`, or only those of one work type (its name or its code)."""

    text: str
    what: str
    work_type: str = ""

    def fits(self, task: Task) -> bool:
        kind = task.work_type
        return not self.work_type or kind is not None and self.work_type in (kind.name, kind.code)


def ledger_names(scheme: Scheme) -> tuple[Name, ...]:
    """The names by which the scheme asks for what the ledger knows."""
    names = []
    for text in sorted(fact_names(scheme).known()):
        what, _colon, work_type = text.partition(":")
        if what in (ASSIGNMENTS, ENTRIES, *COUNTED):
            names.append(Name(text, what, work_type))
    return tuple(names)


@dataclass
class Told:
    """Everything a rule book is told, without the zeros: those belong to the period that is scored."""

    names: tuple[Name, ...]
    subjects: dict[str, Subject]
    lives: Mapping[str, tuple[date | None, date | None]]
    facts: list[AnyFact] = field(default_factory=list)

    def living(self, period: Period) -> dict[str, Subject]:
        """Who was there in the period, or some days of it."""
        return {key: self.subjects[key] for key, life in self.lives.items() if _overlaps(life, period)}

    def of(self, period: Period, subjects: Iterable[str], counting: Collection[str] | None = None) -> list[AnyFact]:
        """All facts, and 0 for what the ledger counts and has not found in this period: nothing is known too.
        `counting` names those of which this is said, all unless told."""
        counted = [name.text for name in self.names if name.what != ASSIGNMENTS]
        counted = [name for name in counted if counting is None or name in counting]
        inside = {text for text in {fact.period for fact in self.facts} if _lies_in(text, period)}
        known = {(fact.subject, _about(fact)) for fact in self.facts if fact.period in inside}
        zeros = [
            Value(subject=subject, about=name, period=str(period), value=Decimal(0))
            for subject in subjects
            for name in counted
            if (subject, name) not in known
        ]
        return self.facts + zeros


def _overlaps(life: tuple[date | None, date | None], period: Period) -> bool:
    begins, ends = life
    return (begins is None or begins <= period.ends_on) and (ends is None or ends >= period.starts_on)


def _about(fact: AnyFact) -> str:
    return fact.indicator if isinstance(fact, Fact) else fact.about


def _lies_in(text: str, whole: Period) -> bool:
    part = Period.parse(text)
    return whole.starts_on <= part.starts_on and part.ends_on <= whole.ends_on


def told(
    book: Book,
    states: PeriodStates,
    on: date,
    keys: Collection[int] | None = None,
    asked: Mapping[int, Read] | None = None,
    periods: Collection[str] | None = None,
) -> Told:
    """What is known on this day of these organizations, or of all whom the plan asks anything of or a facts file
    speaks of; `asked` are their assignments where they were read. Of the ledger only what belongs to `periods`, all
    unless told. Eight queries at most, whatever their number."""
    attached = _attached(book)
    if keys is None:
        keys = _everybody(book, attached)
    rows = list(Organization.objects.filter(pk__in=keys).exclude(pk=book.plan.owner_id).select_related("peer_group"))
    known = Told(
        names=ledger_names(book.scheme),
        subjects={str(row.pk): _subject(row) for row in rows},
        lives={str(row.pk): (row.starts_on, row.ends_on) for row in rows},
    )
    keys = [row.pk for row in rows]
    for file, organizations in attached:
        _add_file(known, file, {key: str(organization.pk) for key, organization in organizations.items()})
    if any(name.what != ENTRIES for name in known.names):
        assignments = book.plan.assignments.filter(_within("period", periods), organization__in=keys)
        for key, found in read(book.assessed(assignments)) if asked is None else asked.items():
            if str(key) in known.subjects:
                known.facts += _of_assignments(book, known.names, found, states, on)
    known.facts += _entries(book, known.names, keys, periods)
    if any(name.startswith(LAST_YEAR) for name in fact_names(book.scheme).known()):
        _add_last_year(known, book, keys)
    return known


def _within(column: str, periods: Collection[str] | None) -> Q:
    return Q() if periods is None else Q(**{f"{column}__in": periods})


def periods_asked(scheme: Scheme, period: Period) -> list[str]:
    """The plan's periods of which something may bear on a card of this one: earlier ones only where a rule remembers
    them."""
    bearing = {"inside", "around"}
    if any(asked_by(indicator).is_wide for _category, indicator in scheme.indicators()):
        bearing.add("before")
    return [str(one) for one in plan_periods(period.year) if relation(str(one), str(period)) in bearing]


def everybody(book: Book) -> list[int]:
    """The keys of all whom the plan asks anything of or a facts file speaks of; three queries."""
    return sorted(_everybody(book, _attached(book)) - {book.plan.owner_id})


def _everybody(book: Book, attached: Attached) -> set[int]:
    assessed = book.assessed().order_by().values_list("organization_id", flat=True).distinct()
    return {*assessed, *(organization.pk for _file, found in attached for organization in found.values())}


def _subject(row: Organization) -> Subject:
    attributes: dict[str, Decimal | str] = {"level": row.level}
    if row.member_count is not None:
        attributes["members"] = Decimal(row.member_count)
    return Subject(str(row.pk), row.name, row.peer_group.name if row.peer_group else "", row.kind, attributes)


# Facts files


def _attached(book: Book) -> Attached:
    """The facts files attached to the plan's periods, each with the organizations its subjects mean; two queries."""
    rows = list(FactsFile.objects.current().filter(plan=book.plan).order_by("period"))
    names = names_of(book.plan) if rows else {}
    return [_with_organizations(_file(row.document, book.document), names) for row in rows]


def _with_organizations(file: Facts, names: Names) -> tuple[Facts, dict[str, Organization]]:
    keys = [subject.key for subject in file.subjects]
    return file, {key: names[key][0] for key in keys if len(names.get(key, ())) == 1}


@lru_cache(maxsize=16)
def _file(document: str, book: str) -> Facts:
    """A facts file as it was attached, after it was checked against the rule book."""
    file, problems = read_facts(document, "", rule_book(book))
    if file is None:
        raise ValueError("; ".join(str(problem) for problem in problems))
    return file


def _add_file(known: Told, file: Facts, keys: Mapping[str, str]) -> None:
    """What a person wrote of a subject wins over what the tables say of it."""
    for subject in file.subjects:
        key = keys.get(subject.key)
        if key in known.subjects:
            before = known.subjects[key]
            known.subjects[key] = replace(
                before,
                group=subject.group or before.group,
                kind=subject.kind or before.kind,
                attributes={**before.attributes, **subject.attributes},
            )
    known.facts += [
        replace(fact, subject=keys[fact.subject]) for fact in file.facts if keys.get(fact.subject) in known.subjects
    ]


# Assignments


def _of_assignments(
    book: Book, names: tuple[Name, ...], asked: Read, states: PeriodStates, on: date
) -> Iterator[AnyFact]:
    rows, claims = asked
    for fact in facts(book, rows, claims, on):
        task = book.tasks[int(fact.indicator)]
        happened = _happened(fact, is_closed=fact.period in states and states[fact.period].is_closed)
        for name in names:
            if name.what == ASSIGNMENTS and name.fits(task):
                yield replace(fact, indicator=name.text, slot=_slot(task, fact.slot))
            elif name.what in happened and name.fits(task):
                yield _occurrence(name, fact, task)


def _slot(task: Task, slot: str) -> str:
    """Which assignment is meant, among those of many tasks: 1.2 举办主题讲坛 · 2026Q3."""
    return f"{task.item.position}.{task.position} {task.content} · {slot}"


def _happened(fact: Fact, *, is_closed: bool) -> frozenset[str]:
    """What of `COUNTED` became of it. What waits for review counts as it will once it is accepted, and in a closed
    period as not done."""
    outcome = fact.outcome
    if outcome == Outcome.WAITING:
        outcome = Outcome.MISSED if is_closed else fact.once_accepted
    if outcome == Outcome.RETURNED:
        return frozenset({"returned", "missed"} if fact.is_due or is_closed else {"returned"})
    if outcome == Outcome.OPEN and is_closed:
        return frozenset({"missed"})
    return frozenset({str(outcome)})


def _occurrence(name: Name, fact: Fact, task: Task) -> Event:
    is_done = name.what in ("late", "recorded_late")
    return Event(
        subject=fact.subject,
        about=name.text,
        period=fact.period,
        on=fact.done_on if is_done and fact.done_on else fact.due_on,
        due_on=fact.due_on,
        fields={"task": task.content},
        note=task.content,
        entries=fact.entries,
    )


# Entries


def _entries(
    book: Book, names: tuple[Name, ...], keys: Collection[int], periods: Collection[str] | None
) -> Iterator[Event]:
    """One event for each accepted entry, or each of a work type that is asked for; one query."""
    by_type: dict[str, list[str]] = {}
    for name in names:
        if name.what == ENTRIES:
            by_type.setdefault(name.work_type, []).append(name.text)
    if not by_type:
        return
    claims = Fulfilment.objects.filter(entry=OuterRef("pk"))
    rows = (
        Entry.objects.filter(_within("posted_in", periods), plan=book.plan, organization__in=keys, state__in=_ACCEPTED)
        .filter(Q() if "" in by_type else Q(work_type__name__in=by_type) | Q(work_type__code__in=by_type))
        .filter(~Exists(claims.filter(state="claimed")), Exists(claims.filter(state="accepted")) | ~Exists(claims))
        .order_by("organization_id", "pk")
        .values_list(
            "pk", "organization_id", "work_type__name", "work_type__code", "happened_on", "first_submitted_at",
            "posted_in",
        )
    )  # fmt: skip
    level = _entry_level(book)
    for key, organization, name, code, happened_on, sent_at, posted_in in rows.iterator(chunk_size=5_000):
        for about in dict.fromkeys(about for kind in ("", name, code) for about in by_type.get(kind, ())):
            yield Event(
                subject=str(organization),
                about=about,
                period=posted_in,
                on=happened_on,
                level=level(happened_on, timezone.localdate(sent_at)),
                entries=(key,),
            )


def _entry_level(book: Book) -> Callable[[date, date], str]:
    """In time, or recorded late: by the rule for assignments, as if it had been due on the day it happened."""
    published_on = timezone.localdate(book.plan.published_at) if book.plan.published_at else date.min

    def level(happened_on: date, recorded_on: date) -> str:
        found = timing(
            done_on=happened_on,
            due_on=happened_on,
            recorded_on=recorded_on,
            published_on=published_on,
            grace_days=book.plan.grace_days,
        )
        return str(found)

    return level


# Last year


def _add_last_year(known: Told, book: Book, keys: Collection[int]) -> None:
    """From the frozen card of the year before: what it was compared by, its grade and its place. A facts file that
    tells the same wins."""
    before = str(book.plan.year - 1)
    cards = Scorecard.objects.current().filter(
        closing__plan__owner=book.plan.owner_id, closing__period=before, organization__in=keys
    )
    written = {(fact.subject, _about(fact)) for fact in known.facts}
    for key, rate, grade, place, place_of in cards.values_list("organization_id", "rate", "grade", "place", "place_of"):
        values: dict[str, Decimal | str | bool | None] = {
            "total": None if rate is None else Decimal(rate) / 100,
            "grade": grade or None,
            "place": None if place is None else Decimal(place),
            "is_last": None if place is None else place == place_of,
        }
        known.facts += [
            Value(subject=str(key), about=LAST_YEAR + name, period=str(book.plan.year), value=value)
            for name, value in values.items()
            if value is not None and (str(key), LAST_YEAR + name) not in written
        ]
