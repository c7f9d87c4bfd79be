import pytest
from django.conf import settings as django_settings
from hypothesis import settings as hypothesis_settings

from tests.office import Office, make_office


def pytest_configure(config):
    # Tests run without a collection of static files, and hash passwords cheaply.
    django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    django_settings.PASSWORD_HASHERS[:0] = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.AXES_ENABLED = False
    # A busy machine must not fail a property.
    hypothesis_settings.register_profile("suite", deadline=None)
    hypothesis_settings.load_profile("suite")


@pytest.fixture(autouse=True)
def files_dir(settings, tmp_path):
    """Uploads and reports of a test go to its own folder."""
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


@pytest.fixture
def office(db) -> Office:
    return make_office()
