"""What an entry of the story is called and what it says: sentences from `texts/*.json`, filled in for one organization
and one day. Pure.

In a sentence `{3-6}` is a number between, `{0.8-1.6}` one with a decimal, any other brace a word of the organization
(`{u…}`) or of the entry; words may hold braces themselves.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).with_name("texts")
MONTHS = "一二三四五六七八九十"
_BRACE = re.compile(r"\{([^{}]+)\}")
_COUNT = re.compile(r"\{\d")
_RANGE = re.compile(r"([\d.]+)-([\d.]+)")


@cache
def told(name: str) -> dict:
    """One of the files of sentences: tasks, units, months, others."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def month_name(month: int) -> str:
    return MONTHS[month - 1] + "月" if month <= 10 else f"十{MONTHS[month - 11]}月"


def quarter_name(quarter: int) -> str:
    return f"第{MONTHS[quarter - 1]}季度"


def unit_words(name: str) -> Mapping[str, str]:
    """What an organization's office does (w: its work, do, help, risk, brand, post), by its name."""
    found = [unit for unit in told("units") if unit in name]
    return told("units")[max(found, key=len)]


def fill(template: str, words: Mapping[str, str], rng: Random) -> str:
    """The sentence with every brace filled. KeyError for a word nobody knows."""

    def word(match: re.Match[str]) -> str:
        if span := _RANGE.fullmatch(match[1]):
            return _number(span[1], span[2], rng)
        value = words[match[1]]
        # 帮助解决 3 户: a count takes a space.
        counts = (
            value.startswith("{") and value[1].isdigit() and match.start() and match.string[match.start() - 1] > "一"
        )
        return f" {value}" if counts else value

    while "{" in template:
        template = _BRACE.sub(word, template)
    return template


def _number(low: str, high: str, rng: Random) -> str:
    if "." in low:
        return f"{rng.uniform(float(low), float(high)):.1f}"
    return str(rng.randint(int(low), int(high)))


@dataclass(frozen=True)
class Told:
    title: str
    effect: str
    place: str


def story_of(task: str, turn: int, words: Mapping[str, str], rng: Random) -> Told:
    """The sentences for a task (its number, "5.1"); `turn` walks through its variants."""
    title, effect, where = turned(told("tasks")[task]["stories"], turn)
    return Told(fill(title, words, rng), fill(effect, words, rng), _place(where, turn, words, rng))


def other_story(turn: int, words: Mapping[str, str], rng: Random) -> Told:
    """Work that no task asked for."""
    title, effect = turned(told("others")["work"], turn)
    return Told(fill(title, words, rng), fill(effect, words, rng), "")


def also_for(task: str, turn: int, words: Mapping[str, str], rng: Random) -> str:
    """What an entry says beside, when it counts for this task too."""
    return fill(turned(told("tasks")[task]["also"], turn), words, rng)


def month_words(month: int, turn: int) -> dict[str, str]:
    """The topics of a month: what is studied, decided and done on the theme day."""
    topics = told("months")[str(month)]
    return {
        "study": turned(topics["study"], turn),
        "agenda": turned(topics["agenda"], turn),
        "theme": _titled(turned(topics["theme"], turn)),
        "did": turned(topics["did"], turn),
    }


def turned(variants: list, turn: int):
    return variants[turn % len(variants)]


def _titled(theme: str) -> str:
    # A theme day that does the office's own work is told in its effect; the title stays short.
    return "到{c}服务居民" if theme == "{do}" else theme


def _place(where: str, turn: int, words: Mapping[str, str], rng: Random) -> str:
    if where in ("community", "village"):
        return words["c" if where == "community" else "v"]
    if where in ("", "theme"):
        return ""
    return fill(turned(told("others")["places"][where], turn), words, rng)
