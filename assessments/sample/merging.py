"""一次记录多处抵用: what is done on one day in one room becomes one entry that claims several tasks. Pure."""

from collections.abc import Sequence

from assessments.sample.deeds import Deed, How
from assessments.sample.people import Body

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
    return (
        asked.opens_on <= carrier.happened_on <= asked.due_on
        and len(carrier.claims) + len(rider.claims) <= MOST_CLAIMS
        and not {claim.task for claim in carrier.claims} & {claim.task for claim in rider.claims}
    )
