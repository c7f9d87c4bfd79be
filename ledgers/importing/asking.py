"""What a plan's table leaves in question, and the tasks it gives once answers are in. Nothing is written here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from branchwork.deadlines import Event, read_deadline
from branchwork.deadlines import Question as DeadlineQuestion
from branchwork.importing import Asked, Choice, Question, answer_of, asked
from branchwork.importing.questions import Answer
from branchwork.points import parse_points
from ledgers.audiences import EVERYBODY, KNOWN, Doubt
from ledgers.importing.reading import PlanReading, TaskLine, unresolved_in
from ledgers.models import Item, Task
from ledgers.wording import audience_doubt, deadline_doubt

# 发生即记: no date of its own, due on the day it happens.
ANY_DAY = Event("other", "on")
_AFTER_CHOICES = 6


@dataclass(frozen=True)
class Office:
    """What questions need to know: the owner's name, how many organizations each known phrase means, and every
    organization as (key, name, kind)."""

    name: str
    known_counts: dict[str, int]
    organizations: Sequence[tuple[int, str, str]]


@dataclass(frozen=True)
class Doubtful:
    """One phrase in question and the rows that say it; `ticks` is the second half of a question about an audience."""

    rows: tuple[int, ...]
    cells: tuple[str, ...]
    question: Question
    ticks: Question | None = None


@dataclass(frozen=True)
class TaskDraft:
    """A task as it will be written. `tag` is (name, organizations) when ticking made one; `after_row` the row of the
    task that decides who it concerns."""

    line: TaskLine
    content: str
    responsible: str
    deadline: str
    points: int | None
    audience: dict[str, Any]
    calendar: dict[str, Any]
    tag: tuple[str, tuple[int, ...]] | None = None
    after_row: int = 0

    @property
    def is_pending(self) -> bool:
        return "pending" in self.audience or not self.calendar


def doubts_of(reading: PlanReading, answers: dict[str, Answer], office: Office) -> list[Doubtful]:
    """Everything in question, in the order of the rows; a phrase said in several rows is asked about once."""
    found = [*_audience_doubts(reading, office), *_deadline_doubts(reading, answers)]
    for line in reading.tasks:
        found += _cell_doubts(line)
    leave_out = (Choice("drop", _("leave this row out")),)
    for row in reading.strange:
        reason = _("This row names no task.")
        found.append(_doubt(row.number, row.cell, row.text, reason, leave_out, is_optional=False))
    return sorted(found, key=lambda doubt: (doubt.rows[0], doubt.cells[0]))


def open_doubts(doubts: Iterable[Doubtful], answers: dict[str, Answer]) -> list[Doubtful]:
    """Those nobody has answered yet."""
    return [d for d in doubts if not answer_of(d.question, answers) and not (d.ticks and answers.get(d.ticks.key))]


def blocking(doubts: Iterable[Doubtful], answers: dict[str, Answer]) -> list[Doubtful]:
    """Those that keep the plan from being imported: what makes no task at all."""
    return [doubt for doubt in open_doubts(doubts, answers) if not doubt.question.is_optional]


def asked_pairs(doubts: Iterable[Doubtful], answers: dict[str, Answer]) -> list[tuple[Doubtful, Asked, Asked | None]]:
    pairs = []
    for doubt in doubts:
        [question, *ticks] = asked([doubt.question, *([doubt.ticks] if doubt.ticks else [])], answers)
        pairs.append((doubt, question, ticks[0] if ticks else None))
    return pairs


def _by_phrase(lines: Iterable[TaskLine], phrase: Callable[[TaskLine], str]) -> list[list[TaskLine]]:
    groups: dict[str, list[TaskLine]] = {}
    for line in lines:
        # Blank cells are not one phrase: each is its own question.
        groups.setdefault(phrase(line) or f"\n{line.number}", []).append(line)
    return list(groups.values())


def _audience_doubts(reading: PlanReading, office: Office) -> list[Doubtful]:
    doubtful = [line for line in reading.tasks if line.audience.doubt]
    found = []
    for lines in _by_phrase(doubtful, lambda line: line.responsible):
        first = lines[0]
        cells = tuple(line.cells["responsible"] for line in lines)
        question = Question(
            key=cells[0],
            text=first.responsible,
            reason=audience_doubt(first.audience.doubt, first.audience.near),
            cell=cells[0],
            choices=tuple(_audience_choices(first, reading, office)),
            is_optional=True,
        )
        kinds = first.audience.kinds if first.audience.doubt == Doubt.TAG else EVERYBODY
        ticks = Question(
            key=f"{cells[0]}-who",
            text=first.responsible,
            reason="",
            cell=cells[0],
            choices=tuple(Choice(str(key), label) for key, label, kind in office.organizations if kind in kinds),
            many=True,
            is_optional=True,
        )
        found.append(Doubtful(tuple(line.number for line in lines), cells, question, ticks))
    return found


def _audience_choices(line: TaskLine, reading: PlanReading, office: Office) -> list[Choice]:
    """The likeliest first: what looks alike, the ticking, or the task it depends on."""
    known = [Choice(f"know:{phrase}", _known(phrase, office)) for phrase in KNOWN]
    known.append(Choice("own", _("%(name)s itself") % {"name": office.name}))
    tick = [Choice("tag", _("the organizations ticked below"))]
    after = [
        Choice(f"after:{other.number}", _("those that have done “%(task)s”") % {"task": other.content[:20]})
        for other in _deciding(line, reading)
    ]
    near = line.audience.near
    if near in KNOWN:
        known.sort(key=lambda choice: choice.value != f"know:{near}")
    named = [Choice(f"name:{line.audience.near_key}", near)] if line.audience.near_key else []
    if line.audience.doubt == Doubt.AFTER_TASK:
        return [*after, *tick, *known]
    if line.audience.doubt == Doubt.TAG:
        return [*tick, *known, *after]
    return [*named, *known, *tick, *after]


def _known(phrase: str, office: Office) -> str:
    return _("%(phrase)s (%(n)d)") % {"phrase": phrase, "n": office.known_counts.get(phrase, 0)}


def _deciding(line: TaskLine, reading: PlanReading) -> list[TaskLine]:
    """The tasks that may decide whom this one concerns: of its item first, then those that say the same word."""
    item = next(item for item in reading.items if line in item.tasks)
    word = line.responsible[:2]
    elsewhere = [other for other in reading.tasks if other not in item.tasks and word in other.content]
    return [other for other in [*item.tasks, *elsewhere] if other is not line][:_AFTER_CHOICES]


def _deadline_doubts(reading: PlanReading, answers: dict[str, Answer]) -> list[Doubtful]:
    doubtful = [line for line in reading.tasks if _deadline_question(line)]
    found = []
    for lines in _by_phrase(doubtful, lambda line: line.deadline):
        cells = tuple(line.cells["deadline"] for line in lines)
        reason = deadline_doubt(_deadline_question(lines[0]))
        if wrong := _still_unread(answers.get(cells[0]), reading.year):
            reason = _("“%(written)s” does not settle it: %(why)s") % wrong
        question = Question(
            key=cells[0],
            text=lines[0].deadline,
            reason=reason,
            cell=cells[0],
            choices=(Choice("any", _("no due date, logged when it happens")),),
            typed="text",
            is_optional=True,
        )
        found.append(Doubtful(tuple(line.number for line in lines), cells, question))
    return found


def _deadline_question(line: TaskLine) -> DeadlineQuestion | None:
    return line.rule if isinstance(line.rule, DeadlineQuestion) else line.unresolved


def _still_unread(answer: Answer | None, year: int) -> dict[str, str] | None:
    if not isinstance(answer, str) or not answer.startswith("="):
        return None
    rule = read_deadline(answer[1:])
    question = rule if isinstance(rule, DeadlineQuestion) else unresolved_in(rule, year)
    return {"written": answer[1:], "why": deadline_doubt(question)} if question else None


def _cell_doubts(line: TaskLine) -> list[Doubtful]:
    found = []
    if line.points_unread:
        found.append(_doubt(line.number, line.cells["points"], line.points_unread, _("These are not points."),
                            (Choice("none", _("no points")),), typed="text"))  # fmt: skip
    if line.same_as:
        reason = _("Row %(n)d says the same.") % {"n": line.same_as}
        choices = (Choice("keep", _("import both")), Choice("drop", _("leave this one out")))
        found.append(_doubt(line.number, line.cells["task"], line.content, reason, choices))
    for name in ("content", "responsible", "deadline", "effect", "note"):
        limit = Task._meta.get_field(name).max_length
        if len(getattr(line, name)) > limit:
            cell = line.cells["task" if name == "content" else name]
            reason = _("It is longer than %(n)d characters.") % {"n": limit}
            found.append(_doubt(line.number, f"{cell}-long", getattr(line, name)[:40], reason, is_optional=False))
    return found


def _doubt(
    row: int, cell: str, text: str, reason: str, choices: tuple[Choice, ...] = (), typed: str = "", is_optional=True
) -> Doubtful:
    question = Question(
        key=cell,
        text=text,
        reason=reason,
        cell=cell.partition("-")[0],
        choices=choices,
        typed=typed,
        is_optional=is_optional,
    )
    return Doubtful((row,), (cell,), question)


def drafts_of(
    reading: PlanReading, doubts: Sequence[Doubtful], answers: dict[str, Answer]
) -> list[tuple[str, list[TaskDraft]]]:
    """The items with their tasks as the answers leave them; (title, tasks) in order."""
    asked_in = {cell: doubt for doubt in doubts for cell in doubt.cells}
    items = []
    for item in reading.items:
        tasks = [_draft(line, reading.year, asked_in, answers) for line in item.tasks]
        kept = [task for task in tasks if task is not None]
        if kept:
            title = item.title or item.mark or _("Without an item")
            items.append((title[: Item._meta.get_field("title").max_length], kept))
    return items


def _draft(line: TaskLine, year: int, asked_in: dict[str, Doubtful], answers: dict[str, Answer]) -> TaskDraft | None:
    def answer(key: str) -> Answer | None:
        doubt = asked_in.get(line.cells[key])
        return answer_of(doubt.question, answers) if doubt else None

    if answer("task") == "drop":
        return None
    doubt = asked_in.get(line.cells["responsible"])
    ticked = tuple(int(key) for key in (answer_of(doubt.ticks, answers) or [])) if doubt and doubt.ticks else ()
    audience, tag, after_row = _answered_audience(line, answer("responsible"), ticked)
    responsible = line.responsible
    if line.audience.doubt == Doubt.NEAR and "pending" not in audience and not tag:
        responsible = line.audience.near or responsible
    deadline, calendar = _answered_deadline(line, answer("deadline"), year)
    return TaskDraft(
        line, line.content, responsible, deadline, _answered_points(line, answer("points")), audience, calendar, tag,
        after_row,
    )  # fmt: skip


def _answered_audience(
    line: TaskLine, answer: Answer | None, ticked: tuple[int, ...]
) -> tuple[dict[str, Any], tuple[str, tuple[int, ...]] | None, int]:
    """(audience, tag, row of the deciding task); ticking without choosing anything else is an answer too."""
    if not line.audience.doubt:
        return line.audience.audience, None, 0
    kind, _colon, value = str(answer or "").partition(":")
    if kind == "know" and value in KNOWN:
        return dict(KNOWN[value]), None, 0
    if kind == "own":
        return {"own": True}, None, 0
    if kind == "name":
        return {"named": [int(value)]}, None, 0
    if kind == "after":
        return line.audience.audience, None, int(value)
    if ticked:
        name = line.audience.tag or line.responsible or line.content
        kinds = line.audience.kinds if line.audience.doubt == Doubt.TAG else EVERYBODY
        return {"kinds": list(kinds)}, (name[:40], ticked), 0
    return line.audience.audience, None, 0


def _answered_deadline(line: TaskLine, answer: Answer | None, year: int) -> tuple[str, dict[str, Any]]:
    if not _deadline_question(line):
        return line.deadline, line.rule.to_json()
    if answer == "any":
        return line.deadline, ANY_DAY.to_json()
    if isinstance(answer, str) and answer.startswith("=") and not _still_unread(answer, year):
        return answer[1:], read_deadline(answer[1:]).to_json()
    return line.deadline, {}


def _answered_points(line: TaskLine, answer: Answer | None) -> int | None:
    if isinstance(answer, str) and answer.startswith("="):
        try:
            return parse_points(answer[1:])
        except ValueError:
            return None
    return line.points
