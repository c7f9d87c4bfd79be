"""Short ways to write schemes and facts down in tests."""

from datetime import date
from decimal import Decimal

from assessments.scoring import Category, Fact, Grade, Indicator, Outcome, PeriodState, Rule, Scheme

GRADES = (
    Grade("好", Decimal(90)),
    Grade("较好", Decimal(80)),
    Grade("一般", Decimal(60)),
    Grade("差", Decimal(0)),
)
OPEN = {"2026Q1": PeriodState(open_until=date(2026, 4, 14))}
CLOSED = {period: PeriodState(is_closed=True) for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026")}


def scheme_of(*indicators: str, **settings: object) -> Scheme:
    """A scheme of one category whose indicators all have the ledger's own rule."""
    rows = tuple(Indicator(key, f"title of {key}", (Rule("assignment_share"),)) for key in indicators)
    settings = {"grades": GRADES} | settings
    return Scheme("plan-2026", "2026 plan", (Category("item", "title of item", rows),), **settings)


def fact_of(outcome: Outcome, **changes: object) -> Fact:
    """February's theme day (0.33, due 28 February) of branch 6, with what is changed."""
    told = {
        "subject": "branch-6",
        "indicator": "theme_day",
        "period": "2026Q1",
        "slot": "2026-02",
        "available": 33,
        "due_on": date(2026, 2, 28),
    }
    return Fact(outcome=outcome, **told | changes)
