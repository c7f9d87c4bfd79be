from django.urls import reverse

from assessments.actions import close_period
from assessments.actions.reports import make_report
from branchwork.jobs import Progress, handler, requester
from branchwork.models import Job
from ledgers.models import Plan


@handler("close_period")
def close(job: Job, progress: Progress) -> dict:
    closing = close_period(
        plan=Plan.objects.select_related("owner").get(pk=job.args["plan"]),
        period=job.args["period"],
        accept_pending=job.args["accept_pending"],
        job=job,
        progress=progress,
        by=requester(job),
    )
    url = reverse("assessments:period_close", args=[closing.plan_id, closing.period])
    return {"closing": closing.pk, "url": url}


@handler("make_report")
def make(job: Job, progress: Progress) -> dict:
    plan = Plan.objects.select_related("owner").get(pk=job.args["plan"])
    report = make_report(plan=plan, period=job.args["period"], by=requester(job), progress=progress)
    return {"report": report.pk}
