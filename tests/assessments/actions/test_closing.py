from datetime import date
from decimal import Decimal

from assessments.scoring import card_from_dict
from tests.assessments.year import card_of, live_the_worked_example


def figures(scorecard) -> tuple:
    return scorecard.earned, scorecard.available, scorecard.rate, scorecard.grade


def test_worked_example_to_the_cent(office, year):
    live_the_worked_example(year, office)
    cards = {period: card_of(office.archive, period) for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026")}
    assert {period: figures(card) for period, card in cards.items()} == {
        "2026Q1": (1384, 1391, 9950, "好"),
        "2026Q2": (1634, 1634, 10000, "好"),
        "2026Q3": (1108, 1208, 9172, "好"),
        "2026Q4": (2642, 2642, 10000, "好"),
        "2026": (7348, 7875, 9331, "好"),
    }
    whole = card_from_dict(cards["2026"].snapshot["card"])
    assert [(part.kind, part.period, part.earned, part.available, part.rate) for part in whole.parts] == [
        ("quarter", "2026Q1", 1384, 1391, Decimal("99.50")),
        ("quarter", "2026Q2", 1634, 1634, Decimal("100.00")),
        ("quarter", "2026Q3", 1108, 1208, Decimal("91.72")),
        ("quarter", "2026Q4", 2642, 2642, Decimal("100.00")),
        ("make_up", "2026", 80, 0, None),
        ("next_year", "2026", 500, 1000, Decimal("50.00")),
    ]
