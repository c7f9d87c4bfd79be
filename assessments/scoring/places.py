"""Places among equals."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal

from assessments.scoring.cards import Card


def places(cards: Iterable[Card], groups: Mapping[str, Hashable | None], smallest: int = 3) -> dict[str, int | None]:
    """The place of each card's subject in its group, by the printed rate; ties share it (1, 2, 2, 4).

    `groups` gives each subject its (peer group, level); a subject without one stands outside.
    None for a subject without a group, without a rate or with an open card, and in a group where
    fewer than `smallest` can be compared. Raises ValueError for two cards of one subject.
    """
    placed: dict[str, int | None] = {}
    rates: dict[Hashable, dict[str, Decimal]] = {}
    for card in cards:
        if card.subject in placed:
            raise ValueError(f"two cards of one subject: {card.subject}")
        placed[card.subject] = None
        group = groups.get(card.subject)
        if group is not None and card.is_closed and card.rate is not None:
            rates.setdefault(group, {})[card.subject] = card.rate
    for members in rates.values():
        if len(members) >= smallest:
            place_of = _place_of_rate(members.values())
            placed.update((subject, place_of[rate]) for subject, rate in members.items())
    return placed


def _place_of_rate(rates: Iterable[Decimal]) -> dict[Decimal, int]:
    place_of, better = {}, 0
    for rate, count in sorted(Counter(rates).items(), reverse=True):
        place_of[rate] = better + 1
        better += count
    return place_of
