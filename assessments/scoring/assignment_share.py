"""The rule of a ledger with points: every assignment earns all, a share, or none of its points."""

from datetime import date
from operator import attrgetter
from types import MappingProxyType

from assessments.scoring.cards import Reason, Tally, add_up
from assessments.scoring.facts import DONE, Fact, Outcome
from assessments.scoring.schemes import Rule
from assessments.scoring.terms import Terms


def assignment_share(rule: Rule, terms: Terms, facts: tuple[Fact, ...]) -> Tally:
    """Sum over assignments; one reason for each, in the order of `facts`. Has no parameters."""
    judged = [_judge(fact, terms) for fact in facts]
    return add_up(judged, tuple(map(_with_entries, judged, facts)))


_pattern_of = attrgetter(
    "outcome",
    "available",
    "slot",
    "due_on",
    "done_on",
    "recorded_on",
    "once_accepted",
    "required_count",
    "done_count",
    "is_due",
    "resend_by",
    "note",
)


def _judge(fact: Fact, terms: Terms) -> Tally:
    """One assignment. Equal but for subject and entries means judged once in a call of `score`."""
    pattern = _pattern_of(fact)
    tally = terms.memo.get(pattern)
    if tally is None:
        code, sums = _judge_closed(fact, terms) if terms.period.is_closed else _judge_open(fact, terms)
        tally = terms.memo[pattern] = sums._replace(reasons=(_reason(code, fact, sums, terms),))
    return tally


def _judge_closed(fact: Fact, terms: Terms) -> tuple[str, Tally]:
    if fact.outcome not in _UNDONE:
        return _judge_settled(fact, terms)
    return _UNDONE[fact.outcome], Tally(available=fact.available, assigned=fact.available)


_UNDONE = {
    Outcome.WAITING: "not_accepted",
    Outcome.OPEN: "missed",
    Outcome.MISSED: "missed",
    Outcome.RETURNED: "returned",
}


def _judge_open(fact: Fact, terms: Terms) -> tuple[str, Tally]:
    points, outcome = fact.available, fact.outcome
    if outcome not in _UNDONE:
        return _judge_settled(fact, terms)
    if outcome == Outcome.WAITING:
        value = terms.worth(points, fact.once_accepted)
        return outcome, Tally(value, points, points, waiting=value)
    if outcome == Outcome.OPEN:
        return outcome, Tally(assigned=points, could_earn=points, until=fact.due_on)
    if outcome == Outcome.MISSED:
        value = terms.worth(points, Outcome.LATE)
        return outcome, Tally(0, points, points, could_earn=value, until=terms.period.open_until)
    value = terms.worth(points, fact.once_accepted)
    available = points if fact.is_due else 0
    return outcome, Tally(0, available, points, could_earn=value, until=_lapses_on(fact, terms))


def _lapses_on(returned: Fact, terms: Terms) -> date | None:
    if returned.resend_by is not None:
        return returned.resend_by
    return terms.period.open_until if returned.is_due else returned.due_on


def _judge_settled(fact: Fact, terms: Terms) -> tuple[str, Tally]:
    """Done, exempt or not applicable: the same in an open and in a closed period."""
    points, outcome = fact.available, fact.outcome
    if outcome in DONE:
        return outcome, Tally(terms.worth(points, outcome), points, points)
    if outcome == Outcome.NOT_APPLICABLE and terms.scheme.not_applicable == "full":
        return outcome, Tally(points, points, points)
    return outcome, Tally()


def _reason(code: str, fact: Fact, sums: Tally, terms: Terms) -> Reason:
    told: dict[str, str | int | date | None] = {
        "slot": fact.slot,
        "due_on": fact.due_on,
        "points": fact.available,
        "earned": sums.earned,
        "done_on": fact.done_on,
        "recorded_on": fact.recorded_on,
        # What might have become of it depends on the day one asks; a closed period must not.
        "once_accepted": fact.once_accepted and not terms.period.is_closed and str(fact.once_accepted) or None,
        "note": fact.note or None,
        "until": sums.until,
    }
    if sums.could_earn:
        told["could_earn"] = sums.could_earn
    if sums.earned + sums.could_earn < fact.available and sums.earned + sums.could_earn > 0:
        told["share"] = str(terms.scheme.late_share)
    if fact.required_count > 1:
        told.update(required_count=fact.required_count, done_count=fact.done_count)
    known = {key: value for key, value in told.items() if value is not None}
    return Reason(str(code), MappingProxyType(known))


def _with_entries(tally: Tally, fact: Fact) -> Reason:
    (reason,) = tally.reasons
    if not fact.entries:
        return reason
    return Reason(reason.code, reason.facts, tuple(sorted(fact.entries)))
