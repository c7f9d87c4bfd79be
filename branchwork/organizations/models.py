"""Who: the tree of Party organizations, the people in it, and the logins with what they may do."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from .permissions import Permission, Role, grants_of, subtree_q


class PeerGroup(models.Model):
    """分类: like is compared with like."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """标签: a dated property that task audiences ask for (窗口单位, 承担帮扶任务 …)."""

    name = models.CharField(_("name"), max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OrganizationQuerySet(MP_NodeQuerySet):
    def visible_to(self, user, permission: Permission = Permission.VIEW):
        """The organizations in whose subtree `user` holds `permission`."""
        return self.filter(subtree_q(user, permission, "path"))

    def active(self, on):
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        )


class OrganizationManager(MP_NodeManager.from_queryset(OrganizationQuerySet)):
    def get_queryset(self):
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")


class Organization(MP_Node):
    """One Party organization. The tree's path prefix is a subtree, and that is also the access rule."""

    class Kind(models.TextChoices):
        WORKING_COMMITTEE = "working_committee", _("Working committee")
        PARTY_COMMITTEE = "party_committee", _("Organ Party committee")
        GENERAL_BRANCH = "general_branch", _("General branch")
        BRANCH = "branch", _("Party branch")
        JOINT_BRANCH = "joint_branch", _("Joint branch")
        TEMPORARY_BRANCH = "temporary_branch", _("Temporary branch")

    BRANCH_KINDS = (Kind.BRANCH, Kind.JOINT_BRANCH, Kind.TEMPORARY_BRANCH)
    TERM_YEARS = {Kind.PARTY_COMMITTEE: 5, Kind.WORKING_COMMITTEE: 5}  # every other kind: 3

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    peer_group = models.ForeignKey(
        PeerGroup, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("peer group")
    )
    member_count = models.PositiveIntegerField(_("members"), null=True, blank=True)
    last_elected_on = models.DateField(_("last election"), null=True, blank=True)
    term_ends_on = models.DateField(_("term end"), null=True, blank=True)
    starts_on = models.DateField(_("founded on"), null=True, blank=True)
    ends_on = models.DateField(_("ended on"), null=True, blank=True)
    succeeded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tags = models.ManyToManyField(Tag, through="OrganizationTag", related_name="organizations")

    objects = OrganizationManager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(ends_on__isnull=True),
                name="organization_name_unique_while_alive",
                violation_error_message=_("There is already an organization of this name."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="organization_ends_after_start",
                violation_error_message=_("The end lies before the founding."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_branch(self) -> bool:
        return self.kind in self.BRANCH_KINDS

    @property
    def level(self) -> str:
        """层级: places are given among branches, or among committees and general branches."""
        if self.kind == self.Kind.WORKING_COMMITTEE:
            return "working_committee"
        return "branch" if self.is_branch else "committee"

    @property
    def label(self) -> str:
        """The name where room is short: the matrix head, a chart."""
        return self.short_name or self.name


class OrganizationTag(models.Model):
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="dated_tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="dated_tags")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "tag"],
                condition=Q(ends_on__isnull=True),
                name="organization_tag_current",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="organization_tag_ends_after_start",
            ),
        ]


class Person(models.Model):
    """The human being. Two people of one name are two rows: persons are never merged by name."""

    name = models.CharField(_("name"), max_length=60)

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet):
    def current(self, on):
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        )


class Appointment(models.Model):
    """任职: people move within a year, so a post has dates. No end means: still there."""

    class Post(models.TextChoices):
        SECRETARY = "secretary", _("Secretary")
        DEPUTY = "deputy", _("Deputy secretary")
        MEMBER = "member", _("Committee member")
        CLERK = "clerk", _("Clerk")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="appointments")
    post = models.CharField(max_length=10, choices=Post)
    is_acting = models.BooleanField(_("acting"), default=False)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(post="secretary", ends_on__isnull=True),
                name="appointment_one_current_secretary",
                violation_error_message=_("There is already a secretary in office."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_post_display()} {self.organization}"


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The logins `user` looks after: with a role in the own subtree; those without any role belong to the top."""
        current = RoleGrant.objects.current(timezone.localdate()).filter(user=models.OuterRef("pk"))
        condition = models.Exists(current.filter(subtree_q(user, Permission.MANAGE_ACCOUNTS, "organization__path")))
        if any(grant.organization.depth == 1 for grant in grants_of(user, Permission.MANAGE_ACCOUNTS)):
            condition |= ~models.Exists(current)
        return self.filter(condition)

    def with_grants(self):
        """The grants in force of many logins in one query; `user.grants` then asks no more."""
        current = RoleGrant.objects.current(timezone.localdate()).select_related("organization").order_by("pk")
        return self.prefetch_related(models.Prefetch("role_grants", current, to_attr="grants"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        # Typed on a phone, the first letter comes capitalised.
        return self.get(username__iexact=username.strip())


class User(AbstractBaseUser):
    """A login. What it may do is in its grants, who it belongs to in `person`."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="users")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    # A one-time password opens the door once, and not after this.
    password_expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    @property
    def password_expired(self) -> bool:
        return self.password_expires_at is not None and self.password_expires_at < timezone.now()

    @cached_property
    def grants(self) -> list["RoleGrant"]:
        """The grants in force today, one query for each request."""
        return list(self.role_grants.current(timezone.localdate()).select_related("organization").order_by("pk"))

    @property
    def home(self) -> Organization | None:
        """The organization this person works for: that of the first grant."""
        return self.grants[0].organization if self.grants else None


class RoleGrantQuerySet(models.QuerySet):
    def current(self, on):
        """In force: not ended, and the appointment it hangs on not ended either."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).filter(
            Q(appointment__isnull=True) | Q(appointment__ends_on__isnull=True) | Q(appointment__ends_on__gte=on)
        )


class RoleGrant(models.Model):
    """(user, role, organization): valid for the organization and everything below it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="role_grants")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="role_grants"
    )
    ends_on = models.DateField(null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organization"],
                condition=Q(ends_on__isnull=True),
                name="role_grant_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.organization}"
