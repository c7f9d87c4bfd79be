"""What a rule book's card says of its lines, in words: one sentence for each kind of reason."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from assessments.rule_words import giving, steps, taking
from assessments.scoring.cards import Reason
from assessments.wording import reason_words

Worded = Mapping[str, Callable[[Mapping[str, object]], str]]

_OF_RULES: Worded = {**taking.SENTENCES, **giving.SENTENCES}
_CHANGES: Worded = {**taking.CHANGES, **giving.CHANGES, **steps.CHANGES}


def reason_text(reason: Reason, *, with_change: bool = True) -> str:
    """Why a line is what it is; a line with all its points does without what would change it."""
    facts = reason.facts
    if reason.code in _OF_RULES:
        words = _titled(_OF_RULES[reason.code](facts), facts)
    elif reason.code in steps.SENTENCES:
        words = steps.SENTENCES[reason.code](facts)
    else:
        return reason_words(reason, facts["due_on"].year)
    if with_change and "could" in facts and reason.code in _CHANGES:
        change = _CHANGES[reason.code](facts)
        return _("%(words)s; %(change)s") % {"words": words, "change": change} if change else words
    return words


def _titled(words: str, facts: Mapping[str, object]) -> str:
    title = str(facts.get("title", "")).rstrip("。；;")
    return _("%(title)s: %(words)s") % {"title": title, "words": words} if title else words
