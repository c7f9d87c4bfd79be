"""A facts file to begin with: one organization, and one fact of each sort this rule book reads."""

from collections.abc import Iterator
from datetime import timedelta

from assessments.feeding import feeds_of
from assessments.rule_book_periods import made_of, scored_by
from assessments.scheme_files.fact_names import criteria_of, levels_of
from assessments.scheme_files.facts_reader import read_facts
from assessments.scoring import Indicator, Rule, Scheme
from assessments.scoring.books import by_category
from assessments.scoring.kinds import KINDS
from branchwork.organizations.models import Organization
from branchwork.periods import Period, PeriodKind
from ledgers.models import Plan

# So many show how it goes.
_SHOWN = 6


def example_of(scheme: Scheme, plan: Plan, period: Period) -> str:
    """The text of such a file, which can be attached as it is; "" where nothing is read but the ledger."""
    organization = Organization.objects.filter(path__startswith=plan.owner.path, depth__gt=plan.owner.depth).first()
    if organization is None:
        return ""
    head = [f"period: {period}", "subjects:", f'  - id: "{organization.code}"', f"    name: {organization.name}"]
    head.append("    facts:")
    lines: list[str] = []
    for name, rule in _told_by_file(scheme, plan, period).items():
        content = _content(rule, period)
        if period.kind == PeriodKind.YEAR and made_of(scheme) and "on: " in content:
            # Else the day would put it into its quarter.
            content += f", period: {period}"
        line = f"      - {{about: {name}, {content}}}"
        # What this rule book wants otherwise is not shown.
        if not read_facts("\n".join([*head, line]), "", scheme)[1]:
            lines.append(line)
        if len(lines) == _SHOWN:
            break
    return "\n".join([*head, *lines, ""]) if lines else ""


def _told_by_file(scheme: Scheme, plan: Plan, period: Period) -> dict[str, Rule]:
    """The first rule of each kind that only a facts file feeds, by the name it reads; then the others."""
    from_file = {source.name for feed in feeds_of(scheme, plan) for source in feed.sources if source.comes == "file"}
    rules = {
        rule.sources[0]: rule
        for indicator in _scored_by_itself(scheme, period)
        for rule in indicator.all_rules()
        if rule.sources[0] in from_file
    }
    first = {rule.kind: name for name, rule in reversed(rules.items())}
    ordered = sorted(rules, key=lambda name: first[rules[name].kind] != name)
    return {name: rules[name] for name in ordered}


def _scored_by_itself(scheme: Scheme, period: Period) -> Iterator[Indicator]:
    """What the card of this period scores of what was told of it. A year's card that is put together of shorter ones
    scores what has the year's cadence; bonus and deductions may be told of the year too."""
    kind = made_of(scheme) if period.kind == PeriodKind.YEAR else ""
    book = scored_by(scheme, kind or period.kind.value)
    for _category, indicators in by_category(book, is_combined=bool(kind)):
        yield from indicators
    for category, indicators in by_category(book, is_combined=False) if kind else ():
        if category.role != "base":
            yield from indicators


def _content(rule: Rule, period: Period) -> str:
    """What is written of the fact beside its name."""
    day = period.ends_on - timedelta(days=10)
    reads = KINDS[rule.kind].reads
    if rule.kind == "manual_range":
        least, most = rule.parameters.get("least"), rule.parameters.get("most")
        return f"points: {most or least or 1}, note: 理由"
    if rule.kind == "late_deduction":
        return f"due: {day - timedelta(days=3)}, on: {day}"
    if criteria := criteria_of(rule):
        return f"met: [{criteria[0]}]"
    if "votes" in reads:
        choices = ", ".join(f"{choice}: 3" for choice in rule.parameters["scores"])
        voters = next(iter(rule.parameters.get("voters") or {}), "")
        return f"voters: {voters}, votes: {{{choices}}}" if voters else f"votes: {{{choices}}}"
    if "marks" in reads:
        return "marks: [90, 88.5, 92]"
    if levels := levels_of(rule):
        return f"on: {day}, level: {levels[0]}"
    if "event" not in reads:
        return "value: 90"
    return "value: 1" if KINDS[rule.kind].needs_data else f"on: {day}, quantity: 1"
