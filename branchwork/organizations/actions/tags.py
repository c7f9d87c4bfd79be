from collections.abc import Iterable
from datetime import date

from django.db import transaction

from branchwork import audit
from branchwork.organizations.models import Organization, OrganizationTag, Tag


@transaction.atomic
def tag_organizations(*, name: str, organizations: Iterable[int], starts_on: date | None, by) -> Tag:
    """Put a tag (made if there is none of that name) on these organizations, by key, from that day on.

    Those that carry it already keep it as it is. The new dated rows are in the audit row.
    """
    tag, _is_new = Tag.objects.get_or_create(name=name)
    carrying = set(OrganizationTag.objects.filter(tag=tag, ends_on__isnull=True).values_list("organization", flat=True))
    wanted = Organization.objects.filter(pk__in=set(organizations) - carrying).order_by("path")
    rows = [OrganizationTag(organization=each, tag=tag, starts_on=starts_on) for each in wanted]
    OrganizationTag.objects.bulk_create(rows)
    audit.record("tag.give", tag, by=by, data={"organizations": [row.organization_id for row in rows]})
    return tag
