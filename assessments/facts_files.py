"""Facts files of a plan's periods: read, and their subjects found among the plan's organizations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assessments.models import FactsFile as Attached
from assessments.rule_book_periods import made_of
from assessments.scheme_files.fact_names import Reader, fact_names
from assessments.scheme_files.facts_reader import FactsFile, read_facts
from assessments.scheme_files.nodes import Mapping as Tree
from assessments.scheme_files.nodes import Scalar, Sequence, compose
from assessments.scheme_files.problems import Problem
from assessments.scoring import Scheme
from assessments.scoring.desk import AnyFact, about
from assessments.scoring.facts import Exemption, Subject
from branchwork.organizations.models import Organization
from branchwork.periods import Period, PeriodKind, quarter_of
from branchwork.templatetags.words import period_in_year
from ledgers.models import Plan

Names = Mapping[str, list[Organization]]


@dataclass(frozen=True)
class Checked:
    """What a facts file says, the organization of each of its subjects, and everything that is wrong with it."""

    facts: FactsFile | None
    organizations: Mapping[str, Organization]
    problems: list[Problem]


def check_facts(plan: Plan, period: str, scheme: Scheme, document: str, name: str) -> Checked:
    """Read a facts file for one period of the plan. Problems are those of the file, of its subjects, of its periods."""
    facts, problems = read_facts(document, name, scheme)
    written = _written_ids(document, name)
    found, doubts = _find([each for each, _line in written], names_of(plan))
    problems = problems + [
        Problem(name, written[number - 1][1], f"subjects[{number}].id", why) for number, why in doubts.items()
    ]
    if facts is not None:
        whole = Period.parse(period)
        problems += [Problem(name, 1, "", _outside(other, period)) for other in _others(facts, whole)]
        problems += [Problem(name, 1, "", why) for why in _misplaced(facts, whole, scheme)]
    problems.sort(key=lambda problem: problem.line)
    return Checked(facts, found, problems)


def misfits(plan: Plan, scheme: Scheme) -> list[Attached]:
    """The facts files that are attached to the plan's periods and cannot be read by this rule book."""
    attached = Attached.objects.current().filter(plan=plan)
    return [one for one in attached if check_facts(plan, one.period, scheme, one.document, one.name).problems]


def match(subjects: Iterable[Subject], plan: Plan) -> tuple[dict[str, Organization], dict[int, str]]:
    """The organization each subject means by its id; and by number, from 1, of the subject why it means none."""
    return _find([subject.key for subject in subjects], names_of(plan))


def _find(ids: list[str], names: Names) -> tuple[dict[str, Organization], dict[int, str]]:
    """As `match`. That an id is missing, or stands there twice, is told by the reader of the file."""
    found: dict[str, Organization] = {}
    taken: set[int] = set()
    doubts: dict[int, str] = {}
    for number, text in enumerate(ids, 1):
        meant = names.get(text, [])
        if not text:
            continue
        if not meant:
            why = _("“%(id)s” is no code, short name or name of an organization of this plan.")
        elif len(meant) > 1:
            why = _("“%(id)s” is the name of several organizations. Write the code.")
        elif meant[0].pk in taken and text not in found:
            why = _("“%(id)s” is an organization that the file has already.")
        else:
            found[text] = meant[0]
            taken.add(meant[0].pk)
            continue
        doubts[number] = why % {"id": text}
    return found, doubts


def names_of(plan: Plan) -> Names:
    """Who is meant by which id: a code, else a short name, else a name. Those that ended before the year are not."""
    below = Organization.objects.filter(path__startswith=plan.owner.path)
    organizations = list(below.exclude(ends_on__lt=date(plan.year, 1, 1)))
    known: dict[str, list[Organization]] = {}
    for name_of in ("code", "short_name", "name"):
        of_this: dict[str, list[Organization]] = {}
        for organization in organizations:
            if name := getattr(organization, name_of):
                of_this.setdefault(name, []).append(organization)
        known = of_this | known
    return known


def _others(facts: FactsFile, whole: Period) -> list[str]:
    """The periods a file speaks of that are none of this one's. Where it is scored by a longer one, the day tells."""
    named = {text for text in facts.periods if not (_lies_in(text, whole) or _lies_in(str(whole), Period.parse(text)))}
    return sorted(named | {fact.period for fact in facts.facts if not _belongs(fact, whole)})


def _belongs(fact: AnyFact, whole: Period) -> bool:
    if _lies_in(fact.period, whole):
        return True
    day = getattr(fact, "on", None) or getattr(fact, "due_on", None)
    return day is not None and whole.contains(day) and _lies_in(str(whole), Period.parse(fact.period))


def _lies_in(period: str, whole: Period) -> bool:
    part = Period.parse(period)
    return whole.starts_on <= part.starts_on and part.ends_on <= whole.ends_on


def _outside(period: str, attached_to: str) -> str:
    words = {"other": period_in_year(period), "period": period_in_year(attached_to)}
    return _("The file speaks of %(other)s, but belongs to %(period)s.") % words


def _misplaced(facts: FactsFile, whole: Period, scheme: Scheme) -> list[str]:
    """What another period's card scores, where the year is made of its quarters: written here it would be lost, once
    that quarter is closed, or be counted twice."""
    if made_of(scheme) != "quarter":
        return []
    names = fact_names(scheme)
    told = {(about(fact), fact.period) for fact in facts.facts if not isinstance(fact, Exemption)}
    if whole.kind == PeriodKind.YEAR:
        message = _(
            "“%(name)s” of %(other)s belongs into that quarter's facts file; "
            "what concerns the whole year says period: %(year)s."
        )
        quarters = {
            (name, str(quarter_of(Period.parse(period).starts_on))) for name, period in told if period != str(whole)
        }
        return [
            message % {"name": name, "other": period_in_year(quarter), "year": whole.year}
            for name, quarter in sorted(quarters)
        ]
    message = _("“%(name)s” is scored by the year: write it into the facts file of %(other)s.")
    return [
        message % {"name": name, "other": period_in_year(str(whole.year))}
        for name in sorted({name for name, _period in told})
        if name not in names.asked and _is_annual(names.of(name))
    ]


def _is_annual(readers: Iterable[Reader]) -> bool:
    cadences = {reader.cadence for reader in readers}
    return cadences == {PeriodKind.YEAR}


def _written_ids(document: str, name: str) -> list[tuple[str, int]]:
    """Every subject's id as it is written, with its line; "" where it has none that can be read."""
    tree, _problems = compose(document, name)
    subjects = tree.entries.get("subjects") if isinstance(tree, Tree) else None
    ids = []
    for subject in subjects.items if isinstance(subjects, Sequence) else ():
        written = subject.entries.get("id") if isinstance(subject, Tree) else None
        ids.append((written.text if isinstance(written, Scalar) else "", (written or subject).line))
    return ids
