"""What the ledger is worth: the scheme it is scored by, closings, and the frozen cards."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branchwork.organizations.models import Organization, Person, User
from branchwork.organizations.permissions import Permission, subtree_q
from ledgers.models import Plan, Task


class Scheme(models.Model):
    """考核办法: one dated version. The plan-derived one is made when first needed; `settings` holds
    {"late_share": "0.80", "not_applicable": "leave", "grades": [["好", "90"], …]} (assessments.facts reads them).

    The highest version is in force; a row is never changed once it is written. `document` is the whole rule book as
    a scheme file (docs/scheme-format.md), "" where the plan's own points are the scheme; `source` says where it came
    from: the name of a file, or of one of our presets.
    """

    # A draft plan may have one, and can be deleted; what was closed by it is held by its closings.
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="schemes")
    version = models.PositiveSmallIntegerField(default=1)
    settings = models.JSONField(default=dict)
    title = models.CharField(max_length=200, blank=True)
    document = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["plan", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "version"], name="scheme_version_once"),
            models.CheckConstraint(condition=Q(document="") | ~Q(title=""), name="scheme_document_titled"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.version}"


class FactsFileQuerySet(models.QuerySet):
    def current(self):
        return self.filter(removed_at__isnull=True)

    def visible_to(self, user):
        return self.filter(plan__in=Plan.objects.visible_to(user))


class FactsFile(models.Model):
    """What a rule book reads beside the ledger, attached to one period as a facts file (docs/scheme-format.md).

    Replacing or removing it ends the row and keeps it readable, for closings that were made with it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="facts_files")
    period = models.CharField(max_length=6)
    name = models.CharField(max_length=200)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = FactsFileQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "period"], condition=Q(removed_at__isnull=True), name="facts_file_one_current"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | Q(removed_by__isnull=True), name="facts_file_removed_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.plan} {self.period})"

    @classmethod
    def current(cls, plan: Plan, period: str) -> "FactsFile | None":
        return cls.objects.current().filter(plan=plan, period=period).first()


class ClosingQuerySet(models.QuerySet):
    def current(self):
        return self.filter(reopened_at__isnull=True)

    def visible_to(self, user):
        return self.filter(plan__in=Plan.objects.visible_to(user))


class Closing(models.Model):
    """结账: one closing of one period. Reopening ends it and keeps it readable; closing again makes the next one."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="closings")
    period = models.CharField(max_length=6)
    revision = models.PositiveSmallIntegerField(default=1)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="closings")
    # What was attached to the period when it was closed.
    facts_file = models.ForeignKey(FactsFile, on_delete=models.PROTECT, null=True, related_name="closings")
    # Everything pending was counted as accepted, by the closer's decision.
    accepted_pending = models.BooleanField(default=False)
    accepted_pending_count = models.PositiveIntegerField(default=0)
    # Grades within the quotas of a rule book, for a person to confirm: one object for each peer group with "group",
    # "proposed" {organization key: grade}, "overflow", "gap" and "ties" as scoring.quotas.Proposal has them.
    proposals = models.JSONField(default=list)
    # SHA-256 of the canonical JSON of all cards: same inputs, same bytes.
    sha256 = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reopening_reason = models.TextField(blank=True)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        ordering = ["period", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "period", "revision"], name="closing_revision_once"),
            models.UniqueConstraint(
                fields=["plan", "period"], condition=Q(reopened_at__isnull=True), name="closing_one_current"
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True) | Q(reopened_by__isnull=False) & ~Q(reopening_reason=""),
                name="closing_reopened_complete",
                violation_error_message=_("Reopening needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.period} r{self.revision}"


class ScorecardQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(subtree_q(user, Permission.VIEW, "organization__path"))

    def current(self):
        return self.filter(closing__reopened_at__isnull=True)


class Scorecard(models.Model):
    """计分卡: one subject's frozen card of one closing. `assessments.actions.closing` writes it, once.

    `snapshot` is the whole card as it was at closing: {"code", "name", "short_name", "kind", "level", "peer_group",
    "parent", "secretary", "place", "place_of", "median", "card": scoring.card_to_dict(…)}; names are text, "" for none.
    The columns repeat what lists filter and sort by. Points are whole hundredths, rates too (9331 = 93.31). `rate` is
    what cards are compared by: for a rule book the figure its grade lines speak of, mostly the total itself; points
    may then lie below nothing. `place_of` counts those that are placed in the group of peer group and level, `median`
    is theirs.
    """

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="cards")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="cards")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="cards")
    earned = models.IntegerField()
    available = models.IntegerField()
    rate = models.IntegerField(null=True)
    grade = models.CharField(max_length=20, blank=True)
    place = models.PositiveIntegerField(null=True)
    place_of = models.PositiveIntegerField(null=True)
    median = models.IntegerField(null=True)
    peer_group = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=20, blank=True)
    snapshot = models.JSONField()

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "organization"],
                condition=Q(organization__isnull=False),
                name="scorecard_once_an_organization",
            ),
            models.UniqueConstraint(
                fields=["closing", "person"],
                condition=Q(person__isnull=False),
                name="scorecard_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=False, person__isnull=True)
                | Q(organization__isnull=True, person__isnull=False),
                name="scorecard_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot.get('name', '')} {self.closing.period}"


class IndicatorResult(models.Model):
    """How one indicator fared over all cards of a closing: a task, or a line of a rule book with its key, its title and
    that of its category."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="indicator_results")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")
    indicator = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=500, blank=True)
    category = models.CharField(max_length=500, blank=True)
    organization_count = models.PositiveIntegerField()
    full_count = models.PositiveIntegerField()
    earned = models.BigIntegerField()
    available = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "task"], name="indicator_result_once"),
            models.UniqueConstraint(
                fields=["closing", "indicator"], condition=~Q(indicator=""), name="indicator_result_once_a_line"
            ),
            models.CheckConstraint(
                condition=Q(task__isnull=False, indicator="") | Q(task__isnull=True) & ~Q(indicator=""),
                name="indicator_result_one_of_both",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.task)

    @property
    def heading(self) -> str:
        """What it stands under: a category, or a task's item."""
        return self.category or str(self.task.item)

    @property
    def lost(self) -> int:
        return self.available - self.earned
