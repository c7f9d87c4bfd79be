"""One rule in one line of a cell: `【编号】「原文」每次扣0.5，免1次，最多扣2`.

What the short form cannot say stands as in a scheme file, on one line: `{kind: tiered, …}`.
"""

import re

from assessments.scheme_files.sorts import Plain
from assessments.scheme_workbooks.flow import read_flow, write_flow
from assessments.scheme_workbooks.forms import CLAUSES, EMPTY_CLAUSES, FORMULAS, HEADS
from assessments.scheme_workbooks.phrases import Phrase, normal
from branchwork.importing import text_of

PlainRule = dict[str, Plain]
# Nobody writes a longer phrase; reading one would take long.
MOST_SIGNS = 1000

_LINE = re.compile(r"\s*(?:【([^【】]*)】)?\s*(?:「([^「」]*)」)?\s*(.*)", re.DOTALL)
_WHEN = re.compile(r"(.*?)[,，;；]\s*仅当\s*(.+)", re.DOTALL)
_FORMULA = re.compile(rf"({'|'.join(FORMULAS)})[:：]\s*(.+)", re.DOTALL)
# The comma and its like, outside of brackets.
_BREAK = re.compile(r"[,;。](?![^()]*\))")
# Parts of a rule that are mappings, of which each entry has a phrase of its own.
_NESTED = ("merge", "cap_per")


def read_rule(text: str) -> PlainRule | None:
    """The rule as a scheme file has it; None when it is not understood."""
    key, title, body = _LINE.fullmatch(text).groups()
    rule = _read_mapping(body) if body.startswith("{") else read_body(body)
    if rule is None:
        return None
    return {**rule, **({"id": key.strip()} if key else {}), **({"title": title.strip()} if title else {})}


def read_body(body: str) -> PlainRule | None:
    """As `read_rule`, without an id and a sentence before it."""
    if len(body) > MOST_SIGNS:
        return None
    conditional = _WHEN.fullmatch(body)
    body, when = conditional.groups() if conditional else (body, "")
    formula = _FORMULA.fullmatch(body.strip())
    if formula:
        rule = {"kind": "derived_formula", "formula": formula[2].strip(), "direction": FORMULAS[formula[1]]}
    else:
        rule = _read_phrases([part for part in _BREAK.split(normal(body)) if part])
    return rule and {**rule, **({"when": when.strip()} if when else {})}


def write_rule(rule: PlainRule) -> str:
    """The short form, or where it would lose something, the rule as a scheme file has it."""
    line = _written(rule)
    understood = read_rule(text_of(line)) if line and "\n" not in line else None
    return line if understood and _completed(understood) == _completed(rule) else write_flow(rule)


def _read_mapping(text: str) -> PlainRule | None:
    plain = read_flow(text)
    return plain if isinstance(plain, dict) else None


def _read_phrases(parts: list[str]) -> PlainRule | None:
    """The rule its first part begins and every other part adds to; nothing may be said twice, or not be understood."""
    if not parts:
        return None
    for head in HEADS:
        said = head.read(parts[0])
        rule = said and _with_clauses(said, parts[1:])
        if rule:
            return _nested(rule)
    return None


def _with_clauses(rule: PlainRule, parts: list[str]) -> PlainRule | None:
    for part in parts:
        if part in EMPTY_CLAUSES:
            continue
        said = next((said for clause in _clauses(rule) if (said := clause.read(part))), None)
        if said is None or said.keys() & rule.keys():
            return None
        rule = {**rule, **said}
    return rule


def _clauses(rule: PlainRule) -> list[Phrase]:
    return [clause for clause in CLAUSES if not clause.kinds or rule["kind"] in clause.kinds]


def _written(rule: PlainRule) -> str:
    """The line that says most of the rule; "" when no phrase says anything of it."""
    left = _flat(_completed(rule))
    named = f"【{left.pop('id')}】" if "id" in left else ""
    named += f"「{left.pop('title')}」" if "title" in left else ""
    when = f"，仅当 {left.pop('when')}" if "when" in left else ""
    if "formula" in left:
        word = next((word for word, name in FORMULAS.items() if name == left.get("direction", "mark")), "")
        return f"{named}{word}：{left['formula']}{when}"
    fitting = [(len(head.keys), text, head) for head in HEADS if (text := head.write(left))]
    if not fitting:
        return ""
    _most, text, head = max(fitting, key=lambda fit: fit[0])
    left = {name: value for name, value in left.items() if name not in head.keys or name == "kind"}
    parts = [text]
    for clause in _clauses(left):
        if part := clause.write(left):
            parts.append(part)
            left = {name: value for name, value in left.items() if name not in clause.keys}
    return named + "，".join(parts).replace(":", "：") + when


def _completed(rule: PlainRule) -> PlainRule:
    """With what a rule means by saying nothing, where a phrase says it."""
    rule = dict(rule)
    if "merge" in rule:
        rule["merge"] = {"by": "matter", "keep": "highest", **rule["merge"]}
    if rule.get("kind") == "derived_formula":
        rule.setdefault("direction", "mark")
    return rule


def _flat(rule: PlainRule) -> PlainRule:
    flat = {name: value for name, value in rule.items() if name not in _NESTED}
    for name in _NESTED:
        flat |= {f"{name}.{key}": value for key, value in rule.get(name, {}).items()}
    return flat


def _nested(flat: PlainRule) -> PlainRule:
    rule: PlainRule = {}
    for name, value in flat.items():
        outer, _dot, inner = name.partition(".")
        if inner:
            rule.setdefault(outer, {})[inner] = value
        else:
            rule[name] = value
    return rule
