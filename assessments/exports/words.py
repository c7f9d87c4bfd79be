"""Words that stand on more than one sheet."""

from datetime import date

from django.utils.translation import gettext as _

from assessments.exports.basis import Basis
from branchwork.templatetags.words import day, period, period_in_year

LEVELS = {"committee": 0, "branch": 1}


def level_words(level: str) -> str:
    """层级: places are given within one."""
    return _("Committees and general branches") if level == "committee" else _("Branches")


def filled_in(basis: Basis) -> str:
    """The line under the title, as the office's own tables have it."""
    told = {"owner": basis.plan.owner, "day": full_day(basis.as_of)}
    if basis.is_closed:
        return _("Filled in by: %(owner)s (seal)      Closed on: %(day)s      Unit: points") % told
    return _("Filled in by: %(owner)s (seal)      As of: %(day)s      Unit: points") % told


def provisional(basis: Basis) -> list[str]:
    """What an open period's sheets say under their title; nothing once it is closed."""
    if basis.is_closed:
        return []
    told = {"period": period_in_year(basis.period), "day": full_day(basis.as_of)}
    return [_("Provisional: %(period)s is not closed; figures as of %(day)s, neither grades nor places.") % told]


def signature() -> str:
    return _("Head (signature):                    Checked by:                    Made by:                    Date:")


def full_day(value: date) -> str:
    """2026年1月15日: always with its year."""
    return day(value, 0)


def whole_period(basis: Basis) -> str:
    return period_in_year(basis.period)


def period_short(text: str, year: int) -> str:
    """A period posted in, without the year it shares with the plan: 第三季度, 2026年度."""
    return period(text) if text.startswith(str(year)) else period_in_year(text)


def closing_words(basis: Basis) -> str:
    """Which closing it was and its checksum; "" while the period is open."""
    closing = basis.closing
    if closing is None:
        return ""
    told = _("%(period)s, closing no. %(revision)d, by %(name)s on %(day)s. Checksum of the cards: %(sha256)s.") % {
        "period": whole_period(basis),
        "revision": closing.revision,
        "name": closing.closed_by or "—",
        "day": full_day(basis.as_of),
        "sha256": closing.sha256,
    }
    if not closing.accepted_pending_count:
        return told
    return told + _(" %(count)d records still pending were counted as accepted.") % {
        "count": closing.accepted_pending_count
    }
