"""A rule book as a page shows it: every line with its points, its words and how it is worked out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.condition_words import Titles, condition_words, titles_of
from assessments.scheme_files.fields import RULE
from assessments.scheme_workbooks.short_form import write_rule
from assessments.scoring import Category, Indicator, Rule, Scheme
from assessments.scoring.schemes import Amount, ByFormula, ByGroup, Grade, Limit, Merge, Quota, ScoringPoint, Veto

_ROLES = {"bonus": gettext_lazy("bonus"), "deduction": gettext_lazy("deduction")}
_CADENCES = {
    "month": gettext_lazy("scored by the month"),
    "quarter": gettext_lazy("scored by the quarter"),
    "half": gettext_lazy("scored by the half-year"),
    "year": gettext_lazy("scored by the year only"),
}
_COMBINED = {
    "sum": gettext_lazy("the periods are added up"),
    "mean": gettext_lazy("the mean of the periods"),
    "weighted": gettext_lazy("the periods by weight"),
    "independent": gettext_lazy("every period by itself"),
}
_KEPT = {
    "highest": gettext_lazy("of one matter the highest counts"),
    "sum": gettext_lazy("of one matter the sum counts"),
    "in_turn": gettext_lazy("of one matter each next counts for less"),
}
_GRADED_BY = {
    "total": gettext_lazy("by the total for the grade"),
    "award": gettext_lazy("by the total for awards"),
    "rate": gettext_lazy("by the rate"),
}


@dataclass(frozen=True)
class RuleRow:
    """One rule: the rule book's sentence and the short written form of what it does."""

    title: str
    form: str


@dataclass(frozen=True)
class PointRow:
    """得分点: a part of an indicator, or (without a title) the rules of the indicator itself."""

    title: str
    points: str
    rules: list[RuleRow]


@dataclass(frozen=True)
class IndicatorRow:
    indicator: Indicator
    points: str
    notes: list[str]
    parts: list[PointRow]


@dataclass(frozen=True)
class CategoryRow:
    category: Category
    points: str
    notes: list[str]
    rows: list[IndicatorRow]


@dataclass(frozen=True)
class SchemePage:
    """The whole rule book in words; everything beside the categories is a list of lines."""

    categories: list[CategoryRow]
    totals: list[str]
    periods: list[str]
    components: list[str]
    grades: list[tuple[str, str]]
    vetoes: list[tuple[str, str]]
    quotas: list[str]
    figures: list[tuple[str, str]]
    # Whether any indicator says how it is assessed, or by whom.
    has_methods: bool


def scheme_page(scheme: Scheme) -> SchemePage:
    components = {component.key: component.title for component in scheme.components}
    titles = titles_of(scheme)
    return SchemePage(
        categories=[_category(category, components, titles) for category in scheme.categories],
        totals=list(_totals(scheme)),
        periods=list(_periods(scheme)),
        components=[_component(component) for component in scheme.components],
        grades=[(grade.name, _grade_words(grade, titles)) for grade in scheme.grades],
        vetoes=[(veto.title or veto.key, _veto(veto, titles)) for veto in scheme.vetoes],
        quotas=[quota_words(quota) for quota in scheme.quotas],
        figures=[(figure.title, figure.formula) for figure in scheme.figures],
        has_methods=any(indicator.method or indicator.assessor for _category, indicator in scheme.indicators()),
    )


def amount_words(amount: Amount | None) -> str:
    """A figure without needless zeros; one that differs by peer group names each, one worked out its formula."""
    if amount is None:
        return ""
    if isinstance(amount, ByFormula):
        return amount.formula
    if not isinstance(amount, ByGroup):
        return _plain(amount)
    named = [f"{group} {_plain(each)}" for group, each in amount.amounts.items()]
    if amount.otherwise is not None:
        named.append(_("otherwise %(points)s") % {"points": _plain(amount.otherwise)})
    return _(", ").join(named)


def _veto(veto: Veto, titles: Titles) -> str:
    words = [veto_words(veto)]
    if veto.when:
        words.append(_("only where %(condition)s") % {"condition": condition_words(veto.when, titles)})
    if veto.scope != "all":
        words.append(_("only on the year's card") if veto.scope == "combined" else _("only in its own period"))
    return " · ".join(words)


def veto_words(veto: Veto) -> str:
    """What it does to a finished card."""
    words = {"grade": veto.grade, "steps": veto.steps}
    if veto.effect == "force":
        return _("is graded %(grade)s") % words
    if veto.effect == "cap":
        return _("no better than %(grade)s") % words
    if veto.effect == "lower":
        return _("%(steps)s grades lower") % words
    return _("no awards") if veto.effect == "bar" else _("no points at all")


_ROUNDINGS = {
    "down": gettext_lazy("a part of one does not count"),
    "up": gettext_lazy("a part of one counts as one"),
    "half_up": gettext_lazy("rounded half up"),
}


def quota_words(quota: Quota) -> str:
    bounds = [
        said % {"share": share}
        for share, said in (
            (quota.at_most, _("at most %(share)s")),
            (quota.at_least, _("at least %(share)s")),
            (quota.exactly, _("exactly %(share)s")),
        )
        if share
    ]
    where = _("of everybody") if quota.per == "all" else _("of each peer group")
    is_share = any("%" in share for share in (quota.at_most, quota.at_least, quota.exactly))
    rounding = [str(_ROUNDINGS[quota.rounding])] if is_share else []
    words = {"grades": _(", ").join(quota.grades), "bounds": _(", ").join([*bounds, where, *rounding])}
    return _("%(grades)s: %(bounds)s") % words


