import hashlib
import json
from datetime import date

from assessments.scoring import (
    Outcome,
    canonical_json,
    card_from_dict,
    card_to_dict,
    checksum,
    make_card,
    merge_year,
    score,
)

from .builders import CLOSED, OPEN, fact_of, scheme_of

SCHEME = scheme_of("theme_day", "forum")
FACTS = [
    fact_of(Outcome.LATE, done_on=date(2026, 3, 5), entries=(7,)),
    fact_of(Outcome.MISSED, indicator="forum", available=100),
    fact_of(Outcome.ON_TIME, subject="branch-7"),
    fact_of(Outcome.WAITING, subject="branch-8", once_accepted=Outcome.LATE, note="补一张签到表"),
]


def test_card_to_dict_is_plain_data():
    (card,) = score(SCHEME, FACTS[:1], CLOSED)
    assert card_to_dict(card) == {
        "subject": "branch-6",
        "period": "2026Q1",
        "is_closed": True,
        "lines": [
            {
                "indicator": "theme_day",
                "title": "title of theme_day",
                "category": "item",
                "category_title": "title of item",
                "earned": 26,
                "available": 33,
                "assigned": 33,
                "waiting": 0,
                "could_earn": 0,
                "until": None,
                "reasons": [
                    {
                        "code": "late",
                        "facts": {
                            "slot": "2026-02",
                            "due_on": "2026-02-28",
                            "points": 33,
                            "earned": 26,
                            "done_on": "2026-03-05",
                            "share": "0.80",
                        },
                        "entries": [7],
                    }
                ],
            }
        ],
        "earned": 26,
        "available": 33,
        "assigned": 33,
        "waiting": 0,
        "could_earn": 0,
        "until": None,
        "rate": "78.79",
        "grade": "一般",
        "parts": [],
    }


def test_card_from_dict_is_the_card_again_after_json():
    quarters = score(SCHEME, FACTS, OPEN)
    years = merge_year(SCHEME, "2026", score(SCHEME, FACTS, CLOSED))
    empty = make_card(SCHEME, "branch-9", "2026Q1", is_closed=True)
    for card in (*quarters, *years, empty):
        again = card_from_dict(json.loads(json.dumps(card_to_dict(card))))
        assert again == card
        assert canonical_json([again]) == canonical_json([card])


def test_card_from_dict_makes_a_year_of_frozen_quarters():
    cards = score(SCHEME, FACTS, CLOSED)
    thawed = [card_from_dict(card_to_dict(card)) for card in cards]
    assert merge_year(SCHEME, "2026", thawed, [], CLOSED) == merge_year(SCHEME, "2026", cards, [], CLOSED)


def test_canonical_json_does_not_depend_on_any_order():
    cards = score(SCHEME, FACTS, CLOSED)
    assert canonical_json(reversed(cards)) == canonical_json(score(SCHEME, FACTS[::-1], CLOSED))


def test_canonical_json_has_sorted_keys_no_floats_and_readable_chinese():
    data = canonical_json(score(SCHEME, FACTS, CLOSED))

    def refuse(text):
        raise AssertionError(f"a float: {text}")

    cards = json.loads(data, parse_float=refuse)
    assert [card["subject"] for card in cards] == ["branch-6", "branch-7", "branch-8"]
    assert list(cards[0]) == sorted(cards[0])
    assert "补一张签到表".encode() in data


def test_checksum_is_of_the_canonical_bytes():
    cards = score(SCHEME, FACTS, CLOSED)
    assert checksum(cards) == hashlib.sha256(canonical_json(cards)).hexdigest()
    assert checksum(cards) != checksum(cards[:2])
