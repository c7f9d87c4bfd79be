"""Reads a workbook's basis: a constant number of queries, whatever the number of organizations."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from types import MappingProxyType

from django.utils import timezone

from assessments.cards import compared, current_cards, frozen_cards, period_cards, years_of
from assessments.exports.basis import Basis, Due, Ranked, Subject, group_order
from assessments.exports.completion import completion
from assessments.exports.words import LEVELS
from assessments.facts import Book, book_of, period_states
from assessments.freezing import identities
from assessments.models import Closing, Scorecard
from assessments.rule_book_cards import open_cards
from assessments.scoring import Card, Reason, Scheme, card_from_dict, outcome_undone
from branchwork.periods import Period, PeriodKind
from ledgers.models import Assignment, Plan, Task

Standing = Assignment.Standing


def basis_of(plan: Plan, period: Period, today: date) -> Basis:
    """Of the current closing where there is one: then nothing in it depends on `today`."""
    closings = Closing.objects.current().filter(plan=plan, period=str(period))
    closing = closings.select_related("scheme", "closed_by").first()
    book = book_of(plan, closing.scheme if closing else None)
    as_of = timezone.localdate(closing.closed_at) if closing else today
    morning = timezone.make_aware(datetime.combine(today, time.min))
    return Basis(
        plan=plan,
        period=period,
        closing=closing,
        scheme=book.scheme,
        as_of=as_of,
        made_at=closing.closed_at if closing else morning,
        ranked=_in_order(book.scheme, _frozen(closing) if closing else _provisional(book, period, today)),
        tasks=tuple(Task.objects.filter(item__plan=plan).select_related("item")),
        own=_own(book, period, closing, today),
        by_task=dict(completion(book, period, closing, as_of)) if book.is_rule_book else None,
    )


def _in_order(scheme: Scheme, ranked: Iterable[Ranked]) -> tuple[Ranked, ...]:
    """By level, peer group and place; without places by what cards are compared by."""
    found = list(ranked)
    groups = group_order(found)

    def key(one: Ranked) -> tuple:
        subject, rate = one.subject, compared(scheme, one.card)
        return (
            LEVELS.get(subject.level, len(LEVELS)),
            groups[subject.peer_group],
            one.place is None,
            one.place or 0,
            rate is None,
            -(rate or 0),
            subject.code,
        )

    return tuple(sorted(found, key=key))


def _frozen(closing: Closing) -> Iterable[Ranked]:
    scorecards = Scorecard.objects.filter(closing=closing, organization__isnull=False)
    for key, place, snapshot in scorecards.values_list("organization_id", "place", "snapshot").iterator():
        yield Ranked(_subject(key, snapshot), card_from_dict(snapshot["card"]), place)


def _provisional(book: Book, period: Period, today: date) -> Iterable[Ranked]:
    known = identities(period, today)
    for card in _cards(book, period, today):
        if card.lines:
            yield Ranked(_subject(int(card.subject), known[int(card.subject)].as_snapshot()), card)


def _cards(book: Book, period: Period, today: date) -> Iterable[Card]:
    if book.is_rule_book:
        yield from open_cards(book, period, today, lambda: frozen_cards(book)).values()
        return
    locks = list(book.plan.locks.all())
    if period.kind == PeriodKind.YEAR:
        years = years_of(book, locks, book.plan.assignments.all(), current_cards(book.plan), today)
        yield from (year.cards[str(period)] for year in years.values())
        return
    assignments = book.plan.assignments.filter(period=str(period))
    for batch in period_cards(book, assignments, period_states(locks), today):
        yield from batch


def _subject(key: int, identity: dict) -> Subject:
    return Subject(
        key=str(key),
        code=identity["code"],
        name=identity["name"],
        label=identity["short_name"] or identity["name"],
        level=identity["level"],
        peer_group=identity["peer_group"],
    )


def _own(book: Book, period: Period, closing: Closing | None, today: date) -> dict[str, tuple[Due, ...]]:
    """The committee's own tasks are on no card, so their assignments are read as they stood at the closing."""
    rows = Assignment.objects.filter(plan=book.plan, task__in=book.own).order_by("due_on", "pk")
    if period.kind != PeriodKind.YEAR:
        rows = rows.filter(period=str(period))
    dues: dict[str, list[Due]] = defaultdict(list)
    for row in rows:
        facts = {"slot": row.slot, "due_on": row.due_on, "points": row.points}
        reason = Reason(_code(row, period, closing, today), MappingProxyType(facts))
        dues[str(row.task_id)].append(Due(row.slot, row.due_on, row.points, 0, reason))
    return {task: tuple(found) for task, found in dues.items()}


def _code(row: Assignment, period: Period, closing: Closing | None, today: date) -> str:
    if row.not_applicable_at:
        return "not_applicable"
    if row.exempted_at:
        return "exempt"
    # What was made up after a quarter's closing was not done when it was closed.
    if row.standing == Standing.DONE and (period.kind == PeriodKind.YEAR or not row.is_make_up):
        return "made_up" if row.is_make_up else row.timing
    if closing:
        return "missed"
    if row.standing in (Standing.SUBMITTED, Standing.CONFIRMED):
        return "waiting"
    return "returned" if row.standing == Standing.RETURNED else str(outcome_undone(row.due_on, today))
