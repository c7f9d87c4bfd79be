"""What is doubtful in a rule book before anybody is scored by it: sums, tiers, grades, names, quotas, and formalism."""

from assessments.scoring.lint import formalism, grades, names, points, quotas, rules, tiers
from assessments.scoring.lint.finding import Finding
from assessments.scoring.schemes import Scheme

__all__ = ["Finding", "lint"]

_CHECKS = (points.check, rules.check, tiers.check, grades.check, names.check, quotas.check, formalism.check)


def lint(scheme: Scheme) -> tuple[Finding, ...]:
    """Every finding, those that contradict each other (`is_error`) before those that are merely doubtful."""
    found = [finding for check in _CHECKS for finding in check(scheme)]
    return tuple(sorted(found, key=lambda finding: not finding.is_error))
