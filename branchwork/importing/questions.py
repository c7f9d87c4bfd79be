"""What a person has to say about a file before it is imported: each cell that was not understood, each doubt."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from .values import count_of, day_of

Answer = str | list[str]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One doubt. `key` is the same for the same file, so that answers find their question again.

    It is answered by one of `choices` (`many`: by ticking any of them) or by what is typed: a "date", a "number", a
    "text". `default` holds until something else is said. A question without choices and without `typed` can only be
    mended in the file. `is_optional`: the import may go ahead without an answer.
    """

    key: str
    text: str
    reason: str
    cell: str = ""
    choices: tuple[Choice, ...] = ()
    many: bool = False
    typed: str = ""
    default: str = ""
    is_optional: bool = False

    @property
    def must_mend(self) -> bool:
        return not self.choices and not self.typed


@dataclass(frozen=True)
class Asked:
    """A question as a form shows it: with what was chosen or typed so far and what is wrong with that."""

    question: Question
    chosen: list[str]
    typed: str = ""
    error: str = ""
    is_open: bool = False

    @property
    def choice_name(self) -> str:
        return f"a-{self.question.key}"

    @property
    def typed_name(self) -> str:
        return f"t-{self.question.key}"


def read_answers(questions: Iterable[Question], post: QueryDict) -> dict[str, Answer]:
    """What a form says about the questions it showed. A choice wins over what is typed beside it."""
    answers: dict[str, Answer] = {}
    for question in questions:
        chosen = [value for value in post.getlist(f"a-{question.key}") if value]
        typed = post.get(f"t-{question.key}", "").strip()[:200]
        if question.many:
            answers[question.key] = chosen
        elif chosen:
            answers[question.key] = chosen[0]
        elif question.typed:
            answers[question.key] = f"={typed}" if typed else ""
        else:
            answers[question.key] = ""
    return answers


def answer_of(question: Question, answers: dict[str, Answer]) -> Answer | None:
    """The valid answer: a choice's value, "=" and what was typed, a list of ticked values; None while it is open."""
    given = answers.get(question.key)
    known = [choice.value for choice in question.choices]
    if question.many:
        return [value for value in given if value in known] if isinstance(given, list) else None
    if isinstance(given, str) and given:
        if given in known:
            return given
        if question.typed and given.startswith("=") and not _mistake(question, given[1:]):
            return given
    return question.default or None


def asked(questions: Iterable[Question], answers: dict[str, Answer]) -> list[Asked]:
    return [_ask(question, answers) for question in questions]


def open_questions(questions: Iterable[Question], answers: dict[str, Answer]) -> list[Question]:
    """Those that still keep the import from being confirmed."""
    return [q for q in questions if not q.is_optional and answer_of(q, answers) is None]


def _ask(question: Question, answers: dict[str, Answer]) -> Asked:
    given = answers.get(question.key)
    valid = answer_of(question, answers)
    if question.many:
        return Asked(question, valid or [], is_open=valid is None and not question.is_optional)
    raw = given[1:] if isinstance(given, str) and given.startswith("=") else ""
    error = _mistake(question, raw) if raw else ""
    chosen = [valid] if valid and not valid.startswith("=") and not error else []
    if not raw and valid and valid.startswith("="):
        raw = valid[1:]  # the proposal
    return Asked(question, chosen, raw, error, is_open=bool(error) or (valid is None and not question.is_optional))


def _mistake(question: Question, typed: str) -> str:
    if question.typed == "date" and day_of(typed) is None:
        return _("Write a day, such as 2026-06-30.")
    if question.typed == "number" and count_of(typed) is None:
        return _("Write a whole number.")
    return "" if typed.strip() else _("Write something or choose.")
