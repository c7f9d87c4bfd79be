from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Substr
from django.utils.translation import gettext_lazy as _

from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, grants_of, subtree_q


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published plans of the organizations above (or at) one's own; drafts for those who edit them."""
        mine = Q(pk__in=[])
        for grant in grants_of(user, Permission.VIEW):
            # An ancestor's path is a prefix of mine: all prefixes are known without asking the database.
            path, step = grant.organization.path, Organization.steplen
            prefixes = [path[:end] for end in range(step, len(path) + 1, step)]
            mine |= Q(owner__path__in=prefixes)
        return self.filter(
            (mine & Q(state=Plan.State.PUBLISHED)) | subtree_q(user, Permission.EDIT_PLAN, "owner__path")
        )

    def published(self):
        return self.filter(state=Plan.State.PUBLISHED)


class Plan(models.Model):
    """年度计划: what the committee asks in one year. One published plan per owner and year."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=120)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # Assignments due before this day are not made (LEDGER: "counts from").
    counts_from = models.DateField(_("counts from"), null=True, blank=True)
    # Days after the due date (or the publication) within which a record is still in time.
    grace_days = models.PositiveSmallIntegerField(_("grace days"), default=10)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "year"], condition=Q(state="published"), name="plan_one_published_a_year"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False, counts_from__isnull=False),
                name="plan_published_at_when_published",
            ),
            models.CheckConstraint(condition=Q(state__in=["draft", "published"]), name="plan_state_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class ItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(plan__in=Plan.objects.visible_to(user))


class Item(models.Model):
    """大项: a group of tasks, numbered as in the office's own table."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("item"), max_length=255)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="item_position_once")]

    def __str__(self) -> str:
        return self.title


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(item__plan__in=Plan.objects.visible_to(user))


