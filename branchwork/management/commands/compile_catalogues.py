from django.core.management.base import BaseCommand

from branchwork import catalogues


class Command(BaseCommand):
    help = "Compile the translations (.po to .mo) that changed. Needs no GNU gettext."
    requires_system_checks = []

    def handle(self, **options) -> None:
        written = catalogues.compile_all()
        if written and options["verbosity"]:
            self.stdout.write(f"Compiled {written} of {len(catalogues.files())} catalogues.")