def _category(category: Category, components: dict[str, str], titles: Titles) -> CategoryRow:
    rows = [_indicator(indicator, titles) for indicator in category.indicators]
    notes = [*_category_notes(category, components), *_shared_notes(category, titles)]
    return CategoryRow(category, amount_words(category.points), notes, rows)


def _category_notes(category: Category, components: dict[str, str]) -> Iterator[str]:
    if category.role in _ROLES:
        yield str(_ROLES[category.role])
    if category.component:
        yield components.get(category.component, category.component)
    if category.out_of == "best":
        yield _("converted by the best of the peer group")
    elif category.out_of is not None:
        yield _("converted from %(points)s") % {"points": amount_words(category.out_of)}
    yield from _limit_notes(category.cap, category.floor, by_default="none")
    if category.counts_for == ("award",):
        yield _("counts for awards only")
    elif category.counts_for == ("grade",):
        yield _("counts for the grade only")
    if category.pass_at is not None:
        yield _("passes with %(points)s") % {"points": amount_words(category.pass_at)}


def _indicator(indicator: Indicator, titles: Titles) -> IndicatorRow:
    parts = [_part("", None, indicator.rules, indicator.standard, titles)] if indicator.rules else []
    parts += [_part(point.title or point.key, point, point.rules, "", titles) for point in indicator.scoring_points]
    notes = list(_limit_notes(indicator.cap, indicator.floor, by_default="points"))
    notes += _shared_notes(indicator, titles)
    if indicator.exempt_when:
        notes.append(_("excused where %(condition)s") % {"condition": condition_words(indicator.exempt_when, titles)})
    return IndicatorRow(indicator, amount_words(indicator.points), notes, parts)


def _part(title: str, point: ScoringPoint | None, rules: Iterable[Rule], said: str, titles: Titles) -> PointRow:
    """`said` stands above them already: the standard, often the one rule's own sentence."""
    rows = [RuleRow("" if rule.title == said else rule.title, _form(rule, titles)) for rule in rules]
    return PointRow(title, amount_words(point.points) if point else "", rows)


def _form(rule: Rule, titles: Titles) -> str:
    """What it does; its title, and the names of the facts it reads, are said elsewhere."""
    told_elsewhere = ("id", "title", "reads", "when")
    form = write_rule({key: value for key, value in RULE.write(rule).items() if key not in told_elsewhere})
    if not rule.when:
        return form
    return _(", ").join([form, _("only where %(condition)s") % {"condition": condition_words(rule.when, titles)}])


def _limit_notes(cap: Limit, floor: Limit, *, by_default: str) -> Iterator[str]:
    if cap == "none" and by_default != "none":
        yield _("may pass its points")
    elif cap not in ("none", by_default):
        yield _("at most its points") if cap == "points" else _("at most %(points)s") % {"points": amount_words(cap)}
    if floor == "none" and by_default != "none":
        yield _("may fall below 0")
    elif floor not in ("none", by_default):
        yield _("not below %(points)s") % {"points": "0" if floor == "points" else amount_words(floor)}


def _shared_notes(part: Category | Indicator, titles: Titles) -> Iterator[str]:
    if part.cadence:
        yield str(_CADENCES[part.cadence])
    if part.merge:
        yield _merge_words(part.merge)
    if part.when:
        yield _("only where %(condition)s") % {"condition": condition_words(part.when, titles)}


def _merge_words(merge: Merge) -> str:
    return str(_KEPT[merge.keep])


def _totals(scheme: Scheme) -> Iterator[str]:
    for figure, said in (
        (scheme.total, _("full total %(points)s")),
        (scheme.total_cap, _("total at most %(points)s")),
        (scheme.total_floor, _("total not below %(points)s")),
        (scheme.bonus_cap, _("all bonuses together at most %(points)s")),
    ):
        if figure is not None:
            yield said % {"points": _plain(figure)}
    if scheme.rescale:
        yield _("what exemptions take away is made up for in proportion")
    if scheme.grades:
        yield _("graded %(how)s") % {"how": _GRADED_BY[scheme.graded_by]}


def _periods(scheme: Scheme) -> Iterator[str]:
    periods = scheme.periods
    if periods.score:
        yield str(_CADENCES[periods.score])
    if periods.combine:
        yield str(_COMBINED[periods.combine])
    if periods.weights:
        yield _("weights %(weights)s") % {"weights": _(", ").join(map(_plain, periods.weights))}


def _component(component) -> str:
    if component.out_of is not None:
        words = {"title": component.title, "points": amount_words(component.points), "of": _plain(component.out_of)}
        return _("%(title)s: %(points)s, converted from %(of)s") % words
    return _("%(title)s: × %(weight)s") % {"title": component.title, "weight": _plain(component.weight)}


def _grade_words(grade: Grade, titles: Titles) -> str:
    words = [_("from %(points)s") % {"points": _plain(grade.at_least)}] if grade.at_least is not None else []
    if grade.requires:
        words.append(_("if %(condition)s") % {"condition": condition_words(grade.requires, titles)})
    return _(", ").join(words) or _("not by points")


def _plain(figure: Decimal) -> str:
    return format(figure.normalize(), "f")
