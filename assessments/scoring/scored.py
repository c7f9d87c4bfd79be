"""The lines of one subject in one period: what is excused, what has no data, what is scored by a cadence of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from assessments.scoring.cards import Line, Reason
from assessments.scoring.desk import signature
from assessments.scoring.expressions import parse
from assessments.scoring.lines import Court, Holder, Points, exempted, full_of, outcomes_of, spread, worth
from assessments.scoring.rounding import hundredths, plain, printed
from assessments.scoring.schemes import ByFormula, ByGroup, Category, Indicator, Rule, Scheme
from assessments.scoring.sheets import Sheet
from branchwork.periods import Period, PeriodKind


class Scored(NamedTuple):
    """A line before it is printed. `full` is what could be had, None also for what leaves the denominator; `nominal`
    keeps it. `treatment` "group_mean" waits for the others' lines."""

    category: Category
    indicator: Indicator
    points: Decimal | None
    full: Decimal | None
    nominal: Decimal | None
    reasons: tuple[Reason, ...]
    treatment: str = ""

    def line(self) -> Line:
        earned, full = hundredths(self.points), 0 if self.points is None else hundredths(self.full)
        category, indicator = self.category, self.indicator
        return Line(
            indicator.key, indicator.title, category.key, category.title, earned, full, full,
            reasons=self.reasons, points=self.points, full=self.full,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What an indicator's points depend on: facts, names in its expressions, the group if amounts differ `by_group`; on
    others, if it `compares`."""

    facts: tuple[str, ...]
    names: tuple[str, ...]
    is_wide: bool
    by_group: bool
    compares: bool


def asked_by(indicator: Indicator) -> Asked:
    rules = tuple(indicator.all_rules())
    amounts = [indicator.points, indicator.cap, indicator.floor]
    amounts += [one for point in indicator.scoring_points for one in (point.points, point.cap, point.floor)]
    amounts += [one for rule in rules for one in _amounts(rule)]
    texts = [one.formula for one in amounts if isinstance(one, ByFormula)]
    expressions = [parse(text) for text in (*texts, *(text for rule in rules for text in _expressions(rule)))]
    return Asked(
        facts=tuple(dict.fromkeys(name for rule in rules for name in rule.sources)),
        names=tuple(sorted({name for expression in expressions for name in expression.names})),
        is_wide=any(rule.over or rule.cap_per for rule in rules),
        by_group=any(isinstance(one, ByGroup) for one in amounts),
        compares=any(expression.gathered for expression in expressions) or any(map(_compares, rules)),
    )


def _expressions(rule: Rule) -> Iterator[str]:
    if rule.when:
        yield rule.when
    if rule.kind == "derived_formula":
        yield str(rule.parameters["formula"])


def _amounts(rule: Rule) -> Iterator[object]:
    """Whatever may be an amount, in lists and mappings too."""
    yield from (rule.cap, rule.floor, *rule.parameters.values())
    for told in rule.parameters.values():
        if isinstance(told, Mapping):
            yield from told.values()
        elif isinstance(told, tuple) and not isinstance(told, ByGroup):
            yield from (one for part in told if isinstance(part, Mapping) for one in part.values())


def _compares(rule: Rule) -> bool:
    told = rule.parameters
    return bool(rule.kind == "rank_based" and not told.get("given") or told.get("to_best"))


@dataclass(slots=True)
class Clerk:
    """Writes the lines of everybody's cards of one period, the same facts only once."""

    scheme: Scheme
    court: Court
    # Sheets and courts of the shorter periods that indicators with a cadence are scored by.
    inner: Mapping[str, tuple[Court, Mapping[str, Sheet]]] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    memo: dict = field(default_factory=dict)

    def lines(
        self, sheets: Sequence[Sheet], categories: Sequence[tuple[Category, Sequence[Indicator]]]
    ) -> list[list[Scored]]:
        """Of each sheet, in the scheme's order; an indicator that is not for a subject has no line there.

        Everybody's line of one indicator comes before anybody's of the next: a formula may compare earlier lines.
        """
        found: list[list[Scored]] = [[] for _sheet in sheets]
        cohort = self.court.cohort
        for category, indicators in categories:
            cohort.forget()
            meant = [number for number, sheet in enumerate(sheets) if cohort.holds(category.when, sheet)]
            merged = {number: self._merged(category, indicators, sheets[number]) for number in meant}
            for indicator in indicators:
                cohort.forget()
                for number in meant:
                    sheet = sheets[number]
                    scored = self._scored(category, indicator, sheet, merged[number].get(indicator.key))
                    if scored is not None:
                        found[number].append(scored)
                        sheet.known[indicator.key] = scored.points
        return found

    def _merged(
        self, category: Category, indicators: Sequence[Indicator], sheet: Sheet
    ) -> Mapping[str, Sequence[Holder]]:
        """Of a category that merges over its indicators: what each of them is left with."""
        if category.merge is None:
            return {}
        holders = {indicator.key: self.court.hold(indicator, sheet) for indicator in indicators}
        before = {key: _points_of(found) for key, found in holders.items()}
        reasons = spread([outcome for found in holders.values() for outcome in outcomes_of(found)], category.merge)
        for key, found in holders.items():
            if _points_of(found) != before[key]:
                found[0].reasons += reasons
        return holders

    def _scored(
        self, category: Category, indicator: Indicator, sheet: Sheet, holders: Sequence[Holder] | None
    ) -> Scored | None:
        if not self.court.cohort.holds(indicator.when, sheet):
            return None
        excused = sheet.place.exempt.get(indicator.key) or sheet.place.exempt.get(category.key)
        if excused is not None or indicator.exempt_when and self.court.cohort.holds(indicator.exempt_when, sheet):
            told = (excused.reason, excused.approved_by) if excused else ("", "")
            treatment = indicator.exempt or self.scheme.exempt or "leave"
            reason = exempted(*told, treatment=treatment)
            return _treated(category, indicator, full_of(indicator, sheet), (reason,), treatment)
        found = self._points(indicator, sheet) if holders is None else worth(indicator, holders, sheet)
        if found is None:
            return None
        if found.points is None:
            treatment = indicator.no_data or self.scheme.no_data or "leave"
            return _treated(category, indicator, found.full, found.reasons, treatment)
        points = printed(found.points) if self.scheme.rounding == "line" else found.points
        return Scored(category, indicator, points, found.full, found.full, found.reasons)

    def _points(self, indicator: Indicator, sheet: Sheet) -> Points | None:
        if indicator.cadence and (kind := PeriodKind(indicator.cadence)) != sheet.period.kind:
            parts = sheet.period.parts(kind)
            return self._by_cadence(indicator, sheet, parts) if parts else None
        return self._judged(self.court, indicator, sheet)

    def _judged(self, court: Court, indicator: Indicator, sheet: Sheet) -> Points:
        if indicator.key not in self.asked:
            self.asked[indicator.key] = asked_by(indicator)
        asked = self.asked[indicator.key]
        if asked.compares or sheet.place.exempt:
            return worth(indicator, court.hold(indicator, sheet), sheet)
        key = _key(indicator, asked, sheet)
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = worth(indicator, court.hold(indicator, sheet), sheet)
        return found

    def _by_cadence(self, indicator: Indicator, sheet: Sheet, parts: Sequence[Period]) -> Points:
        scored = []
        for part in parts:
            court, sheets = self.inner[str(part)]
            found = self._judged(court, indicator, sheets[sheet.subject.key])
            if found.points is not None:
                scored.append((part, found))
        if not scored:
            return Points(None, full_of(indicator, sheet), ())
        points, full = put_together(indicator.combine, [(found.points, found.full) for _part, found in scored])
        told = "; ".join(f"{part} {plain(found.points)}" for part, found in scored)
        facts = {"combine": indicator.combine, "parts": told, "points": plain(points)}
        lost = [reason for _part, found in scored if found.points != found.full for reason in found.reasons]
        return Points(points, full, (Reason("combined", MappingProxyType(facts)), *lost))


def put_together(
    how: str, parts: Sequence[tuple[Decimal, Decimal | None]], weights: Sequence[Decimal] = ()
) -> tuple[Decimal, Decimal | None]:
    """Points and full points of several periods as one."""
    if how in ("lowest", "last"):
        return min(parts, key=lambda part: part[0]) if how == "lowest" else parts[-1]
    factors = weights or (Decimal(1),) * len(parts)
    count = len(parts) if how == "mean" else 1
    points = sum((points * factor for (points, _full), factor in zip(parts, factors, strict=True)), Decimal(0))
    fulls = [full * factor for (_points, full), factor in zip(parts, factors, strict=True) if full is not None]
    return points / count, sum(fulls, Decimal(0)) / count if fulls else None


def with_group_means(drafts: Sequence[tuple[Sheet, list[Scored]]]) -> None:
    """Who was promised the mean of the peer group gets it, now that the others' lines are known."""
    waiting = [(sheet, lines) for sheet, lines in drafts if any(line.treatment == "group_mean" for line in lines)]
    if not waiting:
        return
    points: dict[tuple[str, str], list[Decimal]] = {}
    for sheet, lines in drafts:
        for line in lines:
            if line.points is not None:
                points.setdefault((sheet.subject.group, line.indicator.key), []).append(line.points)
    for sheet, lines in waiting:
        for number, line in enumerate(lines):
            found = points.get((sheet.subject.group, line.indicator.key))
            if line.treatment == "group_mean" and found:
                mean = sum(found, Decimal(0)) / len(found)
                reason = Reason("group_mean", MappingProxyType({"points": plain(mean), "of": len(found)}))
                reasons = (*line.reasons, reason)
                lines[number] = line._replace(points=mean, full=line.nominal, reasons=reasons, treatment="")
                sheet.known[line.indicator.key] = mean


def _treated(
    category: Category, indicator: Indicator, full: Decimal | None, reasons: tuple[Reason, ...], treatment: str
) -> Scored:
    """What somebody without points gets; "leave" and an awaited mean stand outside the denominator."""
    if treatment == "full" and full is not None:
        return Scored(category, indicator, full, full, full, reasons)
    if treatment == "zero":
        return Scored(category, indicator, Decimal(0), full, full, reasons)
    return Scored(category, indicator, None, None, full, reasons, treatment if treatment == "group_mean" else "")


def _points_of(holders: Sequence[Holder]) -> list[Decimal]:
    return [item.points for outcome in outcomes_of(holders) for item in outcome.items]


def _key(indicator: Indicator, asked: Asked, sheet: Sheet) -> tuple:
    inside, before = sheet.place.inside, sheet.place.before
    told = tuple(tuple(map(signature, inside[name])) if name in inside else () for name in asked.facts)
    earlier = tuple(tuple(map(signature, before.get(name, ()))) for name in asked.facts) if asked.is_wide else ()
    names = tuple(sheet.lookup(name) for name in asked.names)
    group = sheet.subject.group if asked.by_group else ""
    return indicator.key, sheet.period, group, told, earlier, names
