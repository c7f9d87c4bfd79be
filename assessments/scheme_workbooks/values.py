"""The values inside a phrase: numbers, amounts by peer group, `中央8、省6`, `≥90得5、其余得0` and their like."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from assessments.scheme_files.sorts import Plain, number_of

NUMBER = r"\d+(?:\.\d+)?"
_UNIT = "分?"
_AMOUNT = rf"(?:{NUMBER}{_UNIT}|\([^()]*\))"
_PAIR = re.compile(rf"(.+?)[:=+]?(-?{NUMBER}){_UNIT}")
_BOUND = re.compile(rf"(≥|>|≤|<)(-?{NUMBER})%?")
_BOUNDS = {"≥": "from", ">": "above", "≤": "up_to", "<": "below"}
_SIGNS = {key: sign for sign, key in _BOUNDS.items()}
_TIER = re.compile(rf"(.*?)(得|扣)({NUMBER}|完){_UNIT}")
_PLACE = re.compile(rf"(前|末|倒数)?({NUMBER})(?:名|%)?(加|得|扣)({NUMBER}){_UNIT}")
_OTHERS = "其他"
_REST = "其余"
_WINDOWS = {"每日": "day", "每月": "month", "每季": "quarter", "每半年": "half", "每年": "year"}
_FIELDS = {"事项": "matter", "级别": "level", "日期": "on", "事由": "about"}


class Words(NamedTuple):
    """A sort of value in a phrase; `read` and `write` answer None for what they cannot say."""

    pattern: str
    read: Callable[[str], Plain | None]
    write: Callable[[Plain], str | None]


def write_number(value: Plain) -> str | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int) or value < 0:
        return None
    return f"{Decimal(value):f}"


def _read_number(text: str) -> Decimal | None:
    return number_of(text.rstrip("分%"))


def _negated(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def _read_loss(text: str) -> Decimal | None:
    return _negated(_read_number(text))


def _write_loss(value: Plain) -> str | None:
    return write_number(-value) if isinstance(value, Decimal | int) else None


# Lists


def _listed(text: str) -> list[str]:
    return [item for item in text.split("、") if item]


def _joined(items: list[str | None]) -> str | None:
    return "、".join(items) if items and None not in items else None


def read_pairs(text: str) -> dict[str, Plain] | None:
    """`中央8、省6分、市:4`."""
    matches = [_PAIR.fullmatch(item) for item in _listed(text)]
    if not matches or None in matches or len({match[1] for match in matches}) < len(matches):
        return None
    return {match[1]: Decimal(match[2]) for match in matches}


def write_pairs(pairs: Plain) -> str | None:
    if not isinstance(pairs, dict):
        return None
    numbers = [write_number(value) for value in pairs.values()]
    return _joined([number and f"{name}{number}" for name, number in zip(pairs, numbers, strict=True)])


def read_amount(text: str) -> Plain | None:
    """`2`, or by peer group: `(部门12、村居24、其他12)`."""
    if not text.startswith("("):
        return _read_number(text)
    groups = read_pairs(text[1:-1])
    if not groups:
        return None
    otherwise = groups.pop(_OTHERS, None)
    return {"by_group": groups} if otherwise is None else {"by_group": groups, "otherwise": otherwise}


def write_amount(amount: Plain) -> str | None:
    if not isinstance(amount, dict):
        return write_number(amount)
    if "by_group" not in amount or _OTHERS in amount["by_group"]:
        return None
    others = {_OTHERS: amount["otherwise"]} if "otherwise" in amount else {}
    pairs = write_pairs({**amount["by_group"], **others})
    return pairs and f"（{pairs}）"


def _read_names(text: str) -> Plain | None:
    names = _listed(text)
    return names[0] if len(names) == 1 else names or None


def _write_names(names: Plain) -> str | None:
    return _joined(names if isinstance(names, list) else [names])


def _read_fields(text: str) -> Plain | None:
    return _read_names("、".join(_FIELDS.get(name, name) for name in _listed(text)))


def _write_fields(names: Plain) -> str | None:
    words = {name: word for word, name in _FIELDS.items()}
    return _joined([words.get(name, name) for name in (names if isinstance(names, list) else [names])])


def _read_numbers(text: str) -> Plain | None:
    numbers = [number_of(item) for item in _listed(text)]
    return None if None in numbers else numbers


def _write_numbers(numbers: Plain) -> str | None:
    return _joined([write_number(number) for number in numbers])


def _read_window(text: str) -> str | None:
    return _WINDOWS.get(text.replace("每季度", "每季").replace("每天", "每日").replace("年度", "年"))


def _write_window(window: Plain) -> str | None:
    return next((word for word, name in _WINDOWS.items() if name == window), None)


# Tiers, places, criteria


def _read_tiers(text: str) -> Plain | None:
    tiers = [_read_tier(item) for item in _listed(text)]
    return None if None in tiers else tiers or None


def _read_tier(text: str) -> Plain | None:
    match = _TIER.fullmatch(text)
    if match is None or (match[3] == "完" and match[2] == "得"):
        return None
    worth = {"points" if match[2] == "得" else "loses": "all" if match[3] == "完" else Decimal(match[3])}
    if match[1] == _REST:
        return worth
    bounds = [_BOUND.fullmatch(part) for part in match[1].split("且")]
    if None not in bounds:
        return {_BOUNDS[bound[1]]: Decimal(bound[2]) for bound in bounds} | worth
    return {"level": match[1], **worth} if match[1] and match[1][0] not in _BOUNDS else None


def _write_tiers(tiers: Plain) -> str | None:
    return _joined([_write_tier(tier) for tier in tiers])


def _write_tier(tier: dict[str, Plain]) -> str | None:
    if any(isinstance(tier.get(key), dict) for key in _SIGNS):
        return None
    bounds = "且".join(f"{_SIGNS[key]}{value:f}" for key, value in tier.items() if key in _SIGNS)
    if bounds and "level" in tier:
        return None
    where = bounds or tier.get("level") or _REST
    if "points" in tier:
        number = write_number(tier["points"])
        return number and f"{where}得{number}"
    number = "完" if tier["loses"] == "all" else write_number(tier["loses"])
    return number and f"{where}扣{number}"


def _places(word: str) -> Words:
    def read(text: str) -> Plain | None:
        matches = [_PLACE.fullmatch(item) for item in _listed(text)]
        if not matches or any(match is None or (match[1] or "前") not in starts for match in matches):
            return None
        return [
            {"up_to": Decimal(match[2]), "loses" if match[3] == "扣" else "points": Decimal(match[4])}
            for match in matches
        ]

    def write(places: Plain) -> str | None:
        return _joined([_write_place(word, place) for place in places])

    starts = ("末", "倒数") if word == "末" else ("前",)
    return Words(".+", read, write)


def _write_place(word: str, place: dict[str, Plain]) -> str | None:
    number = write_number(place.get("points", place.get("loses")))
    if isinstance(place["up_to"], dict):
        return None
    return number and f"{word}{place['up_to']:f}名{'加' if 'points' in place else '扣'}{number}"


def _read_criteria(text: str) -> Plain | None:
    """`议题0.5、记录0.5`; with an id of its own: `记录=有会议记录0.5`."""
    matches = [_PAIR.fullmatch(item) for item in _listed(text)]
    if not matches or None in matches:
        return None
    named = [(match[1].rpartition("="), Decimal(match[2])) for match in matches]
    return [{**({"id": name[0]} if name[0] else {}), "title": name[2], "points": points} for name, points in named]


def _write_criteria(criteria: Plain) -> str | None:
    items = []
    for criterion in criteria:
        number = write_number(criterion["points"])
        name = f"{criterion['id']}={criterion['title']}" if "id" in criterion else criterion["title"]
        items.append(number and f"{name}{number}")
    return _joined(items)


SORTS = {
    "number": Words(rf"{NUMBER}[分%]?", _read_number, write_number),
    "amount": Words(_AMOUNT, read_amount, write_amount),
    "loss": Words(rf"{NUMBER}{_UNIT}", _read_loss, _write_loss),
    "pairs": Words(".+", read_pairs, write_pairs),
    "names": Words(".+", _read_names, _write_names),
    "fields": Words(".+?", _read_fields, _write_fields),
    "numbers": Words(".+", _read_numbers, _write_numbers),
    "window": Words("每(?:[日天月季年]|季度|年度|半年)", _read_window, _write_window),
    "tiers": Words(".+", _read_tiers, _write_tiers),
    "places": _places("前"),
    "last": _places("末"),
    "criteria": Words(".+", _read_criteria, _write_criteria),
}
