"""From assignments to cards: a plan whose own points are its scheme."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter

from assessments.scoring.assignment_share import assignment_share
from assessments.scoring.cards import Card, Line, Part, add_up
from assessments.scoring.facts import NO_STATES, OPEN_WITHOUT_DATE, Fact, PeriodStates
from assessments.scoring.rates import grade_of, rate_of
from assessments.scoring.schemes import Category, Indicator, Scheme
from assessments.scoring.terms import Terms


def score_assignments(scheme: Scheme, facts: Iterable[Fact], periods: PeriodStates = NO_STATES) -> tuple[Card, ...]:
    """One card for each subject and period that has a fact, sorted by subject and period.

    A period without a state is open. Lines stand in the scheme's order; an indicator without facts
    has no line. The order of the facts never matters. What falls due next year (period "2026")
    comes as a card of its own, for `merge_year`.

    Raises ValueError for a rule kind or an indicator that is not known, and for two facts about the
    same slot of the same indicator and subject.
    """
    indicators = {indicator.key: (category, indicator) for category, indicator in scheme.indicators()}
    _check_kinds(scheme)
    terms: dict[str, Terms] = {}
    cards = []
    for (subject, period), by_indicator in sorted(_grouped(facts).items()):
        if unknown := by_indicator.keys() - indicators.keys():
            raise ValueError(f"not in scheme {scheme.key}: {', '.join(sorted(unknown))}")
        if period not in terms:
            terms[period] = Terms(scheme, periods.get(period, OPEN_WITHOUT_DATE))
        lines = [
            _line(category, indicator, terms[period], by_indicator[key])
            for key, (category, indicator) in indicators.items()
            if key in by_indicator
        ]
        cards.append(make_card(scheme, subject, period, lines, is_closed=terms[period].period.is_closed))
    return tuple(cards)


def make_card(
    scheme: Scheme,
    subject: str,
    period: str,
    lines: Sequence[Line] = (),
    *,
    is_closed: bool,
    parts: tuple[Part, ...] = (),
) -> Card:
    """A card of these lines, with totals, rate and grade. Without lines: a subject nothing was asked of."""
    sums = add_up(lines)
    rate = rate_of(sums.earned, sums.available)
    return Card(
        subject,
        period,
        is_closed,
        tuple(lines),
        *sums[:-1],
        rate=rate,
        grade=grade_of(scheme, rate),
        parts=parts,
    )


def _check_kinds(scheme: Scheme) -> None:
    kinds = {rule.kind for _, indicator in scheme.indicators() for rule in indicator.all_rules()}
    if unknown := kinds - {"assignment_share"}:
        raise ValueError(f"a scheme made of a plan has no such rules: {', '.join(sorted(unknown))}")


def _grouped(facts: Iterable[Fact]) -> dict[tuple[str, str], dict[str, list[Fact]]]:
    """Facts by (subject, period), then by indicator."""
    grouped: dict[tuple[str, str], dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        grouped[fact.subject, fact.period][fact.indicator].append(fact)
    return grouped


def _line(category: Category, indicator: Indicator, terms: Terms, facts: list[Fact]) -> Line:
    if len(facts) > 1:
        facts.sort(key=attrgetter("due_on", "slot"))
        if len({fact.slot for fact in facts}) < len(facts):
            raise ValueError(f"two facts about one slot of {indicator.key} of subject {facts[0].subject}")
    (rule,) = indicator.rules
    tally = assignment_share(rule, terms, tuple(facts))
    return Line(indicator.key, indicator.title, category.key, category.title, *tally)
