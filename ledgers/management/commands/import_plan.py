from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from branchwork.errors import Refused
from branchwork.importing import read_bytes
from branchwork.models import Import
from branchwork.organizations.models import Organization
from branchwork.points import format_points
from branchwork.xlsx import WorkbookError
from ledgers.actions.plans.importing import import_plan, plan_of, start_plan_import
from ledgers.importing import Checked, check
from ledgers.importing.asking import blocking, open_doubts


class Command(BaseCommand):
    help = (
        "Import a year's plan (.xlsx) as a draft. What is not understood is listed with its cell and imported as "
        "pending; exits with 2 where a row makes no task at all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, help="the plan's year; without it the one the table's title says")
        parser.add_argument("--organization", help="code of the owner; needed where there is more than one root")
        parser.add_argument("--dry-run", action="store_true", help="say what would be imported and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = owner_of(options["organization"])
        try:
            upload = read_bytes(options["file"].read_bytes(), options["file"].name)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=2) from None
        except WorkbookError as error:
            raise CommandError(error.message, returncode=2) from None
        try:
            with transaction.atomic():
                kept = start_plan_import(organization=owner, upload=upload, year=options["year"], by=None)
                self._import(kept, is_dry=options["dry_run"])
        except WorkbookError as error:
            raise CommandError(error.message, returncode=2) from None
        except Refused as error:
            raise CommandError(str(error), returncode=2) from None

    def _import(self, kept: Import, *, is_dry: bool) -> None:
        if kept.state == Import.State.DONE:
            plan = plan_of(kept)
            words = _("Nothing to do: %(file)s is already imported as plan %(n)d, “%(title)s” (%(state)s).")
            self.stdout.write(
                words % {"file": kept.file_name, "n": plan.pk, "title": plan, "state": plan.get_state_display()}
            )
            return
        checked = check(kept)
        self._tell(kept, checked)
        if is_dry:
            transaction.set_rollback(True)
            return
        if standing := blocking(checked.doubts, kept.answers):
            cells = ", ".join(doubt.question.cell for doubt in standing)
            raise Refused(_("Still to be mended: %(cells)s.") % {"cells": cells})
        plan = import_plan(kept=kept, by=None)
        self.stdout.write(_("Imported as plan %(n)d, a draft.") % {"n": plan.pk})

    def _tell(self, kept: Import, checked: Checked) -> None:
        reading = checked.reading
        lines = [
            f"{kept.file_name} · {checked.table.sheet} · {reading.year}",
            *(f"  {column.letter}  {column.header} → {column.key or '-'}" for column in checked.table.columns),
            *(f"  {row.number}  {row.why}: {row.text}" for row in checked.table.skipped),
            _("Items: %(items)d, tasks: %(tasks)d, points: %(points)s")
            % {"items": len(checked.items), "tasks": len(checked.drafts), "points": format_points(checked.points)},
        ]
        if reading.total and not reading.total.agrees_with(reading.points):
            lines.append(_("The sum in %(cell)s does not agree.") % {"cell": reading.total.cell})
        for doubt in open_doubts(checked.doubts, kept.answers):
            lines.append(f"?  {_(', ').join(doubt.cells)}\t{doubt.question.text}\t{doubt.question.reason}")
        self.stdout.write("\n".join(lines))


def owner_of(code: str | None) -> Organization:
    """The organization a command works for: the one named, else the only root."""
    roots = Organization.objects.filter(depth=1)
    found = list(Organization.objects.filter(code=code) if code else roots[:2])
    if code and not found:
        raise CommandError(_("There is no organization with the code %(code)s.") % {"code": code}, returncode=2)
    if not found:
        raise CommandError(_("There is no organization yet. Import the organizations first."), returncode=2)
    if len(found) > 1:
        raise CommandError(_("There are several roots; name one with --organization CODE."), returncode=2)
    return found[0]
