"""Conditions and formulas of a rule book: `members >= 7 and kind == "branch"`.

Read with Python's own parser, but only what is listed here is understood; nothing else is ever run. Numbers are exact
decimals, taken from the text as it stands. `docs/scheme-format.md` says what may be written.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import MappingProxyType

MAX_LENGTH = 500
MAX_DEPTH = 100
MAX_PLACES = 10

Answer = Decimal | bool | str | None
Lookup = Callable[[str], object]
# (function, name, in the own group only)
Gather = Callable[[str, str, bool], Decimal | None]
Step = Callable[[Lookup, Gather], Answer]


MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "too_long": f"an expression has at most {MAX_LENGTH} characters, this one {{part}}",
        "unreadable": "cannot be read: {part}",
        "single_equals": "to be equal is written ==: {part}",
        "sign": "{part} has no meaning here",
        "too_deep": "nested too deeply: {part}",
        "foreign": "not part of a condition or formula: {part}",
        "no_value": "neither a number, text nor yes or no: {part}",
        "text": "text cannot be calculated with: {part}",
        "no_order": "text and a number have no order: {part}",
        "places": f"round takes 0 to {MAX_PLACES} places, not {{part}}",
    }
)


class ExpressionError(ValueError):
    """What is written cannot be understood, or cannot be worked out with what was found.

    `code` is a key of MESSAGES; `part` what is wrong, as it is written.
    """

    def __init__(self, code: str, part: object) -> None:
        self.code, self.part = code, str(part)
        super().__init__(code, part)

    def __str__(self) -> str:
        return MESSAGES[self.code].format(part=self.part)


@dataclass(frozen=True, slots=True)
class Expression:
    """What was written, ready to be worked out.

    `names` are looked up; `count(x)` and `has(x)` look up "count:x" and "has:x". `bare` are those that stand by
    themselves, in no function that says what is meant. `gathered` has (function, name) of what is asked of the whole
    cohort.
    """

    names: frozenset[str]
    bare: frozenset[str]
    gathered: frozenset[tuple[str, str]]
    work_out: Step

    def evaluate(self, lookup: Lookup, gather: Gather) -> Answer:
        """The answer; None where something is missing. Raises ExpressionError for sums with text."""
        return self.work_out(lookup, gather)


@lru_cache(maxsize=1024)
def parse(text: str) -> Expression:
    """Raises ExpressionError for whatever is not part of the language."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too_long", len(text))
    plain = _plain(text)
    try:
        tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("single_equals" if _equals_once(plain) else "unreadable", text) from error
    reader = _Reader(plain)
    step = reader.read(tree.body)
    return Expression(frozenset(reader.names), frozenset(reader.bare), frozenset(reader.gathered), step)


def holds(text: str, lookup: Lookup, gather: Gather) -> bool:
    """Whether a condition is met; no condition always is, one that lacks something is not."""
    return not text.strip() or _is_true(parse(text).evaluate(lookup, gather))


# As written in an office


_QUOTED = re.compile(r"""("[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’)""")
_SINGLE_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_FULL_WIDTH = str.maketrans(
    {
        "（": "(", "）": ")", "，": ",", "＋": "+", "－": "-", "−": "-", "＊": "*", "×": "*", "／": "/", "÷": "/",
        "＝": "=", "！": "!", "＜": "<", "＞": ">", "≥": ">=", "≤": "<=", "≠": "!=", "．": ".", "\u3000": " ",
        "\n": " ", "\r": " ", "\t": " ",
    }
)  # fmt: skip


def _plain(text: str) -> str:
    """With the signs of a program, outside what is quoted."""
    if "\\" in text:
        raise ExpressionError("sign", "\\")
    pieces = _QUOTED.split(text)
    pieces[::2] = [piece.translate(_FULL_WIDTH) for piece in pieces[::2]]
    pieces[1::2] = [f'"{quoted[1:-1]}"' if quoted[0] in "“‘" else quoted for quoted in pieces[1::2]]
    if any("#" in piece for piece in pieces[::2]):
        raise ExpressionError("sign", "#")
    return "".join(pieces).strip()


def _equals_once(plain: str) -> bool:
    """Whether = stands for what is written ==."""
    return any(_SINGLE_EQUALS.search(piece) for piece in _QUOTED.split(plain)[::2])


# Reading


