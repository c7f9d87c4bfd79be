"""A plan's workbook on its way in: read again on each visit with the office as it is, the year and the answers."""

from dataclasses import dataclass

from django.utils import timezone

from branchwork.importing import Table
from branchwork.importing.questions import Answer
from branchwork.models import Import
from branchwork.organizations.models import Organization
from ledgers.audiences import KNOWN, assessed_below, count_in, words_of

from .asking import Doubtful, Office, TaskDraft, doubts_of, drafts_of
from .reading import FIELDS, PlanReading, read_plan, year_in

__all__ = ["FIELDS", "Checked", "Doubtful", "TaskDraft", "check", "year_in", "year_of"]


@dataclass(frozen=True)
class Checked:
    """A plan's import as it stands today. `items` are (title, tasks) as they would be written."""

    owner: Organization
    table: Table
    reading: PlanReading
    doubts: list[Doubtful]
    items: list[tuple[str, list[TaskDraft]]]

    @property
    def drafts(self) -> list[TaskDraft]:
        return [task for _title, tasks in self.items for task in tasks]

    @property
    def points(self) -> int:
        return sum(task.points or 0 for task in self.drafts)


def year_of(kept: Import) -> int:
    """The plan's year: as answered, else as found when the file came in."""
    answered = str(kept.answers.get("year", "")).lstrip("=")
    return int(answered) if answered.isdecimal() and 2000 <= int(answered) <= 2099 else kept.options["year"]


def check(kept: Import) -> Checked:
    """Judge an import of kind PLAN with its answers so far; five queries."""
    owner = Organization.objects.get(path=kept.organization_path)
    columns = {key[7:]: str(field) for key, field in kept.answers.items() if key.startswith("column:")}
    table = Table.from_json(kept.understood).with_columns(columns)
    today = timezone.localdate()
    reading = read_plan(table, year_of(kept), words_of(owner, today))
    answers: dict[str, Answer] = kept.answers
    doubts = doubts_of(reading, answers, _office(owner, today))
    return Checked(owner, table, reading, doubts, drafts_of(reading, doubts, answers))


def _office(owner: Organization, today) -> Office:
    below = assessed_below(owner).active(today).order_by("peer_group__position", "path")
    counts = count_in(list(KNOWN.values()), owner, today)
    return Office(owner.name, dict(zip(KNOWN, counts, strict=True)), list(below.values_list("pk", "name", "kind")))
