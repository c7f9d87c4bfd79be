"""What a cell holds, from what its workbook says: text, numbers, days and moments."""

import re
from datetime import date, datetime, time, timedelta
from math import isfinite

# ECMA-376 part 1, 18.8.30: formats a file may use without spelling them out, with the zh-cn meanings.
BUILTIN_KINDS = (
    dict.fromkeys([*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58], "date")
    | dict.fromkeys([*range(18, 22), *range(32, 36), 45, 47, 55, 56], "time")
    | {22: "datetime", 46: "elapsed"}
)
NOT_A_PATTERN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|am/pm|a/p')
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Line feed and tab stay; surrogates and the two non-characters cannot be stored or sent.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def cell_name(row: int, col: int) -> str:
    """The name an office knows a cell by, from numbers counted from 1: (30, 5) is "E30"."""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def clean_text(text: str) -> str:
    """Without control characters; line ends are all line feeds. Nothing else changes."""
    return UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def unescape(text: str) -> str:
    return clean_text(ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text)


def position(reference: str) -> tuple[int, int]:
    letters, row = REFERENCE.fullmatch(reference).groups()
    col = 0
    for letter in letters:
        col = col * 26 + ord(letter) - 64
    return int(row), col


def kind_of_format(code: str) -> str:
    code = code.lower()
    if re.search(r"\[(h+|m+|s+)\]", code):
        return "elapsed"
    code = NOT_A_PATTERN.sub("", code).partition(";")[0]
    day = any(mark in code for mark in ("y", "d", "aaa"))
    clock = "h" in code or "s" in code
    if day or clock:
        return "datetime" if day and clock else "date" if day else "time"
    return "date" if "m" in code else ""


def number(text: str, kind: str, epoch: date) -> int | float | str | date | datetime:
    """15 significant digits, as Excel shows; whole numbers are ints. A time of day or a span is text: "14:30"."""
    value = float(text)
    if not isfinite(value):
        return clean_text(text)
    value = float(f"{value:.15g}")
    if kind and value >= 0:
        found = _moment(value, kind, epoch)
        if found is not None:
            return found
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _moment(value: float, kind: str, epoch: date) -> str | date | datetime | None:
    minutes, seconds = divmod(round(value * 86_400), 60)
    if kind == "elapsed" or (kind == "time" and value < 1):
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    days, minutes = divmod(minutes, 1440)
    if value < 60 and epoch.year == 1899:  # Excel believes in a 29 February 1900
        days += 1
    if value < 1 or days > (date.max - epoch).days:  # no such day: it stays the number it is
        return None
    day = epoch + timedelta(days=days)
    return day if kind == "date" else datetime.combine(day, time(minutes // 60, minutes % 60, seconds))


def from_iso(text: str) -> str | date | datetime:
    try:
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return clean_text(text)
