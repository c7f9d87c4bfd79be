"""From a task's audience to the organizations it means: as conditions, so that many are asked about in one query."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from branchwork.organizations.models import Organization, OrganizationQuerySet, OrganizationTag
from ledgers.models import Assignment

from .reading import AudienceWords


def assessed_below(owner: Organization) -> OrganizationQuerySet:
    """The organizations a plan of `owner` may give work to and assess: all below it, the owner itself not."""
    return Organization.objects.filter(path__startswith=owner.path).exclude(pk=owner.pk)


def organizations_in(audience: dict[str, Any], owner: Organization, on: date) -> OrganizationQuerySet:
    """The organizations an audience means on that day (tags are dated). Founding and ending days are not looked at
    here: they cut single slots. An audience still in question means nobody."""
    if audience.get("own"):
        return Organization.objects.filter(pk=owner.pk)
    return assessed_below(owner).filter(condition_of(audience, on))


def condition_of(audience: dict[str, Any], on: date) -> Q:
    """The audience as a condition on the organizations below the plan's owner."""
    if "named" in audience:
        return Q(pk__in=audience["named"])
    if "after_task" in audience:
        done = Assignment.objects.filter(
            task=audience["after_task"], organization=OuterRef("pk"), standing=Assignment.Standing.DONE
        )
        return Q(Exists(done))
    if "kinds" not in audience:
        return Q(pk__in=[])
    condition = Q(kind__in=audience["kinds"])
    if least := audience.get("min_members"):
        condition &= Q(member_count__gte=least)
    if tags := audience.get("tags"):
        condition &= Q(Exists(_carried(tags, on)))
    return condition


def count_in(audiences: Sequence[dict[str, Any]], owner: Organization, on: date) -> list[int]:
    """How many organizations alive on that day each audience means; one query."""
    below = assessed_below(owner).active(on)
    wanted = {
        f"n{index}": Count("pk", filter=condition_of(audience, on))
        for index, audience in enumerate(audiences)
        if not audience.get("own") and "pending" not in audience
    }
    counts = below.aggregate(**wanted) if wanted else {}
    return [1 if audience.get("own") else counts.get(f"n{index}", 0) for index, audience in enumerate(audiences)]


def words_of(owner: Organization, on: date) -> AudienceWords:
    """What names mean in the office of `owner`: its own, the tags carried below it, the organizations below it."""
    below = assessed_below(owner).active(on)
    organizations: dict[str, int] = {}
    for key, name, short_name in below.values_list("pk", "name", "short_name"):
        organizations |= {name: key} | ({short_name: key} if short_name else {})
    tags = _in_force(OrganizationTag.objects.filter(organization__in=below), on).values_list("tag__name", "tag")
    return AudienceWords(
        own=frozenset(name for name in (owner.name, owner.short_name) if name),
        tags=dict(tags),
        organizations=organizations,
    )


def _carried(tags: list[int], on: date):
    return _in_force(OrganizationTag.objects.filter(organization=OuterRef("pk"), tag__in=tags), on)


def _in_force(rows, on: date):
    return rows.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    )
