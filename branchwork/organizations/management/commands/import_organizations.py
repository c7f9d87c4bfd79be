from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.actions import keep_answers, keep_upload
from branchwork.errors import Refused
from branchwork.importing import find_table, read_bytes
from branchwork.models import Import
from branchwork.organizations.actions.imports import confirm_import
from branchwork.organizations.importing import FIELDS, Check, check, known_to
from branchwork.organizations.importing.cells import LAST_ELECTION, TERM_END
from branchwork.organizations.models import Organization
from branchwork.xlsx import WorkbookError


class Command(BaseCommand):
    help = "Import a list of organizations (.xlsx). Lists what is not understood with its cell and then exits with 2."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--term-column",
            choices=[LAST_ELECTION, TERM_END],
            default=LAST_ELECTION,
            help="what the column 换届时间 means",
        )
        parser.add_argument("--under", help="code of the organization meant by upper organizations that are unknown")
        parser.add_argument("--dry-run", action="store_true", help="say what would be imported and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            upload = read_bytes(options["file"].read_bytes(), options["file"].name)
            table = find_table(upload.sheets, FIELDS)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=2) from None
        except WorkbookError as error:
            raise CommandError(error.message, returncode=2) from None
        answers = {"term": options["term_column"]}
        known, today = known_to(None), timezone.localdate()
        if options["under"]:
            answers |= _under(options["under"], check(table, answers, known, today))
        result = check(table, answers, known, today)
        self._tell(upload.name, result)
        if result.open:
            for question in result.open:
                self.stderr.write(f"{question.cell or '-'}\t{question.text}\t{question.reason}")
            raise CommandError(_("%(n)d cells still have to be decided.") % {"n": len(result.open)}, returncode=2)
        if options["dry_run"] or result.does_nothing:
            return
        kept = keep_upload(kind=Import.Kind.ORGANIZATIONS, upload=upload, table=table, by=None)
        keep_answers(kept=kept, answers=answers, by=None)
        try:
            confirm_import(kept=kept, by=None)
        except Refused as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(_("Imported. To undo: open import %(n)d in the browser.") % {"n": kept.pk})

    def _tell(self, name: str, result: Check) -> None:
        kinds = Counter(Organization.Kind(draft.kind).label for draft in result.drafts if draft.kind)
        lines = [
            f"{name} · {result.table.sheet}",
            *(f"  {column.letter}  {column.header} → {column.key or '-'}" for column in result.table.columns),
            *(f"  {row.number}  {row.why}: {row.text}" for row in result.table.skipped),
            *(f"  {kind}: {count}" for kind, count in kinds.items()),
            _("Members: %(n)d") % {"n": sum(draft.members or 0 for draft in result.drafts)},
            _("Secretaries: %(n)d, acting: %(acting)d")
            % {
                "n": sum(bool(draft.secretary) for draft in result.drafts),
                "acting": sum(draft.is_acting for draft in result.drafts),
            },
            _("New: %(new)d, changed: %(changed)d, upper organizations made: %(roots)d")
            % {"new": len(result.new), "changed": len(result.changed), "roots": len(result.roots)},
        ]
        for question in result.asking.same_names:
            labels = "、".join(choice.label for choice in question.choices)
            lines.append(
                _("Same name, kept as different people: %(name)s (%(where)s)")
                % {"name": question.text, "where": labels}
            )
        self.stdout.write("\n".join(lines))


def _under(code: str, result: Check) -> dict[str, str]:
    """Answers that put every unknown upper organization in the place of the one with this code."""
    organization = Organization.objects.filter(code=code).first()
    if organization is None:
        raise CommandError(_("There is no organization with the code %(code)s.") % {"code": code}, returncode=2)
    keys = [question.key for question in result.questions if question.key.startswith("parent:")]
    return dict.fromkeys(keys, f"pk:{organization.pk}")
