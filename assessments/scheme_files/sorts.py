"""Sorts of values: how each is read from a place in a file, and what stands for it in one."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from assessments.scheme_files.expression_words import expression_words
from assessments.scheme_files.places import Place, Reference, check_keys, read_all, read_entries
from assessments.scoring.expressions import ExpressionError, parse
from assessments.scoring.schemes import Amount, ByFormula, ByGroup
from branchwork.periods import Period

# What a file is made of: texts, decimals, booleans, whole numbers; lists and mappings of these.
Plain = str | Decimal | bool | int | list["Plain"] | dict[str, "Plain"]

MOST_TEXT = 5_000
# Within a thousand million, to twelve places: what rules multiply stays exact.
_NUMBER = re.compile(r"[+-]?0*(?:[0-9]{1,9}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")
# As days are written, and as they are meant.
_DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_MONTH = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})月?")
_SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)[%％]")
_FLAGS = {"true": True, "false": False, "True": True, "False": False, "TRUE": True, "FALSE": False}


class Sort(NamedTuple):
    """`read` answers a value, or notes what is wrong and raises Unread; `write` gives what stands for it in a file."""

    read: Callable[[Place], Any]
    write: Callable[[Any], Plain] = lambda value: value


# Single values


def read_text(place: Place) -> str:
    text = place.text
    if len(text) > MOST_TEXT:
        raise place.wrong(_("This text is longer than %(most)d characters.") % {"most": MOST_TEXT})
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
        raise place.wrong(_("There is a sign in this text that cannot be printed."))
    return text


def read_name(place: Place) -> str:
    """An id, or the name of a fact: any text without blanks."""
    text = read_text(place)
    if len(text.split()) > 1:
        raise place.wrong(_("A name has no blanks: “%(name)s”.") % {"name": text})
    return text


def number_of(text: str) -> Decimal | None:
    """Exactly the number that is written; None where none is. No exponents, no more digits than can be worked with."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def read_number(place: Place) -> Decimal:
    text = place.text
    number = number_of(text) if place.is_plain else None
    if number is not None:
        return number
    if number_of(text) is not None:
        raise place.wrong(_("A number stands without quotes: %(text)s.") % {"text": text})
    if slip := slip_in_number(text):
        raise place.wrong(slip)
    message = _("A number is expected here, such as 5 or 0.25 (up to 9 digits and 12 decimals), not “%(text)s”.")
    raise place.wrong(message % {"text": _shortened(text)})


def slip_in_number(text: str) -> str:
    """What is wrong with what was meant as a number; "" where it was not."""
    narrow = _narrow(text)
    if narrow != text and number_of(narrow) is not None:
        message = _("Write digits and signs as in English, half as wide: %(meant)s, not “%(text)s”.")
        return message % {"meant": narrow, "text": text}
    if narrow.endswith("%"):
        return _("A number is expected here, without a percent sign: “%(text)s”.") % {"text": text}
    return ""


def _narrow(text: str) -> str:
    """With the signs of an English keyboard for the full-width ones of a Chinese one."""
    return unicodedata.normalize("NFKC", text)


def _read_unsigned(place: Place) -> Decimal:
    number = read_number(place)
    if number < 0:
        raise place.wrong(_("Write it without the minus sign: whether points are taken is told by the kind."))
    return number


def _read_positive(place: Place) -> Decimal:
    number = read_number(place)
    if number <= 0:
        raise place.wrong(_("A number above 0 is expected here."))
    return number


def _read_share(place: Place) -> Decimal:
    number = read_number(place)
    if not 0 <= number <= 1:
        raise place.wrong(_("A part of the points is expected here, from 0 to 1."))
    return number


def read_integer(place: Place) -> int:
    """A whole number from 0."""
    number = read_number(place)
    if number < 0 or number != number.to_integral_value():
        raise place.wrong(_("A whole number from 0 is expected here."))
    return int(number)


def read_flag(place: Place) -> bool:
    text = place.text
    if not place.is_plain or text not in _FLAGS:
        raise place.wrong(_("true or false is expected here, not “%(text)s”.") % {"text": _shortened(text)})
    return _FLAGS[text]


def read_day(place: Place) -> date:
    text = place.text
    parts = _DAY.fullmatch(_narrow(text))
    if parts is None:
        message = _("A date is expected here, such as 2026-03-31, not “%(text)s”.")
        raise place.wrong(message % {"text": _shortened(text)})
    try:
        day = date(*map(int, parts.groups()))
    except ValueError:
        raise place.wrong(_("There is no such day: %(text)s.") % {"text": text}) from None
    if text != day.isoformat():
        raise place.wrong(_("Write %(meant)s, not “%(text)s”.") % {"meant": day, "text": text})
    return day


def read_period(place: Place) -> Period:
    text = place.text
    try:
        return Period.parse(text)
    except ValueError:
        message = _("A period is expected here: 2026-03, 2026Q1, 2026H1 or 2026, not “%(text)s”.")
        words = {"text": _shortened(text)}
        if meant := _meant_period(text):
            message, words = _("Write %(meant)s, not “%(text)s”."), {"meant": meant, "text": text}
        raise place.wrong(message % words) from None


def _meant_period(text: str) -> Period | None:
    """Whose only fault is how it is written: `2026 q3`, `2026年`, `2026-3`."""
    plain = "".join(_narrow(text).upper().split()).removesuffix("年")
    month = _MONTH.fullmatch(plain)
    try:
        return Period.parse(f"{month[1]}-{int(month[2]):02d}" if month else plain)
    except ValueError:
        return None


