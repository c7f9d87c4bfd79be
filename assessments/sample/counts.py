"""What the sample year holds, counted for whoever loaded it."""

from collections import Counter
from datetime import date

from django.utils.translation import pgettext

from branchwork.models import AuditEvent
from branchwork.organizations.models import Organization, User
from ledgers.models import Assignment, Entry, Evidence, Fulfilment, Plan, Task

Standing, Timing = Assignment.Standing, Assignment.Timing


def counts_of(plan: Plan, on: date) -> list[list[tuple[str, int]]]:
    """(what, how many) in lines: what was asked, how it was done, what was written, and how that fared."""
    return [_asked(plan, on), _done(plan), _written(plan), _fared(plan)]


def _asked(plan: Plan, on: date) -> list[tuple[str, int]]:
    rows = plan.assignments.all()
    return [
        (pgettext("sample", "organizations"), Organization.objects.count()),
        (pgettext("sample", "logins"), User.objects.count()),
        (pgettext("sample", "tasks"), Task.objects.filter(item__plan=plan).count()),
        (pgettext("sample", "assignments"), rows.count()),
        (pgettext("sample", "exempt"), rows.filter(exempted_at__isnull=False).count()),
        (pgettext("sample", "not applicable any more"), rows.filter(not_applicable_at__isnull=False).count()),
        (pgettext("sample", "opened by events"), rows.filter(event_on__isnull=False).count()),
        (pgettext("sample", "past due and not done"), rows.overdue(on).count()),
    ]


def _done(plan: Plan) -> list[tuple[str, int]]:
    done = list(plan.assignments.filter(standing=Standing.DONE))
    timings = Counter(row.timing for row in done if not row.is_make_up)
    return [
        (pgettext("sample", "done on time"), timings[Timing.ON_TIME]),
        (pgettext("sample", "done late"), timings[Timing.LATE]),
        (pgettext("sample", "recorded late"), timings[Timing.RECORDED_LATE]),
        (pgettext("sample", "made up after a closing"), sum(row.is_make_up for row in done)),
    ]


def _written(plan: Plan) -> list[tuple[str, int]]:
    claims = Fulfilment.objects.filter(entry__plan=plan)
    several = Counter(claims.values_list("entry", flat=True))
    return [
        (pgettext("sample", "entries"), plan.entries.count()),
        (pgettext("sample", "with several claims"), sum(count > 1 for count in several.values())),
        (pgettext("sample", "without a task"), plan.entries.filter(fulfilments=None).count()),
        (pgettext("sample", "claims not accepted"), claims.filter(state=Fulfilment.State.REJECTED).count()),
        (pgettext("sample", "logged on behalf"), plan.entries.filter(on_behalf=True).count()),
        (pgettext("sample", "files"), Evidence.objects.filter(entry__plan=plan).count()),
    ]


def _fared(plan: Plan) -> list[tuple[str, int]]:
    unreviewed = plan.entries.filter(state=Entry.State.CONFIRMED, fulfilments__state=Fulfilment.State.CLAIMED)
    states = Counter(plan.entries.values_list("state", flat=True))
    resent = AuditEvent.objects.filter(action="entry.return").values("object_key").distinct().count()
    return [
        (pgettext("sample", "to be confirmed"), states[Entry.State.SUBMITTED]),
        (
            pgettext("sample", "to be reviewed"),
            unreviewed.distinct().count(),
        ),
        (pgettext("sample", "returned"), states[Entry.State.RETURNED]),
        (pgettext("sample", "returned and sent again"), resent),
        (pgettext("sample", "drafts"), states[Entry.State.DRAFT]),
        (pgettext("sample", "voided"), states[Entry.State.VOIDED]),
        (pgettext("sample", "replaced"), plan.entries.filter(replaces__isnull=False).count()),
    ]
