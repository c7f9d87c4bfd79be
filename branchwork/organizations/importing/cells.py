"""Each cell of a line as a value; what cannot be read becomes a question with its cell."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branchwork.importing import Choice, Question, count_of, day_of, fold

from ..models import Organization
from .drafts import Asking, Draft
from .fields import KIND_NAMES
from .lines import Line

LAST_ELECTION, TERM_END = "last-election", "term-end"
# Longest first: 联合党支部 ends in 党支部 too.
_KIND_ENDINGS = sorted(KIND_NAMES, key=len, reverse=True)
_LENGTHS = {"code": 40, "short_name": 40, "peer_group": 40}


def term_column(lines: list[Line], today: date, asking: Asking) -> str | None:
    """What the column 换届时间 means; nobody can tell from the word."""
    days = [day for line in lines if line["term"] and (day := day_of(line["term"]))]
    if not any(line["term"] for line in lines):
        return None
    future = sum(day > today for day in days)
    reason = _("The word means either. From a last election the term end follows: committees 5 years, branches 3.")
    if future:
        reason += " " + ngettext(
            "%(n)d of the days is still to come.", "%(n)d of the days are still to come.", future
        ) % {"n": future}
    first = next(line for line in lines if line["term"])
    question = Question(
        key="term",
        text=_("Term election"),
        reason=reason,
        cell=first.cells["term"].rstrip("0123456789"),
        choices=(
            Choice(LAST_ELECTION, _("the day of the last election")),
            Choice(TERM_END, _("the day the term ends")),
        ),
        default=LAST_ELECTION,
    )
    return str(asking.doubt(question))


def fill(draft: Draft, term: str | None, today: date, asking: Asking) -> None:
    """Everything a line says about itself; `parent` comes later, when all names are known."""
    line = draft.line
    draft.code, draft.short_name, draft.peer_group = (_short(line, key, asking) for key in _LENGTHS)
    draft.kind = _kind(line, draft, asking)
    draft.members = _members(line, asking)
    draft.starts = _day(line, "starts", asking)
    draft.secretary, draft.is_acting = line.secretary
    draft.tags = line.tags
    _terms(draft, term, today, asking)


def years_later(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def term_end(kind: str, last_elected: date) -> date:
    return years_later(last_elected, Organization.TERM_YEARS.get(kind, 3))


def _terms(draft: Draft, term: str | None, today: date, asking: Asking) -> None:
    draft.last_elected = _day(draft.line, "last_elected", asking)
    draft.term_ends = _day(draft.line, "term_ends", asking)
    if term == TERM_END:
        draft.term_ends = draft.term_ends or _day(draft.line, "term", asking)
    elif term == LAST_ELECTION and draft.last_elected is None:
        draft.last_elected = _day(draft.line, "term", asking)
        if draft.last_elected and draft.last_elected > today:
            _still_to_come(draft, asking)
    # A list with a column for the term end says all it knows about it.
    if draft.last_elected and draft.term_ends is None and draft.kind and "term_ends" not in draft.line.cells:
        known = draft.known
        if known is None or known.last_elected != draft.last_elected or known.term_ends is None:
            draft.term_ends = term_end(draft.kind, draft.last_elected)


def _still_to_come(draft: Draft, asking: Asking) -> None:
    answer = asking.problem(
        Question(
            key=f"future:{draft.line.cells['term']}",
            text=draft.line["term"],
            reason=_("This day is still to come, so it cannot be that of the last election."),
            cell=draft.line.cells["term"],
            choices=(Choice(TERM_END, _("the day the term ends")), Choice("blank", _("leave blank"))),
            typed="date",
        )
    )
    day, draft.last_elected = draft.last_elected, None
    if answer == TERM_END:
        draft.term_ends = day
    elif answer and answer != "blank":
        draft.last_elected = day_of(answer[1:])


def _short(line: Line, key: str, asking: Asking) -> str:
    text, longest = line[key].replace("\n", ""), _LENGTHS[key]
    if len(text) <= longest:
        return text
    question = Question(
        key=line.cells[key],
        text=text[:60],
        reason=_("Longer than %(n)d characters.") % {"n": longest},
        cell=line.cells[key],
        choices=(Choice("blank", _("leave blank")),),
        typed="text",
    )
    answer = asking.problem(question)
    return answer[1 : longest + 1] if answer and answer != "blank" else ""


def _members(line: Line, asking: Asking) -> int | None:
    text = line["members"]
    if not text or count_of(text) is not None:
        return count_of(text)
    question = Question(
        key=line.cells["members"],
        text=text,
        reason=_("Not a number of people."),
        cell=line.cells["members"],
        choices=(Choice("blank", _("leave blank")),),
        typed="number",
    )
    answer = asking.problem(question)
    return count_of(answer[1:]) if answer and answer != "blank" else None


def _day(line: Line, key: str, asking: Asking) -> date | None:
    text = line[key]
    if not text or day_of(text):
        return day_of(text)
    question = Question(
        key=line.cells[key],
        text=text,
        reason=_("Not a day."),
        cell=line.cells[key],
        choices=(Choice("blank", _("leave blank")),),
        typed="date",
    )
    answer = asking.problem(question)
    return day_of(answer[1:]) if answer and answer != "blank" else None


def _kind(line: Line, draft: Draft, asking: Asking) -> str:
    text = fold(line["kind"])
    if text in KIND_NAMES:
        return KIND_NAMES[text]
    if not text:
        if draft.known:
            return draft.known.kind
        if ending := next((ending for ending in _KIND_ENDINGS if draft.name.endswith(ending)), None):
            return KIND_NAMES[ending]
    cell = line.cells.get("kind", line.cells["name"])
    question = Question(
        # The same word is asked about once; each blank on its own.
        key=f"kind:{text or cell}",
        text=line["kind"],
        reason=_("Not a kind of organization that is known here.") if text else _("The kind is missing."),
        cell=cell,
        choices=tuple(Choice(value, str(label)) for value, label in Organization.Kind.choices),
    )
    return str(asking.problem(question) or "")
