"""From facts to cards: the one way in, whatever the scheme."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assessments.scoring.books import score_book
from assessments.scoring.cards import Card
from assessments.scoring.combining import combine_periods
from assessments.scoring.desk import AnyFact
from assessments.scoring.expressions import parse
from assessments.scoring.facts import NO_STATES, PeriodStates, Subject
from assessments.scoring.ledger import score_assignments
from assessments.scoring.schemes import Scheme
from assessments.scoring.scored import asked_by
from branchwork.periods import Period, PeriodKind, period_of

# What was judged is forgotten beyond so many different facts: events with days of their own hardly come twice.
MOST_REMEMBERED = 100_000
Chunk = tuple[Mapping[str, Subject], Iterable[AnyFact]]


def score(
    scheme: Scheme,
    facts: Iterable[AnyFact],
    states: PeriodStates = NO_STATES,
    subjects: Mapping[str, Subject] | None = None,
    periods: Sequence[str] | None = None,
) -> tuple[Card, ...]:
    """Cards of the scheme's own periods; the order of the facts never matters.

    A scheme made of a plan gives a card for each subject and period that has a fact (`ledger.score_assignments`). A
    rule book gives one for each of `subjects` in each of `periods`; left out, those of the facts.
    """
    if not scheme.is_rule_book:
        return score_assignments(scheme, facts, states)
    facts = list(facts)
    if subjects is None:
        subjects = {key: Subject(key) for key in sorted({fact.subject for fact in facts})}
    if periods is None:
        periods = sorted({scored_in(scheme, fact.period) for fact in facts} - {""}, key=Period.parse)
    return score_book(scheme, facts, states, subjects, periods)


def score_all(
    scheme: Scheme, facts: Iterable[AnyFact], subjects: Mapping[str, Subject], periods: Sequence[str]
) -> tuple[Card, ...]:
    """The cards of these periods and of the longer ones they make, by subject, then by period."""
    facts = list(facts)
    scored = sorted({scored_in(scheme, period) for period in periods} - {""}, key=Period.parse)
    cards = list(score(scheme, facts, subjects=subjects, periods=scored))
    if scheme.periods.score and scheme.periods.combine:
        wholes = {_whole(scheme, period) for period in periods}
        for whole in sorted(wholes, key=Period.parse):
            combined = combine_periods(scheme, whole, cards, facts, subjects, NO_STATES)
            cards += [card for card in combined if scheme.periods.combine != "independent" or card.lines]
    order = {key: number for number, key in enumerate(subjects)}
    return tuple(sorted(cards, key=lambda card: (order[card.subject], Period.parse(card.period))))


def score_in_chunks(
    scheme: Scheme, chunks: Iterable[Chunk], periods: Sequence[str], states: PeriodStates = NO_STATES
) -> Iterator[tuple[Card, ...]]:
    """Cards chunk by chunk, flat in memory; equal facts are judged once over all chunks.

    Raises ValueError for a scheme in which somebody's points depend on others': it needs everybody at once.
    """
    if compares(scheme):
        raise ValueError(f"{scheme.key} compares subjects with each other: score them together")
    memo: dict = {}
    for subjects, facts in chunks:
        if len(memo) > MOST_REMEMBERED:
            memo.clear()
        yield score_book(scheme, facts, states, subjects, periods, memo)


def compares(scheme: Scheme) -> bool:
    """Whether somebody's card depends on the cards or facts of others."""
    means = {scheme.exempt, scheme.no_data}
    means |= {told for _, indicator in scheme.indicators() for told in (indicator.exempt, indicator.no_data)}
    conditions = [category.when for category in scheme.categories]
    conditions += [text for _, indicator in scheme.indicators() for text in (indicator.when, indicator.exempt_when)]
    conditions += [veto.when for veto in scheme.vetoes] + [grade.requires for grade in scheme.grades]
    conditions += [text for figure in scheme.figures for text in (figure.formula, figure.when)]
    return (
        "group_mean" in means
        or any(category.out_of == "best" for category in scheme.categories)
        or any(parse(text).gathered for text in conditions if text)
        or any(asked_by(indicator).compares for _, indicator in scheme.indicators())
    )


def scored_in(scheme: Scheme, period: str) -> str:
    """The card period in which what was told of `period` is scored; "" for what concerns a longer one."""
    if not scheme.periods.score:
        return period
    kind, told = PeriodKind(scheme.periods.score), Period.parse(period)
    return str(period_of(told.starts_on, kind)) if told.kind.months <= kind.months else ""


def _whole(scheme: Scheme, period: str) -> str:
    """The longer period it is a part of, or is itself."""
    told = Period.parse(period)
    kind = PeriodKind(scheme.periods.into)
    return str(told) if told.kind.months >= kind.months else str(period_of(told.starts_on, kind))
