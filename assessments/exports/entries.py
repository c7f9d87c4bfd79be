"""台账明细: every record that was handed in and stands, read piece by piece."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.exports import words
from assessments.exports.basis import Basis
from assessments.wording import slot_words
from branchwork.xlsx import Column, SheetSpec
from ledgers.models import Entry, Fulfilment
from ledgers.states import state_of_entry

AT_A_TIME = 2_000
Claims = dict[int, list[tuple[str, str]]]  # by entry: state and words of each


def entries_of(basis: Basis) -> QuerySet[Entry]:
    """What is posted in the period: neither drafts, which nobody handed in, nor what was voided."""
    entries = Entry.objects.filter(plan=basis.plan).standing().exclude(posted_in="")
    return entries if basis.period.kind == "year" else entries.filter(posted_in=str(basis.period))


def entries_sheet(basis: Basis) -> SheetSpec:
    """By organization and day; three queries, and one more for every so many rows."""
    return SheetSpec(
        title=_("Ledger detail"),
        columns=_columns(basis.plan.year),
        rows=_rows(basis),
        heading=[_("Ledger detail, %(period)s") % {"period": words.whole_period(basis)}, *words.provisional(basis)],
        frozen_columns=2,
        autofilter=True,
    )


def _columns(year: int) -> list[Column]:
    return [
        Column("organization", pgettext("workbook", "Organization"), 24),
        Column("happened_on", pgettext("workbook", "Day"), 12, "date"),
        Column("type", pgettext("workbook", "Work type"), 11),
        Column("title", pgettext("workbook", "What was done"), 36),
        Column("effect", pgettext("workbook", "Effect"), 32),
        Column("attended", pgettext("workbook", "Members present"), 8, "integer"),
        Column("claims", pgettext("workbook", "Counts for"), 40),
        Column("state", pgettext("workbook", "State"), 8, align="center"),
        Column("posted_in", pgettext("workbook", "Posted in"), 10, align="center"),
        Column("recorded_on", pgettext("workbook", "Recorded"), 12, "date"),
        Column("sent_on", pgettext("workbook", "Handed in"), 12, "date"),
        Column("recorded_by", pgettext("workbook", "Recorded by"), 12, align="center"),
        Column("confirmed_by", pgettext("workbook", "Confirmed by"), 10, align="center"),
        Column("approved_by", pgettext("workbook", "Approved by"), 10, align="center"),
    ]


def _rows(basis: Basis) -> Iterator[dict]:
    entries = entries_of(basis)
    claims = _claims(entries, basis.plan.year)
    names = {one.subject.key: one.subject.name for one in basis.ranked}
    for entry in _in_order(entries):
        own = claims.get(entry.pk, [])
        is_undecided = any(state == Fulfilment.State.CLAIMED for state, _words in own)
        by = str(entry.recorded_by)
        yield {
            "organization": names.get(str(entry.organization_id), entry.organization.name),
            "happened_on": entry.happened_on,
            "type": entry.work_type,
            "title": entry.title,
            "effect": entry.effect,
            "attended": entry.attended,
            "claims": "\n".join(words for _state, words in own),
            "state": state_of_entry(entry.state, is_undecided=is_undecided).label,
            "posted_in": words.period_short(entry.posted_in, basis.plan.year),
            "recorded_on": timezone.localdate(entry.recorded_at),
            "sent_on": timezone.localdate(entry.first_submitted_at),
            "recorded_by": _("%(name)s (on behalf)") % {"name": by} if entry.on_behalf else by,
            "confirmed_by": entry.confirmed_by,
            "approved_by": entry.approved_by,
        }


def _in_order(entries: QuerySet[Entry]) -> Iterator[Entry]:
    """Never with an open cursor: while one is read, SQLite lets the job not write how far it is."""
    keys = list(entries.order_by("organization__path", "happened_on", "pk").values_list("pk", flat=True))
    related = Entry.objects.select_related("organization", "work_type", "recorded_by", "confirmed_by", "approved_by")
    for start in range(0, len(keys), AT_A_TIME):
        piece = keys[start : start + AT_A_TIME]
        found = related.in_bulk(piece)
        yield from (found[key] for key in piece if key in found)


def _claims(entries: QuerySet[Entry], year: int) -> Claims:
    """Which task and due date each entry counts for, with what was not accepted or not yet decided."""
    rows = Fulfilment.objects.filter(entry__in=entries.values("pk")).order_by("assignment__due_on", "pk")
    columns = ("entry_id", "state", "task__content", "assignment__slot", "assignment__due_on")
    claims: Claims = defaultdict(list)
    for entry, state, content, slot, due_on in rows.values_list(*columns).iterator(chunk_size=5_000):
        told = {"task": content, "slot": slot_words(slot, due_on, year)}
        claims[entry].append((state, _CLAIM_WORDS[state]() % told))
    return claims


_CLAIM_WORDS = {
    Fulfilment.State.ACCEPTED: lambda: _("%(task)s (%(slot)s)"),
    Fulfilment.State.CLAIMED: lambda: _("%(task)s (%(slot)s), to be decided"),
    Fulfilment.State.REJECTED: lambda: _("%(task)s (%(slot)s), not accepted"),
}
