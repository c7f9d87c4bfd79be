"""How the period that something was told of stands to the period of a card."""

from functools import cache

from branchwork.periods import Period


@cache
def relation(inner: str, outer: str) -> str:
    """ "inside" it, "around" it, "before" it in the same year, or "" where it does not concern it."""
    fact, card = Period.parse(inner), Period.parse(outer)
    if fact.starts_on >= card.starts_on and fact.ends_on <= card.ends_on:
        return "inside"
    if fact.starts_on <= card.starts_on and fact.ends_on >= card.ends_on:
        return "around"
    return "before" if fact.year == card.year and fact.ends_on < card.starts_on else ""
