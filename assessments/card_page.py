"""What the page of one card shows, drawn from an organization's year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from django.urls import reverse

from assessments import charts
from assessments.cards import Year, compared, hundredths
from assessments.facts import Book, rule_book
from assessments.models import Scorecard
from assessments.rule_book_page import RuleBookPage
from assessments.scoring import Card, Line, Reason, card_from_dict, mean, rate_of
from assessments.wording import earning_words, line_words, slot_words
from branchwork.organizations.models import Organization
from branchwork.periods import Period, PeriodKind, plan_periods
from branchwork.templatetags.words import quarter_short

# Rows of "what can still be earned" that stand open; what is further off is folded.
STANDING_OPEN = 8


@dataclass(frozen=True)
class PeriodRow:
    """One line of the table of periods. `kind` as scoring.Part, or "year"; rates and median in hundredths."""

    kind: str
    period: str
    earned: int
    available: int
    assigned: int
    rate: int | None
    is_closed: bool
    is_current: bool
    has_card: bool
    place: int | None = None
    place_of: int | None = None
    median: int | None = None
    grade: str = ""

    @property
    def is_future(self) -> bool:
        return not self.is_closed and not self.available and not self.earned


@dataclass(frozen=True)
class StillRow:
    title: str
    slot: str
    points: int
    how: str
    until: date | None
    is_returned: bool
    url: str


@dataclass(frozen=True)
class LineRow:
    """`undue` are points of the line that are not due yet; `entries` are (key, day or None)."""

    title: str
    earned: int
    available: int
    undue: int
    waiting: int
    words: list[str]
    entries: list[tuple[int, date | None]]

    @property
    def is_lost(self) -> bool:
        return self.earned < self.available


@dataclass(frozen=True)
class Group:
    title: str
    lines: list[LineRow]


@dataclass(frozen=True)
class Uncounted:
    title: str
    slot: str
    code: str
    note: str
    points: int


def _by_day(entry: tuple[int, date | None]) -> tuple[date, int]:
    """Entries in the order they happened; one that is gone stands last."""
    key, day = entry
    return day or date.max, key


def period_rows(book: Book, year: Year, current: Period | None = None) -> list[PeriodRow]:
    """Four quarters, make-ups, next year's tasks, the year; without the two between where the year has none."""
    *quarters, whole = plan_periods(book.plan.year)
    rows = [_row("quarter", book, year, period, period == current) for period in quarters]
    for part in () if book.is_rule_book else year.cards[str(whole)].parts[4:]:
        rows.append(
            PeriodRow(
                part.kind, part.period, part.earned, part.available, part.assigned, hundredths(part.rate),
                part.is_closed, False, False,
            )
        )  # fmt: skip
    return [*rows, _row("year", book, year, whole, whole == current)]


def _row(kind: str, book: Book, year: Year, period: Period, is_current: bool) -> PeriodRow:
    card, frozen = year.cards[str(period)], year.frozen.get(str(period))
    return PeriodRow(
        kind=kind,
        period=str(period),
        earned=card.earned,
        available=card.available,
        assigned=card.assigned,
        rate=hundredths(compared(book.scheme, card)),
        is_closed=card.is_closed,
        is_current=is_current,
        has_card=True,
        place=frozen.place if frozen else None,
        place_of=frozen.place_of if frozen else None,
        median=frozen.median if frozen else None,
        grade=frozen.grade if frozen else "",
    )