class Task(models.Model):
    """具体任务: one line of the plan. Its points and calendar never change once the plan is published.

    `audience` (who it applies to), evaluated at publication:
        {"kinds": ["branch", "joint_branch", …]}        organizations of these kinds, narrowed by
        {"min_members": 7}                              … at least so many full members
        {"tags": [3]}                                   … carrying one of these tags (primary keys)
        {"named": [12, 15]}                             … exactly these organizations, instead of kinds
        {"after_task": 41}                              those whose assignment of another task was accepted
        {"own": true}                                   the plan's owner itself; on nobody's card
        {"pending": "申报单位"}                          not answered yet: makes no assignments, listed as 待定
    `calendar` is branchwork.deadlines' JSON form of a Calendar or an Event; {} when the deadline is still a question.
    """

    class Review(models.TextChoices):
        SECRETARY = "secretary", _("Done once the secretary confirms")
        COMMITTEE = "committee", _("Done once the committee approves")

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    content = models.CharField(_("task"), max_length=500)
    responsible = models.CharField(_("responsible organization"), max_length=255, blank=True)
    deadline = models.CharField(_("deadline"), max_length=255, blank=True)
    effect = models.CharField(_("wanted effect"), max_length=1000, blank=True)
    # Whole hundredths. None: the plan prints no points for it.
    points = models.PositiveIntegerField(_("points"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    audience = models.JSONField(default=dict)
    calendar = models.JSONField(default=dict)
    work_type = models.ForeignKey(
        "ledgers.WorkType", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    review = models.CharField(_("review"), max_length=10, choices=Review, default=Review.SECRETARY)
    required_count = models.PositiveSmallIntegerField(_("required count"), default=1)
    # A task added after publication counts from the day it was added.
    counts_from = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.CharField(max_length=255, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["item__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "position"], name="task_position_once"),
            models.CheckConstraint(condition=Q(required_count__gte=1), name="task_required_count_positive"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="task_withdrawn_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return self.content

    @property
    def is_event(self) -> bool:
        return self.calendar.get("type") == "event"

    @property
    def is_own(self) -> bool:
        """The committee's own work: on its home and in one matrix row, on nobody's card."""
        return bool(self.audience.get("own"))

    @property
    def is_pending(self) -> bool:
        return "pending" in self.audience or not self.calendar


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user, permission: Permission = Permission.VIEW):
        return self.filter(subtree_q(user, permission, "organization__path"))

    def in_force(self):
        """Those that count: not exempt, not declared inapplicable."""
        return self.filter(exempted_at__isnull=True, not_applicable_at__isnull=True)

    def in_period(self, period):
        return self.filter(period=str(period))

    def open_now(self):
        """In force and not done."""
        return self.in_force().exclude(standing=Assignment.Standing.DONE)

    def overdue(self, on):
        return self.open_now().filter(due_on__lt=on)


class Assignment(models.Model):
    """任务分解: one task for one organization in one slot of its calendar.

    `standing`, `accepted_count`, `done_on`, `recorded_on`, `timing` and `counted_in` are drawn from the fulfilments;
    `ledgers.settling.settle` is their only writer.
    """

    class Standing(models.TextChoices):
        OPEN = "open", _("Not done")
        RETURNED = "returned", _("Returned")
        SUBMITTED = "submitted", _("To be confirmed")
        CONFIRMED = "confirmed", _("To be reviewed")
        DONE = "done", _("Done")

    class Timing(models.TextChoices):
        ON_TIME = "on_time", _("On time")
        LATE = "late", _("Done late")
        RECORDED_LATE = "recorded_late", _("Recorded late")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="assignments")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="assignments")
    slot = models.CharField(max_length=40)
    opens_on = models.DateField()
    due_on = models.DateField()
    original_due_on = models.DateField(null=True)
    # The quarter of the due date, or the plan's year when due after 31 December.
    period = models.CharField(max_length=6)
    points = models.PositiveIntegerField()
    # Only for assignments of event tasks.
    event_on = models.DateField(null=True)
    opening_reason = models.CharField(max_length=255, blank=True)

    exempted_at = models.DateTimeField(null=True)
    exempted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    exemption_reason = models.CharField(max_length=255, blank=True)
    # By decision after publication: an organization or a task withdrawn, an organization that ended.
    not_applicable_at = models.DateTimeField(null=True)
    not_applicable_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    not_applicable_reason = models.CharField(max_length=255, blank=True)

    standing = models.CharField(max_length=10, choices=Standing, default=Standing.OPEN)
    accepted_count = models.PositiveSmallIntegerField(default=0)
    done_on = models.DateField(null=True)
    recorded_on = models.DateField(null=True)
    timing = models.CharField(max_length=13, choices=Timing, blank=True)
    # The period whose card holds it: its own, or a later one when it was made up after closing (跨季补完成).
    counted_in = models.CharField(max_length=6, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["organization", "plan", "period"], name="assignment_org_period"),
            models.Index(fields=["plan", "period", "task"], name="assignment_plan_period"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["task", "organization", "slot"], name="assignment_slot_once"),
            models.CheckConstraint(condition=Q(opens_on__lte=F("due_on")), name="assignment_opens_before_due"),
            models.CheckConstraint(
                condition=Q(exempted_at__isnull=True, exempted_by__isnull=True)
                | Q(exempted_at__isnull=False, exempted_by__isnull=False) & ~Q(exemption_reason=""),
                name="assignment_exemption_complete",
                violation_error_message=_("An exemption needs a reason."),
            ),
            models.CheckConstraint(
                condition=Q(not_applicable_at__isnull=True) | ~Q(not_applicable_reason=""),
                name="assignment_not_applicable_complete",
            ),
            models.CheckConstraint(
                condition=Q(standing="done", done_on__isnull=False, recorded_on__isnull=False)
                & ~Q(timing="")
                & ~Q(counted_in="")
                | ~Q(standing="done") & Q(done_on__isnull=True, recorded_on__isnull=True, timing="", counted_in=""),
                name="assignment_done_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} · {self.organization} · {self.slot}"

    @property
    def is_in_force(self) -> bool:
        """Counts: not exempt, not declared inapplicable."""
        return self.exempted_at is None and self.not_applicable_at is None

    @property
    def is_make_up(self) -> bool:
        return self.standing == self.Standing.DONE and self.counted_in != self.period


class PeriodLock(models.Model):
    """封账: whether a plan's period takes writes. Rows are made at publication, one for each quarter and the year.

    Writers take the row's lock first, so an entry that races the closing is in the snapshot or is refused.
    `closing_job` is the running closing job: while that job is unfinished the period is frozen, then it is not.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="locks")
    period = models.CharField(max_length=6)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closing_job = models.ForeignKey(
        "branchwork.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        # Quarters in order, then the year: 2026Q1 … 2026Q4, 2026.
        ordering = [Substr("period", 1, 4), Length("period").desc(), "period"]
        constraints = [models.UniqueConstraint(fields=["plan", "period"], name="period_lock_once")]

    def __str__(self) -> str:
        return f"{self.plan} {self.period}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None
