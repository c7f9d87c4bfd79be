"""What a closing writes, computed set-based and streamed: every organization's card, its place, the indicators, and
the checksum of it all. Reads only; `assessments.actions.closing` stores it."""

import gc
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import F, Q

from assessments.cards import NOTHING, cards_of_year, current_cards, hundredths, period_cards
from assessments.facts import Book, grouped, period_states, read
from assessments.models import IndicatorResult, Scorecard
from assessments.scoring import Card, PeriodState, card_from_dict, card_to_dict, median, places
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
    """A card put away as its canonical UTF-8 bytes: a thousand of them as objects would fill the memory."""

    organization_id: int
    text: bytes
    earned: int
    available: int
    rate: Decimal | None
    grade: str


@dataclass(slots=True)
class Tallied:
    """How one indicator fared."""

    organization_count: int = 0
    full_count: int = 0
    earned: int = 0
    available: int = 0


@dataclass
class Computed:
    """All cards of a period by organization key, and how each task fared."""

    identities: dict[int, Identity]
    kept: list[Kept] = field(default_factory=list)
    indicators: dict[str, Tallied] = field(default_factory=dict)

    def add(self, card: Card) -> None:
        text = canonical(card_to_dict(card)).encode()
        key = int(card.subject)
        self.kept.append(Kept(key, text, card.earned, card.available, card.rate, card.grade or ""))
        for line in card.lines:
            if line.available:
                tallied = self.indicators.setdefault(line.indicator, Tallied())
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
        return [
            IndicatorResult(
                closing=closing,
                task_id=int(task),
                organization_count=tallied.organization_count,
                full_count=tallied.full_count,
                earned=tallied.earned,
                available=tallied.available,
            )
            for task, tallied in sorted(self.indicators.items(), key=lambda found: int(found[0]))
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
    placed = places([Card(str(one.organization_id), "", True, rate=one.rate) for one in kept], groups)
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
    computed = Computed(identities(period, on))
    total = sum(identity.level != "working_committee" for identity in computed.identities.values())
    is_year = period.kind == PeriodKind.YEAR
    for card in _year_cards(book, on, list(computed.identities)) if is_year else _quarter_cards(book, period, on):
        computed.add(card)
        if len(computed.kept) % _BATCH == 0:
            progress(len(computed.kept), total)
    computed.kept.sort(key=lambda kept: kept.organization_id)
    progress(total, total)
    return computed


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
