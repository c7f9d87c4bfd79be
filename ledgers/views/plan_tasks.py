"""Items and tasks typed by hand: all of a draft, and what is added to a published plan."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from branchwork.errors import Refused
from branchwork.organizations.permissions import Permission, require, rule
from ledgers.actions.plans.editing import add_item, add_task, change_item, change_task, delete_item, delete_task
from ledgers.audiences import KNOWN, count_in, words_of
from ledgers.forms.plans import AskedForm, ItemForm, TaskForm
from ledgers.models import Item, Plan, Task
from ledgers.views.plans import plan_to_edit
from ledgers.wording import audience_words, calendar_words


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def item_create(request, pk):
    plan = plan_to_edit(request, pk)
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        item = add_item(plan=plan, title=form.cleaned_data["title"], by=request.user)
        return redirect("ledgers:task_create", item.pk)
    form.mark_faults()
    return render(request, "ledgers/item_create.html", {"form": form, "plan": plan})


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def item_edit(request, pk):
    item = _item_to_edit(request, pk)
    form = ItemForm(request.POST or None, initial={"title": item.title})
    if request.method == "POST" and form.is_valid():
        change_item(item=item, title=form.cleaned_data["title"], by=request.user)
        return redirect("ledgers:plan_detail", item.plan_id)
    form.mark_faults()
    return render(request, "ledgers/item_edit.html", {"form": form, "item": item, "plan": item.plan})


@require_POST
@rule(Permission.EDIT_PLAN)
def item_delete(request, pk):
    item = _item_to_edit(request, pk)
    delete_item(item=item, by=request.user)
    messages.success(request, _("Deleted with its tasks: %(item)s") % {"item": item.title})
    return redirect("ledgers:plan_detail", item.plan_id)


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def task_create(request, pk):
    """A new task at the end of an item. The button `then=read` only shows how its words are read."""
    item = _item_to_edit(request, pk)
    plan, words = item.plan, words_of(item.plan.owner, timezone.localdate())
    form = TaskForm(request.POST or None, plan=plan, words=words)
    if request.method == "POST" and form.is_valid() and request.POST.get("then") != "read":
        try:
            counts_from = form.cleaned_data.get("counts_from")
            task = add_task(item=item, values=form.values, counts_from=counts_from, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Added: %(task)s") % {"task": task.content})
            if request.POST.get("then") == "another":
                return redirect("ledgers:task_create", item.pk)
            return redirect("ledgers:plan_detail", plan.pk)
    return _task_page(request, "ledgers/task_create.html", form, plan, {"item": item})


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def task_edit(request, pk):
    task = _task_to_edit(request, pk)
    plan, words = task.item.plan, words_of(task.item.plan.owner, timezone.localdate())
    if plan.is_published:
        raise Refused(_("The plan is published: what it asks does not change any more. Withdraw a task, add another."))
    form = TaskForm(request.POST or None, plan=plan, words=words, task=task, initial=TaskForm.initial_of(task, words))
    if request.method == "POST" and form.is_valid() and request.POST.get("then") != "read":
        change_task(task=task, values=form.values, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("ledgers:plan_detail", plan.pk)
    return _task_page(request, "ledgers/task_edit.html", form, plan, {"item": task.item, "task": task})


@require_POST
@rule(Permission.EDIT_PLAN)
def task_delete(request, pk):
    task = _task_to_edit(request, pk)
    delete_task(task=task, by=request.user)
    messages.success(request, _("Deleted: %(task)s") % {"task": task.content})
    return redirect("ledgers:plan_detail", task.item.plan_id)


def _item_to_edit(request, pk) -> Item:
    item = get_object_or_404(Item.objects.visible_to(request.user).select_related("plan__owner"), pk=pk)
    require(request.user, Permission.EDIT_PLAN, item.plan.owner)
    return item


def _task_to_edit(request, pk) -> Task:
    tasks = Task.objects.visible_to(request.user).select_related("item__plan__owner", "work_type")
    task = get_object_or_404(tasks, pk=pk)
    require(request.user, Permission.EDIT_PLAN, task.item.plan.owner)
    return task


def _task_page(request, template: str, form: TaskForm, plan: Plan, more: dict):
    """The form with the reading of what it holds; 409 where the act was refused."""
    form.mark_faults()
    reading = reading_of(form, plan) if form.is_bound else None
    status = 409 if form.non_field_errors() else 200
    context = {"form": form, "plan": plan, "known": KNOWN, "reading": reading, **more}
    return render(request, template, context, status=status)


def reading_of(form: AskedForm, plan: Plan) -> dict[str, str] | None:
    """What the words of a form were taken for; None while they are in question."""
    asked = form.cleaned_data.get("asked") if hasattr(form, "cleaned_data") else None
    if asked is None or {"responsible", "deadline", "ticked"} & form.errors.keys():
        return None
    count = len(asked.tag[1]) if asked.tag else count_in([asked.audience], plan.owner, timezone.localdate())[0]
    return {
        "audience": audience_words(asked.audience, count),
        "calendar": calendar_words(asked.calendar, plan.year),
    }
