from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.actions import ClosingRefused, request_closing
from assessments.management.plans import plan_of
from assessments.models import Closing
from assessments.readiness import readiness
from branchwork.jobs import run_now
from branchwork.models import Job
from branchwork.organizations.models import User
from branchwork.periods import Period
from branchwork.points import format_points


class Command(BaseCommand):
    help = "Close a quarter (2026Q1) or a year (2026). Where it refuses it lists why and exits with 2."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period")
        parser.add_argument("--organization", help="code of the plan's owner, where there is more than one plan")
        parser.add_argument("--accept-pending", action="store_true", help="count all pending entries as accepted")
        parser.add_argument("--by", metavar="USERNAME", help="whose decision it is; needed to accept what is pending")

    def handle(self, *args: Any, **options: Any) -> None:
        period, by = _period(options["period"]), _user(options["by"])
        plan = plan_of(period.year, options["organization"])
        try:
            job = request_closing(plan=plan, period=str(period), accept_pending=options["accept_pending"], by=by)
        except ClosingRefused as refusal:
            self._refuse(refusal.reasons, refusal.details)
        job = run_now(job)
        if job.state == Job.State.FAILED:
            found = readiness(plan, period, timezone.localdate())
            self._refuse([job.message], found.details() if found else [])
        closing = Closing.objects.get(pk=job.result["closing"])
        rates = [rate for rate in closing.cards.values_list("rate", flat=True) if rate is not None]
        self.stdout.write(f"{period} closed, revision {closing.revision}: {closing.cards.count()} cards")
        if rates:
            self.stdout.write(f"rates {format_points(min(rates))}% to {format_points(max(rates))}%")
        self.stdout.write(f"sha256 {closing.sha256}")

    def _refuse(self, reasons: list[str], details: list[str]) -> None:
        for line in [*reasons, *details]:
            self.stderr.write(line)
        raise CommandError("Not closed.", returncode=2)


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise CommandError(f"{text}: write a quarter as 2026Q1, a year as 2026.", returncode=2) from None


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    user = User.objects.filter(username__iexact=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no login {username}.", returncode=2)
    return user
