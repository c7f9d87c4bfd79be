from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from branchwork.errors import Refused
from branchwork.organizations.actions.office import create_office


class Command(BaseCommand):
    help = "Make the root organization and the first administrator in an empty database."

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", help="full name of the committee, as it stands in its documents")
        parser.add_argument("--username", default="admin")

    def handle(self, *, name: str, username: str, **options) -> None:
        name = "".join(name.split())
        if not name:
            raise CommandError(_("Give the full name of the committee."))
        call_command("migrate", verbosity=0)
        try:
            user, password = create_office(name=name, username=username)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_("%(name)s is set up.") % {"name": name})
        self.stdout.write(_("User name: %(username)s") % {"username": user.username})
        self.stdout.write(_("One-time password: %(password)s") % {"password": password})
        self.stdout.write(_("It is shown only now, works once within 72 hours, and is then replaced by your own."))
