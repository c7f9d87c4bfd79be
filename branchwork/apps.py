from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BranchworkConfig(AppConfig):
    name = "branchwork"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the start-up checks

        autodiscover_modules("jobs")
