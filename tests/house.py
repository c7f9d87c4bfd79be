"""What the rules of the house look at: the source as syntax trees and texts. Each finder answers its offences."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path, PurePath

from django.conf import settings
from django.template.base import Lexer, TokenType

ROOT = settings.BASE_DIR
FLOORS = ("branchwork", "ledgers", "assessments")  # from the ground up


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the root and what stands in it."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def module(self) -> str:
        name = self.path.removesuffix(".py").replace("/", ".")
        return name.removesuffix(".__init__")

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePath(self.path).with_suffix("").parts

    def imports(self) -> Iterator[str]:
        """Full names of the modules it imports, relative ones resolved; `from a import b` is a.b."""
        package = self.module.split(".")
        if not self.path.endswith("__init__.py"):
            package = package[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else []
                yield from (".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call of an attribute: (call, name of the attribute)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield node, node.func.attr

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{node.lineno}"


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def python(*folders: str) -> tuple[Source, ...]:
    """The Python files below these folders; migrations are written by a machine."""
    paths = sorted(path for folder in folders or FLOORS for path in (ROOT / folder).rglob("*.py"))
    return tuple(
        Source(str(path.relative_to(ROOT)), path.read_text()) for path in paths if "migrations" not in path.parts
    )


@cache
def templates() -> dict[str, str]:
    """Texts of the templates by the name that a view says."""
    folder = ROOT / "templates"
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.html"))}


def floor_of(module: str) -> int | None:
    name = module.split(".")[0]
    return FLOORS.index(name) if name in FLOORS else None


def climbing(sources: Iterable[Source]) -> list[str]:
    """Imports of an upper floor."""
    return [
        f"{source.path} imports {name}"
        for source in sources
        for name in source.imports()
        if (floor_of(name) or 0) > floor_of(source.module)
    ]


def impure(sources: Iterable[Source], allowed: tuple[str, ...]) -> list[str]:
    """Imports from beyond the standard library and the allowed packages."""
    return [
        f"{source.path} imports {name}"
        for source in sources
        for name in source.imports()
        if name.split(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith(allowed)
    ]


_WRITES = {
    "save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "add_root",
    "add_child", "raw", "set_password",
}  # fmt: skip
_QUERYSET = {"objects", "filter", "exclude", "all", "order_by", "select_for_update", "visible_to", "current"}


def writes(source: Source) -> list[str]:
    """Calls that write to the database: by name, and `update` where it is called on a queryset."""
    return [
        f"{source.at(call)} {ast.unparse(call.func)}()"
        for call, name in source.calls()
        if name in _WRITES or (name == "update" and _ends_in_queryset(call.func.value))
    ]


def _ends_in_queryset(node: ast.expr) -> bool:
    node = node.func if isinstance(node, ast.Call) else node
    return isinstance(node, ast.Attribute) and node.attr in _QUERYSET


def clocks(source: Source) -> list[str]:
    """Days taken from another clock than Shanghai's: `date.today()`, `datetime.now()`, `.date()` of an instant."""
    found = []
    for call, name in source.calls():
        owner = ast.unparse(call.func.value)
        if (name in ("today", "utcnow") or (name == "date" and not call.args)) or (name, owner) == ("now", "datetime"):
            found.append(f"{source.at(call)} {owner}.{name}()")
    return found


_EAGER = {"gettext", "ngettext", "pgettext", "npgettext"}


def too_early(source: Source) -> list[str]:
    """Texts translated when the module is read, and so in one language for ever: they want gettext_lazy."""
    eager = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in _EAGER
    }
    found, waiting = [], list(ast.iter_child_nodes(source.tree))
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            waiting += [default for default in (*node.args.defaults, *node.args.kw_defaults) if default]
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in eager:
            found.append(f"{source.at(node)} {ast.unparse(node)[:60]}")
        waiting += ast.iter_child_nodes(node)
    return found


def functions(source: Source) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef))


def length(function: ast.FunctionDef) -> int:
    return function.end_lineno - function.lineno + 1


def decorators(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(decorator) for decorator in function.decorator_list]


def bare_lookups(source: Source) -> list[str]:
    """`get_object_or_404(Model, …)`: an object fetched without asking who may see it."""
    return [
        f"{source.at(node)} {ast.unparse(node)[:80]}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_object_or_404"
        if isinstance(node.args[0], ast.Name) and node.args[0].id[0].isupper()
    ]


class Markup(HTMLParser):
    """Offences of a template's markup against the content security policy, and its words that nobody translates."""

    WORDS = {"aria-label", "title", "placeholder", "alt"}

    def __init__(self, text: str):
        super().__init__()
        self.offences: list[str] = []
        self.words: list[str] = []
        self.feed(without_tags(text))
        self.close()

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in named):
            self.offences.append(f"<{tag}> inside the page")
        for name, value in attributes:
            value = value or ""
            if name == "style" or name.startswith(("on", "hx-on")):
                self.offences.append(f"<{tag} {name}=…>")
            if re.match(r"(https?:)?//|javascript:", value) and not name.startswith("xmlns"):
                self.offences.append(f"<{tag} {name}={value!r}>")
            if name in self.WORDS and re.search(r"[A-Za-z]{2,}|[\u4e00-\u9fff]", value):
                self.words.append(value)

    def handle_data(self, data):
        if self.cdata_elem is None and re.search(r"[A-Za-z]{2,}|[\u4e00-\u9fff]", data):
            self.words.append(" ".join(data.split()))


def without_tags(text: str) -> str:
    """A template with its Django tags, variables, comments, translated blocks and blocks of class names taken out."""
    kept, inside = [], False
    for token in Lexer(text).tokenize():
        words = token.split_contents() if token.token_type == TokenType.BLOCK else [""]
        if words[0] in ("blocktranslate", "blocktrans", "comment") or words[-1].endswith("_class"):
            inside = True
        elif words[0] in ("endblocktranslate", "endblocktrans", "endcomment", "endblock"):
            inside = False
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
    return "".join(kept)


def named_templates() -> set[str]:
    """Every template that Python or another template names."""
    spoken = {
        node.value
        for source in python()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w/]+\.html", node.value)
    }
    return spoken | {name for text in templates().values() for name in re.findall(r"""["']([\w/]+\.html)["']""", text)}


def long_files(limit: int) -> list[str]:
    paths = [*(ROOT / folder for folder in (*FLOORS, "tests"))]
    files = sorted(path for folder in paths for path in folder.rglob("*.py") if "migrations" not in path.parts)
    return [
        f"{path.relative_to(ROOT)} ({lines})" for path in files if (lines := _lines(path)) > limit
    ]  # fmt: skip


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())
