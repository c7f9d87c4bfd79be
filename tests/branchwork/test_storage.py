import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import storages
from django.core.management import call_command

from tests.house import templates


@pytest.fixture
def collected(settings, tmp_path):
    """The static files as an installation has them: with a hash in each name."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "branchwork.storage.StaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return storages["staticfiles"]


def test_collectstatic_finds_every_file_that_a_template_names(collected):
    named = {name for text in templates().values() for name in re.findall(r"{% static '([^']+)' %}", text)}
    assert "theme.css" in named
    for name in named:
        assert re.search(r"\.[0-9a-f]{12}\.", collected.url(name)), name


def test_tests_themselves_need_no_collection():
    assert staticfiles_storage.url("theme.css") == "/static/theme.css"
