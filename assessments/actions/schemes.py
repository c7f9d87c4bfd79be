"""考核办法 of a plan, and the facts files of its periods. A version is never changed: another choice is the next."""

import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.facts import DEFAULT_SETTINGS, rule_book
from assessments.facts_files import check_facts, misfits
from assessments.models import FactsFile, Scheme
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scoring import Scheme as RuleBook
from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.organizations.permissions import Permission, require
from branchwork.periods import plan_periods
from branchwork.templatetags.words import period_in_year
from ledgers.actions.locks import hold, hold_open, is_open
from ledgers.models import PeriodLock, Plan


@transaction.atomic
def scheme_for(*, plan: Plan, by) -> Scheme:
    """The plan's scheme in force; made of the plan when it is first needed."""
    scheme = Scheme.objects.filter(plan=plan).first()
    if scheme is not None:
        return scheme
    # Two that need it at once: the plan's row lets one of them make it.
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    scheme, is_new = Scheme.objects.get_or_create(plan=plan, version=1, defaults={"settings": DEFAULT_SETTINGS})
    if is_new:
        record("scheme.make", scheme, by=by, organization=plan.owner, data={"settings": scheme.settings})
    return scheme


@transaction.atomic
def choose_scheme(*, plan: Plan, document: str, title: str, source: str, by) -> Scheme:
    """Score the plan by this rule book: the next version, or the one in force where that is the same text.

    Refused when it has mistakes or is for persons, when a period is closed by the one in force, or when a facts file
    that is attached does not fit it.
    """
    before = _changeable(plan, by)
    if before is not None and before.document == document:
        return before
    scheme, problems = read_scheme(document, source)
    if scheme is None or problems:
        raise Refused(_("The rule book has mistakes: %(first)s") % {"first": problems[0]})
    if refusal := subjects_refusal(scheme):
        raise Refused(refusal)
    for attached in misfits(plan, scheme):
        words = {"period": period_in_year(attached.period), "name": attached.name}
        raise Refused(
            _("The facts file “%(name)s” of %(period)s does not fit this rule book. Remove it first.") % words
        )
    return _make_next(plan, before, by, "scheme.choose", document=document, title=title[:200], source=source[:200])


@transaction.atomic
def return_to_plan_scheme(*, plan: Plan, by) -> Scheme:
    """Score the plan by its own points again. Facts files stay where they are; nobody reads them."""
    before = _changeable(plan, by)
    if before is None or not before.document:
        raise Refused(_("The plan's own points are the scheme already."))
    return _make_next(plan, before, by, "scheme.return")


def _changeable(plan: Plan, by) -> Scheme | None:
    """The scheme in force, held until the transaction ends. Refused once something is closed by it."""
    require(by, Permission.CLOSE_PERIOD, plan.owner)
    locks = hold(plan, [str(period) for period in plan_periods(plan.year)])
    if refusal := _refusal(locks.values()):
        raise Refused(refusal)
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    return Scheme.objects.filter(plan=plan).first()


def choosing_refusal(plan: Plan) -> str:
    """Why no other scheme can be chosen now, "" when one can."""
    return _refusal(plan.locks.select_related("closing_job"))


def subjects_refusal(scheme: RuleBook) -> str:
    """Why no plan can be scored by this rule book, "" when one can: a plan's cards are of organizations."""
    if scheme.subjects == "organizations":
        return ""
    return _("This rule book assesses persons, a plan organizations. It can be tried with manage.py try_scheme.")


def _refusal(locks: Iterable[PeriodLock]) -> str:
    for lock in locks:
        words = {"period": period_in_year(lock.period)}
        if lock.is_closed:
            return _("%(period)s is closed with the scheme in force. It can be changed once that is reopened.") % words
        if not is_open(lock):
            return _("%(period)s is being closed right now. Try again in a minute.") % words
    return ""


def _make_next(plan: Plan, before: Scheme | None, by, action: str, **columns: str) -> Scheme:
    scheme = Scheme.objects.create(
        plan=plan,
        version=before.version + 1 if before else 1,
        settings=before.settings if before else DEFAULT_SETTINGS,
        made_by=by,
        **columns,
    )
    data = {"version": scheme.version, "title": scheme.title, "source": scheme.source}
    record(action, scheme, by=by, organization=plan.owner, data=data)
    return scheme


@transaction.atomic
def attach_facts(*, plan: Plan, period: str, name: str, document: str, by) -> FactsFile:
    """Attach a facts file to an open period, in place of the one there is; the same text again changes nothing.

    Refused when the plan is scored by its own points, or the file has mistakes or speaks of somebody unknown.
    """
    _hold_period(plan, period, by)
    if refusal := attaching_refusal(plan, period):
        raise Refused(refusal)
    before = FactsFile.current(plan, period)
    if before is not None and before.document == document:
        return before
    row = Scheme.objects.filter(plan=plan).first()
    if problems := check_facts(plan, period, rule_book(row.document), document, name).problems:
        raise Refused(_("The facts file has mistakes: %(first)s") % {"first": problems[0]})
    if before is not None:
        _end(before, by)
    attached = FactsFile.objects.create(
        plan=plan,
        period=period,
        name=name[:200],
        document=document,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        uploaded_by=by,
    )
    data = {"period": period, "sha256": attached.sha256, "replaces": before.pk if before else None}
    record("facts_file.attach", attached, by=by, organization=plan.owner, data=data)
    return attached


@transaction.atomic
def remove_facts(*, plan: Plan, period: str, by) -> None:
    """Take the facts file off an open period. The row stays, for closings that were made with it."""
    _hold_period(plan, period, by)
    attached = FactsFile.current(plan, period)
    if attached is None:
        raise Refused(_("No facts file is attached to %(period)s.") % {"period": period_in_year(period)})
    _end(attached, by)
    record("facts_file.remove", attached, by=by, organization=plan.owner, data={"period": period})


def attaching_refusal(plan: Plan, period: str) -> str:
    """Why no facts file can be attached to the period now, "" when one can."""
    if not plan.is_published:
        return _("The plan is not published yet.")
    lock = plan.locks.select_related("closing_job").filter(period=period).first()
    words = {"period": period_in_year(period)}
    if lock is None:
        return _("%(period)s is not a period of this plan.") % words
    if not is_open(lock):
        return _("%(period)s is closed or being closed; its facts file stays as it is.") % words
    row = Scheme.objects.filter(plan=plan).first()
    if row is None or not row.document:
        return _("The plan is scored by its own points, which read no facts file. Choose a rule book first.")
    return ""


def _hold_period(plan: Plan, period: str, by) -> None:
    require(by, Permission.CLOSE_PERIOD, plan.owner)
    if not plan.is_published:
        raise Refused(_("The plan is not published yet."))
    hold_open(plan, [period])


def _end(attached: FactsFile, by) -> None:
    attached.removed_at, attached.removed_by = timezone.now(), by
    attached.save(update_fields=["removed_at", "removed_by"])
