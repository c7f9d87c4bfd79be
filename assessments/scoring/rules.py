"""The closed table of formulas: what each rule kind does."""

from collections.abc import Mapping
from types import MappingProxyType

from assessments.scoring.formulas.awards import award_per_event
from assessments.scoring.formulas.criteria import award_on_criterion
from assessments.scoring.formulas.derived import derived_formula
from assessments.scoring.formulas.given_by_hand import inherit_multiplier, manual_range
from assessments.scoring.formulas.ledger import assignment_share
from assessments.scoring.formulas.levels import bonus_by_level, deduct_by_level
from assessments.scoring.formulas.occurrences import (
    all_or_nothing,
    deduct_if,
    deduct_per_occurrence,
    late_deduction,
)
from assessments.scoring.formulas.proportions import proportional
from assessments.scoring.formulas.ranks import rank_based
from assessments.scoring.formulas.rates import rate_step
from assessments.scoring.formulas.shortfalls import deduct_shortfall_count
from assessments.scoring.formulas.tiers import tiered
from assessments.scoring.formulas.votes import judge_mean, vote_weighted
from assessments.scoring.given import Formula

FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        formula.__name__: formula
        for formula in (
            all_or_nothing,
            assignment_share,
            award_on_criterion,
            award_per_event,
            bonus_by_level,
            deduct_by_level,
            deduct_if,
            deduct_per_occurrence,
            deduct_shortfall_count,
            derived_formula,
            inherit_multiplier,
            judge_mean,
            late_deduction,
            manual_range,
            proportional,
            rank_based,
            rate_step,
            tiered,
            vote_weighted,
        )
    }
)
