"""What leaves as a workbook: the list of organizations as shown, and one-time passwords."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.xlsx import Column, SheetSpec, write_workbook

from .models import Appointment, Organization, OrganizationTag, User
from .permissions import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def password_workbook(issued: Sequence[tuple[User, str]], address: str, at: datetime) -> bytes:
    """One row for each login with its new one-time password. `address` is where to log in."""
    rows = [
        {
            "organization": _("; ").join(grant.organization.name for grant in user.grants),
            "role": _("; ").join(dict.fromkeys(str(Role(grant.role).label) for grant in user.grants)),
            "name": user.name,
            "username": user.username,
            "password": password,
            "until": user.password_expires_at,
        }
        for user, password in issued
    ]
    columns = [
        Column("organization", _("Organization"), width=30),
        Column("role", _("Role"), width=12),
        Column("name", _("Name"), width=18),
        Column("username", _("User name"), width=14),
        Column("password", _("One-time password"), width=20),
        Column("until", _("Valid until"), width=18, format="datetime"),
    ]
    notes = [
        _("Log in at %(address)s; the password works once and must then be changed.") % {"address": address},
        _("Hand each row to its owner only, then delete this file."),
    ]
    sheet = SheetSpec(_("One-time passwords"), columns, rows, heading=[_("One-time passwords")], notes=notes)
    return write_workbook([sheet], created_at=at, title=_("One-time passwords"))


def organization_workbook(rows: Iterable[dict], at: datetime) -> bytes:
    """The list as shown; imported again it changes nothing."""
    title = _("Organizations")
    sheet = SheetSpec(title, organization_columns(), rows, heading=[title], frozen_columns=2, autofilter=False)
    return write_workbook([sheet], created_at=at, title=title)


def organization_rows(organizations: Sequence[Organization]) -> list[dict]:
    """The cells of each organization by column key, in four queries whatever their number."""
    paths = {organization.path[: -Organization.steplen] for organization in organizations}
    parents = dict(Organization.objects.filter(path__in=paths).values_list("path", "name"))
    keys = [organization.pk for organization in organizations]
    posts = Appointment.objects.current(timezone.localdate()).filter(
        post=Appointment.Post.SECRETARY, organization__in=keys
    )
    secretaries = {post.organization_id: post for post in posts.select_related("person")}
    tags = defaultdict(list)
    for key, tag in OrganizationTag.objects.filter(ends_on=None, organization__in=keys).values_list(
        "organization", "tag__name"
    ):
        tags[key].append(tag)
    return [_row(o, parents, secretaries.get(o.pk), sorted(tags[o.pk])) for o in organizations]


def _row(organization: Organization, parents: dict[str, str], post: Appointment | None, tags: list[str]) -> dict:
    return {
        "code": organization.code,
        "name": organization.name,
        "short_name": organization.short_name,
        "parent": parents.get(organization.path[: -Organization.steplen], ""),
        "kind": KIND_WORDS[organization.kind],
        "peer_group": organization.peer_group.name if organization.peer_group else "",
        "members": organization.member_count,
        "last_elected": organization.last_elected_on,
        "term_ends": organization.term_ends_on,
        "starts": organization.starts_on,
        "secretary": f"{post.person.name}（代）" if post and post.is_acting else post.person.name if post else "",
        "tags": "、".join(tags),
    }


def organization_columns() -> list[Column]:
    """Headers are the words the importer knows (importing/fields.py), in Chinese whatever the reader's language."""
    return [
        Column("code", "编码", width=10),
        Column("name", "党组织名称", width=32),
        Column("short_name", "简称", width=16),
        Column("parent", "上级党组织", width=26),
        Column("kind", "类别", width=14),
        Column("peer_group", "分类", width=16),
        Column("members", "党员人数", width=10, format="integer"),
        Column("last_elected", "上次换届时间", width=14, format="date"),
        Column("term_ends", "届满时间", width=14, format="date"),
        Column("starts", "成立时间", width=14, format="date"),
        Column("secretary", "书记", width=14),
        Column("tags", "标签", width=24),
    ]


KIND_WORDS = {
    Organization.Kind.WORKING_COMMITTEE: "机关工委",
    Organization.Kind.PARTY_COMMITTEE: "机关党委",
    Organization.Kind.GENERAL_BRANCH: "党总支",
    Organization.Kind.BRANCH: "党支部",
    Organization.Kind.JOINT_BRANCH: "联合党支部",
    Organization.Kind.TEMPORARY_BRANCH: "临时党支部",
}


def file_name(title: str) -> str:
    return f"{title}-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
