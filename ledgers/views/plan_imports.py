"""The plan's workbook comes in: upload, check, confirm, perhaps undo."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from branchwork.actions import keep_answers
from branchwork.importing import read_answers, read_upload
from branchwork.models import Import
from branchwork.organizations.permissions import Permission, rule, subtree_q
from branchwork.xlsx import WorkbookError
from ledgers.actions.plans.importing import import_plan, plan_of, start_plan_import, undo_plan_import
from ledgers.audiences import count_in
from ledgers.forms.plans import PlanUploadForm
from ledgers.importing import FIELDS, Checked, check
from ledgers.importing.asking import asked_pairs, blocking, open_doubts
from ledgers.models import Plan
from ledgers.views.plans import owner_of
from ledgers.wording import audience_words, calendar_words

# So many tasks are read at one look; the rest is one click away.
SHOWN = 100


def _imports(user):
    return Import.objects.filter(subtree_q(user, Permission.EDIT_PLAN, "organization_path"), kind=Import.Kind.PLAN)


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def plan_import(request):
    owner = owner_of(request.user)
    form = PlanUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload = read_upload(form.cleaned_data["file"])
            kept = start_plan_import(organization=owner, upload=upload, by=request.user)
        except WorkbookError as error:
            form.add_error("file", error.message)
        else:
            return redirect("ledgers:plan_check", kept.pk)
    form.mark_faults()
    context = {"form": form, "fields": FIELDS, "earlier": _imports(request.user)[:10]}
    return render(request, "ledgers/plan_import.html", context)


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def plan_check(request, pk):
    """What was understood. POST keeps the answers; with `confirm` it also writes the draft plan."""
    kept = get_object_or_404(_imports(request.user), pk=pk)
    if kept.state != Import.State.CHECKING:
        return render(request, "ledgers/plan_imported.html", {"kept": kept, "plan": plan_of(kept)})
    checked = check(kept)
    if request.method == "POST":
        questions = [question for doubt in checked.doubts for question in (doubt.question, doubt.ticks) if question]
        answers = read_answers(questions, request.POST) | _read_columns(request, checked)
        if (year := request.POST.get("year", "").strip()).isdecimal():
            answers["year"] = f"={year}"
        kept = keep_answers(kept=kept, answers=answers, by=request.user)
        checked = check(kept)
        if "confirm" in request.POST and not blocking(checked.doubts, kept.answers):
            plan = import_plan(kept=kept, by=request.user)
            messages.success(request, _("Imported as a draft. Look it through, then publish it."))
            return redirect("ledgers:plan_detail", plan.pk)
    return render(request, "ledgers/plan_check.html", _context(request, kept, checked))


def _read_columns(request, checked: Checked) -> dict[str, str]:
    """What the user says the columns mean; a field no importer knows is not read."""
    keys = {field.key for field in FIELDS}
    given = {column.letter: request.POST.get(f"column-{column.letter}") for column in checked.table.columns}
    return {f"column:{letter}": key if key in keys else "" for letter, key in given.items() if key is not None}


def _context(request, kept: Import, checked: Checked) -> dict:
    reading, labels = checked.reading, {field.key: field.label for field in FIELDS}
    standing = open_doubts(checked.doubts, kept.answers)
    rows_in_question = {number for doubt in standing for number in doubt.rows}
    shown = checked.drafts if request.GET.get("rows") == "all" else checked.drafts[:SHOWN]
    return {
        "kept": kept,
        "checked": checked,
        "reading": reading,
        "total_agrees": reading.total and reading.total.agrees_with(reading.points),
        "columns": [(column, labels.get(column.key, "")) for column in checked.table.columns],
        "fields": FIELDS,
        "pairs": asked_pairs(checked.doubts, kept.answers),
        "standing": standing,
        "blocking": blocking(checked.doubts, kept.answers),
        "in_question": rows_in_question & {task.line.number for task in checked.drafts},
        "items": _rows(checked, shown, rows_in_question),
        "more": len(checked.drafts) - len(shown),
        "rivals": Plan.objects.filter(owner=checked.owner, year=reading.year),
    }


def _rows(checked: Checked, shown: list, in_question: set[int]) -> list[tuple[str, list[dict]]]:
    today, names = timezone.localdate(), {task.line.number: task.content for task in checked.drafts}
    counted = [{"pending": ""} if task.tag or task.after_row else task.audience for task in checked.drafts]
    counts = dict(zip(map(id, checked.drafts), count_in(counted, checked.owner, today), strict=True))
    wanted = set(map(id, shown))

    def row(task) -> dict:
        if task.tag:
            said = _("tag “%(tag)s”, ticked: %(n)d") % {"tag": task.tag[0], "n": len(task.tag[1])}
        elif task.after_row:
            said = _("those that have done “%(task)s”") % {"task": names.get(task.after_row, "")}
        else:
            said = audience_words(task.audience, counts[id(task)])
        return {
            "task": task,
            "audience": said,
            "calendar": calendar_words(task.calendar, checked.reading.year),
            "is_in_question": task.line.number in in_question,
        }

    items = [(title, [row(task) for task in tasks if id(task) in wanted]) for title, tasks in checked.items]
    return [(title, rows) for title, rows in items if rows]


@require_POST
@rule(Permission.EDIT_PLAN)
def plan_undo(request, pk):
    kept = get_object_or_404(_imports(request.user), pk=pk)
    undo_plan_import(kept=kept, by=request.user)
    messages.success(request, _("Undone: the draft and the tags it gave are gone."))
    return redirect("ledgers:plan_import")
