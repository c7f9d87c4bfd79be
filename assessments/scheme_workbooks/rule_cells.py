"""The rules of an indicator or scoring point: from its column 计分规则, else from the sentences of its standard."""

from dataclasses import dataclass, field

from assessments.scheme_workbooks.asking import Asking
from assessments.scheme_workbooks.cells import is_nothing, read_text
from assessments.scheme_workbooks.document import Cell
from assessments.scheme_workbooks.grouping import IndicatorRows
from assessments.scheme_workbooks.layout import NUMERALS
from assessments.scheme_workbooks.sentences import read_standard
from assessments.scheme_workbooks.short_form import PlainRule, read_rule
from assessments.scoring.kinds import KINDS, effect_of


@dataclass
class HolderRules:
    """Each rule with its cell; `standards` are the words that are kept as such. `starts_at_nothing`: its sentences
    only add, so that its points are what can be reached."""

    lines: list[tuple[PlainRule, str]] = field(default_factory=list)
    standards: list[Cell] = field(default_factory=list)
    starts_at_nothing: bool = False

    def take(self, rule: PlainRule | None, title: str, cell: Cell) -> None:
        """A rule that was read, or None; its sentence is its title unless it has one."""
        if rule is not None:
            self.lines.append(({**rule, "title": rule.get("title", title)}, cell.name))


def rules_of(holder: IndicatorRows, asking: Asking, role: str) -> HolderRules:
    """The rules of every row of the indicator or scoring point; a question where nothing says how it is scored."""
    found, is_settled, is_inferred = HolderRules(), bool(holder.points), False
    for standard, rules in holder.lines:
        if rules is not None:
            is_settled = True
            _take_rules(found, standard, rules, asking, role)
        elif standard is not None and not is_nothing(standard.text):
            found.standards.append(standard)
            sentences = read_standard(read_text(standard.text))
            for number, (text, understood) in enumerate(sentences, start=1):
                is_settled = is_inferred = True
                found.take(asking.rule(standard, number, text, understood, role), text, standard)
    if not is_settled:
        cell = next((standard for standard, _rules in holder.lines if standard), None) or holder.title
        text = read_text(cell.text)
        rule = asking.rule(cell, 0, text, role=role)
        if rule is not None:
            found.lines.append((rule, cell.name))
    effects = {_effect(rule) for rule, _cell in found.lines}
    found.starts_at_nothing = is_inferred and role == "base" and effects == {"adds"}
    return found


def _take_rules(found: HolderRules, standard: Cell | None, rules: Cell, asking: Asking, role: str) -> None:
    """A rule on each line; the standard may tell their sentences, numbered alike."""
    lines = [] if is_nothing(rules.text) else rules.text.split("\n")
    titles = _titles(standard, len(lines))
    if standard is not None and not titles and not is_nothing(standard.text):
        found.standards.append(standard)
    for number, line in enumerate(lines, start=1):
        rule = read_rule(line)
        if rule is None:
            rule = asking.rule(rules, number, line, role=role)
            if rule is not None:
                rule.setdefault("title", line)
        if rule is not None:
            found.lines.append(({**rule, "title": titles[number - 1]} if titles else rule, rules.name))


def _titles(standard: Cell | None, count: int) -> list[str]:
    lines = standard.text.split("\n") if standard and count else []
    numbered = len(lines) == count and all(
        line.startswith(numeral) for line, numeral in zip(lines, NUMERALS, strict=False)
    )
    return [line[1:].strip() for line in lines] if numbered else []


def _effect(rule: PlainRule) -> str:
    kind = str(rule.get("kind", ""))
    return effect_of(kind, rule) if kind in KINDS and KINDS[kind].effect != "either" else "either"
