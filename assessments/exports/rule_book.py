"""The sheets of a plan that is scored by a rule book: totals, each line with its reasons, and the rule book itself."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.exports import words
from assessments.exports.basis import Basis, Ranked
from assessments.rule_book_periods import made_of
from assessments.rule_book_words import reasons_words, veto_words, year_words
from assessments.scheme_page import CategoryRow, scheme_page
from assessments.scoring import Card
from assessments.scoring.rounding import hundredths
from branchwork.templatetags.words import period
from branchwork.xlsx import Column, SheetSpec


def rating_sheet(basis: Basis) -> SheetSpec:
    """年度总评 or 季度考核: categories, both totals, the grade by score and the one the quotas leave."""
    is_year = basis.period.kind == "year"
    title = (
        _("Annual rating of Party building %(year)s") % {"year": basis.plan.year}
        if is_year
        else _("Rating of Party building, %(period)s") % {"period": words.whole_period(basis)}
    )
    notes = [year_words(basis.scheme, made_of(basis.scheme))] if is_year else []
    return SheetSpec(
        title=_("Annual rating") if is_year else _("Quarter rating"),
        columns=_rating_columns(basis),
        rows=[_rating_row(basis, one) for one in basis.ranked],
        heading=[title, words.filled_in(basis), *words.provisional(basis)],
        notes=[
            _("By “%(title)s”.") % {"title": basis.scheme.title},
            *notes,
            _("Places are given within one peer group and level, by the total for awards."),
            words.signature(),
        ],
        frozen_columns=2,
    )


def _rating_columns(basis: Basis) -> list[Column]:
    quarters = [
        Column(f"p{number}", period(text), 9, "points", group=_("Periods")) for number, text in enumerate(_parts(basis))
    ]
    categories = [
        Column(f"c{number}", category.title, 10, "points", group=_("Categories"))
        for number, category in enumerate(basis.scheme.categories)
    ]
    return [
        Column("place", pgettext("workbook", "Place"), 6, "integer"),
        Column("name", pgettext("workbook", "Organization"), 28),
        Column("group", pgettext("workbook", "Peer group"), 16, align="center"),
        Column("level", pgettext("workbook", "Level"), 18, align="center"),
        *quarters,
        *categories,
        Column("total", pgettext("workbook", "Total"), 10, "points"),
        Column("award", pgettext("workbook", "Total for awards"), 10, "points"),
        Column("grade", pgettext("workbook", "Grade"), 9, align="center"),
        Column("proposed", pgettext("workbook", "Proposed"), 9, align="center"),
        Column("vetoes", pgettext("workbook", "Vetoes"), 30),
    ]


def _parts(basis: Basis) -> list[str]:
    """The periods that the year's cards are made of."""
    return sorted({part.period for one in basis.ranked for part in one.card.parts})


def _rating_row(basis: Basis, one: Ranked) -> dict:
    card, subject = one.card, one.subject
    parts = {part.period: part.earned for part in card.parts}
    categories = {category.key: category.points for category in card.categories}
    return {
        "place": one.place,
        "name": subject.name,
        "group": subject.peer_group,
        "level": words.level_words(subject.level),
        **{f"p{number}": parts.get(text) for number, text in enumerate(_parts(basis))},
        **{f"c{n}": _cents(categories.get(category.key)) for n, category in enumerate(basis.scheme.categories)},
        "total": _cents(card.total_for_grade),
        "award": _cents(card.total_for_award),
        "grade": card.grade if basis.is_closed else None,
        "proposed": _proposed(basis, card),
        "vetoes": "\n".join(veto_words(veto) for veto in card.vetoes),
    }


def _cents(points) -> int | None:
    return None if points is None else hundredths(points)


def _proposed(basis: Basis, card: Card) -> str | None:
    proposals = basis.closing.proposals if basis.closing else []
    return next((grade for one in proposals if (grade := one["proposed"].get(card.subject))), None)


def lines_sheet(basis: Basis) -> SheetSpec:
    """指标得分: one row for each line of each card, with its reasons."""
    return SheetSpec(
        title=_("Points by indicator"),
        columns=[
            Column("organization", pgettext("workbook", "Organization"), 26),
            Column("category", pgettext("workbook", "Category"), 16),
            Column("indicator", pgettext("workbook", "Indicator"), 30),
            Column("points", pgettext("workbook", "Points"), 9, "points"),
            Column("full", pgettext("workbook", "Full"), 9, "points"),
            Column("reason", pgettext("workbook", "Reason"), 70),
        ],
        rows=_line_rows(basis),
        heading=[
            _("Points by indicator, %(period)s") % {"period": words.whole_period(basis)},
            words.filled_in(basis),
            *words.provisional(basis),
        ],
        notes=[_("An empty cell under points: no data.")],
        frozen_columns=1,
        autofilter=True,
    )


def _line_rows(basis: Basis) -> Iterator[dict]:
    for one in basis.ranked:
        for line in (*one.card.lines, *one.card.figures):
            yield {
                "organization": one.subject.name,
                "category": line.category_title or _("Further figures, which count nowhere"),
                "indicator": line.title,
                "points": _cents(line.points),
                "full": _cents(line.full),
                "reason": "\n".join(reasons_words(line.reasons, basis.plan.year, with_change=False)),
            }


def rule_book_sheet(basis: Basis) -> SheetSpec:
    """计分说明: the rule book that made the cards, line by line."""
    return SheetSpec(
        title=_("How points are counted"),
        columns=[
            Column("about", pgettext("workbook", "About"), 20, align="center"),
            Column("indicator", pgettext("workbook", "Indicator"), 28),
            Column("points", pgettext("workbook", "Points"), 12, align="center"),
            Column("rule", pgettext("workbook", "Rule"), 80),
        ],
        rows=list(_rule_rows(basis)),
        heading=[basis.scheme.title, *words.provisional(basis)],
        merge_equal=["about"],
    )


def _rule_rows(basis: Basis) -> Iterator[dict]:
    shown = scheme_page(basis.scheme)
    for category in shown.categories:
        yield from _category_rows(category)
    told = [
        (_("Periods"), [("", line) for line in shown.periods]),
        (_("Components"), [("", line) for line in shown.components]),
        (_("Grades"), shown.grades),
        (_("Veto"), shown.vetoes),
        (_("Quotas"), [("", line) for line in shown.quotas]),
        (_("This closing"), [("", words.closing_words(basis))] if basis.closing else []),
    ]
    for about, lines in told:
        for name, line in lines:
            yield {"about": about, "indicator": name, "points": "", "rule": line}


def _category_rows(category: CategoryRow) -> Iterator[dict]:
    about = f"{category.category.title} {category.points}".strip()
    for row in category.rows:
        lines = [row.indicator.standard] if row.indicator.standard else []
        for part in row.parts:
            lines += [f"{part.title} {part.points}"] if part.title else []
            lines += [rule.title or rule.form for rule in part.rules]
        yield {
            "about": about,
            "indicator": row.indicator.title,
            "points": row.points,
            "rule": "\n".join([*lines, *row.notes]),
        }
