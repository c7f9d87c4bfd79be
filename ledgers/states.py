"""The words a screen has for where an assignment or an entry stands, with the sign and colour that go with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ledgers.models import Assignment, Entry, Fulfilment

# 即将到期: due within so many days, the same fortnight in which dates are shown with their weekday.
SOON_DAYS = 14
# The same signs as theme.css writes before a badge.
SIGNS = {
    "is-todo": "○", "is-soon": "△", "is-late": "▲", "is-wait": "◇", "is-back": "×", "is-done": "√", "is-fill": "补",
    "is-none": "—",
}  # fmt: skip


@dataclass(frozen=True)
class State:
    """`css` is the class of theme.css that carries sign and colour; `tag` a remark beside the word, often empty.

    `rank` orders states from the worst (0): a matrix cell shows the lowest rank of its assignments.
    """

    key: str
    css: str
    label: str | Promise
    rank: int
    tag: str | Promise = ""

    @property
    def sign(self) -> str:
        """The sign as text, where a cell has no room for the word."""
        return SIGNS[self.css]

    @property
    def must_act(self) -> bool:
        """Whether the organization itself has something to do now."""
        return self.rank <= SOON.rank


def worst(states: Iterable[State]) -> State:
    """The one that marks a matrix cell. ValueError when there is none."""
    return min(states, key=lambda state: state.rank)


OVERDUE = State("overdue", "is-late", _("Overdue"), 0)
RETURNED = State("returned", "is-back", _("Returned"), 1)
SOON = State("soon", "is-soon", _("Due soon"), 2)
SUBMITTED = State("submitted", "is-wait", _("To be confirmed"), 3)
CONFIRMED = State("confirmed", "is-wait", _("To be reviewed"), 4)
UNDER_WAY = State("under_way", "is-todo", pgettext_lazy("assignment", "Under way"), 5)
NOT_STARTED = State("not_started", "is-todo", _("Not started"), 6)
WAITING = State("waiting", "is-todo", _("Waiting for its event"), 7)
RECORDED_LATE = State("recorded_late", "is-fill", _("Recorded late"), 8)
DONE = State("done", "is-done", _("Done"), 9)
EXEMPT = State("exempt", "is-none", _("Exempt"), 10)
NOT_APPLICABLE = State("not_applicable", "is-none", _("Not applicable"), 11)

DONE_LATE = State("done", "is-done", _("Done"), 9, _("Done late"))
DONE_MADE_UP = State("done", "is-done", _("Done"), 9, pgettext_lazy("assignment", "Made up"))
RECORDED_MADE_UP = State("recorded_late", "is-fill", _("Recorded late"), 8, pgettext_lazy("assignment", "Made up"))

# From the worst to what asks for nothing: for legends and filters.
STATES = (
    OVERDUE, RETURNED, SOON, SUBMITTED, CONFIRMED, UNDER_WAY, NOT_STARTED, WAITING, RECORDED_LATE, DONE, EXEMPT,
    NOT_APPLICABLE,
)  # fmt: skip

_ON_THE_WAY = {
    Assignment.Standing.RETURNED: RETURNED,
    Assignment.Standing.SUBMITTED: SUBMITTED,
    Assignment.Standing.CONFIRMED: CONFIRMED,
}


def state_of(assignment: Assignment | None, today: date) -> State:
    """The screen state of an assignment; None is an event task whose event has not come (待触发). Asks no query."""
    if assignment is None:
        return WAITING
    if assignment.not_applicable_at:
        return NOT_APPLICABLE
    if assignment.exempted_at:
        return EXEMPT
    if assignment.standing == Assignment.Standing.DONE:
        return _done_state(assignment)
    return _ON_THE_WAY.get(assignment.standing) or _open_state(assignment, today)


def _done_state(assignment: Assignment) -> State:
    is_recorded_late = assignment.timing == Assignment.Timing.RECORDED_LATE
    if assignment.is_make_up:
        return RECORDED_MADE_UP if is_recorded_late else DONE_MADE_UP
    if is_recorded_late:
        return RECORDED_LATE
    return DONE_LATE if assignment.timing == Assignment.Timing.LATE else DONE


def _open_state(assignment: Assignment, today: date) -> State:
    """进行中: its window is open, or part of what it asks is done. What has not opened cannot be hurried."""
    if assignment.due_on < today:
        return OVERDUE
    if assignment.opens_on > today and not assignment.accepted_count:
        return NOT_STARTED
    if assignment.due_on <= today + timedelta(days=SOON_DAYS):
        return SOON
    return UNDER_WAY


ENTRY_DRAFT = State("draft", "is-todo", _("Draft"), 6)
ENTRY_CONFIRMED = State("confirmed", "is-done", _("Confirmed"), 9)
ENTRY_APPROVED = State("approved", "is-done", _("Approved"), 9)
ENTRY_VOIDED = State("voided", "is-none", _("Voided"), 11)
# What the committee still has to look at is 待审核, though the secretary has confirmed it.
ENTRY_AWAITS_REVIEW = State("awaits_review", "is-wait", _("To be reviewed"), 4)

_OF_ENTRY = {
    Entry.State.DRAFT: ENTRY_DRAFT,
    Entry.State.SUBMITTED: SUBMITTED,
    Entry.State.CONFIRMED: ENTRY_CONFIRMED,
    Entry.State.APPROVED: ENTRY_APPROVED,
    Entry.State.RETURNED: RETURNED,
    Entry.State.VOIDED: ENTRY_VOIDED,
}


def entry_state_of(entry: Entry) -> State:
    """The screen state of an entry; reads its fulfilments (prefetch them in lists)."""
    is_undecided = any(claim.state == Fulfilment.State.CLAIMED for claim in entry.fulfilments.all())
    return state_of_entry(entry.state, is_undecided=is_undecided)


def state_of_entry(state: str, *, is_undecided: bool) -> State:
    """The same of an entry's own state, and whether one of its claims is still to be decided."""
    return ENTRY_AWAITS_REVIEW if state == Entry.State.CONFIRMED and is_undecided else _OF_ENTRY[state]
