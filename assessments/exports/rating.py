"""The first sheet: who earned what, with the sums as live formulas. What the committee signs."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.exports import words
from assessments.exports.basis import Basis, Ranked
from assessments.scoring import mean
from branchwork.templatetags.words import period
from branchwork.xlsx import Column, Formula, SheetSpec

RATE = "ROUND({earned}/{available}*100,2)"


def annual_rating(basis: Basis) -> SheetSpec:
    """年度总评: each quarter, the make-ups, what falls due next year, and the year that they add up to."""
    year = basis.plan.year
    keys = [key for key, _title in _part_titles(year)]
    columns = [*_who(), *_parts_columns(year), *_result_columns(_("Whole year"))]
    return SheetSpec(
        title=_("Annual rating"),
        columns=columns,
        rows=[_who_row(one) | _parts_row(one, keys) | _result_row(one, keys) for one in basis.ranked],
        heading=[
            _("Annual rating of Party building %(year)s") % {"year": year},
            words.filled_in(basis),
            *words.provisional(basis),
        ],
        notes=[*_notes(basis), _year_note(), words.signature()],
        frozen_columns=2,
    )


def quarter_rating(basis: Basis) -> SheetSpec:
    """季度考核: the quarter alone."""
    rows = [_who_row(one) | _result_row(one) | {"lost": one.card.available - one.card.earned} for one in basis.ranked]
    earned, available, rate, grade = _result_columns()
    lost = Column("lost", pgettext("workbook", "Lost"), 9, "points")
    return SheetSpec(
        title=_("Quarter rating"),
        columns=[*_who(), earned, available, lost, rate, grade],
        rows=[row | {"lost": Formula("{available}-{earned}", row["lost"])} for row in rows],
        heading=[
            _("Rating of Party building, %(period)s") % {"period": words.whole_period(basis)},
            words.filled_in(basis),
            *words.provisional(basis),
        ],
        notes=[*_notes(basis), words.signature()],
        frozen_columns=2,
    )


def _who() -> list[Column]:
    return [
        Column("place", pgettext("workbook", "Place"), 6, "integer"),
        Column("name", pgettext("workbook", "Organization"), 28),
        Column("group", pgettext("workbook", "Peer group"), 16, align="center"),
        Column("level", pgettext("workbook", "Level"), 18, align="center"),
    ]


def _who_row(one: Ranked) -> dict:
    subject = one.subject
    return {
        "place": one.place,
        "name": subject.name,
        "group": subject.peer_group,
        "level": words.level_words(subject.level),
    }


def _result_columns(group: str = "") -> list[Column]:
    return [
        Column("earned", pgettext("workbook", "Earned"), 9, "points", group=group),
        Column("available", pgettext("workbook", "Available"), 9, "points", group=group),
        Column("rate", pgettext("workbook", "Rate"), 9, "rate", group=group),
        Column("grade", pgettext("workbook", "Grade"), 7, align="center"),
    ]


def _result_row(one: Ranked, keys: Sequence[str] = ()) -> dict:
    card = one.card
    return {
        "earned": _sum("earned", keys, card.earned),
        "available": _sum("available", keys, card.available),
        "rate": None if card.rate is None else Formula(RATE, card.rate),
        "grade": card.grade if card.is_closed else None,
    }


def _sum(what: str, keys: Sequence[str], value: int) -> Formula | int:
    return Formula("+".join(f"{{{key}_{what}}}" for key in keys), value) if keys else value


def _part_titles(year: int) -> list[tuple[str, str]]:
    """The key of each part of a year and what stands above its two columns."""
    quarters = [(f"q{number}", period(f"{year}Q{number}")) for number in (1, 2, 3, 4)]
    return [*quarters, ("make_up", _("Make-ups")), ("next_year", _("Due next year"))]


def _parts_columns(year: int) -> list[Column]:
    earned, available = pgettext("workbook", "Earned"), pgettext("workbook", "Available")
    return [
        column
        for key, title in _part_titles(year)
        for column in (
            Column(f"{key}_earned", earned, 8, "points", group=title),
            Column(f"{key}_available", available, 8, "points", group=title),
        )
    ]


def _parts_row(one: Ranked, keys: Sequence[str]) -> dict:
    parts = dict(zip(keys, one.card.parts, strict=True))
    row: dict[str, int] = {}
    for key, part in parts.items():
        row |= {f"{key}_earned": part.earned, f"{key}_available": part.available}
    return row


def _notes(basis: Basis) -> list[str]:
    """How the grades are spread, and why a place may be missing."""
    if not basis.is_closed:
        return []
    spread = Counter(one.card.grade for one in basis.ranked)
    grades = sorted(basis.scheme.grades, key=lambda grade: -grade.at_least)
    told = _("; ").join(_("%(grade)s %(count)d") % {"grade": g.name, "count": spread[g.name]} for g in grades)
    rate = mean(one.card.rate for one in basis.ranked)
    notes = [_("Grades: %(grades)s. Mean rate %(rate)s.") % {"grades": told, "rate": rate or "—"}]
    smallest = basis.scheme.min_place_group
    if any(one.place is None for one in basis.ranked):
        notes.append(
            _("Places are given within one peer group and level; fewer than %(count)d have none.") % {"count": smallest}
        )
    return notes


def _year_note() -> str:
    return _(
        "The year earns its four quarters, the make-ups and what falls due next year. What a make-up could earn was "
        "available in its quarter already. The year's rate is neither the mean nor the sum of the quarters' rates."
    )
