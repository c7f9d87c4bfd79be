import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from branchwork.organizations.models import Organization, RoleGrant
from branchwork.organizations.permissions import ROLE_PERMISSIONS, Permission, grants_of, subtree_q

from .plans import Assignment, Plan, Task

_USER = settings.AUTH_USER_MODEL


class WorkType(models.Model):
    """工作类型 (三会一课, 主题党日, 走访 …): data from ledgers/presets, not code.

    `keywords` recognise a task's type by its words when a plan is imported: the first type with a keyword in the
    task's content wins, in `position` order.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(_("work type"), max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    keywords = models.JSONField(default=list)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class EntryQuerySet(models.QuerySet):
    def visible_to(self, user, permission: Permission = Permission.VIEW):
        return self.filter(subtree_q(user, permission, "organization__path"))

    def standing(self):
        """All but the voided ones."""
        return self.exclude(state=Entry.State.VOIDED)

    def confirmable_by(self, user):
        """待确认: sent in, and this person is who confirms there: one with the right at the organization itself, or,
        where no account there has it, one with the right above."""
        own = {grant.organization_id for grant in grants_of(user, Permission.CONFIRM_ENTRY)}
        above = subtree_q(user, Permission.CONFIRM_ENTRY, "organization__path")
        return self.filter(state=Entry.State.SUBMITTED).filter(
            Q(organization__in=own) | above & ~Exists(confirmers(OuterRef("organization")))
        )

    def reviewable_by(self, user):
        """待审核: confirmed, with a claim that the committee still has to decide."""
        undecided = Fulfilment.objects.filter(entry=OuterRef("pk"), state=Fulfilment.State.CLAIMED)
        return self.filter(subtree_q(user, Permission.REVIEW_ENTRY, "organization__path")).filter(
            Exists(undecided), state=Entry.State.CONFIRMED
        )

    def pending_in(self, plan, period):
        """What a closing of the period finds undecided: to be confirmed or to be reviewed, and posted in it or
        claiming an assignment of it. The year is made of the quarters: what claims any of their assignments pends too.
        """
        undecided = Fulfilment.objects.filter(entry=OuterRef("pk"), state=Fulfilment.State.CLAIMED)
        if str(period) == str(plan.year):
            claiming = undecided
        else:
            claiming = undecided.filter(assignment__period=str(period))
        return self.filter(Q(posted_in=str(period)) | Exists(claiming), plan=plan).filter(
            Q(state=Entry.State.SUBMITTED) | Q(Exists(undecided), state=Entry.State.CONFIRMED)
        )

    def awaiting(self, user):
        """What waits for this person: to be confirmed or to be reviewed."""
        return self.filter(
            Q(pk__in=Entry.objects.confirmable_by(user).values("pk"))
            | Q(pk__in=Entry.objects.reviewable_by(user).values("pk"))
        )


def confirmers(organization):
    """The grants, held by accounts in use, that let somebody confirm at this very organization."""
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if Permission.CONFIRM_ENTRY in permissions]
    return RoleGrant.objects.current(timezone.localdate()).filter(
        organization=organization, role__in=roles, user__is_active=True
    )


class Entry(models.Model):
    """台账记录: one thing that happened, in one organization, on one day. `happened_on` is the day it ended,
    `recorded_at` when it was written down. Once approved it is never edited: a correction voids it and `replaces` it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        VOIDED = "voided", _("Voided")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="entries")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="entries")
    work_type = models.ForeignKey(WorkType, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    title = models.CharField(_("what was done"), max_length=200)
    happened_on = models.DateField(_("which day"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    effect = models.TextField(_("effect"), blank=True)
    attended = models.PositiveIntegerField(_("members present"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # 记入期, fixed at submission: the quarter of happened_on if open, else the earliest open period of the plan.
    posted_in = models.CharField(max_length=6, blank=True)
    version = models.PositiveIntegerField(default=1)
    # Made by the server for each blank form: a double click finds the first result.
    client_uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")

    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="entries_recorded")
    on_behalf = models.BooleanField(_("logged on behalf"), default=False)
    # What lateness is judged by. A returned entry sent again within 7 days keeps its first submission.
    first_submitted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField(blank=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    void_reason = models.TextField(blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-pk"]
        indexes = [
            models.Index(fields=["organization", "-happened_on"], name="entry_org_happened"),
            models.Index(fields=["state", "posted_in"], name="entry_state_posted"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "confirmed", "approved", "returned", "voided"]),
                name="entry_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "voided"])
                | Q(submitted_at__isnull=False, first_submitted_at__isnull=False) & ~Q(posted_in=""),
                name="entry_submitted_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "approved"])
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="entry_confirmed_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="entry_approved_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned")
                | Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason=""),
                name="entry_returned_complete",
                violation_error_message=_("Returning needs a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(state="voided") | Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
                name="entry_voided_complete",
                violation_error_message=_("Voiding needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Fulfilment(models.Model):
    """One claim of an entry on an assignment (一次记录多处抵用); `task` repeats the assignment's, for the constraint
    that one entry fulfils at most one assignment of a task."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("Claimed")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="fulfilments")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="fulfilments")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.CLAIMED)
    reason = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "task"], name="fulfilment_one_slot_of_a_task"),
            models.CheckConstraint(
                condition=Q(state="claimed", decided_at__isnull=True)
                | Q(state__in=["accepted", "rejected"], decided_at__isnull=False, decided_by__isnull=False),
                name="fulfilment_decided_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reason=""), name="fulfilment_rejected_with_reason"
            ),
        ]


class Evidence(models.Model):
    """佐证材料: an optional file. The original name lives here only; the file lies under FILES_DIR by its hash."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="evidence")
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file_name
