"""Workbooks: asked for in the browser, made by a job, kept with their checksum."""

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.exports import Made, Progress, make_workbook
from assessments.models import Closing
from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.jobs import enqueue
from branchwork.models import Job, Report
from branchwork.organizations.permissions import Permission, require
from branchwork.periods import Period
from branchwork.templatetags.words import period_in_year
from ledgers.models import Plan

KIND = "make_report"
# Below FILES_DIR; a file is named by its SHA-256, so the same workbook is kept once.
FOLDER = Path("reports")


@transaction.atomic
def request_report(*, plan: Plan, period: str, by) -> Job:
    """Have a workbook made by a job; the one already under way for this person, where there is one."""
    require(by, Permission.EXPORT_REPORT, plan.owner)
    running = Job.objects.unfinished().filter(kind=KIND, by_key=by.pk, args__plan=plan.pk, args__period=period)
    if job := running.first():
        return job
    args = {"plan": plan.pk, "period": period, "back": reverse("assessments:report_list")}
    title = _("Make the workbook of %(period)s") % {"period": period_in_year(period)}
    job = enqueue(KIND, title=title, args=args, by=by)
    record("report.request", plan, by=by, organization=plan.owner, data={"period": period, "job": job.pk})
    return job


def make_report(*, plan: Plan, period: str, by, progress: Progress = lambda done, total: None) -> Report:
    """Make a workbook and keep it. The same workbook made twice is one report; `by` is None for a command.

    It is drawn while others go on writing; Refused when the period was closed or reopened meanwhile.
    """
    if by is not None:
        require(by, Permission.EXPORT_REPORT, plan.owner)
    made = make_workbook(plan, Period.parse(period), today=timezone.localdate(), progress=progress)
    return _keep(plan, period, made, by)


@transaction.atomic
def _keep(plan: Plan, period: str, made: Made, by) -> Report:
    current = Closing.objects.current().filter(plan=plan, period=period).values_list("pk", flat=True).first()
    if current != made.closing:
        raise Refused(
            _("%(period)s was closed or reopened meanwhile. Make the workbook again.")
            % {"period": period_in_year(period)}
        )
    path = FOLDER / f"{made.sha256}.xlsx"
    _write(settings.FILES_DIR / path, made.data)
    report, is_new = Report.objects.get_or_create(
        path=str(path),
        defaults={
            "kind": Period.parse(period).kind.value,
            "title": made.title,
            "file_name": made.file_name,
            "sha256": made.sha256,
            "size": len(made.data),
            "args": {"plan": plan.pk, "period": period, "closing": made.closing},
            "organization_path": plan.owner.path,
            "by_key": by.pk if by else None,
            "by_name": str(by) if by else "",
        },
    )
    if is_new:
        record(
            "report.make", report, by=by, organization=plan.owner,
            data=report.args | {"rows": made.rows, "sha256": report.sha256, "size": report.size},
        )  # fmt: skip
    return report


def _write(target: Path, data: bytes) -> None:
    """On disk for good before a row names it; a file of this name already holds these bytes."""
    if target.exists() and target.stat().st_size == len(data):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
