"""The life of an entry as one table: which act leads from which state to which, and who may do it.

The actions, the buttons, docs/transitions.md and its test all read this table.
"""

from dataclasses import dataclass
from enum import StrEnum

from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, grants_of, has_permission
from ledgers.models import Entry
from ledgers.models.entries import confirmers

State = Entry.State


class Who(StrEnum):
    """AUTHOR wrote it down or sent it in; LOGGER may log for the organization; OWN_CONFIRMER may confirm at the very
    organization (its secretary); CONFIRMER is that one, or the level above where nobody there has an account;
    REVIEWER may approve and return."""

    AUTHOR = "author"
    LOGGER = "logger"
    OWN_CONFIRMER = "own confirmer"
    CONFIRMER = "confirmer"
    REVIEWER = "reviewer"


class Act(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    APPROVE = "approve"
    RETURN = "return"
    VOID = "void"


@dataclass(frozen=True)
class Transition:
    """`is_locked`: refused while the period the entry is posted in is closed or being closed."""

    source: str
    act: Act
    target: str
    who: tuple[Who, ...]
    is_locked: bool


# A draft or a returned entry holds nothing in a closed quarter (returned counts as missed there): sending it in posts
# it in an open one. Where several rows fit, the first one this person may do is done: what the secretary sends in
# is confirmed by the same act.
TRANSITIONS = (
    Transition(State.DRAFT, Act.SUBMIT, State.CONFIRMED, (Who.OWN_CONFIRMER,), False),
    Transition(State.DRAFT, Act.SUBMIT, State.SUBMITTED, (Who.LOGGER,), False),
    Transition(State.RETURNED, Act.SUBMIT, State.CONFIRMED, (Who.OWN_CONFIRMER,), False),
    Transition(State.RETURNED, Act.SUBMIT, State.SUBMITTED, (Who.LOGGER,), False),
    Transition(State.SUBMITTED, Act.WITHDRAW, State.DRAFT, (Who.AUTHOR,), True),
    Transition(State.SUBMITTED, Act.CONFIRM, State.CONFIRMED, (Who.CONFIRMER,), True),
    Transition(State.CONFIRMED, Act.APPROVE, State.APPROVED, (Who.REVIEWER,), True),
    Transition(State.SUBMITTED, Act.RETURN, State.RETURNED, (Who.CONFIRMER, Who.REVIEWER), True),
    Transition(State.CONFIRMED, Act.RETURN, State.RETURNED, (Who.CONFIRMER, Who.REVIEWER), True),
    Transition(State.APPROVED, Act.RETURN, State.RETURNED, (Who.REVIEWER,), True),
    Transition(State.DRAFT, Act.VOID, State.VOIDED, (Who.LOGGER,), False),
    Transition(State.RETURNED, Act.VOID, State.VOIDED, (Who.LOGGER,), False),
    Transition(State.SUBMITTED, Act.VOID, State.VOIDED, (Who.LOGGER,), True),
    Transition(State.CONFIRMED, Act.VOID, State.VOIDED, (Who.CONFIRMER, Who.REVIEWER), True),
    Transition(State.APPROVED, Act.VOID, State.VOIDED, (Who.REVIEWER,), True),
)
# States in which what was written may still be changed.
EDITABLE = (State.DRAFT, State.RETURNED)
NEEDS_REASON = (Act.RETURN, Act.VOID)


def transitions(act: Act, source: str) -> list[Transition]:
    return [row for row in TRANSITIONS if (row.act, row.source) == (act, source)]


def is_one_of(user, who: tuple[Who, ...], entry: Entry) -> bool:
    """Whether the user is one of these to the entry. Asks at most one query."""
    return any(_CHECKS[one](user, entry) for one in who)


def acts_for(user, entry: Entry) -> dict[str, str]:
    """What this person may do with the entry as it stands: act → the state it leads to. The lock is not asked."""
    found: dict[str, str] = {}
    asked: dict[Who, bool] = {}
    for row in TRANSITIONS:
        if row.source != entry.state or row.act in found:
            continue
        for who in row.who:
            if who not in asked:
                asked[who] = is_one_of(user, (who,), entry)
        if any(asked[who] for who in row.who):
            found[row.act.value] = row.target
    return found


def may_confirm(user, organization: Organization) -> bool:
    """By a grant at the organization itself, or by one above it where no account in use has such a grant."""
    if is_own_confirmer(user, organization):
        return True
    return has_permission(user, Permission.CONFIRM_ENTRY, organization) and not confirmers(organization).exists()


def is_own_confirmer(user, organization: Organization) -> bool:
    return any(grant.organization_id == organization.pk for grant in grants_of(user, Permission.CONFIRM_ENTRY))


_CHECKS = {
    Who.AUTHOR: lambda user, entry: (
        user.pk in (entry.recorded_by_id, entry.submitted_by_id)
        and has_permission(user, Permission.LOG_ENTRY, entry.organization)
    ),
    Who.LOGGER: lambda user, entry: has_permission(user, Permission.LOG_ENTRY, entry.organization),
    Who.OWN_CONFIRMER: lambda user, entry: is_own_confirmer(user, entry.organization),
    Who.CONFIRMER: lambda user, entry: may_confirm(user, entry.organization),
    Who.REVIEWER: lambda user, entry: has_permission(user, Permission.REVIEW_ENTRY, entry.organization),
}
