"""The closed table of rule kinds: what each is told, what it reads, and whether it gives or takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

# What a parameter may hold:
# amount   points or a count; one for each peer group, or worked out (Decimal | ByGroup | ByFormula)
# all      as amount, or the word "all" (every point of the indicator or scoring point)
# number   Decimal        integer  int        flag  bool        text  str
# window   "day", "month", "quarter", "half", "year" or "" (the period)
# levels   {level: amount}         scores, weights  {name: Decimal}
# tiers    tuple of mappings with bounds (from, above, up_to, below: amount; level: text) and one of points: amount,
#          loses: all
# places   tuple of mappings {"up_to": amount, "points" or "loses": amount}
# criteria tuple of mappings {"key", "title", "points": amount}
# choices  tuple of text           expression  text
# others   one of the words listed: "deduct|award|mark"


class Parameter(NamedTuple):
    """`what` as above; a required one has no default."""

    what: str
    default: object = None
    is_required: bool = False


class Kind(NamedTuple):
    """`reads` names the facts it understands; `effect` decides where an indicator's arithmetic begins.

    An indicator whose rules only take ("takes"), or take and add ("adds"), begins with its points; one with a rule
    that "gives" begins with nothing. "either" is decided by the parameters (`effect_of`). `needs_data`: without
    facts the answer is "no data"; otherwise it means that nothing happened.
    """

    reads: tuple[Literal["event", "value", "votes", "marks", "assignment"], ...]
    effect: Literal["gives", "takes", "adds", "either"]
    needs_data: bool
    parameters: Mapping[str, Parameter]


def _kind(reads: str, effect: str, needs_data: bool = False, **parameters: Parameter) -> Kind:
    return Kind(tuple(reads.split()), effect, needs_data, MappingProxyType(parameters))


def _must(what: str) -> Parameter:
    return Parameter(what, None, True)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # Ledger
        "assignment_share": _kind("assignment", "gives", True),
        # Taking away
        "deduct_per_occurrence": _kind("event value", "takes", each=_must("amount"), free=Parameter("amount")),
        "deduct_if": _kind("event value", "takes", points=_must("all")),
        "all_or_nothing": _kind("event value", "takes"),
        "deduct_by_level": _kind("event value", "takes", levels=_must("levels")),
        "late_deduction": _kind(
            "event value",
            "takes",
            each=Parameter("amount"),
            once=Parameter("all"),
            per_day=Parameter("amount"),
            grace_days=Parameter("amount"),
        ),
        "deduct_shortfall_count": _kind(
            "event value",
            "takes",
            needs_data=True,
            required=_must("amount"),
            each=Parameter("all"),
            per=Parameter("window", ""),
        ),
        "inherit_multiplier": _kind("event value", "takes", factor=_must("number")),
        # Adding
        "award_per_event": _kind(
            "event value", "adds", each=_must("amount"), required=Parameter("amount"), first=Parameter("amount")
        ),
        "bonus_by_level": _kind("event value", "adds", levels=_must("levels")),
        # Giving
        "award_on_criterion": _kind("value event", "gives", True, criteria=_must("criteria")),
        "proportional": _kind(
            "value event",
            "gives",
            True,
            per=Parameter("amount"),
            factor=Parameter("number"),
            to_best=Parameter("flag", False),
            among=Parameter("group|all", "group"),
        ),
        "vote_weighted": _kind(
            "votes",
            "gives",
            True,
            scores=_must("scores"),
            voters=Parameter("weights"),
            out_of=Parameter("number"),
            invalid=Parameter("choices", ()),
        ),
        "judge_mean": _kind(
            "marks",
            "gives",
            True,
            drop_highest=Parameter("integer", 0),
            drop_lowest=Parameter("integer", 0),
            out_of=Parameter("number"),
        ),
        # Either, as their parameters say
        "tiered": _kind(
            "value event",
            "either",
            True,
            by=Parameter("value|count|level|shortfall|quantity", "value"),
            target=Parameter("amount"),
            tiers=_must("tiers"),
        ),
        "rate_step": _kind(
            "value",
            "takes",
            True,
            base=_must("amount"),
            step=_must("number"),
            below=Parameter("amount"),
            above=Parameter("amount"),
            steps=Parameter("whole|begun|exact", "whole"),
        ),
        "rank_based": _kind(
            "value",
            "either",
            True,
            places=Parameter("places", ()),
            last=Parameter("places", ()),
            best=Parameter("highest|lowest", "highest"),
            among=Parameter("group|all", "group"),
            counted=Parameter("place|percent", "place"),
            given=Parameter("flag", False),
        ),
        "manual_range": _kind(
            "event value",
            "either",
            False,
            direction=_must("deduct|award|mark"),
            least=Parameter("amount"),
            most=Parameter("amount"),
        ),
        "derived_formula": _kind(
            "value event", "either", True, formula=_must("expression"), direction=Parameter("deduct|award|mark", "mark")
        ),
    }
)


def effect_of(kind: str, parameters: Mapping[str, object]) -> Literal["gives", "takes", "adds"]:
    """Whether a rule gives points, takes some, or adds to what is there."""
    effect = KINDS[kind].effect
    if effect != "either":
        return effect
    if kind == "tiered":
        return "gives" if any("points" in tier for tier in parameters["tiers"]) else "takes"
    if kind == "rank_based":
        tiers = (*parameters.get("places", ()), *parameters.get("last", ()))
        return "adds" if any("points" in tier for tier in tiers) else "takes"
    return {"deduct": "takes", "award": "adds", "mark": "gives"}[str(parameters.get("direction", "mark"))]


def needs_data(kind: str, parameters: Mapping[str, object]) -> bool:
    """Whether no facts means no data, rather than that nothing happened."""
    return KINDS[kind].needs_data or parameters.get("direction") == "mark"