def read_scalar(place: Place) -> Decimal | bool | str:
    """A number, true or false, else a text."""
    text = place.text
    if place.is_plain and text in _FLAGS:
        return _FLAGS[text]
    number = number_of(text) if place.is_plain else None
    return read_text(place) if number is None else number


def _read_expression(place: Place) -> str:
    text = read_text(place)
    try:
        parse(text)
    except ExpressionError as error:
        raise place.wrong(
            _("This condition or formula cannot be read: %(why)s") % {"why": expression_words(error)}
        ) from error
    return text


def _read_quota(place: Place) -> str:
    """A number of subjects, or a share of them such as "30%"."""
    text = place.text
    share = _SHARE.fullmatch(text)
    if share and Decimal(share[1]) > 100:
        raise place.wrong(_("A share is 100%% at most, not %(text)s.") % {"text": text})
    if share:
        return f"{share[1]}%"
    if text.isascii() and text.isdecimal():
        return text
    raise place.wrong(
        _("A number such as 2, or a share such as 30%%, is expected here, not “%(text)s”.") % {"text": text}
    )


def looks_like(written: str, meant: str) -> bool:
    """Whether it is a slip of the pen rather than another word."""
    return difflib.SequenceMatcher(None, written.lower(), meant).ratio() > 0.75


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


TEXT = Sort(read_text)
NAME = Sort(read_name)
NUMBER = Sort(read_number)
UNSIGNED = Sort(_read_unsigned)
POSITIVE = Sort(_read_positive)
SHARE = Sort(_read_share)
INTEGER = Sort(read_integer)
FLAG = Sort(read_flag)
EXPRESSION = Sort(_read_expression)
QUOTA = Sort(_read_quota)


def choice(*words: str) -> Sort:
    """One of these words."""

    def read(place: Place) -> str:
        text = place.text
        if text not in words:
            message = _("One of these is expected here: %(words)s; not “%(text)s”.")
            raise place.wrong(message % {"words": _(", ").join(words), "text": _shortened(text)})
        return text

    return Sort(read)


def reference(what: str) -> Sort:
    """The name of a grade or a component that is declared elsewhere in the file."""

    def read(place: Place) -> str:
        name = read_text(place)
        place.notes.references.append(Reference(what, name, place))
        return name

    return Sort(read)


# Amounts


def amount_or(*words: str, number: Sort = UNSIGNED) -> Sort:
    """A number, one for each peer group, one that is worked out, or one of these words."""

    def read(place: Place) -> Amount | str:
        if place.is_mapping:
            return _read_varying(place, number)
        if not place.is_list and place.text in words:
            return place.text
        if words and not place.is_list and number_of(place.text) is None:
            message = _("A number or one of these is expected here: %(words)s; not “%(text)s”.")
            raise place.wrong(message % {"words": _(", ").join(words), "text": _shortened(place.text)})
        return number.read(place)

    return Sort(read, _write_amount)


def _read_varying(place: Place, number: Sort) -> ByGroup | ByFormula:
    formula, groups = place.entry("formula"), place.entry("by_group")
    if formula:
        check_keys(place, ("formula",))
        return ByFormula(EXPRESSION.read(formula))
    check_keys(place, ("by_group", "otherwise"))
    if groups is None:
        raise place.wrong(
            _("A number is expected here, or {by_group: {group: number}, otherwise: number}, or {formula: …}.")
        )
    otherwise = place.entry("otherwise")
    return ByGroup(read_entries(groups, number.read), number.read(otherwise) if otherwise else None)


def _write_amount(amount: Amount | str) -> Plain:
    if isinstance(amount, ByFormula):
        return {"formula": amount.formula}
    if not isinstance(amount, ByGroup):
        return amount
    otherwise = {} if amount.otherwise is None else {"otherwise": amount.otherwise}
    return {"by_group": dict(amount.amounts), **otherwise}


AMOUNT = amount_or()
SIGNED_AMOUNT = amount_or(number=NUMBER)
WHOLE_AMOUNT = amount_or(number=Sort(lambda place: Decimal(read_integer(place))))
LIMIT = amount_or("points", "none", number=NUMBER)


# Lists and mappings


def list_of(sort: Sort, least: int = 0) -> Sort:
    """A list of such values."""

    def read(place: Place) -> tuple:
        places = place.items()
        if len(places) < least:
            raise place.wrong(_("The list is empty. Write what belongs here, or leave the key out."))
        return read_all(places, sort.read)

    return Sort(read, lambda values: [sort.write(value) for value in values])


def one_or_list_of(sort: Sort) -> Sort:
    """Such a value, or a list of them."""
    several = list_of(sort, least=1)

    def read(place: Place) -> tuple:
        return several.read(place) if place.is_list else (sort.read(place),)

    return Sort(read, lambda values: sort.write(values[0]) if len(values) == 1 else several.write(values))


def mapping_of(sort: Sort, keys: Iterable[str] = ()) -> Sort:
    """Such values by name; by these names only where they are given."""
    known = tuple(keys)

    def read(place: Place) -> dict:
        if known:
            check_keys(place, known)
        values = read_entries(place, sort.read)
        if not values:
            raise place.wrong(_("Nothing stands between the braces."))
        return values

    return Sort(read, lambda values: {name: sort.write(value) for name, value in values.items()})
