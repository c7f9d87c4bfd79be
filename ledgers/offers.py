"""What the form of an entry proposes to count for."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from branchwork.organizations.models import Organization
from ledgers.entry_rules import claimable
from ledgers.models import Assignment, WorkType
from ledgers.states import State, state_of
from ledgers.summaries import WORK_TYPE as SUMMARY


@dataclass(frozen=True)
class Offer:
    assignment: Assignment
    state: State
    is_ticked: bool


@dataclass
class Offers:
    """`near` are ticked, or of the chosen work type with the day in their window; `others` is everything else that is
    open by that day, arrears included. `work_types` (primary keys) have something open that day,
    what falls due first first."""

    near: list[Offer] = field(default_factory=list)
    others: list[Offer] = field(default_factory=list)
    work_types: list[int] = field(default_factory=list)

    @property
    def ticked_count(self) -> int:
        return sum(1 for offer in self.near if offer.is_ticked)

    @property
    def wanted_effects(self) -> list[str]:
        """What the plan wants to read about the ticked tasks."""
        return [offer.assignment.task.effect for offer in self.near if offer.is_ticked and offer.assignment.task.effect]


def offers_for(
    organization: Organization, happened_on: date, work_type: WorkType | None, ticked: set[int], *, may_tick: bool
) -> Offers:
    """The offers for what happened that day. With `may_tick` and nothing ticked, the only one that still
    wants an entry is ticked."""
    today = timezone.localdate()
    # The quarter's summary has a page of its own, which writes it.
    rows = [
        row
        for row in claimable(organization, happened_on, ticked).select_related("task__work_type")
        if row.pk in ticked or row.task.work_type is None or row.task.work_type.code != SUMMARY
    ]
    falls = [row for row in rows if row.opens_on <= happened_on <= row.due_on]
    offered = {row.pk for row in falls if work_type is not None and row.task.work_type_id == work_type.pk}
    wanting = {row.pk for row in falls if row.pk in offered and _wants_more(row)}
    if may_tick and not ticked and len(wanting) == 1:
        ticked = wanting
    found = Offers(work_types=list(dict.fromkeys(row.task.work_type_id for row in falls if row.task.work_type_id)))
    for row in rows:
        offer = Offer(row, state_of(row, today), row.pk in ticked)
        (found.near if offer.is_ticked or row.pk in offered else found.others).append(offer)
    found.near.sort(key=lambda offer: not offer.is_ticked)
    found.others.sort(key=lambda offer: offer.state.rank)
    return found


def _wants_more(assignment: Assignment) -> bool:
    """Nothing sent in is on its way yet, or one entry is not enough."""
    on_its_way = assignment.standing in (Assignment.Standing.SUBMITTED, Assignment.Standing.CONFIRMED)
    return not on_its_way or assignment.task.required_count > 1
