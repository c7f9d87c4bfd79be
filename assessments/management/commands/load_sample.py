import unicodedata
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.sample.actions import PASSWORD, YEAR, Loaded, load_sample, logins
from assessments.sample.counts import counts_of
from branchwork.errors import Refused
from branchwork.templatetags.words import period_in_year

LOGINS_FILE = "sample-logins.txt"


class Command(BaseCommand):
    help = "Fill an empty sample database with a simulated year, up to the day before --until."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, choices=[YEAR], default=YEAR)
        parser.add_argument("--until", type=date.fromisoformat, help="YYYY-MM-DD; today unless told")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        until = options["until"] or today
        if until > today:
            raise CommandError(_("%(day)s has not come yet.") % {"day": until}, returncode=2)
        try:
            loaded = load_sample(until=until)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        self._tell(loaded, until)
        text = _logins_text(loaded)
        (settings.VAR_DIR / LOGINS_FILE).write_text(text, encoding="utf-8")

    def _tell(self, loaded: Loaded, until: date) -> None:
        self.stdout.write(_("A simulated year, played until %(day)s:") % {"day": until})
        for line in counts_of(loaded.plan, until):
            self.stdout.write("  " + _(", ").join(f"{what} {count}" for what, count in line))
        if loaded.closed:
            closed = _(", ").join(period_in_year(period) for period in loaded.closed)
            self.stdout.write("  " + _("closed: %(periods)s") % {"periods": closed})


def _logins_text(loaded: Loaded) -> str:
    """One line for each role, and how all the others are called."""
    rows = [(_("Role"), _("Name"), _("User name"), _("Password"))]
    for user in logins(loaded.office):
        grant = user.role_grants.current(timezone.localdate()).select_related("organization").first()
        role = grant.get_role_display()
        if grant.organization_id != loaded.office.root.pk:
            role = f"{grant.organization.label} {role}"
        rows.append((role, user.name, user.username, PASSWORD))
    widths = [max(map(_width, column)) + 3 for column in zip(*rows, strict=True)]
    lines = ["".join(map(_padded, row, widths)).rstrip() for row in rows]
    rest = _(
        "All others: the organization's number with s for its secretary or c for its clerk (001s, 001c, 072s …), "
        "the same password."
    )
    return "\n".join([*lines, rest]) + "\n"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """In columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
