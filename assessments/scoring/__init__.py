"""Scoring: pure functions over frozen values; standard library only.

`score` makes cards of facts, whatever the scheme: one made of a plan's own points (`ledger`, and `merge_year` for the
year's card), or a rule book (`books`, and `combining` for the year's). Both are the same for the same input, whatever
its order. Printed points are whole hundredths, rates are `Decimal` or None; a rule book's exact points stand beside.
"""

from assessments.scoring.cards import Card, Line, Part, Reason
from assessments.scoring.engine import score
from assessments.scoring.facts import Fact, Outcome, PeriodState, outcome_undone
from assessments.scoring.ledger import make_card
from assessments.scoring.places import places
from assessments.scoring.rates import grade_of, mean, median, rate_of
from assessments.scoring.schemes import Category, Grade, Indicator, Rule, Scheme
from assessments.scoring.snapshots import canonical_json, card_from_dict, card_to_dict, checksum
from assessments.scoring.years import merge_year

__all__ = [
    "Card",
    "Category",
    "Fact",
    "Grade",
    "Indicator",
    "Line",
    "Outcome",
    "Part",
    "PeriodState",
    "Reason",
    "Rule",
    "Scheme",
    "canonical_json",
    "card_from_dict",
    "card_to_dict",
    "checksum",
    "grade_of",
    "make_card",
    "mean",
    "median",
    "merge_year",
    "outcome_undone",
    "places",
    "rate_of",
    "score",
]
