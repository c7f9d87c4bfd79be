"""Quotas that no cohort can keep."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from assessments.scoring.lint.finding import Finding, told
from assessments.scoring.schemes import Quota, Scheme

_ALL = Decimal(100)


def check(scheme: Scheme) -> Iterator[Finding]:
    names = {grade.name for grade in scheme.grades}
    for number, quota in enumerate(scheme.quotas, start=1):
        path, title = f"quotas[{number}]", " · ".join(quota.grades)
        if unknown := [grade for grade in quota.grades if grade not in names]:
            yield _impossible(path, "unknown", grade=" · ".join(unknown))
        if not (quota.at_most or quota.at_least or quota.exactly):
            yield _impossible(path, "empty", grade=title)
        least, most = quota.at_least or quota.exactly, quota.at_most or quota.exactly
        if least and most and _is_above(least, most):
            yield _impossible(path, "order", grade=title, least=least, most=most)
    for per in ("group", "all"):
        yield from _sums([quota for quota in scheme.quotas if quota.per == per], names)


def _sums(quotas: Sequence[Quota], names: set[str]) -> Iterator[Finding]:
    """Least shares above the whole; or greatest shares of all grades that do not make up the whole."""
    least, _ = _disjoint(quotas, "at_least")
    if least > _ALL:
        yield _impossible("quotas", "too_many", sum=least)
    most, covered = _disjoint(quotas, "at_most")
    if names and covered >= names and most < _ALL:
        yield _impossible("quotas", "too_few", sum=most)


def _disjoint(quotas: Sequence[Quota], bound: str) -> tuple[Decimal, set[str]]:
    """The shares of quotas that have no grade in common, and the grades they cover."""
    total, covered = Decimal(0), set()
    for quota in quotas:
        share = _share(quota.exactly or getattr(quota, bound))
        if share is not None and covered.isdisjoint(quota.grades):
            total += share
            covered.update(quota.grades)
    return total, covered


def _share(amount: str) -> Decimal | None:
    return Decimal(amount[:-1]) if amount.endswith("%") else None


def _is_above(least: str, most: str) -> bool:
    """Two shares, or two numbers; a share and a number cannot be compared."""
    return least.endswith("%") == most.endswith("%") and Decimal(least.rstrip("%")) > Decimal(most.rstrip("%"))


def _impossible(path: str, why: str, **facts: str | Decimal) -> Finding:
    return Finding(path, "quota_impossible", told(why=why, **facts), True)