_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
_WORDS: Mapping[str, Answer] = MappingProxyType({"true": True, "false": False, "none": None})
_GATHERED = frozenset({"sum_of", "mean_of", "best_of", "least_of", "count_of", "place_of", "last_place_of"})
_ASKED: Mapping[str, str] = MappingProxyType({"value": "", "count": "count:", "has": "has:", "points": "points:"})


class _Reader:
    """Turns the nodes of one expression into steps, and notes what they will ask for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        self.bare: set[str] = set()
        self.gathered: set[tuple[str, str]] = set()
        self.depth = 0

    def read(self, node: ast.expr) -> Step:
        reader = self.READERS.get(type(node))
        if reader is None or self.depth >= MAX_DEPTH:
            raise ExpressionError("too_deep" if reader else "foreign", self._source(node))
        self.depth += 1
        step = reader(self, node)
        self.depth -= 1
        return step

    def _source(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.text, node) or self.text

    def _refuse(self, node: ast.expr) -> ExpressionError:
        return ExpressionError("foreign", self._source(node))

    def _constant(self, node: ast.Constant) -> Step:
        if isinstance(node.value, str):
            return _always(node.value)
        source = self._source(node)
        if not _NUMBER.fullmatch(source):
            raise self._refuse(node)
        return _always(Decimal(source))

    def _name(self, node: ast.Name | ast.Attribute) -> Step:
        name = self._name_of(node)
        if name in _WORDS:
            return _always(_WORDS[name])
        self.bare.add(name)
        return self._look_up(name)

    def _name_of(self, node: ast.expr) -> str:
        """A name as it stands, `a.b` too. Python would spell some letters of it differently."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            return node.value
        part = node
        while isinstance(part, ast.Attribute):
            part = part.value
        name = "".join(self._source(node).split())
        if not isinstance(part, ast.Name) or "(" in name or "__" in name:
            raise self._refuse(node)
        return name

    def _look_up(self, name: str) -> Step:
        self.names.add(name)
        return lambda lookup, gather: _found(lookup(name))

    def _sign(self, node: ast.UnaryOp) -> Step:
        operand = self.read(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda lookup, gather: not _is_true(operand(lookup, gather))
        if isinstance(node.op, ast.USub):
            return _calculated(lambda numbers: -numbers[0], [operand])
        if isinstance(node.op, ast.UAdd):
            return _calculated(lambda numbers: numbers[0], [operand])
        raise self._refuse(node)

    def _sum(self, node: ast.BinOp) -> Step:
        calculate = _OPERATORS.get(type(node.op))
        if calculate is None:
            raise self._refuse(node)
        return _calculated(lambda numbers: calculate(*numbers), [self.read(node.left), self.read(node.right)])

    def _and_or(self, node: ast.BoolOp) -> Step:
        steps = [self.read(value) for value in node.values]
        together = all if isinstance(node.op, ast.And) else any
        return lambda lookup, gather: together(_is_true(step(lookup, gather)) for step in steps)

    def _choice(self, node: ast.IfExp) -> Step:
        condition, chosen, other = self.read(node.test), self.read(node.body), self.read(node.orelse)
        return lambda lookup, gather: (chosen if _is_true(condition(lookup, gather)) else other)(lookup, gather)

    def _comparison(self, node: ast.Compare) -> Step:
        """`60 <= x < 80` is both at once."""
        lefts = [node.left, *node.comparators]
        pairs = [self._pair(node, *pair) for pair in zip(node.ops, lefts, node.comparators, strict=False)]
        return lambda lookup, gather: all(pair(lookup, gather) for pair in pairs)

    def _pair(self, node: ast.Compare, sign: ast.cmpop, left: ast.expr, right: ast.expr) -> Step:
        if isinstance(sign, ast.In | ast.NotIn):
            return self._membership(isinstance(sign, ast.In), left, right)
        compare = _COMPARISONS.get(type(sign))
        if compare is None:
            raise self._refuse(node)
        one, other = self.read(left), self.read(right)
        return lambda lookup, gather: _compare(compare, one(lookup, gather), other(lookup, gather))

    def _membership(self, is_in: bool, left: ast.expr, right: ast.expr) -> Step:
        """`kind in ("a", "b")`; a list of one needs no comma."""
        if not isinstance(right, ast.Tuple | ast.List | ast.Constant):
            raise self._refuse(right)
        one = self.read(left)
        others = [self.read(part) for part in ([right] if isinstance(right, ast.Constant) else right.elts)]

        def is_member(lookup: Lookup, gather: Gather) -> bool:
            found = one(lookup, gather)
            return found is not None and is_in == any(found == other(lookup, gather) for other in others)

        return is_member

    def _call(self, node: ast.Call) -> Step:
        function = node.func.id if isinstance(node.func, ast.Name) else ""
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self._refuse(node)
        if function in _GATHERED:
            return self._gathering(function, node)
        if function in _ASKED and len(node.args) == 1:
            return self._look_up(self._asked(node))
        if function == "share" and len(node.args) == 2 and isinstance(node.args[1], ast.Constant):
            return self._look_up(f"share:{self._name_of(node.args[0])}:{node.args[1].value}")
        calculate, most = _FUNCTIONS.get(function, (None, 0))
        if calculate is None or not 1 <= len(node.args) <= most:
            raise self._refuse(node)
        return _calculated(calculate, [self.read(argument) for argument in node.args])

    def _asked(self, node: ast.Call) -> str:
        """points(x), count(x), has(x), value(x) as the name that is looked up."""
        function = node.func.id if isinstance(node.func, ast.Name) else ""
        if function not in _ASKED or len(node.args) != 1:
            raise self._refuse(node)
        return _ASKED[function] + self._name_of(node.args[0])

    def _gathering(self, function: str, node: ast.Call) -> Step:
        in_group = len(node.args) == 2
        if in_group and self._source(node.args[1]) != "group" or not 1 <= len(node.args) <= 2:
            raise self._refuse(node)
        asked = node.args[0]
        name = self._asked(asked) if isinstance(asked, ast.Call) else self._name_of(asked)
        self.gathered.add((function, name))
        return lambda lookup, gather: _found(gather(function, name, in_group))

    READERS: Mapping[type[ast.expr], Callable] = MappingProxyType(
        {
            ast.Constant: _constant,
            ast.Name: _name,
            ast.Attribute: _name,
            ast.UnaryOp: _sign,
            ast.BinOp: _sum,
            ast.BoolOp: _and_or,
            ast.IfExp: _choice,
            ast.Compare: _comparison,
            ast.Call: _call,
        }
    )


# Working out


def _always(answer: Answer) -> Step:
    return lambda lookup, gather: answer


def _found(value: object) -> Answer:
    """What a lookup gave; a whole number becomes a decimal like every other."""
    if value is None or isinstance(value, bool | Decimal | str):
        return value
    if isinstance(value, int):
        return Decimal(value)
    raise ExpressionError("no_value", repr(value))


def _is_true(answer: Answer) -> bool:
    return bool(answer)


def _calculated(calculate: Callable[[list[Decimal]], Decimal | None], steps: Iterable[Step]) -> Step:
    """Arithmetic: nothing comes of it where a part is missing, or where it has no result (a division by zero)."""
    steps = tuple(steps)

    def work_out(lookup: Lookup, gather: Gather) -> Decimal | None:
        numbers = [_number(step(lookup, gather)) for step in steps]
        if None in numbers:
            return None
        try:
            return calculate(numbers)
        except ArithmeticError:
            return None

    return work_out


def _number(answer: Answer) -> Decimal | None:
    """Yes counts 1, no counts 0."""
    if isinstance(answer, str):
        raise ExpressionError("text", answer)
    return Decimal(answer) if isinstance(answer, bool) else answer


def _compare(compare: Callable[[object, object], bool], one: Answer, other: Answer) -> bool:
    if one is None or other is None:
        return False
    if isinstance(one, str) != isinstance(other, str) and compare not in (operator.eq, operator.ne):
        raise ExpressionError("no_order", f"{one}, {other}")
    return compare(one, other)


def _round(numbers: list[Decimal]) -> Decimal:
    number, places = (*numbers, Decimal(0))[:2]
    if places != int(places) or not 0 <= places <= MAX_PLACES:
        raise ExpressionError("places", places)
    return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


_OPERATORS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = MappingProxyType(
    {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
)
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[object, object], bool]] = MappingProxyType(
    {
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
    }
)
# What it does, and how many numbers it takes at most.
_FUNCTIONS: Mapping[str, tuple[Callable[[list[Decimal]], Decimal], int]] = MappingProxyType(
    {
        "min": (min, MAX_LENGTH),
        "max": (max, MAX_LENGTH),
        "abs": (lambda numbers: abs(numbers[0]), 1),
        "round": (_round, 2),
        "floor": (lambda numbers: numbers[0].to_integral_value(ROUND_FLOOR), 1),
        "ceil": (lambda numbers: numbers[0].to_integral_value(ROUND_CEILING), 1),
    }
)
