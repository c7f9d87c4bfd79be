"""Parts of a scheme file on one line, as they stand in a cell: `{kind: deduct_if, points: 2}`."""

import json
import re
from decimal import Decimal

from assessments.scheme_files.nodes import Mapping, Node, Scalar, Sequence, compose
from assessments.scheme_files.sorts import Plain, number_of

_WORD = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w.\-\u3001-\u301f\uff01-\uff0f\uff1a-\uff5e]*")
_NO_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
# What may stand between single quotes as it is.
_LITERAL = re.compile(
    r"(?!.*  )[\x20-\x26\x28-\x5b\x5d-\x7e\u2010-\u201f\u2260-\u2265\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e]*"
)
# A cell keeps no doubled blanks, and none but the ordinary one.
_LOST_IN_CELLS = re.compile(r"[^\S ]|(?<= ) |[\x7f-\xa0\u2028\u2029\ufeff]")


def write_flow(plain: Plain) -> str:
    """What stands for it on one line."""
    if isinstance(plain, dict):
        return "{" + ", ".join(f"{write_flow(key)}: {write_flow(value)}" for key, value in plain.items()) + "}"
    if isinstance(plain, list):
        return "[" + ", ".join(map(write_flow, plain)) + "]"
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, Decimal):
        return f"{plain:f}"
    if isinstance(plain, int):
        return str(plain)
    if _WORD.fullmatch(plain) and plain.casefold() not in _NO_WORDS:
        return plain
    return f"'{plain}'" if '"' in plain and _LITERAL.fullmatch(plain) else quote(plain)


def quote(text: str) -> str:
    """The text in quotes, such that a cell keeps every sign of it."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _LOST_IN_CELLS.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def read_flow(text: str) -> Plain | None:
    """The other way round; None for what is no single list, mapping or value on one line."""
    if "\n" in text:
        return None
    root, problems = compose(text, "")
    return None if root is None or problems else _plain(root)


def _plain(node: Node) -> Plain:
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.entries.items()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return _scalar(node)


def _scalar(node: Scalar) -> Plain:
    if not node.is_plain:
        return node.text
    if node.text in ("true", "false"):
        return node.text == "true"
    number = number_of(node.text)
    return node.text if number is None else number
