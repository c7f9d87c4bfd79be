"""Settings of a child process under test: a worker that also knows the handlers of the tests."""

from branchwork.settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.branchwork.worker_jobs"]
