"""Grades as the quotas of a rule book leave them, for a person to confirm: as rows of the closed page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.facts import rule_book
from assessments.models import Closing
from assessments.scoring.grading import ladder


@dataclass(frozen=True)
class ProposalRow:
    """One peer group ("" for everybody): how many have each grade, the best first; who is moved, as (from, to, names);
    and what does not fit."""

    group: str
    grades: list[tuple[str, int]]
    moves: list[tuple[str, str, str]]
    remarks: list[str]


def proposal_rows(closing: Closing) -> list[ProposalRow]:
    """What was proposed at this closing; one query where there is anything."""
    if not closing.proposals:
        return []
    names = {str(key): name for key, name in closing.cards.values_list("organization_id", "snapshot__name")}
    grades = ladder(rule_book(closing.scheme.document))
    return [_row(proposal, grades, names) for proposal in closing.proposals]


def _row(proposal: dict, grades: list[str], names: dict[str, str]) -> ProposalRow:
    given = list(proposal["proposed"].values())
    moved: dict[tuple[str, str], list[str]] = {}
    places = {grade: place for place, grade in enumerate(grades)}
    for move in sorted(proposal["overflow"], key=lambda move: places.get(move["from_grade"], 0)):
        moved.setdefault((move["from_grade"], move["to_grade"]), []).append(names.get(move["subject"], ""))
    return ProposalRow(
        group=proposal["group"],
        grades=[(grade, given.count(grade)) for grade in grades if grade in given],
        moves=[(before, after, _(", ").join(who)) for (before, after), who in moved.items()],
        remarks=[*_gaps(proposal), *_ties(proposal, names), *_excess(proposal)],
    )


def _gaps(proposal: dict) -> list[str]:
    return [
        ngettext(
            "%(grades)s: %(count)d is missing; nobody is moved up.",
            "%(grades)s: %(count)d are missing; nobody is moved up.",
            gap["missing"],
        )
        % {"grades": _(", ").join(gap["grades"]), "count": gap["missing"]}
        for gap in proposal["gap"]
    ]


def _ties(proposal: dict, names: dict[str, str]) -> list[str]:
    return [
        ngettext(
            "%(grade)s has %(count)d place left, and these are equal: %(names)s.",
            "%(grade)s has %(count)d places left, and these are equal: %(names)s.",
            tie["seats"],
        )
        % {
            "grade": tie["grade"],
            "count": tie["seats"],
            "names": _(", ").join(names.get(key, "") for key in tie["subjects"]),
        }
        for tie in proposal["ties"]
    ]


def _excess(proposal: dict) -> list[str]:
    return [
        ngettext(
            "%(grades)s: %(count)d too many, by a veto or because there is no grade below.",
            "%(grades)s: %(count)d too many, by vetoes or because there is no grade below.",
            excess["surplus"],
        )
        % {"grades": _(", ").join(excess["grades"]), "count": excess["surplus"]}
        for excess in proposal["excess"]
    ]