@dataclass
class CardPage:
    """`scorecard` is the frozen card shown, an earlier revision maybe; None while the period is open.

    `branches` are the years of the branches below, for information; `mean_rates` their mean in each period.
    """

    book: Book
    organization: Organization
    period: Period
    year: Year
    scorecard: Scorecard | None
    today: date
    branches: Sequence[Year] = ()
    mean_rates: dict[str, int] = field(default_factory=dict)
    may_log: bool = False

    @cached_property
    def card(self) -> Card:
        if self.scorecard is not None:
            return card_from_dict(self.scorecard.snapshot["card"])
        return self.year.cards[str(self.period)]

    @cached_property
    def rule_book(self) -> RuleBookPage | None:
        """What a card by a rule book shows; None where the plan's own points are the scheme."""
        document = self.scorecard.closing.scheme.document if self.scorecard else ""
        scheme = rule_book(document) if document else self.book.scheme
        if not scheme.is_rule_book or self.scorecard and not document:
            return None
        return RuleBookPage(scheme, self.card, self.scorecard, self._days, self.book.plan.year, self.is_year)

    @property
    def is_year(self) -> bool:
        return self.period.kind == PeriodKind.YEAR

    @property
    def is_provisional(self) -> bool:
        return not self.card.is_closed

    @property
    def is_superseded(self) -> bool:
        return self.scorecard is not None and self.scorecard.closing.reopened_at is not None

    @property
    def rate(self) -> int | None:
        return hundredths(self.card.rate)

    @property
    def undue(self) -> int:
        """Points of the period that are not due and not done yet."""
        return self.card.assigned - self.card.available

    @property
    def lost(self) -> int:
        return self.card.available - self.card.earned

    @property
    def full_rate(self) -> int | None:
        """The rate if everything that can still be earned is."""
        return hundredths(rate_of(self.card.earned + self.card.could_earn, self.card.assigned))

    @property
    def above_median(self) -> str | None:
        """How far the printed rate stands above the group's median, in points of a hundred; "" for level."""
        if self.scorecard is None or self.scorecard.median is None or self.scorecard.rate is None:
            return None
        return f"{Decimal(self.scorecard.rate - self.scorecard.median) / 100:.2f}"

    @cached_property
    def year_points(self) -> int:
        """What stands on this organization's cards of the year, the exempt left out."""
        return self.year.cards[str(self.book.plan.year)].assigned

    @cached_property
    def rows(self) -> list[PeriodRow]:
        return period_rows(self.book, self.year, self.period)

    @cached_property
    def bars(self) -> list[charts.Bar]:
        quarters = self.rows[:4]
        current = next((index for index, row in enumerate(quarters) if row.is_current), None)
        figures = [(row.period, row.rate, row.is_closed, row.median) for row in quarters]
        return charts.bars(figures, [quarter_short(row.period) for row in quarters], current, self.full_bar)

    @cached_property
    def grade_lines(self) -> list[charts.Line]:
        return charts.grade_lines(self.book.scheme.grades, self.full_bar)

    @cached_property
    def full_bar(self) -> Decimal:
        """What a bar of full height stands for: a rate of 100, or the points that can be had."""
        known = [Decimal(row.rate) / 100 for row in self.rows[:4] if row.rate is not None]
        total = self.book.scheme.total or Decimal(100)
        return max([total, *known]) if self.book.is_in_points else Decimal(100)

    @cached_property
    def groups(self) -> list[Group]:
        """By item, what is due or done; a task of which nothing counts stands under what is left out instead."""
        counted = [line for line in self.card.lines if line.available or line.earned]
        return [
            Group(category, [self._line_row(line) for line in lines])
            for category, lines in groupby(counted, key=lambda line: line.category_title)
        ]

    @cached_property
    def later(self) -> list[LineRow]:
        """Lines of which nothing is due yet."""
        waits = [line for line in self.card.lines if line.assigned and not line.available and not line.earned]
        return [self._line_row(line) for line in waits]

    @property
    def line_count(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    @cached_property
    def lost_count(self) -> int:
        return sum(line.is_lost for group in self.groups for line in group.lines)

    def _line_row(self, line: Line) -> LineRow:
        return LineRow(
            title=line.title,
            earned=line.earned,
            available=line.available,
            undue=line.assigned - line.available,
            waiting=line.waiting,
            words=line_words(line, self.book.plan.year),
            entries=sorted(((entry, self._days.get(entry)) for entry in line.entries), key=_by_day),
        )

    @cached_property
    def _days(self) -> dict[int, date]:
        """The day of each entry that still claims something here."""
        return {claim.entry_id: claim.happened_on for claims in self.year.claims.values() for claim in claims}

    @cached_property
    def uncounted(self) -> list[Uncounted]:
        """Exempt and not applicable by decision, with the reasons."""
        return [
            Uncounted(
                line.title, self._slot(reason), reason.code, str(reason.facts.get("note", "")), reason.facts["points"]
            )
            for line, reason in self._reasons()
            if reason.code in ("exempt", "not_applicable")
        ]

    @cached_property
    def outside(self) -> list[str]:
        """Tasks of the plan that ask nothing of this organization in the whole year."""
        asked = {row.task_id for row in self.year.rows}
        return [task.content for task in self.book.tasks.values() if task.pk not in asked]

    @cached_property
    def still(self) -> list[StillRow]:
        """What can still be earned, the first to lapse first."""
        rows = [self._still_row(line, reason) for line, reason in self._reasons() if reason.facts.get("could_earn")]
        return sorted(rows, key=lambda row: (row.until or date.max, -row.points, row.title))

    @property
    def still_first(self) -> list[StillRow]:
        return self.still[:STANDING_OPEN]

    @property
    def still_rest(self) -> list[StillRow]:
        return self.still[STANDING_OPEN:]

    def _still_row(self, line: Line, reason: Reason) -> StillRow:
        until = reason.facts.get("until")
        return StillRow(
            title=line.title,
            slot=self._slot(reason) if len(line.reasons) > 1 else "",
            points=reason.facts["could_earn"],
            how=earning_words(reason),
            until=until if until and until >= self.today else None,
            is_returned=reason.code == "returned",
            url=self._url(line, reason) if self.may_log else "",
        )

    def _url(self, line: Line, reason: Reason) -> str:
        if reason.code == "returned" and reason.entries:
            return reverse("ledgers:entry_edit", args=[reason.entries[-1]])
        key = self._assignments.get((line.indicator, str(reason.facts["slot"])))
        return f"{reverse('ledgers:entry_log')}?assignment={key}" if key else ""

    @cached_property
    def _assignments(self) -> dict[tuple[str, str], int]:
        return {(str(row.task_id), row.slot): row.pk for row in self.year.rows}

    def _reasons(self) -> Iterable[tuple[Line, Reason]]:
        return ((line, reason) for line in self.card.lines for reason in line.reasons)

    def _slot(self, reason: Reason) -> str:
        return slot_words(str(reason.facts["slot"]), reason.facts["due_on"], self.book.plan.year)

    @property
    def mean_rate(self) -> int | None:
        """The mean of the branches' cards in this period."""
        if self.branches:
            scheme = self.book.scheme
            return hundredths(mean(compared(scheme, year.cards[str(self.period)]) for year in self.branches))
        return self.mean_rates.get(str(self.period))
