"""The ground floor's tables. None has a key into another table of the house: what they name is kept as text,
so that history never blocks a delete and never follows it."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One write by one person, in the same transaction as the write itself. Rows are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    actor_key = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=100)
    action = models.CharField(max_length=60)
    object_label = models.CharField(max_length=60)
    object_key = models.CharField(max_length=40)
    object_name = models.CharField(max_length=255)
    # Path of the organization concerned: who may see that organization may see its history.
    organization_path = models.CharField(max_length=255, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_label", "object_key"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.object_name}"


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A run is shown to whoever asked for it; what it made has rules of its own."""
        return self.filter(by_key=user.pk)

    def unfinished(self):
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def free(self, now: datetime):
        """What a worker may claim: never started, or its worker has not been heard of for a whole lease."""
        return self.filter(Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now))

    def forgotten(self, now: datetime):
        """What the sweep sends again: nobody runs it, and the last message about it has had its time."""
        return self.free(now).filter(
            Q(lease_until__lt=now) | Q(lease_until__isnull=True, created_at__lt=now - Job.PATIENCE)
        )


class Job(models.Model):
    """One background run: written with the business that wants it, run by a worker that holds its lease."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    # After this a job that nobody took is looked after, and says so.
    PATIENCE = timedelta(seconds=30)

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120, blank=True)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    # What a page shows while it runs: {"done": 61, "total": 72}
    progress = models.JSONField(default=dict)
    # What the run answers: {"report": 12} or {"closing": 3}
    result = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Running: until then its worker is believed alive. Queued: until then the last message is believed to arrive.
    lease_until = models.DateTimeField(null=True)
    # The message that brought the running attempt. Brokers hand a message out again only when its worker died.
    delivery = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    by_key = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=100, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "lease_until"], name="job_state_lease")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed"]), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
                name="job_finished_at_when_finished",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.kind

    @property
    def is_finished(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def seconds_left(self) -> int | None:
        """About how long it still runs, when it has come far enough to tell."""
        done, total = self.progress.get("done", 0), self.progress.get("total", 0)
        if self.state != self.State.RUNNING or not done or not total:
            return None
        elapsed = (timezone.now() - self.started_at).total_seconds()
        return max(1, round(elapsed * (total - done) / done))

    @property
    def standing(self) -> str:
        """Why nothing moves: "stopped" (its worker is gone), "behind" (others run first), "unattended" (nobody took
        it), "waiting" (not yet a matter), "" (it runs or has ended)."""
        now = timezone.now()
        if self.is_finished:
            return ""
        if self.state == self.State.RUNNING:
            return "stopped" if self.lease_until < now else ""
        if self.created_at > now - self.PATIENCE:
            return "waiting"
        others = Job.objects.filter(state=self.State.RUNNING, lease_until__gte=now)
        return "behind" if others.exists() else "unattended"


class Report(models.Model):
    """A workbook that was made and kept: the file lies under FILES_DIR, its SHA-256 here."""

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    args = models.JSONField(default=dict)
    # Only who may see this organization's whole subtree may fetch the file.
    organization_path = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)
    by_key = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class Import(models.Model):
    """One workbook on its way in: uploaded, understood, questions answered, written, perhaps undone.

    `understood` is what the reader made of the file (its shape belongs to the importer of that kind), `answers`
    what the user said about its questions, `created` the keys of what was written, for undoing.
    """

    class Kind(models.TextChoices):
        ORGANIZATIONS = "organizations", _("Organizations")
        PLAN = "plan", _("Plan")
        SCHEME = "scheme", _("Rule book")
        FACTS = "facts", _("Facts file")

    class State(models.TextChoices):
        CHECKING = "checking", _("To be checked")
        DONE = "done", _("Imported")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    understood = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    created = models.JSONField(default=dict)
    organization_path = models.CharField(max_length=255, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    by_key = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=100, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["checking", "done", "undone"]), name="import_state_known")
        ]

    def __str__(self) -> str:
        return self.file_name
