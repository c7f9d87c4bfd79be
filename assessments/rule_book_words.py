"""What a rule book's card says, in words: its reasons, how its periods were put together, what its vetoes do."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.condition_words import Titles, condition_words
from assessments.rule_words import reason_text
from assessments.scoring import Card, Reason, Scheme
from assessments.scoring.cards import Subtotal, Vetoed
from assessments.scoring.grading import ladder
from assessments.scoring.rounding import hundredths, plain, printed
from assessments.scoring.years import UNEARNED
from assessments.uncompared import AT_CLOSING
from assessments.wording import is_of_assignment, reason_words, slot_words
from branchwork.points import format_points


def points_words(points: Decimal | None) -> str:
    """Two places; — for no data."""
    return "—" if points is None else f"{printed(points):f}"


def reasons_words(reasons: Iterable[Reason], year: int, *, with_change: bool = True) -> list[str]:
    """One sentence for each reason, with what would change it unless told; assignments done in time, or not
    due yet, are told together."""
    sums: list[str] = []
    told: list[str] = []
    counts = {"on_time": 0, "open": 0}
    for reason in reasons:
        if reason.code == AT_CLOSING:
            told.append(_("Compared with others: known when the period is closed"))
        elif not is_of_assignment(reason):
            (sums if reason.code == "assignment_share" else told).append(reason_text(reason, with_change=with_change))
        elif reason.code in counts:
            counts[reason.code] += 1
        else:
            told.append(_assignment_words(reason, year))
    return [words for words in (*sums, *_counted(counts["on_time"], counts["open"]), *told) if words]


def _counted(on_time: int, undue: int) -> Iterator[str]:
    if on_time:
        words = ngettext("%(count)d assignment done in time", "%(count)d assignments done in time", on_time)
        yield words % {"count": on_time}
    if undue:
        words = ngettext("%(count)d assignment not due yet", "%(count)d assignments not due yet", undue)
        yield words % {"count": undue}


def _assignment_words(reason: Reason, year: int) -> str:
    """1.2 举办主题讲坛（第三季度）：应于9月30日前完成，没有完成."""
    task, _dot, slot = str(reason.facts["slot"]).rpartition(" · ")
    # What can still be earned is told in the ledger's points, which the rule book converts.
    facts = {key: value for key, value in reason.facts.items() if key != "could_earn"}
    words = reason_words(replace(reason, facts=facts), year)
    if reason.code in UNEARNED:
        words = _("%(words)s, worth %(points)s in the plan") % {
            "words": words,
            "points": format_points(reason.facts["points"]),
        }
    due_on = reason.facts["due_on"]
    which = slot_words(slot, due_on, year)
    if not task or words.startswith(which):
        return _("%(slot)s: %(words)s") % {"slot": task or which, "words": words}
    return _("%(task)s (%(slot)s): %(words)s") % {"task": task, "slot": which, "words": words}


ROLES = {
    "base": gettext_lazy("base"),
    "bonus": gettext_lazy("bonus"),
    "deduction": gettext_lazy("deduction"),
}


def role_words(subtotal: Subtotal) -> str:
    return str(ROLES[subtotal.role])


_EFFECTS = {
    "force": gettext_lazy("grade %(grade)s, whatever the total"),
    "cap": gettext_lazy("no better than %(grade)s"),
    "lower": gettext_lazy("a lower grade"),
    "bar": gettext_lazy("no awards"),
    "zero": gettext_lazy("the total is 0"),
}


def veto_words(veto: Vetoed) -> str:
    """发生违纪违法案件：等次不高于一般."""
    effect = str(_EFFECTS[veto.effect]) % {"grade": veto.grade}
    return _("%(veto)s: %(effect)s") % {"veto": veto.title, "effect": effect}


def withheld_words(scheme: Scheme, card: Card, titles: Titles) -> str:
    """够不上五星：须没有到期没有办的任务: the next better grade whose line is reached, and what it asks beside. A veto
    tells of itself."""
    figure = {"total": card.total_for_grade, "award": card.total_for_award, "rate": card.rate}[scheme.graded_by]
    if figure is None or card.vetoes:
        return ""
    names = ladder(scheme)
    better = names[: names.index(card.grade)] if card.grade in names else names
    grades = {grade.name: grade for grade in scheme.grades}
    for grade in map(grades.__getitem__, reversed(better)):
        if grade.requires and (grade.at_least is None or printed(figure) >= grade.at_least):
            words = {"grade": grade.name, "condition": condition_words(grade.requires, titles)}
            return _("Not %(grade)s: it asks that %(condition)s.") % words
    return ""


_COMBINED = {
    "sum": gettext_lazy("The year's base is the sum of its periods'."),
    "mean": gettext_lazy("The year's base is the mean of its periods'; one without data is left out."),
    "weighted": gettext_lazy("The year's base is that of its periods, each by its weight: %(weights)s."),
    "independent": gettext_lazy("Each period is graded alone; the year has only what is scored by the year."),
}


def year_words(scheme: Scheme, kind: str) -> str:
    """How the year's card comes about; `kind` is the kind of period it is made of, "" for none."""
    if not kind:
        return _("The year is scored by all that happened in it. The cards of its quarters are for information.")
    weights = _(", ").join(plain(weight) for weight in scheme.periods.weights)
    words = str(_COMBINED[scheme.periods.combine]) % {"weights": weights}
    return words + _(" Bonus and deductions add up over the periods.")


def left_out_words(scheme: Scheme, card: Card) -> str:
    """本卡满分 100 分中，42 分没有数据或已豁免，不计入应得分: "" where nothing is left out; and where weights, periods
    put together, exemptions made up for or lines that wait for the closing leave no plain figure to tell."""
    is_rescaled = any(reason.code == "rescaled" for reason in card.reasons)
    waits = any(reason.code == AT_CLOSING for line in card.lines for reason in line.reasons)
    if card.parts or scheme.components or is_rescaled or waits:
        return ""
    counting = {category.key for category in scheme.categories if "grade" in category.counts_for}
    base = [one for one in card.categories if one.role == "base" and one.key in counting]
    full = sum((one.full or Decimal(0) for one in base), Decimal(0))
    nominal = sum((one.nominal or Decimal(0) for one in base), Decimal(0))
    if hundredths(full) != card.available or nominal <= full:
        return ""
    told = {"nominal": plain(printed(nominal)), "left": plain(printed(nominal - full))}
    words = _(
        "Of the %(nominal)s points of this card, %(left)s have no data or are exempt, and do not count in what could "
        "be earned."
    )
    return words % told


def sum_words(card: Card) -> str:
    """基础分 92.00，加分 3.50，扣分 −1.00: what the total is made of; "" where it is the base alone."""
    extra = [one for one in card.categories if one.role != "base" and one.points is not None]
    if card.base is None or not extra:
        return ""
    told = [_("base %(points)s") % {"points": points_words(card.base)}]
    told += [f"{one.title} {'+' if one.points > 0 else ''}{points_words(one.points)}" for one in extra]
    return _("; ").join(told)
