"""What a closing writes, computed set-based and streamed: every organization's card, its place, the indicators, and
the checksum of it all. Reads only; `assessments.actions.closing` stores it."""

import gc
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, Q

from assessments.cards import NOTHING, cards_of_year, compared, current_cards, hundredths, period_cards
from assessments.facts import Book, grouped, period_states, read
from assessments.models import IndicatorResult, Scorecard
from assessments.rule_book_cards import closing_cards
from assessments.rule_book_periods import is_for_information
from assessments.scoring import Card, PeriodState, Scheme, card_from_dict, card_to_dict, median, places
from assessments.scoring.facts import Subject
from assessments.scoring.quotas import propose_grades
from assessments.scoring.rounding import printed
from branchwork.organizations.models import Appointment, Organization
from branchwork.periods import Period, PeriodKind
from ledgers.models import PeriodLock

Progress = Callable[[int, int], None]
# Organizations computed, and rows stored, at a time: flat in memory.
_BATCH = 250
_STORED = 250


@contextmanager
def _uncollected() -> Iterator[None]:
    """Cards refer to nothing that refers back: looking for cycles among a million new objects finds none and takes
    half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Identity:
    """An organization as it is at the closing; `is_placed` unless it ended by the end of the period."""

    code: str
    name: str
    short_name: str
    kind: str
    level: str
    peer_group: str
    parent: str
    secretary: str
    is_placed: bool

    @property
    def group(self) -> tuple[str, str] | None:
        """分类 × 层级: what it is compared with."""
        return (self.peer_group, self.level) if self.is_placed else None

    def as_snapshot(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = ("code", "name", "short_name", "kind", "level", "peer_group", "parent", "secretary")


@dataclass(frozen=True, slots=True)
class Kept:
    """A card put away as its canonical UTF-8 bytes: a thousand of them as objects would fill the memory. `rate` is
    what cards are compared by, `placed_by` what gives them their places."""

    organization_id: int
    text: bytes
    earned: int
    available: int
    rate: Decimal | None
    placed_by: Decimal | None
    grade: str


@dataclass(slots=True)
class Tallied:
    """How one indicator fared."""

    title: str
    category: str
    organization_count: int = 0
    full_count: int = 0
    earned: int = 0
    available: int = 0


@dataclass
class Computed:
    """All cards of a period by organization key, how each task or line fared, and the grades that quotas leave."""

    identities: dict[int, Identity]
    scheme: Scheme
    kept: list[Kept] = field(default_factory=list)
    indicators: dict[str, Tallied] = field(default_factory=dict)
    proposals: list[dict[str, Any]] = field(default_factory=list)

    def add(self, card: Card) -> None:
        text = canonical(card_to_dict(card)).encode()
        key = int(card.subject)
        rate = compared(self.scheme, card)
        placed_by = rate if card.total_for_award is None else printed(card.total_for_award)
        self.kept.append(Kept(key, text, card.earned, card.available, rate, placed_by, card.grade or ""))
        for line in card.lines:
            if line.available:
                tallied = self.indicators.setdefault(line.indicator, Tallied(line.title, line.category_title))
                tallied.organization_count += 1
                tallied.full_count += line.earned >= line.available
                tallied.earned += line.earned
                tallied.available += line.available

    @cached_property
    def sha256(self) -> str:
        """Of the canonical JSON of all snapshots, in the order of their organizations' keys."""
        digest = hashlib.sha256(b"[")
        for number, kept in enumerate(self.kept):
            digest.update((b"," if number else b"") + self._snapshot(kept))
        digest.update(b"]")
        return digest.hexdigest()

    def scorecards(self, closing) -> Iterator[list[Scorecard]]:
        """The rows to store, some at a time."""
        for start in range(0, len(self.kept), _STORED):
            with _uncollected():
                yield [self._row(closing, kept) for kept in self.kept[start : start + _STORED]]

    def results(self, closing) -> list[IndicatorResult]:
        """In the order of the plan's tasks, or of the rule book."""
        order = {indicator.key: number for number, (_category, indicator) in enumerate(self.scheme.indicators())}
        is_rule_book = self.scheme.is_rule_book
        return [
            IndicatorResult(
                closing=closing,
                task_id=None if is_rule_book else int(key),
                indicator=key if is_rule_book else "",
                title=tallied.title if is_rule_book else "",
                category=tallied.category if is_rule_book else "",
                organization_count=tallied.organization_count,
                full_count=tallied.full_count,
                earned=tallied.earned,
                available=tallied.available,
            )
            for key, tallied in sorted(
                self.indicators.items(), key=lambda found: order[found[0]] if is_rule_book else int(found[0])
            )
        ]

    @cached_property
    def standings(self) -> dict[int, "Standing"]:
        return standings(self.kept, self.identities)

    def _snapshot(self, kept: Kept) -> bytes:
        """The canonical bytes of the snapshot; "card" sorts before every other key of it."""
        standing = self.standings[kept.organization_id]
        rest = self.identities[kept.organization_id].as_snapshot() | {
            "place": standing.place,
            "place_of": standing.place_of,
            "median": hundredths(standing.median),
        }
        return b'{"card":%b,%b' % (kept.text, canonical(rest)[1:].encode())

    def _row(self, closing, kept: Kept) -> Scorecard:
        identity, standing = self.identities[kept.organization_id], self.standings[kept.organization_id]
        return Scorecard(
            closing=closing,
            organization_id=kept.organization_id,
            earned=kept.earned,
            available=kept.available,
            rate=hundredths(kept.rate),
            grade=kept.grade,
            place=standing.place,
            place_of=standing.place_of,
            median=hundredths(standing.median),
            peer_group=identity.peer_group,
            level=identity.level,
            snapshot=json.loads(self._snapshot(kept)),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    place: int | None = None
    place_of: int | None = None
    median: Decimal | None = None


def canonical(value: object) -> str:
    """The same plain data always gives this text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def standings(kept: Iterable[Kept], identities: dict[int, Identity]) -> dict[int, Standing]:
    """Place, how many are placed, and their median, by organization key. In a group too small for places the median
    is not given either: of two it would tell each the other's rate."""
    kept = list(kept)
    groups = {str(one.organization_id): identities[one.organization_id].group for one in kept}
    placed = places([Card(str(one.organization_id), "", True, rate=one.placed_by) for one in kept], groups)
    rates: dict[tuple[str, str], list[Decimal]] = {}
    for one in kept:
        if placed[str(one.organization_id)] is not None:
            rates.setdefault(groups[str(one.organization_id)], []).append(one.rate)
    medians = {group: (len(found), median(found)) for group, found in rates.items()}
    found = {}
    for one in kept:
        count, middle = medians.get(groups[str(one.organization_id)], (None, None))
        place = placed[str(one.organization_id)]
        found[one.organization_id] = Standing(place, count, middle) if place is not None else Standing()
    return found


def identities(period: Period, on: date) -> dict[int, Identity]:
    """Every organization as it is on that day, by key; two queries."""
    in_office = Appointment.objects.current(on).filter(post=Appointment.Post.SECRETARY)
    secretaries = dict(in_office.order_by("-pk").values_list("organization_id", "person__name"))
    rows = list(Organization.objects.order_by("pk").select_related("peer_group"))
    names = {row.path: row.name for row in rows}
    return {
        row.pk: Identity(
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            level=row.level,
            peer_group=row.peer_group.name if row.peer_group else "",
            parent=names.get(row.path[: -Organization.steplen], ""),
            secretary=secretaries.get(row.pk, ""),
            is_placed=row.ends_on is None or row.ends_on > period.ends_on,
        )
        for row in rows
    }


@_uncollected()
def compute(book: Book, period: Period, on: date, progress: Progress) -> Computed:
    """All cards of a quarter or of the year as they are when it is closed now. The same tables give the same cards,
    whatever the day: nothing in a closed card depends on `on` but who is secretary."""
    computed = Computed(identities(period, on), book.scheme)
    total = sum(identity.level != "working_committee" for identity in computed.identities.values())
    for card in _cards(book, period, on, computed):
        computed.add(card)
        if len(computed.kept) % _BATCH == 0:
            progress(len(computed.kept), total)
    computed.kept.sort(key=lambda kept: kept.organization_id)
    progress(total, total)
    return computed


def _cards(book: Book, period: Period, on: date, computed: Computed) -> Iterator[Card]:
    if book.is_rule_book:
        return _rule_book_cards(book, period, on, computed)
    if period.kind == PeriodKind.YEAR:
        return _year_cards(book, on, list(computed.identities))
    return _quarter_cards(book, period, on)


def _rule_book_cards(book: Book, period: Period, on: date, computed: Computed) -> Iterator[Card]:
    """Everybody's; with them the grades that the quotas leave."""
    subjects: dict[str, Subject] = {}
    light: list[Card] = []
    for known, cards in closing_cards(book, period, on, lambda keys: _quarters_of(book, keys), _BATCH):
        subjects |= known
        light += [_light(card) for card in cards]
        yield from cards
    if period.kind == PeriodKind.YEAR or not is_for_information(book.scheme):
        proposals = propose_grades(book.scheme, light, subjects)
        computed.proposals = [json.loads(canonical(_as_data(proposal))) for proposal in proposals]


def _quarters_of(book: Book, keys: Collection[int]) -> list[Card]:
    """The frozen cards of the quarters, without the reasons of their lines: these fill the memory."""
    year = str(book.plan.year)
    rows = current_cards(book.plan, keys).exclude(closing__period=year).values_list("snapshot", flat=True)
    cards = (card_from_dict(snapshot["card"]) for snapshot in rows.iterator(chunk_size=100))
    return [replace(card, lines=tuple(replace(line, reasons=()) for line in card.lines)) for card in cards]


def _light(card: Card) -> Card:
    """What its grade follows from."""
    return replace(card, lines=(), categories=(), figures=())


def _as_data(proposal) -> dict[str, Any]:
    """Its fields by name, as plain data."""
    moves = [move._asdict() for move in proposal.overflow]
    return asdict(proposal) | {
        "overflow": moves,
        "gap": [gap._asdict() for gap in proposal.gap],
        "ties": [tie._asdict() for tie in proposal.ties],
        "excess": [excess._asdict() for excess in proposal.excess],
    }


def _quarter_cards(book: Book, period: Period, on: date) -> Iterator[Card]:
    states = {str(period): PeriodState(is_closed=True)}
    for batch in period_cards(book, book.plan.assignments.filter(period=str(period)), states, on, _BATCH):
        yield from batch


def _year_cards(book: Book, on: date, keys: list[int]) -> Iterator[Card]:
    """From the frozen quarters, what was made up since, and what fell due after the year."""
    year = str(book.plan.year)
    states = period_states(PeriodLock.objects.filter(plan=book.plan)) | {year: PeriodState(is_closed=True)}
    snapshots = current_cards(book.plan).exclude(closing__period=year).order_by("organization_id", "closing__period")
    frozen = grouped(snapshots.values_list("organization_id", "closing__period", "snapshot").iterator(chunk_size=100))
    after = book.plan.assignments.filter(Q(period=year) | ~Q(counted_in=F("period")))
    asked = grouped(read(book.assessed(after)))
    for key in keys:
        known = {period: card_from_dict(snapshot["card"]) for _key, period, snapshot in frozen(key)}
        mine = next((found for _key, found in asked(key)), NOTHING)
        if known or mine[0]:
            yield cards_of_year(book, states, str(key), known, mine, on)[year]
