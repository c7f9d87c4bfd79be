from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.errors import Refused
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, require
from branchwork.periods import Period
from branchwork.templatetags.words import period_in_year
from ledgers.models import Entry, Plan
from ledgers.summaries import Summary, summarise

from .holding import hold_periods
from .writing import Written, log_entry


@transaction.atomic
def confirm_summary(
    *, organization: Organization, plan: Plan, period: Period, remark: str = "", client_uuid: UUID | None = None, by
) -> Entry:
    """报送季度小结 in one act: an entry that says the figures, claims the quarter's assignment and is sent in.

    Refused when the plan asks for none, its window has not begun, or one was sent in already.
    """
    require(by, Permission.LOG_ENTRY, organization)
    if client_uuid and (first := Entry.objects.filter(client_uuid=client_uuid, recorded_by=by).first()):
        return first
    hold_periods(plan, posting=True)
    summary = summarise(organization, plan, period)
    today = timezone.localdate()
    _check(summary, today)
    written = Written(
        title=_("Summary of %(period)s") % {"period": period_in_year(period)},
        happened_on=today,
        effect="\n".join(filter(None, [summary.text, remark.strip()])),
        work_type=summary.assignment.task.work_type,
    )
    return log_entry(
        organization=organization, written=written, claimed=[summary.assignment], submit=True, client_uuid=client_uuid,
        by=by,
    )  # fmt: skip


def _check(summary: Summary, today: date) -> None:
    if summary.assignment is None or not summary.assignment.is_in_force:
        raise Refused(_("The plan asks for no summary of this quarter here."))
    if summary.sent is not None:
        raise Refused(_("The summary of this quarter has been sent in already."))
    if summary.assignment.opens_on > today:
        raise Refused(_("It is too early for the summary of this quarter."))
