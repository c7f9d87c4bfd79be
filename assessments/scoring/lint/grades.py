"""Grade lines that leave a gap or are out of reach, and vetoes that nothing triggers."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from assessments.scoring.lint import worth
from assessments.scoring.lint.finding import Finding, told
from assessments.scoring.lint.peers import Peer, peers
from assessments.scoring.schemes import Scheme


def check(scheme: Scheme) -> Iterator[Finding]:
    yield from _lines(scheme)
    yield from _unreachable(scheme)
    for number, veto in enumerate(scheme.vetoes, start=1):
        if not veto.reads and not veto.when:
            yield Finding(f"vetoes[{number}]", "veto_without_cause", told(title=veto.title), True)


def _lines(scheme: Scheme) -> Iterator[Finding]:
    """Whether somebody may stay below every line; conditions alone may give a grade to anybody."""
    lines = [grade.at_least for grade in scheme.grades if grade.at_least is not None]
    by_condition = any(grade.at_least is None and grade.requires for grade in scheme.grades)
    if lines and not by_condition:
        last = min((grade for grade in scheme.grades if grade.at_least is not None), key=lambda grade: grade.at_least)
        if last.at_least > (scheme.total_floor or 0):
            yield Finding("grades", "grade_gap", told(lowest=last.at_least), True)
        elif last.requires:
            yield Finding("grades", "last_grade_requires", told(grade=last.name, condition=last.requires))
    if any(lower < higher for lower, higher in pairwise(lines)):
        order = " · ".join(f"{line:f}" for line in lines)
        yield Finding("grades", "grades_upside_down", told(order=order), is_error=len(lines) < len(scheme.grades))


def _unreachable(scheme: Scheme) -> Iterator[Finding]:
    most = [_most(scheme, peer) for peer in peers(scheme)]
    if None in most:
        return
    highest = max(most)
    for number, grade in enumerate(scheme.grades, start=1):
        if grade.at_least is not None and grade.at_least > highest:
            facts = told(grade=grade.name, at_least=grade.at_least, most=highest)
            yield Finding(f"grades[{number}]", "grade_unreachable", facts, True)


def _most(scheme: Scheme, peer: Peer) -> Decimal | None:
    """The most the figure can be that grade lines speak of; None where it has no bound."""
    enters = "award" if scheme.graded_by == "award" else "grade"
    bonus = [one for one in scheme.categories if one.role == "bonus" and enters in one.counts_for]
    if scheme.graded_by == "rate":
        return None if bonus else Decimal(100)
    base = worth.of_base(
        scheme,
        peer,
        lambda category, peer: (
            worth.most_of_category(category, peer) if enters in category.counts_for else worth.NOTHING
        ),
    )
    if base is not None:
        base *= max(Decimal(1), worth.times(scheme))
    extra = worth.added(worth.most_of_category(category, peer) for category in bonus)
    if scheme.bonus_cap is not None and (extra is None or extra > scheme.bonus_cap):
        extra = scheme.bonus_cap
    total = worth.added((base, extra))
    cap = scheme.total_cap
    return cap if cap is not None and (total is None or total > cap) else total
