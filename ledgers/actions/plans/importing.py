from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork import audit
from branchwork.actions import keep_upload
from branchwork.errors import Refused
from branchwork.importing import Upload, find_table
from branchwork.models import Import
from branchwork.organizations.actions.tags import tag_organizations
from branchwork.organizations.models import Organization, OrganizationTag, Tag
from ledgers.actions.presets import load_presets
from ledgers.importing import FIELDS, TaskDraft, check, year_in
from ledgers.importing.asking import blocking
from ledgers.models import Item, Plan, Task, WorkType
from ledgers.work_types import recognise


@transaction.atomic
def start_plan_import(*, organization: Organization, upload: Upload, year: int | None = None, by) -> Import:
    """Keep a workbook for checking. The same file again gives the import there is: still being checked, or done as
    long as its plan exists. Raises WorkbookError where it holds no plan.

    Without `year` it is the one the table's title, its sheet or the file's name says, else this year.
    """
    earlier = Import.objects.filter(
        kind=Import.Kind.PLAN, sha256=upload.sha256, organization_path=organization.path
    ).exclude(state=Import.State.UNDONE)
    for kept in earlier:
        if (year is None or kept.options["year"] == year) and (kept.state == Import.State.CHECKING or plan_of(kept)):
            return kept
    table = find_table(upload.sheets, FIELDS)
    year = year or year_in(table, upload.name) or timezone.localdate().year
    return keep_upload(
        kind=Import.Kind.PLAN, upload=upload, table=table, organization=organization, options={"year": year}, by=by
    )


def plan_of(kept: Import) -> Plan | None:
    """The plan an import made, None before or after."""
    return Plan.objects.filter(pk=kept.created.get("plan")).first()


@transaction.atomic
def import_plan(*, kept: Import, by) -> Plan:
    """Write a checked import as a draft plan; a second confirmation finds the first one's plan.

    Questions left open make pending tasks. Refused while a row makes no task at all (LEDGER: 0 rows dropped).
    """
    kept = Import.objects.select_for_update().get(pk=kept.pk)
    if kept.state == Import.State.DONE and (plan := plan_of(kept)):
        return plan
    if kept.state != Import.State.CHECKING:
        raise Refused(_("This import was undone. Upload the file again."))
    checked = check(kept)
    if not checked.drafts:
        raise Refused(_("There is no task in this table."))
    if standing := blocking(checked.doubts, kept.answers):
        cells = _(", ").join(doubt.question.cell for doubt in standing)
        raise Refused(_("Still to be mended: %(cells)s.") % {"cells": cells})
    load_presets(by=by)
    reading = checked.reading
    title = reading.title or _("Plan for %(year)s") % {"year": reading.year}
    plan = Plan.objects.create(owner=checked.owner, year=reading.year, title=title[:120], note=reading.note)
    tags, dated = _give_tags(checked.drafts, reading.year, by)
    _write_tasks(plan, checked.items, tags)
    kept.state, kept.finished_at = Import.State.DONE, timezone.now()
    kept.created = {"plan": plan.pk, "tags": [tag.pk for tag in tags.values()], "dated_tags": dated}
    kept.save(update_fields=["state", "finished_at", "created"])
    drafts = checked.drafts
    data = {"items": len(checked.items), "tasks": len(drafts), "pending": sum(draft.is_pending for draft in drafts)}
    audit.record("plan.import", plan, by=by, organization=checked.owner, data=data | {"file": kept.file_name})
    return plan


def _give_tags(drafts: list[TaskDraft], year: int, by) -> tuple[dict[str, Tag], list[int]]:
    """The tags that ticking made, in force from the plan's first day, and the keys of the new dated rows."""
    wanted: dict[str, set[int]] = {}
    for draft in drafts:
        if draft.tag:
            wanted.setdefault(draft.tag[0], set()).update(draft.tag[1])
    before = set(OrganizationTag.objects.filter(tag__name__in=wanted).values_list("pk", flat=True))
    new_year = timezone.localdate().replace(year=year, month=1, day=1)
    tags = {
        name: tag_organizations(name=name, organizations=ticked, starts_on=new_year, by=by)
        for name, ticked in wanted.items()
    }
    after = OrganizationTag.objects.filter(tag__in=tags.values()).values_list("pk", flat=True)
    return tags, sorted(set(after) - before)


def _write_tasks(plan: Plan, items: list[tuple[str, list[TaskDraft]]], tags: dict[str, Tag]) -> None:
    work_types = list(WorkType.objects.all())
    rows = Item.objects.bulk_create(
        Item(plan=plan, position=position, title=title) for position, (title, _tasks) in enumerate(items, 1)
    )
    tasks = [
        _task(item, position, draft, tags, work_types)
        for item, (_title, drafts) in zip(rows, items, strict=True)
        for position, draft in enumerate(drafts, 1)
    ]
    made = Task.objects.bulk_create(tasks)
    drafts = [draft for _title, drafts in items for draft in drafts]
    by_row = {draft.line.number: task for draft, task in zip(drafts, made, strict=True)}
    waiting = []
    for draft, task in zip(drafts, made, strict=True):
        if deciding := by_row.get(draft.after_row):
            task.audience = {"after_task": deciding.pk}
            waiting.append(task)
    Task.objects.bulk_update(waiting, ["audience"])


def _task(item: Item, position: int, draft: TaskDraft, tags: dict[str, Tag], work_types: list[WorkType]) -> Task:
    audience = draft.audience | ({"tags": [tags[draft.tag[0]].pk]} if draft.tag else {})
    return Task(
        item=item, position=position, content=draft.content, responsible=draft.responsible, deadline=draft.deadline,
        effect=draft.line.effect, points=draft.points, note=draft.line.note, audience=audience,
        calendar=draft.calendar, work_type=recognise(draft.content, work_types),
    )  # fmt: skip


@transaction.atomic
def undo_plan_import(*, kept: Import, by) -> None:
    """Take back an import: its draft plan with whatever was changed in it, and the tags it gave that nobody else
    uses. Refused once the plan is published."""
    kept = Import.objects.select_for_update().get(pk=kept.pk)
    plan = (
        Plan.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=kept.created.get("plan")).first()
    )
    if kept.state != Import.State.DONE:
        raise Refused(_("There is nothing to undo."))
    if plan and plan.is_published:
        raise Refused(_("The plan is published; it cannot be undone any more."))
    if plan:
        audit.record("plan.import_undo", plan, by=by, organization=plan.owner, data={"file": kept.file_name})
        plan.delete()
    _take_tags(kept)
    kept.state = Import.State.UNDONE
    kept.save(update_fields=["state"])


def _take_tags(kept: Import) -> None:
    """Only what this import gave, and only where no other task asks for the tag."""
    asked_for = {
        key for audience in Task.objects.values_list("audience", flat=True) for key in audience.get("tags", [])
    }
    free = set(kept.created.get("tags", [])) - asked_for
    OrganizationTag.objects.filter(pk__in=kept.created.get("dated_tags", []), tag__in=free).delete()
    Tag.objects.filter(pk__in=free, dated_tags__isnull=True).delete()
