"""Many entries from the review queue at once. Each stands for itself: what cannot be done now is told, the rest is
done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction

from branchwork.errors import Refused
from ledgers.models import Entry

from .steps import approve_entry, confirm_entry, return_entry


@dataclass
class Outcome:
    done: int = 0
    # (entry, why not)
    refused: list[tuple[Entry, str]] = field(default_factory=list)


@transaction.atomic
def pass_entries(*, picked: Sequence[tuple[Entry, int]], by) -> Outcome:
    """Confirm what was sent in and approve what was confirmed, as far as this person may. `picked` pairs each entry
    with the version that was looked at."""

    def pass_one(entry: Entry, version: int) -> None:
        step = confirm_entry if entry.state == Entry.State.SUBMITTED else approve_entry
        step(entry=entry, version=version, by=by)

    return _each(picked, pass_one)


@transaction.atomic
def return_entries(*, picked: Sequence[tuple[Entry, int]], reason: str, by) -> Outcome:
    """Return them all for one reason."""
    return _each(picked, lambda entry, version: return_entry(entry=entry, version=version, reason=reason, by=by))


def _each(picked: Sequence[tuple[Entry, int]], step: Callable[[Entry, int], object]) -> Outcome:
    outcome = Outcome()
    for entry, version in picked:
        try:
            with transaction.atomic():
                step(entry, version)
        except (Refused, PermissionDenied) as refusal:
            outcome.refused.append((entry, str(refusal)))
        else:
            outcome.done += 1
    return outcome
