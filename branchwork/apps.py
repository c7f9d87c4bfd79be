import sqlite3

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules


class BranchworkConfig(AppConfig):
    name = "branchwork"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the start-up checks

        autodiscover_modules("jobs")
        connection_created.connect(_learn_limits, dispatch_uid="learn_limits")


def _learn_limits(connection, **kwargs) -> None:
    """Ask SQLite how many parameters a statement may have: Django 5.2 believes 999 and writes in small portions."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit
