import os
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import settings as hypothesis_settings

from branchwork.celery import app
from tests.browser import browse_as, chromium, page, problems  # noqa: F401
from tests.office import Office, make_office


def pytest_configure(config):
    # Tests run without a collection of static files, and hash passwords cheaply.
    django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    django_settings.PASSWORD_HASHERS[:0] = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.AXES_ENABLED = False
    # A busy machine must not fail a property.
    hypothesis_settings.register_profile("suite", deadline=None)
    hypothesis_settings.load_profile("suite")


def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter):
    """The line .ci/run looks for: browser tests that were skipped prove nothing."""
    passed = [report for report in terminalreporter.stats.get("passed", []) if "browser" in report.keywords]
    terminalreporter.write_line(f"browser tests passed: {len(passed)}")
    terminalreporter.write_line(f"database: {connection.vendor}, broker: {os.environ.get('REDIS_URL', 'files')}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite's test database is a file, as in production: other threads and processes can open it."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        pragmas = connection.settings_dict["OPTIONS"]["init_command"]
        connection.settings_dict["OPTIONS"]["init_command"] = pragmas.replace("synchronous=FULL", "synchronous=OFF")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL drops no database that somebody is connected to; the session of a killed worker lingers a moment."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def files_dir(settings, tmp_path):
    """Uploads and reports of a test go to its own folder."""
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


@pytest.fixture(autouse=True, scope="session")
def environment(tmp_path_factory, worker_id) -> dict[str, str]:
    """A broker of this test process alone: files in its own folder, or its own database on REDIS_URL.

    The answer is the environment that shares it with a child process (`shared_environment` adds the database).
    """
    var = tmp_path_factory.mktemp("var")
    if not django_settings.REDIS_URL:
        (var / "queue").mkdir()
        folders = {name: str(var / "queue") for name in ("data_folder_in", "data_folder_out")}
        app.conf.broker_transport_options |= folders | {"control_folder": str(var / "queue" / "control")}
        return {"BRANCHWORK_VAR": str(var)}
    address = urlsplit(django_settings.REDIS_URL)
    number = int(address.path.strip("/") or 0) + int(worker_id.removeprefix("gw") if worker_id != "master" else 0)
    app.conf.broker_url = urlunsplit(address._replace(path=f"/{number}"))
    return {"BRANCHWORK_VAR": str(var), "REDIS_URL": app.conf.broker_url}


@pytest.fixture
def shared_environment(transactional_db, environment) -> dict[str, str]:
    """What a child process needs to work on this test's database and broker."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        who = ":".join(quote(part, safe="") for part in (database["USER"], database["PASSWORD"]) if part)
        address = f"postgres://{who}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    settings_module = {"DJANGO_SETTINGS_MODULE": "tests.worker_settings"}
    return {**os.environ, **environment, **settings_module, "DATABASE_URL": address}


@pytest.fixture
def jobs_run_at_once():
    """A job runs in the request that wrote it, once that has committed: no worker needed."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def office(db) -> Office:
    return make_office()
