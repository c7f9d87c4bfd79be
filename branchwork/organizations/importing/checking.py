"""Judges an organization list against the answers so far and what the house holds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from branchwork.importing import Choice, Question, Table, fold, open_questions
from branchwork.importing.questions import Answer

from ..models import Organization
from .cells import fill, term_column
from .drafts import Asking, Change, Draft, drop
from .known import Known
from .lines import Line, read_lines
from .names import codes, short_names
from .parents import Parents

LONGEST_NAME = 100


@dataclass
class Check:
    """What an import would do. `roots` are upper organizations outside the list that it would make."""

    table: Table
    drafts: list[Draft]
    roots: list[str]
    asking: Asking

    @property
    def new(self) -> list[Draft]:
        return [draft for draft in self.drafts if draft.is_new]

    @property
    def changed(self) -> list[Draft]:
        return [draft for draft in self.drafts if draft.changes]

    @property
    def questions(self) -> list[Question]:
        return self.asking.problems + self.asking.doubts + self.asking.same_names

    @property
    def open(self) -> list[Question]:
        return open_questions(self.questions, self.asking.answers)

    @property
    def does_nothing(self) -> bool:
        return not self.new and not self.changed and not self.roots


def check(table: Table, answers: dict[str, Answer], known: Known, today: date) -> Check:
    """Pure: the same table, answers, house and day give the same result."""
    asking = Asking(answers)
    changed = {key.removeprefix("column:"): str(to) for key, to in answers.items() if key.startswith("column:")}
    table = table.with_columns(changed)
    lines = read_lines(table)
    drafts = _matched(_named(lines, asking), known, asking)
    term = term_column(lines, today, asking)
    for draft in drafts:
        fill(draft, term, today, asking)
    parents = Parents(drafts, known, asking)
    parents.resolve()
    _complete(drafts, known)
    for draft in drafts:
        draft.changes = _changes(draft, known, parents)
    _ask_about_people(drafts, known, today, asking)
    return Check(table, drafts, parents.made, asking)


def _named(lines: list[Line], asking: Asking) -> list[Draft]:
    """A draft for each line that has a name of its own; missing and doubled names are asked about."""
    drafts: dict[str, Draft] = {}
    for line in lines:
        name = _name(line, asking)
        if not name:
            continue
        first = drafts.get(fold(name))
        if first:
            answer = asking.problem(
                _twice(line, first, line.cells["name"], name, _("This organization stands in row %(n)d already."))
            )
            if answer != f"drop:{first.line.number}":
                continue
        drafts[fold(name)] = Draft(line, name)
    return sorted(drafts.values(), key=lambda draft: draft.line.number)


def _name(line: Line, asking: Asking) -> str:
    name = line.name
    if name and len(name) <= LONGEST_NAME:
        return name
    question = Question(
        key=line.cells["name"],
        text=name[:60],
        reason=_("Longer than %(n)d characters.") % {"n": LONGEST_NAME} if name else _("The name is missing."),
        cell=line.cells["name"],
        choices=(drop(line.number, _("leave this row out")),),
        typed="text",
    )
    answer = asking.problem(question)
    return answer[1 : LONGEST_NAME + 1] if answer and answer.startswith("=") else ""


def _twice(line: Line, first: Draft, cell: str, text: str, reason: str) -> Question:
    numbers = (line.number, first.line.number)
    return Question(
        key=f"twice:{cell}",
        text=text,
        reason=reason % {"n": first.line.number},
        cell=cell,
        choices=tuple(drop(n, _("leave row %(n)d out") % {"n": n}) for n in numbers),
    )


def _matched(drafts: list[Draft], known: Known, asking: Asking) -> list[Draft]:
    """Each draft with the organization it means, by code, then by exact name; those nobody may touch left out."""
    kept: list[Draft] = []
    taken: dict[str, Draft] = {}
    for draft in drafts:
        code = draft.line["code"].replace("\n", "")
        pk = known.by_code.get(code) if code else None
        draft.known = known.organizations.get(pk or known.by_name.get(fold(draft.name), 0))
        same = {f"code:{code}"} if code else set()
        same |= {f"pk:{draft.known.pk}"} if draft.known else set()
        first = next((taken[key] for key in same if key in taken), None)
        if first:
            cell = draft.line.cells["code" if code else "name"]
            reason = _("Row %(n)d means the same organization.")
            asking.problem(_twice(draft.line, first, cell, code or draft.name, reason))
            answer = asking.answers.get(f"twice:{cell}")
            if answer != f"drop:{first.line.number}":
                continue
            kept.remove(first)
        if not _may_touch(draft, known, asking):
            continue
        taken |= dict.fromkeys(same, draft)
        kept.append(draft)
    return kept


def _may_touch(draft: Draft, known: Known, asking: Asking) -> bool:
    reason = ""
    namesake = known.by_name.get(fold(draft.name))
    if draft.known and draft.known.is_ended:
        reason = _("This organization has been ended.")
    elif draft.known and not draft.known.may_edit:
        reason = _("This organization is not among those you look after.")
    elif draft.known and namesake not in (None, draft.known.pk):
        reason = _("Another organization has this name.")
    if reason:
        cell = draft.line.cells["name"]
        choices = (drop(draft.line.number, _("leave this row out")),)
        asking.problem(Question(f"closed:{cell}", draft.name, reason, cell, choices))
    return not reason


def _complete(drafts: list[Draft], known: Known) -> None:
    """Codes and short names for the new ones that have none."""
    new = [draft for draft in drafts if draft.is_new]
    taken = [*known.by_code, *(draft.code for draft in new if draft.code)]
    without = [draft for draft in new if not draft.code]
    for draft, code in zip(without, codes([d.line["number"] for d in without], taken), strict=True):
        draft.code = code
    unnamed = [d for d in new if not d.short_name and d.kind != Organization.Kind.WORKING_COMMITTEE]
    taken = [o.short_name for o in known.organizations.values() if o.short_name and not o.is_ended]
    taken += [draft.short_name for draft in new if draft.short_name]
    for draft, short in zip(unnamed, short_names([d.name for d in unnamed], taken), strict=True):
        draft.short_name = short


def _changes(draft: Draft, known: Known, parents: Parents) -> list[Change]:
    """What the list says differently; a blank cell never erases."""
    old = draft.known
    if old is None:
        return []
    pairs = [
        ("name", old.name, draft.name),
        ("short_name", old.short_name, draft.short_name),
        ("kind", old.kind, draft.kind),
        ("peer_group", old.peer_group, draft.peer_group),
        ("members", old.members, draft.members),
        ("last_elected", old.last_elected, draft.last_elected),
        ("term_ends", old.term_ends, draft.term_ends),
        ("starts", old.starts, draft.starts),
    ]
    changes = [Change(key, before, after) for key, before, after in pairs if after not in (None, "", before)]
    before, after = _same_ref(f"pk:{old.parent}" if old.parent else "", parents), draft.parent
    if after is not None and before != _same_ref(after, parents):
        changes.append(Change("parent", before, after))
    if draft.secretary:
        person = fold(draft.secretary) == fold(old.secretary)
        if not person or draft.is_acting != old.is_acting:
            before, after = (old.secretary, old.is_acting), (draft.secretary, draft.is_acting)
            changes.append(Change("acting" if person else "secretary", before, after))
    if added := [tag for tag in draft.tags if tag not in old.tags]:
        changes.append(Change("tags", sorted(old.tags), added))
    return changes


def _same_ref(ref: str, parents: Parents) -> str:
    draft = parents.by_ref.get(ref)
    return f"pk:{draft.known.pk}" if draft and draft.known else ref


def _ask_about_people(drafts: list[Draft], known: Known, today: date, asking: Asking) -> None:
    incoming = [draft for draft in drafts if draft.new_secretary]
    if any(draft.known for draft in incoming):
        n = sum(bool(draft.known) for draft in incoming)
        asking.doubt(
            Question(
                key="secretary_from",
                text=_("Secretaries changed: %(n)d") % {"n": n},
                reason=_("The new ones are in office from this day, the old ones until the day before."),
                typed="date",
                default=f"={today.isoformat()}",
            )
        )
    by_name = defaultdict(list)
    for draft in incoming:
        by_name[fold(draft.secretary)].append(draft)
    for name, namesakes in by_name.items():
        people = known.people.get(name, {})
        if len(namesakes) + len(people) < 2:
            continue
        choices = [Choice(f"person:{pk}", _("already here: %(post)s") % {"post": post}) for pk, post in people.items()]
        choices += [Choice(draft.ref, draft.name) for draft in namesakes]
        first = namesakes[0]
        cell = first.line.cells.get("secretary", "")
        reason = _("Tick two or more if they are one person; otherwise they are kept as different people.")
        choices = tuple(choices)
        asking.same_name(Question(f"same:{name}", first.secretary, reason, cell, choices, many=True, is_optional=True))
