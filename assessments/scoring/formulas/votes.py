"""Points by ballots, and by the marks of judges."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from assessments.scoring.facts import Marks, Votes
from assessments.scoring.formulas.measuring import ENTIRE, answer, exact, of_first_source
from assessments.scoring.given import NO_DATA, Given, Result
from assessments.scoring.schemes import Rule


def vote_weighted(rule: Rule, given: Given) -> Result:
    """The mean score of valid votes, of each voter group by its weight; as such, or × points ÷ `out_of`.

    Raises ValueError for a choice that has no score and is not called invalid.
    """
    ballots = _ballots(rule, given)
    weights = {voters: _weight(rule, voters) for voters in ballots}
    whole = sum(weights.values())
    if not whole:
        return NO_DATA
    mean = sum(_mean(rule, ballots[voters]) * weight for voters, weight in weights.items()) / whole
    scores = rule.parameters["scores"]
    top = max(scores, key=scores.get)
    together = sum(ballots.values(), Counter())
    told = {
        "votes": _words(scores, together),
        "valid": sum(together.values()),
        "groups": len(ballots) if len(ballots) > 1 else None,
        "top": top,
    }
    return _share(rule, given, mean, scores[top], told)


def judge_mean(rule: Rule, given: Given) -> Result:
    """The mean mark without the `drop_highest` best and `drop_lowest` worst; as such, or × points ÷ `out_of`."""
    marks = sorted(mark for fact in of_first_source(rule, given, Marks) for mark in fact.marks)
    lowest, highest = (int(rule.parameters.get(name, 0)) for name in ("drop_lowest", "drop_highest"))
    kept = marks[lowest : len(marks) - highest]
    if not kept:
        return NO_DATA
    mean = sum(map(Fraction, kept)) / len(kept)
    told = {"marks": len(marks), "dropped": lowest + highest or None}
    return _share(rule, given, mean, rule.parameters.get("out_of") or ENTIRE, told)


def _share(rule: Rule, given: Given, mean: Fraction, top: Decimal, told: Mapping[str, object]) -> Result:
    """The mean itself, or that part of the points; `top` is the best that could be had."""
    if given.points is None:
        return answer(rule, given, exact(mean), {"mean": exact(mean)} | told)
    out_of = rule.parameters.get("out_of") or ENTIRE
    points = exact(Fraction(given.points) * mean / Fraction(out_of))
    could = exact(Fraction(given.points) * (Fraction(top) - mean) / Fraction(out_of))
    more = {"full": given.points, "out_of": out_of, "could": could, "missing": exact(Fraction(top) - mean)}
    return answer(rule, given, points, {"mean": exact(mean)} | more | told)


def _ballots(rule: Rule, given: Given) -> dict[str, Counter[str]]:
    """Valid votes by choice, of each voter group that cast some; of all voters together where none are told apart."""
    ballots: dict[str, Counter[str]] = {}
    told_apart = rule.parameters.get("voters")
    for fact in of_first_source(rule, given, Votes):
        valid = {choice: count for choice, count in fact.counts.items() if _is_valid(rule, choice) and count > 0}
        if valid and _weight(rule, fact.voters):
            ballots.setdefault(fact.voters if told_apart else "", Counter()).update(valid)
    return ballots


def _is_valid(rule: Rule, choice: str) -> bool:
    if choice in rule.parameters["scores"]:
        return True
    if choice in rule.parameters.get("invalid", ()):
        return False
    raise ValueError(f"rule {rule.key} has no score for the vote: {choice}")


def _weight(rule: Rule, voters: str) -> Fraction:
    weights = rule.parameters.get("voters")
    return Fraction(weights.get(voters, 0)) if weights else Fraction(1)


def _mean(rule: Rule, votes: Counter[str]) -> Fraction:
    scores = rule.parameters["scores"]
    return sum(Fraction(scores[choice]) * count for choice, count in votes.items()) / sum(votes.values())


def _words(scores: Mapping[str, Decimal], votes: Counter[str]) -> str:
    """How many for each choice, the best first: "好 2; 较好 1"."""
    ordered = sorted(votes, key=lambda choice: (-scores[choice], choice))
    return "; ".join(f"{choice} {votes[choice]}" for choice in ordered)
