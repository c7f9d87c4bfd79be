"""A scheme written as a file a person reads: keys in the order of the documentation, short parts on one line."""

import unicodedata
from decimal import Decimal

import yaml

from assessments.scheme_files.fields import RULE, SCHEME_KEYS, write_keys
from assessments.scheme_files.sorts import Plain
from assessments.scoring.schemes import Rule, Scheme

WIDTH = 120
_NO_WRAPPING = 10**9
# Parts that hold other parts stand in a block, however short.
_BLOCKS = ("categories", "indicators", "scoring_points")


def write_scheme(scheme: Scheme) -> str:
    """The file that `read_scheme` reads as this rule book again."""
    plain = write_keys(scheme, SCHEME_KEYS)
    if plain.get("id") == plain["scheme"]:
        del plain["id"]
    return _text(_node(plain, 0))


def write_rule(rule: Rule) -> str:
    """One rule on one line: `{kind: deduct_if, points: 2}`."""
    return _text(_node(RULE.write(rule), 0, in_flow=True)).rstrip("\n")


def _text(node: yaml.Node) -> str:
    return yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=_NO_WRAPPING)


class _Dumper(yaml.SafeDumper):
    """Indents the entries of lists, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _node(value: Plain, indent: int, *, in_flow: bool = False, key: str = "") -> yaml.Node:
    """`indent` is the column of the key the value belongs to, or of the entry of a list it is."""
    if not isinstance(value, dict | list):
        return _scalar(value, in_flow)
    if not in_flow and not _has_blocks(value, key):
        node = _node(value, indent, in_flow=True)
        if _is_short(node, indent + _width(key) + 2):
            return node
    if isinstance(value, list):
        items = [_node(item, indent + 4, in_flow=in_flow) for item in value]
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=in_flow)
    column = indent + 2 if key else indent
    pairs = [(_scalar(name, True), _node(item, column, in_flow=in_flow, key=name)) for name, item in value.items()]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=in_flow)


def _has_blocks(value: Plain, key: str) -> bool:
    """Whether it holds further parts, or lists what is easier to read below one another."""
    if key == "rules" or (key and isinstance(value, list) and any(isinstance(item, dict) for item in value)):
        return True
    return isinstance(value, dict) and any(name in value for name in (*_BLOCKS, "rules"))


def _is_short(node: yaml.Node, before: int) -> bool:
    text = _text(node).rstrip("\n")
    return "\n" not in text and before + _width(text) < WIDTH


def _scalar(value: str | Decimal | bool | int, in_flow: bool) -> yaml.ScalarNode:
    if isinstance(value, bool):
        return yaml.ScalarNode("tag:yaml.org,2002:bool", "true" if value else "false")
    if isinstance(value, Decimal | int):
        text = format(value, "f")
        return yaml.ScalarNode(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)
    style = "|" if "\n" in value and not in_flow else None
    return yaml.ScalarNode("tag:yaml.org,2002:str", value, style=style)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
