"""What a try-out prints for programs: the keys are those of docs/scheme-format.md, and stay."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.rule_words import reason_text
from assessments.rule_words.lint_words import finding_text
from assessments.scheme_files.problems import Problem
from assessments.scoring.cards import Card, Line, Reason
from assessments.scoring.facts import Subject
from assessments.scoring.lint import Finding
from assessments.scoring.quotas import Proposal
from assessments.scoring.rounding import printed

Json = dict[str, Any]


def answer(
    subjects: Sequence[Subject] = (),
    cards: Iterable[Card] = (),
    proposals: Iterable[Proposal] = (),
    problems: Iterable[Problem] = (),
    findings: Iterable[Finding] = (),
) -> Json:
    """The whole of it. With problems there are no subjects."""
    by_subject: dict[str, list[Json]] = {subject.key: [] for subject in subjects}
    for card in cards:
        by_subject[card.subject].append(_card(card))
    return {
        "subjects": [
            {
                "id": subject.key,
                "name": subject.name,
                "group": subject.group,
                "periods": by_subject[subject.key],
            }
            for subject in subjects
        ],
        "quotas": [_proposal(proposal) for proposal in proposals],
        "errors": [problem._asdict() for problem in problems],
        "warnings": [
            {"path": finding.path, "code": finding.code, "message": finding_text(finding)} for finding in findings
        ],
    }


def _card(card: Card) -> Json:
    return {
        "period": card.period,
        "lines": [_line(line) for line in (*card.lines, *card.figures)],
        "categories": [{"id": one.key, "points": points_text(one.points)} for one in card.categories],
        "components": [{"id": one.key, "points": points_text(one.points)} for one in card.components],
        "total_for_grade": points_text(card.total_for_grade),
        "total_for_award": points_text(card.total_for_award),
        "grade": card.grade,
        "vetoes": [{"id": veto.key, "effect": veto.effect, "grade": veto.grade or None} for veto in card.vetoes],
    }


def _line(line: Line) -> Json:
    return {
        "indicator": line.indicator,
        "points": points_text(line.points),
        "available": points_text(line.full),
        "reasons": [_reason(reason) for reason in line.reasons],
    }


def _reason(reason: Reason) -> Json:
    return {"kind": reason.code, "facts": _plain(reason.facts), "text": reason_text(reason)}


def _plain(facts: Mapping[str, object]) -> Json:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()}


def _proposal(proposal: Proposal) -> Json:
    return {
        "group": proposal.group,
        "period": proposal.period,
        "proposed": dict(proposal.proposed),
        "overflow": [{"id": move.subject, "from": move.from_grade, "to": move.to_grade} for move in proposal.overflow],
        "gap": [{"grades": list(gap.grades), "missing": gap.missing} for gap in proposal.gap],
        "ties": [{"grade": tie.grade, "seats": tie.seats, "ids": list(tie.subjects)} for tie in proposal.ties],
        "excess": [{"grades": list(one.grades), "surplus": one.surplus} for one in proposal.excess],
    }


def points_text(points: Decimal | None) -> str | None:
    """Two places, half up; None for no data."""
    return None if points is None else f"{printed(points):f}"
