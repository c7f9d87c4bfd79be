"""What is wrong with a condition or formula, in the words of the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments.scoring.expressions import MAX_LENGTH, MAX_PLACES, ExpressionError

_SENTENCES: Mapping[str, str] = {
    "too_long": gettext_noop("It has %(part)s characters; up to %(most)d are read."),
    "unreadable": gettext_noop(
        "“%(part)s” cannot be read. Compare with == != < <= > >=, join with and, or, not, close every bracket, "
        "write texts in quotes and numbers without a percent sign."
    ),
    "single_equals": gettext_noop("“%(part)s”: to be equal is written == (twice)."),
    "sign": gettext_noop("%(part)s has no meaning in it."),
    "too_deep": gettext_noop("Too many brackets inside one another: %(part)s"),
    "foreign": gettext_noop("“%(part)s” is none of the words, signs and functions it may have."),
    "no_value": gettext_noop("%(part)s is neither a number, a text nor yes or no."),
    "text": gettext_noop("“%(part)s” is a text and cannot be calculated with."),
    "no_order": gettext_noop("A text and a number have no order: %(part)s."),
    "places": gettext_noop("round takes 0 to %(places)d places, not %(part)s."),
}


def expression_words(error: ExpressionError) -> str:
    return _(_SENTENCES[error.code]) % {"part": error.part, "most": MAX_LENGTH, "places": MAX_PLACES}
