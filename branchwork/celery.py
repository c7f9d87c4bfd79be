"""The Celery application: `celery -A branchwork worker`. What it runs is in jobs.py, its settings are CELERY_*."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branchwork.settings")

TRANSPORT_ALIASES["files"] = "branchwork.filequeue:Transport"

app = Celery("branchwork")
app.config_from_object("django.conf:settings", namespace="CELERY")
