from datetime import date
from decimal import Decimal

from assessments.scoring.facts import Fact, Outcome
from assessments.scoring.formulas.ledger import assignment_share

from .builders import given_of, rule_of


def assignment(slot, outcome, available=100):
    return Fact(
        subject="b1",
        indicator="r",
        period="2026",
        slot=slot,
        available=available,
        due_on=date(2026, int(slot), 28),
        outcome=outcome,
    )


# The missed one, done before the closing, earns 0.80: 10 × 2.60 ÷ 3.00.
COULD = {"could": "2.666666666666666666666666667", "reach": "8.666666666666666666666666667"}
ON_TIME, LATE = assignment("01", Outcome.ON_TIME), assignment("02", Outcome.LATE)
MISSED, EXEMPT = assignment("03", Outcome.MISSED), assignment("04", Outcome.EXEMPT)


def test_points_by_what_was_earned_of_what_was_due():
    result = assignment_share(rule_of("assignment_share"), given_of(MISSED, LATE, ON_TIME, EXEMPT, points=10))
    assert result.items[0].points == 6  # 10 × (1.00 + 0.80) ÷ 3.00
    first, *rest = result.reasons
    told = {"rule": "r", "title": "Rule", "earned": "1.8", "due": "3", "full": "10", "points": "6"}
    assert (first.code, dict(first.facts)) == ("assignment_share", told | COULD)
    assert [reason.code for reason in rest] == ["on_time", "late", "missed", "exempt"]
    assert rest[1].facts["earned"] == 80


def test_without_points_what_was_earned():
    result = assignment_share(rule_of("assignment_share"), given_of(ON_TIME, LATE))
    assert result.items[0].points == Decimal("1.8")


def test_where_nothing_was_due_there_is_no_data():
    for told in ((EXEMPT,), ()):
        result = assignment_share(rule_of("assignment_share"), given_of(*told, points=10))
        assert (result.items, result.has_data) == ((), False)
        assert [reason.code for reason in result.reasons] == ["nothing_due"]
