"""Grades by lower bounds, and what vetoes do to them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from assessments.scoring.cards import Vetoed
from assessments.scoring.desk import occurrences
from assessments.scoring.rounding import printed
from assessments.scoring.schemes import Scheme, Veto
from assessments.scoring.sheets import Cohort, Sheet
from assessments.scoring.totals import Totals


def ladder(scheme: Scheme) -> list[str]:
    """The names of the grades from the best down: by their lines, or as they are listed where one has none."""
    grades = list(scheme.grades)
    if all(grade.at_least is not None for grade in grades):
        grades.sort(key=lambda grade: -grade.at_least)
    return [grade.name for grade in grades]


def graded_figure(scheme: Scheme, totals: Totals, rate: Decimal | None) -> Decimal | None:
    """What the grade lines speak of, as printed."""
    figure = {"total": totals.for_grade, "award": totals.for_award, "rate": rate}[scheme.graded_by]
    return None if figure is None else printed(figure)


def grade_by_score(scheme: Scheme, figure: Decimal | None, sheet: Sheet, cohort: Cohort) -> str | None:
    """The best grade whose line the figure reaches and whose condition is met; one with neither is never given.

    Where no line lies below 0, a figure that does counts as 0.
    """
    if figure is not None and all(grade.at_least is None or grade.at_least >= 0 for grade in scheme.grades):
        figure = max(figure, Decimal(0))
    grades = {grade.name: grade for grade in scheme.grades}
    for name in ladder(scheme):
        grade = grades[name]
        if grade.at_least is None and not grade.requires:
            continue
        if grade.at_least is not None and (figure is None or figure < grade.at_least):
            continue
        if cohort.holds(grade.requires, sheet):
            return name
    return None


def vetoes_of(vetoes: Iterable[Veto], sheet: Sheet, cohort: Cohort, effects: Sequence[str]) -> list[Veto]:
    """Those of these effects that hold: an event they name happened, or their condition is met."""
    return [veto for veto in vetoes if veto.effect in effects and _holds(veto, sheet, cohort)]


def _holds(veto: Veto, sheet: Sheet, cohort: Cohort) -> bool:
    place = sheet.place
    if any(occurrences(place.inside.get(name) or place.around.get(name) or ()) for name in veto.reads):
        return not veto.when or cohort.holds(veto.when, sheet)
    return not veto.reads and bool(veto.when) and cohort.holds(veto.when, sheet)


def after_vetoes(scheme: Scheme, grade: str | None, vetoes: Sequence[Veto]) -> str | None:
    """The grade that is left: forced (the lowest named), then lowered, then capped."""
    names = ladder(scheme)
    forced = [names.index(veto.grade) for veto in vetoes if veto.effect == "force"]
    if forced:
        grade = names[max(forced)]
    if grade is None:
        return None
    place = names.index(grade)
    place += sum(veto.steps for veto in vetoes if veto.effect == "lower")
    caps = [names.index(veto.grade) for veto in vetoes if veto.effect == "cap"]
    return names[min(max([place, *caps]), len(names) - 1)]


def told(veto: Veto) -> Vetoed:
    return Vetoed(veto.key, veto.title, veto.effect, veto.grade)
