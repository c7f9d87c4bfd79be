import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.actions.reports import make_report
from assessments.management.plans import plan_of
from branchwork.errors import Refused
from branchwork.periods import FIRST_YEAR, LAST_YEAR


class Command(BaseCommand):
    help = "Write the annual workbook of a year: the very file the browser offers, kept and audited like that one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="the .xlsx to write")
        parser.add_argument("--organization", help="code of the plan's owner, where there is more than one plan")

    def handle(self, *args: Any, **options: Any) -> None:
        year, output = options["year"], options["output"]
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise CommandError(f"{year} is no year", returncode=2)
        plan = plan_of(year, options["organization"])
        try:
            report = make_report(plan=plan, period=str(year), by=None)
            shutil.copyfile(settings.FILES_DIR / report.path, output)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}", returncode=2) from None
        self.stdout.write(f"{output}: {report.title}")
        self.stdout.write(f"sha256 {report.sha256}")
