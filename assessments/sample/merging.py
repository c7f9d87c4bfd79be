"""一次记录多处抵用: what is done on one day in one room becomes one entry that claims several tasks. Pure."""

from collections.abc import Sequence

from assessments.sample.deeds import Deed, How
from assessments.sample.office_days import DAY
from assessments.sample.people import Body

# How many days before it is due (least, most) a task is usually done; the others spread over their window.
LEADS = {
    "1.2": (2, 16), "2.3": (3, 25), "3.1": (1, 25), "3.2": (20, 150), "6.2": (1, 14), "7.1": (2, 25), "7.2": (10, 120),
    "7.3": (2, 25), "8.1": (4, 90), "8.2": (12, 120), "9.1": (2, 12), "10.1": (12, 55), "11.1": (8, 50),
    "12.1": (20, 160), "13.1": (4, 40), "13.2": (1, 10), "14.1": (10, 60), "14.2": (3, 20), "15.1": (2, 28),
    "15.2": (15, 150), "15.3": (4, 20), "17.1": (5, 40), "17.2": (5, 40), "18.1": (2, 18), "18.2": (0, 2),
    "19.1": (1, 8), "20.1": (2, 24), "21.1": (8, 100), "21.2": (1, 4), "22.1": (4, 40), "23.1": (2, 28),
    "24.1": (1, 20), "24.2": (2, 14), "25.1": (2, 25), "25.2": (4, 70), "25.3": (0, 5), "25.4": (2, 12),
}  # fmt: skip
# (what rides along, what it may ride on, how often in a hundred)
TOGETHER = (
    ("1.1", ("4.2", "2.1"), 55),
    ("5.2", ("5.1",), 50),
    ("23.2", ("5.1", "5.2"), 40),
    ("4.4", ("4.1",), 30),
    ("3.1", ("4.4",), 40),
    ("3.2", ("4.4", "2.1"), 35),
    ("21.1", ("5.1", "2.1"), 30),
    ("16.2", ("4.1",), 30),
    ("21.2", ("4.2", "2.1"), 35),
    ("25.2", ("6.1", "5.1"), 25),
    ("11.1", ("10.1",), 50),
)
MOST_CLAIMS = 4


def merge(body: Body, deeds: Sequence[Deed]) -> list[Deed]:
    """The deeds with those that were done together made one; only what was on time is taken together."""
    alone = {deed.key: deed for deed in deeds}
    for rider, carriers, often in TOGETHER:
        for deed in [deed for deed in alone.values() if deed.key[0] == rider and not deed.is_fixed]:
            rng = body.rng("together", *deed.key)
            found = [other for other in alone.values() if _carries(other, deed, carriers)]
            if deed.how == How.ON_TIME and found and rng.random() * 100 < often:
                rng.choice(found).claims += deed.claims
                del alone[deed.key]
    return list(alone.values())


def _carries(carrier: Deed, rider: Deed, tasks: Sequence[str]) -> bool:
    if carrier is rider or carrier.is_fixed or carrier.how != How.ON_TIME or carrier.key[0] not in tasks:
        return False
    asked = rider.lead
    longest = LEADS[asked.task][1] if asked.task in LEADS else 366
    return (
        max(asked.opens_on, asked.due_on - DAY * longest) <= carrier.happened_on <= asked.due_on
        and len(carrier.claims) + len(rider.claims) <= MOST_CLAIMS
        and not {claim.task for claim in carrier.claims} & {claim.task for claim in rider.claims}
    )
