from django.core.management.base import BaseCommand, CommandError

from branchwork import catalogues


class Command(BaseCommand):
    help = "List the strings of the source that are not translated, are fuzzy or lose a placeholder."
    requires_system_checks = []

    def handle(self, **options) -> None:
        lines = catalogues.problems()
        for line in lines:
            self.stdout.write(line)
        if lines:
            raise CommandError(f"{len(lines)} strings need a translator.")
