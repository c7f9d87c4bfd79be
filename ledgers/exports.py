"""Columns of the ledger's workbooks, as data."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from branchwork.templatetags.words import moment, period_in_year
from branchwork.xlsx import Column, SheetSpec
from ledgers.models import Entry, Fulfilment
from ledgers.states import entry_state_of


def entry_sheet(entries: Sequence[Entry], *, by, at: datetime) -> SheetSpec:
    """The ledger as a sheet, one entry a row; who took it out and when stands under the title."""
    return SheetSpec(
        title=_("Ledger"),
        heading=[
            _("Ledger"),
            _("%(n)s entries, exported by %(who)s on %(at)s") % {"n": len(entries), "who": by, "at": moment(at)},
        ],
        columns=entry_columns(),
        rows=entries,
        frozen_columns=2,
        autofilter=True,
    )


def entry_columns() -> list[Column]:
    return [
        Column("happened_on", _("Day"), format="date"),
        Column("organization", _("Organization")),
        Column("work_type", _("Kind of work")),
        Column("title", _("What was done"), width=40),
        Column("effect", _("Effect"), width=44),
        Column("place", _("Where")),
        Column("attended", _("Members present"), format="integer"),
        Column("state", _("State"), get=lambda entry: str(entry_state_of(entry).label)),
        Column("posted_in", _("Posted in"), get=lambda entry: entry.posted_in and period_in_year(entry.posted_in)),
        Column("claims", _("Counts for"), width=44, get=_claims),
        Column("recorded_at", _("Logged on"), format="datetime"),
        Column("recorded_by", _("Logged by")),
        Column("on_behalf", _("Remark"), get=lambda entry: _("Logged on behalf") if entry.on_behalf else ""),
        Column("confirmed_by", _("Confirmed by")),
    ]


def _claims(entry: Entry) -> str:
    claims = [claim for claim in entry.fulfilments.all() if claim.state != Fulfilment.State.REJECTED]
    return "；".join(str(claim.task) for claim in claims)
