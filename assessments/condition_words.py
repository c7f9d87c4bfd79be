"""A rule book's conditions as an office says them: 党员数低于7或层级为机关党委、党总支."""

import ast
from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessments.scoring import Scheme
from branchwork.organizations.models import Organization

_COMPARED = {
    ast.Eq: gettext_lazy("%(left)s is %(right)s"),
    ast.NotEq: gettext_lazy("%(left)s is not %(right)s"),
    ast.Lt: gettext_lazy("%(left)s is below %(right)s"),
    ast.LtE: gettext_lazy("%(left)s is at most %(right)s"),
    ast.Gt: gettext_lazy("%(left)s is above %(right)s"),
    ast.GtE: gettext_lazy("%(left)s is at least %(right)s"),
    ast.In: gettext_lazy("%(left)s is one of: %(right)s"),
    ast.NotIn: gettext_lazy("%(left)s is none of: %(right)s"),
}
_CONTRARY = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt,
    ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_SIGNS = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷"}
_NAMES = {
    "group": gettext_lazy("peer group"),
    "kind": gettext_lazy("kind"),
    "level": gettext_lazy("level"),
    "members": gettext_lazy("number of members"),
    "total_for_grade": gettext_lazy("total for the grade"),
    "total_for_award": gettext_lazy("total for awards"),
    "rate": gettext_lazy("rate"),
    "grade": gettext_lazy("grade"),
    "passed": gettext_lazy("categories that pass"),
    "passable": gettext_lazy("categories that can pass"),
    "last_year.is_last": gettext_lazy("last of its group the year before"),
    "last_year.total": gettext_lazy("total of the year before"),
    "last_year.grade": gettext_lazy("grade of the year before"),
    "last_year.place": gettext_lazy("place of the year before"),
}
_COUNTED = {
    "missed": gettext_lazy("assignments not done when due"),
    "late": gettext_lazy("assignments done late"),
    "recorded_late": gettext_lazy("assignments recorded late"),
    "returned": gettext_lazy("entries returned and not sent again"),
    "entries": gettext_lazy("entries in the ledger"),
}
_LEVELS = {
    "branch": gettext_lazy("Party branch"),
    "committee": gettext_lazy("committees, general branches"),
}
_ASKED = {"count": gettext_lazy("number of %(what)s"), "points": gettext_lazy("points of %(what)s")}
Titles = Mapping[str, str]


def titles_of(scheme: Scheme) -> Titles:
    """What ids of a rule book are called: its rules by their line."""
    titles: dict[str, str] = {}
    for category, indicator in scheme.indicators():
        titles |= {rule.key: indicator.title for rule in indicator.all_rules()}
        titles |= {category.key: category.title, indicator.key: indicator.title}
    return titles | {veto.key: veto.title for veto in scheme.vetoes if veto.title}


def condition_words(text: str, titles: Titles = MappingProxyType({})) -> str:
    """In words where it is simple, else as it is written."""
    try:
        return _Telling(text.strip(), titles).said()
    except (SyntaxError, ValueError, KeyError, RecursionError):
        return _("condition: %(text)s") % {"text": text}


class _Telling:
    """Raises ValueError or KeyError for what has no words here."""

    def __init__(self, text: str, titles: Titles) -> None:
        self.text = text
        self.titles = titles

    def said(self) -> str:
        return self._truth(ast.parse(self.text, mode="eval").body)

    def _truth(self, node: ast.expr) -> str:
        if isinstance(node, ast.BoolOp):
            return self._joined(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self._contrary(node.operand)
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node.left, type(node.ops[0]), node.comparators[0])
        if isinstance(node, ast.Call) and self._called(node) == "has":
            return _("there is something on “%(what)s”") % {"what": self._asked(node)}
        if isinstance(node, ast.Name) and node.id == "true":
            return pgettext("condition", "all others")
        return self._figure(node)

    def _joined(self, node: ast.BoolOp) -> str:
        parts = [
            _("(%(words)s)") % {"words": self._truth(part)} if isinstance(part, ast.BoolOp) else self._truth(part)
            for part in node.values
        ]
        return (_(", and ") if isinstance(node.op, ast.And) else _(", or ")).join(parts)

    def _contrary(self, node: ast.expr) -> str:
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node.left, _CONTRARY[type(node.ops[0])], node.comparators[0])
        return _("not: %(words)s") % {"words": self._truth(node)}

    def _compared(self, left: ast.expr, sign: type[ast.cmpop], right: ast.expr) -> str:
        names = (self._source(left), sign, self._source(right))
        if names == ("passed", ast.Eq, "passable"):
            return _("every category passes")
        if isinstance(left, ast.Call) and self._called(left) == "count" and names[2] == "0":
            what = {"what": self._asked(left)}
            if sign in (ast.Eq, ast.LtE):
                return _("there are no: %(what)s") % what
            if sign in (ast.Gt, ast.NotEq):
                return _("there are: %(what)s") % what
        words = {"left": self._figure(left), "right": self._value(right, about=names[0])}
        return str(_COMPARED[sign]) % words

    def _value(self, node: ast.expr, *, about: str) -> str:
        """What something is compared with: a kind or a level by its own name."""
        if isinstance(node, ast.Tuple):
            return _(", ").join(self._value(one, about=about) for one in node.elts)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            known = {"level": _LEVELS, "kind": dict(Organization.Kind.choices)}.get(about, {})
            return str(known.get(node.value, node.value))
        return self._figure(node)

    def _figure(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return self._source(node)
        if isinstance(node, ast.BinOp):
            sides = [
                _("(%(words)s)") % {"words": self._figure(side)} if isinstance(side, ast.BinOp) else self._figure(side)
                for side in (node.left, node.right)
            ]
            return f"{sides[0]} {_SIGNS[type(node.op)]} {sides[1]}"
        if isinstance(node, ast.Name | ast.Attribute):
            return self._named(self._source(node))
        if isinstance(node, ast.Call):
            called, asked = self._called(node), self._asked(node)
            return asked if called == "value" else str(_ASKED[called]) % {"what": asked}
        raise ValueError

    def _asked(self, call: ast.Call) -> str:
        """What a function with one name in its brackets asks for."""
        [asked] = call.args
        is_quoted = isinstance(asked, ast.Constant) and isinstance(asked.value, str)
        return self._named(str(asked.value) if is_quoted else self._source(asked))

    def _named(self, name: str) -> str:
        if name in self.titles:
            return self.titles[name]
        head, _colon, work_type = name.partition(":")
        if head in _COUNTED:
            words = str(_COUNTED[head])
            return _("%(type)s, %(words)s") % {"type": work_type, "words": words} if work_type else words
        return str(_NAMES.get(name, name))

    def _called(self, call: ast.Call) -> str:
        if call.keywords or not isinstance(call.func, ast.Name):
            raise ValueError
        return call.func.id

    def _source(self, node: ast.expr) -> str:
        return ast.get_source_segment(self.text, node) or ""
