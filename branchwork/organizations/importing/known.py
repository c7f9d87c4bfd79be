"""What the house already holds, as plain values that a list can be compared with."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from branchwork.importing import fold

from ..models import Appointment, Organization, OrganizationTag
from ..permissions import Permission


@dataclass(frozen=True)
class KnownOrganization:
    pk: int
    code: str
    name: str
    short_name: str
    kind: str
    parent: int | None
    peer_group: str
    members: int | None
    last_elected: date | None
    term_ends: date | None
    starts: date | None
    is_ended: bool
    may_edit: bool
    secretary: str = ""
    is_acting: bool = False
    tags: frozenset[str] = frozenset()


@dataclass
class Known:
    """`people` gives, by folded name, each person's key and the post they hold."""

    organizations: dict[int, KnownOrganization] = field(default_factory=dict)
    by_code: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    people: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, organization: KnownOrganization) -> None:
        self.organizations[organization.pk] = organization
        self.by_code[organization.code] = organization.pk
        if not organization.is_ended:
            self.by_name[fold(organization.name)] = organization.pk


def known_to(user) -> Known:
    """Everything a list is compared with, in four queries; `user` None (a command) may change all of it."""
    today = timezone.localdate()
    known = Known()
    secretaries = {
        a.organization_id: a
        for a in Appointment.objects.current(today).filter(post=Appointment.Post.SECRETARY).select_related("person")
    }
    tags = defaultdict(set)
    for organization, tag in OrganizationTag.objects.filter(ends_on=None).values_list("organization", "tag__name"):
        tags[organization].add(tag)
    editable = None
    if user is not None:
        visible = Organization.objects.visible_to(user, Permission.EDIT_ORGANIZATIONS)
        editable = set(visible.values_list("pk", flat=True))
    paths: dict[str, int] = {}
    for node in Organization.objects.select_related("peer_group"):
        paths[node.path] = node.pk
        known.add(_plain(node, paths, secretaries.get(node.pk), tags[node.pk], editable, today))
    for appointment in Appointment.objects.current(today).select_related("person", "organization"):
        posts = known.people.setdefault(fold(appointment.person.name), {})
        posts[appointment.person_id] = f"{appointment.organization} {appointment.get_post_display()}"
    return known


def _plain(node, paths, appointment, tags, editable, today) -> KnownOrganization:
    return KnownOrganization(
        pk=node.pk,
        code=node.code,
        name=node.name,
        short_name=node.short_name,
        kind=node.kind,
        parent=paths.get(node.path[: -Organization.steplen]),
        peer_group=node.peer_group.name if node.peer_group else "",
        members=node.member_count,
        last_elected=node.last_elected_on,
        term_ends=node.term_ends_on,
        starts=node.starts_on,
        is_ended=node.ends_on is not None,
        may_edit=editable is None or node.pk in editable,
        secretary=appointment.person.name if appointment else "",
        is_acting=appointment.is_acting if appointment else False,
        tags=frozenset(tags),
    )
