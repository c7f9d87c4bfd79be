"""From quarters to the year: frozen quarters, make-ups, and the tasks due next year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from assessments.scoring.cards import Card, Line, Part, Reason, Tally, add_up
from assessments.scoring.facts import DONE, NO_STATES, OPEN_WITHOUT_DATE, Fact, Outcome, PeriodStates
from assessments.scoring.ledger import make_card
from assessments.scoring.rates import rate_of
from assessments.scoring.schemes import Scheme
from assessments.scoring.terms import Terms

UNEARNED = frozenset({"missed", "returned", "not_accepted"})

_MakeUps = Mapping[tuple[str, str, str], Fact]  # by period, indicator and slot


def merge_year(
    scheme: Scheme,
    year: str,
    cards: Iterable[Card],
    make_ups: Iterable[Fact] = (),
    periods: PeriodStates = NO_STATES,
) -> tuple[Card, ...]:
    """One card of the year for each subject that has any card, sorted by subject.

    `cards` are quarters' cards ("2026Q1": frozen, or provisional while open) and the next-year card
    that `score` makes of period "2026". `make_ups` are facts of assignments of closed quarters as they
    stand now. One counts only where its frozen card left the assignment unearned, always at the late share,
    whatever its outcome, and on the points that were frozen; every other is ignored.

    The year's rate is its own earned ÷ available, neither the mean nor the sum of the quarters' rates.

    Raises ValueError for a card of another period, two cards of one period, two make-ups of one
    assignment, and a closed year with an open quarter.
    """
    by_subject = _cards_by_subject(year, cards)
    late = _make_ups_by_subject(make_ups)
    terms = Terms(scheme, periods.get(year, OPEN_WITHOUT_DATE))
    return tuple(
        _year_card(terms, year, subject, by_subject[subject], late.get(subject, {}), periods)
        for subject in sorted(by_subject)
    )


def _year_card(
    terms: Terms, year: str, subject: str, cards: Mapping[str, Card], late: _MakeUps, periods: PeriodStates
) -> Card:
    quarters = [cards.get(quarter) or _nothing(subject, quarter, periods) for quarter in _quarters(year)]
    if terms.period.is_closed and not all(quarter.is_closed for quarter in quarters):
        raise ValueError(f"{year} is closed with an open quarter of subject {subject}")
    next_year = cards.get(year) or _nothing(subject, year, periods)
    made_up = [line for quarter in quarters if quarter.is_closed for line in _made_up(terms, quarter, late)]
    parts = (
        *(_part("quarter", quarter) for quarter in quarters),
        Part("make_up", year, terms.period.is_closed, *add_up(made_up)[:-1]),
        _part("next_year", next_year),
    )
    lines = [line for quarter in quarters for line in quarter.lines] + made_up + list(next_year.lines)
    merged = _merged(terms.scheme, lines)
    return make_card(terms.scheme, subject, year, merged, is_closed=terms.period.is_closed, parts=parts)


def _made_up(terms: Terms, quarter: Card, late: _MakeUps) -> Iterator[Line]:
    """For each line of a closed quarter that lost an assignment: what was, or can still be, made up."""
    for line in quarter.lines:
        lost = [reason for reason in line.reasons if reason.code in UNEARNED]
        tallies = [
            _make_up(terms, reason, late.get((quarter.period, line.indicator, str(reason.facts["slot"]))))
            for reason in lost
        ]
        reasons = tuple(reason for tally in tallies for reason in tally.reasons)
        if reasons:
            sums = add_up(tallies, reasons)
            yield Line(line.indicator, line.title, line.category, line.category_title, *sums)


def _make_up(terms: Terms, lost: Reason, fact: Fact | None) -> Tally:
    value = terms.worth(int(lost.facts["points"]), Outcome.LATE)
    is_closed, until = terms.period.is_closed, terms.period.open_until
    if fact is not None and fact.outcome in DONE:
        return Tally(earned=value, reasons=(_told("made_up", lost, fact, terms, earned=value),))
    if is_closed:
        return Tally()
    if fact is not None and fact.outcome == Outcome.WAITING:
        reason = _told("make_up_waiting", lost, fact, terms, earned=value)
        return Tally(earned=value, waiting=value, reasons=(reason,))
    reason = _told("make_up_open", lost, fact, terms, earned=0, could_earn=value, until=until)
    return Tally(could_earn=value, until=until, reasons=(reason,))


def _told(code: str, lost: Reason, fact: Fact | None, terms: Terms, **told: object) -> Reason:
    told |= {key: lost.facts[key] for key in ("slot", "due_on", "points")}
    told |= {"share": str(terms.scheme.late_share)}
    if fact is not None:
        told |= {"done_on": fact.done_on, "recorded_on": fact.recorded_on}
    known = {key: value for key, value in told.items() if value is not None}
    return Reason(code, MappingProxyType(known), tuple(sorted(fact.entries)) if fact else ())


def _merged(scheme: Scheme, lines: Iterable[Line]) -> list[Line]:
    """One line for each indicator, in the scheme's order; what the scheme no longer has comes last."""
    by_indicator: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_indicator[line.indicator].append(line)
    in_order = [indicator.key for _, indicator in scheme.indicators() if indicator.key in by_indicator]
    in_order += sorted(by_indicator.keys() - set(in_order))
    return [_merged_line(by_indicator[key]) for key in in_order]


def _merged_line(lines: list[Line]) -> Line:
    first = lines[0]
    reasons = tuple(reason for line in lines for reason in line.reasons)
    return Line(first.indicator, first.title, first.category, first.category_title, *add_up(lines, reasons))


def _part(kind: str, card: Card) -> Part:
    sums = add_up([card])
    return Part(kind, card.period, card.is_closed, *sums[:-1], rate=rate_of(sums.earned, sums.available))


def _quarters(year: str) -> list[str]:
    return [f"{year}Q{number}" for number in (1, 2, 3, 4)]


def _nothing(subject: str, period: str, periods: PeriodStates) -> Card:
    return Card(subject, period, periods.get(period, OPEN_WITHOUT_DATE).is_closed)


def _cards_by_subject(year: str, cards: Iterable[Card]) -> dict[str, dict[str, Card]]:
    by_subject: dict[str, dict[str, Card]] = defaultdict(dict)
    for card in cards:
        if card.period not in (year, *_quarters(year)) or card.parts:
            raise ValueError(f"not a part of {year}: the card of {card.subject} for {card.period}")
        if card.period in by_subject[card.subject]:
            raise ValueError(f"two cards of subject {card.subject} for {card.period}")
        by_subject[card.subject][card.period] = card
    return by_subject


def _make_ups_by_subject(facts: Iterable[Fact]) -> dict[str, dict[tuple[str, str, str], Fact]]:
    by_subject: dict[str, dict[tuple[str, str, str], Fact]] = defaultdict(dict)
    for fact in facts:
        key = (fact.period, fact.indicator, fact.slot)
        if key in by_subject[fact.subject]:
            raise ValueError(f"two make-ups of one assignment of subject {fact.subject}: {key}")
        by_subject[fact.subject][key] = fact
    return by_subject
