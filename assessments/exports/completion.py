"""How a plan's tasks stand where a rule book makes the cards: judged by the plan's own points, for the matrix."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from assessments.cards import NOTHING
from assessments.facts import AssignmentRow, Book, ClaimRow, facts, plan_scheme, read
from assessments.models import Closing
from assessments.scoring import Card, Line, Outcome, PeriodState, score
from branchwork.periods import Period, PeriodKind
from ledgers.models import Assignment

Standing = Assignment.Standing


def completion(book: Book, period: Period, closing: Closing | None, on: date) -> Iterator[tuple[str, list[Line]]]:
    """By subject, its lines by task. Of a closed quarter as it was closed: what was made up since is not done."""
    by_task = replace(book, scheme=plan_scheme(book.plan, list(book.tasks.values()), None))
    is_year = period.kind == PeriodKind.YEAR
    rows = book.plan.assignments.all() if is_year else book.plan.assignments.filter(period=str(period))
    for key, (mine, claims) in read(book.assessed(rows)):
        if closing:
            mine, claims = [_as_closed(row, is_year) for row in mine], NOTHING[1]
        yield str(key), _lines(by_task, mine, claims, on, is_closed=closing is not None)


def _as_closed(row: AssignmentRow, is_year: bool) -> AssignmentRow:
    """What waits, or was made up since, was not done when the period was closed."""
    is_done = row.standing == Standing.DONE and (is_year or row.counted_in == row.period)
    return row if is_done else row._replace(standing=Standing.OPEN, done_on=None, recorded_on=None, timing="")


def _lines(
    book: Book, rows: list[AssignmentRow], claims: Mapping[int, list[ClaimRow]], on: date, *, is_closed: bool
) -> list[Line]:
    """One line for each task, over all of its periods."""
    told = facts(book, rows, claims, on)
    if is_closed:
        told = (replace(fact, outcome=Outcome.MISSED) if fact.outcome == Outcome.OPEN else fact for fact in told)
    states = {row.period: PeriodState(is_closed=is_closed) for row in rows}
    cards: tuple[Card, ...] = score(book.scheme, told, states)
    found: dict[str, Line] = {}
    for card in cards:
        for line in card.lines:
            before = found.get(line.indicator)
            found[line.indicator] = replace(line, reasons=before.reasons + line.reasons) if before else line
    return list(found.values())
