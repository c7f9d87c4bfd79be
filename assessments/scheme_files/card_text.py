"""Cards as a person reads them in a terminal: figures in columns, reasons below their line."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.rule_book_words import points_words, reasons_words, role_words, veto_words
from assessments.rule_words.lint_words import finding_text
from assessments.scoring.cards import Card, Line, Subtotal
from assessments.scoring.facts import Subject
from assessments.scoring.lint import Finding
from assessments.scoring.quotas import Proposal
from assessments.scoring.rounding import printed
from branchwork.periods import Period
from branchwork.templatetags.words import period_in_year as period_words

WIDTH = 84
# Where figures begin, and how wide points are.
_COLUMN = 60
_POINTS = 10


def cards_text(subjects: Mapping[str, Subject], cards: Iterable[Card]) -> Iterator[str]:
    """Every card, line by line."""
    for card in cards:
        subject = subjects[card.subject]
        heading = " · ".join(filter(None, (subject.name, subject.group, period_words(card.period))))
        yield from ("═" * WIDTH, heading, "═" * WIDTH)
        yield from _card(card)
        yield ""


def _card(card: Card) -> Iterator[str]:
    year = Period.parse(card.period).year
    for category in card.categories:
        yield _row(_titled(category), points_words(category.points), _full(category))
        for line in card.lines:
            if line.category == category.key:
                yield from _line(line, year)
        yield from _unlike_its_lines(category, card.lines)
    shown = {category.key for category in card.categories}
    for line in card.lines:
        if line.category not in shown:
            yield from _line(line, year)
    yield "─" * WIDTH
    for component in card.components:
        yield _row(_("Part: %(title)s") % {"title": component.title}, points_words(component.points), _full(component))
    yield from _outcome(card, year)


def _titled(category: Subtotal) -> str:
    if category.role == "base":
        return category.title
    return _("%(title)s (%(role)s)") % {"title": category.title, "role": role_words(category)}


def _unlike_its_lines(category: Subtotal, lines: Iterable[Line]) -> Iterator[str]:
    """Converted, or bounded: its points are not the sum that a reader would work out."""
    points = [line.points for line in lines if line.category == category.key and line.points is not None]
    if points and category.points is not None and printed(sum(points)) != printed(category.points):
        words = _("The lines add up to %(sum)s; converted and bounded as the rule book says: %(points)s")
        said = {"sum": points_words(sum(points)), "points": points_words(category.points)}
        yield from _wrapped(words % said, 2)


def _full(part: Subtotal) -> str:
    return "" if part.full is None else points_words(part.full)


def _line(line: Line, year: int) -> Iterator[str]:
    yield _row(f"  {line.title}", points_words(line.points), "" if line.full is None else points_words(line.full))
    for words in reasons_words(line.reasons, year):
        yield from _wrapped(words, 6)


def _outcome(card: Card, year: int) -> Iterator[str]:
    if card.total_for_grade == card.total_for_award:
        yield _row(_("Total"), points_words(card.total_for_grade))
    else:
        yield _row(_("Total for the grade"), points_words(card.total_for_grade))
        yield _row(_("Total for awards"), points_words(card.total_for_award))
    for words in reasons_words(card.reasons, year):
        yield from _wrapped(words, 6)
    yield _row(_("Grade"), card.grade or "—")
    for veto in card.vetoes:
        yield from _wrapped(_("Veto: %(words)s") % {"words": veto_words(veto)}, 2)
    for figure in card.figures:
        yield _row(figure.title, points_words(figure.points))


# Proposals and findings


def proposals_text(proposals: Sequence[Proposal], subjects: Mapping[str, Subject]) -> Iterator[str]:
    """The grades that the quotas leave to each group, and what a person has to decide."""

    def names(keys: Iterable[str]) -> str:
        return _(", ").join(subjects[key].name for key in keys)

    for proposal in proposals:
        heading = " · ".join(
            filter(None, (_("Grades within the quotas"), proposal.group, period_words(proposal.period)))
        )
        yield from (heading, "─" * WIDTH)
        by_grade: dict[str, list[str]] = {}
        for key, grade in proposal.proposed.items():
            by_grade.setdefault(grade, []).append(key)
        for grade, keys in by_grade.items():
            yield from _wrapped(_("%(grade)s: %(names)s") % {"grade": grade, "names": names(keys)}, 2)
        yield from (line for words in _to_decide(proposal, names) for line in _wrapped(words, 2))
        yield ""


def _to_decide(proposal: Proposal, names) -> Iterator[str]:
    for move in proposal.overflow:
        words = {"name": names([move.subject]), "from": move.from_grade, "to": move.to_grade}
        yield _("Moved down: %(name)s, from %(from)s to %(to)s") % words
    for gap in proposal.gap:
        words = ngettext("%(count)d missing in %(grades)s", "%(count)d missing in %(grades)s", gap.missing)
        yield words % {"count": gap.missing, "grades": _(", ").join(gap.grades)}
    for excess in proposal.excess:
        words = ngettext("%(count)d too many in %(grades)s", "%(count)d too many in %(grades)s", excess.surplus)
        yield words % {"count": excess.surplus, "grades": _(", ").join(excess.grades)}
    for tie in proposal.ties:
        words = ngettext(
            "Equal at the edge of %(grade)s, %(count)d place: %(names)s",
            "Equal at the edge of %(grade)s, %(count)d places: %(names)s",
            tie.seats,
        )
        yield words % {"grade": tie.grade, "count": tie.seats, "names": names(tie.subjects)}


def findings_text(findings: Iterable[Finding]) -> Iterator[str]:
    """What is doubtful in the scheme, with the place in its file."""
    for finding in findings:
        yield _("Note: %(path)s: %(words)s") % {"path": finding.path or "–", "words": finding_text(finding)}


# Columns: a CJK sign takes two


def _row(title: str, points: str, full: str = "") -> str:
    """The title, then points and what could be had, each in its column; a long grade goes on to the right."""
    figures = points.rjust(max(_POINTS - max(width(points) - len(points), 0), 0)) + (f" / {full}" if full else "")
    return f"{title}{' ' * max(_COLUMN - width(title), 1)}{figures}"


def width(text: str) -> int:
    """How many columns the text takes."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _wrapped(text: str, indent: int) -> Iterator[str]:
    """Broken at blanks, or between any two signs where there are none in reach."""
    for paragraph in text.splitlines():
        rest = paragraph
        while width(rest) > WIDTH - indent:
            end = _fitting(rest, WIDTH - indent)
            blank = rest.rfind(" ", 0, end)
            end = blank if blank > end // 2 else end
            yield " " * indent + rest[:end].rstrip()
            rest = rest[end:].lstrip()
        yield " " * indent + rest


def _fitting(text: str, columns: int) -> int:
    """How many signs fit."""
    used = 0
    for number, sign in enumerate(text):
        used += width(sign)
        if used > columns:
            return max(number, 1)
    return len(text)
