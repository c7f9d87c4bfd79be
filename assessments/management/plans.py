"""Which plan a command works on."""

from django.core.management.base import CommandError

from ledgers.models import Plan


def plan_of(year: int, code: str | None) -> Plan:
    """The year's published plan: that of the organization with this code, else the only one. CommandError (2)."""
    plans = Plan.objects.published().filter(year=year).select_related("owner")
    found = list((plans.filter(owner__code=code) if code else plans)[:2])
    if not found:
        raise CommandError(f"There is no published plan for {year}.", returncode=2)
    if len(found) > 1:
        raise CommandError(f"There are several plans for {year}: name one with --organization CODE.", returncode=2)
    return found[0]
