"""The translations: compiled without GNU gettext, and compared with the strings that stand in the source.

The .po file is edited and committed; the .mo is made from it by `make run`, `make test` and the image.
"""

import ast
import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import polib
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

# Positions of (context, singular, plural) among the arguments of each function of django.utils.translation.
_ARGUMENTS = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_FUNCTIONS = {
    name + ending: where for name, where in _ARGUMENTS.items() for ending in ("", "_lazy", "_noop")
} | {"_": _ARGUMENTS["gettext"]}  # fmt: skip
_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*((?:{_LITERAL}\s*,?\s*)+)")
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


class Message(NamedTuple):
    context: str | None
    singular: str
    plural: str | None
    place: str


def files() -> list[Path]:
    return [path for folder in settings.LOCALE_PATHS for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))]


def compile_all() -> int:
    """Write the .mo of every .po that has none or an older one; how many were written."""
    stale = [po for po in files() if not (mo := po.with_suffix(".mo")).exists() or _changed(mo) < _changed(po)]
    for po in stale:
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
    return len(stale)


def problems() -> list[str]:
    """What keeps a page from being read in every language: one line for each string that is not translated, is
    fuzzy, or loses a placeholder; empty when all is well."""
    wanted = sorted({*messages_of_python(), *messages_of_templates()}, key=attrgetter("place"))
    lines = []
    for path in files():
        entries = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
        for message in wanted:
            fault = _fault(entries.get((message.context, message.singular)), message)
            if fault:
                lines.append(f"{message.place}: {fault}: {message.singular!r}")
    return lines


def messages_of_python() -> Iterator[Message]:
    for path in _ours("*.py"):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        names = {
            alias.asname or alias.name: _FUNCTIONS[alias.name]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if alias.name in _FUNCTIONS
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
                yield from _message(names[node.func.id], texts, f"{_short(path)}:{node.lineno}")


def messages_of_templates() -> Iterator[Message]:
    folders = [folder for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    for path in sorted(file for folder in folders for file in Path(folder).rglob("*.html")):
        text = templatize(path.read_text(), origin=str(path))
        for call in _CALL.finditer(text):
            texts = [ast.literal_eval(literal) for literal in re.findall(_LITERAL, call[2])]
            place = f"{_short(path)}:{text.count(chr(10), 0, call.start()) + 1}"
            yield from _message(_FUNCTIONS[call[1]], texts, place)


def _message(where: tuple, texts: list, place: str) -> Iterator[Message]:
    context, singular, plural = (texts[at] if at is not None and at < len(texts) else None for at in where)
    if singular:  # a variable is translated where its text is written down
        yield Message(context, singular, plural, place)


def _fault(entry: polib.POEntry | None, message: Message) -> str | None:
    if entry is None or not entry.translated() and not entry.fuzzy:
        return "not translated"
    if entry.fuzzy:
        return "fuzzy"
    forms = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
    asked = _placeholders(message.plural or message.singular)
    if any(_placeholders(form) != asked for form in forms):
        return "other placeholders in the translation"
    return None


def _placeholders(text: str) -> list[str]:
    return sorted(match[0] for match in _PLACEHOLDER.finditer(text.replace("%%", "")))


def _ours(pattern: str) -> list[Path]:
    roots = {Path(config.path) for config in apps.get_app_configs() if settings.BASE_DIR in Path(config.path).parents}
    roots = {root for root in roots if ".venv" not in root.parts}
    return sorted({path for root in roots for path in root.rglob(pattern)})


def _short(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def _changed(path: Path) -> float:
    return path.stat().st_mtime
