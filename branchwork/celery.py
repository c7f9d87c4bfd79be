"""The Celery application: `celery -A branchwork worker`. What it runs is in jobs.py, its settings are CELERY_*."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branchwork.settings")

app = Celery("branchwork")
app.config_from_object("django.conf:settings", namespace="CELERY")
