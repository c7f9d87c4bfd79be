"""A task and what may be done about it once its plan is published: each act a small page with its reason."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from branchwork.deadlines import Unresolved
from branchwork.errors import Refused
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, has_permission, require, rule
from ledgers.actions.plans.changing import (
    add_organizations,
    exempt_assignments,
    extend_due_date,
    lift_exemption,
    takeable,
    withdraw_organizations,
    withdraw_task,
)
from ledgers.actions.plans.editing import answer_task
from ledgers.actions.plans.opening import open_assignment, open_term_ends, term_end_proposals
from ledgers.assigned import counts_of, rows_of
from ledgers.audiences import KNOWN, assessed_below, organizations_in, words_of
from ledgers.forms.plans import (
    ActForm,
    AddOrganizationsForm,
    AnswerForm,
    ChosenAssignmentsForm,
    ChosenOrganizationsForm,
    ExtendForm,
    OpenForm,
    StyledForm,
)
from ledgers.models import Assignment, Task
from ledgers.sheets import task_rows
from ledgers.slots import TaskSlot, slots_of
from ledgers.views.plan_tasks import reading_of

# Organizations on one look of a task's page.
SHOWN = 40


def _tasks(user):
    return Task.objects.visible_to(user).select_related("item__plan__owner", "work_type", "withdrawn_by")


def _published(request, pk, permission: Permission) -> Task:
    """A published task this person may act on for the whole plan."""
    task = get_object_or_404(_tasks(request.user), pk=pk)
    require(request.user, permission, task.item.plan.owner)
    if not task.item.plan.is_published:
        raise Refused(_("The plan is not published yet."))
    return task


@require_GET
@rule(Permission.VIEW)
def task_detail(request, pk):
    """What is asked, how it was understood, where the organizations one may see stand, and what may be done."""
    task = get_object_or_404(_tasks(request.user), pk=pk)
    plan, today = task.item.plan, timezone.localdate()
    seen = task.assignments.visible_to(request.user)
    organizations = Organization.objects.filter(Exists(seen.filter(organization=OuterRef("pk"))))
    page = Paginator(organizations.order_by("peer_group__position", "path"), SHOWN).get_page(request.GET.get("page"))
    may_edit = has_permission(request.user, Permission.EDIT_PLAN, plan.owner)
    is_live = plan.is_published and not task.withdrawn_at
    [row] = task_rows(plan, [task], today)
    context = {
        "task": task,
        "plan": plan,
        "row": row,
        "slots": _slots(task),
        "counts": counts_of(seen, today),
        "page": page,
        "rows": rows_of(seen, list(page.object_list), today),
        "may_edit": may_edit,
        "may_change": may_edit and is_live,
        "may_exempt": is_live and has_permission(request.user, Permission.EXEMPT, plan.owner),
        "openable": is_live and task.is_event and not task.is_pending and _may_open(request.user, task).exists(),
        "proposals": term_end_proposals(task) if may_edit and is_live else [],
        "newcomers": _newcomers(task) if may_edit and is_live else [],
    }
    return render(request, "ledgers/task_detail.html", context)


def _slots(task: Task) -> list[TaskSlot]:
    try:
        return slots_of(task.calendar, task.item.plan.year, task.points)
    except Unresolved:  # of a draft: its calendar says so in words
        return []


def _may_open(user, task: Task):
    """The organizations of the audience for which this person may open the event."""
    meant = organizations_in(task.audience, task.item.plan.owner, timezone.localdate())
    return meant.filter(pk__in=Organization.objects.visible_to(user, Permission.OPEN_EVENT).values("pk"))


def _newcomers(task: Task) -> list[Organization]:
    """Those who have since done the task that decides about this one, and have not been given it."""
    if "after_task" not in task.audience:
        return []
    meant = organizations_in(task.audience, task.item.plan.owner, timezone.localdate())
    return list(meant.exclude(Exists(task.assignments.filter(organization=OuterRef("pk")))))


def _act(
    request, task: Task, form: StyledForm, act: Callable[[], int], done: Callable[[int], str], template: str, more=None
):
    """Ask, act, say what was done. A refusal comes back on the form with 409, nothing typed is lost."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            count = act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, done(count))
            return redirect("ledgers:task_detail", task.pk)
    form.mark_faults()
    context = {"form": form, "task": task, "plan": task.item.plan, **(more or {})}
    return render(request, template, context, status=status)


def _offered(request, task: Task, assignments):
    """The assignments on offer: of the slot chosen in the address, else of the next one that falls due."""
    slots = list(assignments.order_by("due_on").values_list("slot", "due_on").distinct())
    today = timezone.localdate()
    named = {slot for slot, _due_on in slots}
    coming = next((slot for slot, due_on in slots if due_on >= today), slots[-1][0] if slots else "")
    chosen = request.GET.get("slot")
    chosen = chosen if chosen in named or chosen == "all" else coming
    if chosen != "all":
        assignments = assignments.filter(slot=chosen)
    return list(assignments.select_related("organization", "task").order_by("organization__path", "due_on")), {
        "slots": list(dict.fromkeys(slots)),
        "chosen": chosen,
        "today": today,
    }


def _initial_ticks(request, offered) -> list[str]:
    """What the address names: nobody is put off or excused by a tick he did not make."""
    wanted = request.GET.getlist("assignment")
    return [str(each.pk) for each in offered if str(each.pk) in wanted]


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def task_extend(request, pk):
    task = _published(request, pk, Permission.EDIT_PLAN)
    open_ones = takeable(task.assignments.all(), task.item.plan)
    offered, more = _offered(request, task, open_ones)
    initial = {"assignments": _initial_ticks(request, offered)}
    form = ExtendForm(request.POST or None, offered=offered, initial=initial)
    return _act(
        request, task, form,
        lambda: extend_due_date(assignments=form.keys, due_on=form.cleaned_data["due_on"],
                                reason=form.cleaned_data["reason"], by=request.user),
        lambda n: ngettext("%(n)d due date put off.", "%(n)d due dates put off.", n) % {"n": n},
        "ledgers/task_extend.html", more | {"offered": offered},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@rule(Permission.EXEMPT)
def task_exempt(request, pk):
    """Exempt some assignments; `?lift=1` takes exemptions back."""
    task = _published(request, pk, Permission.EXEMPT)
    is_lifting = bool(request.GET.get("lift"))
    wanted = task.assignments.filter(exempted_at__isnull=False) if is_lifting else task.assignments.open_now()
    closed = task.item.plan.locks.filter(closed_at__isnull=False).values_list("period", flat=True)
    offered, more = _offered(request, task, wanted.exclude(period__in=list(closed)))
    initial = {"assignments": _initial_ticks(request, offered)}
    form = ChosenAssignmentsForm(request.POST or None, offered=offered, initial=initial)
    act = lift_exemption if is_lifting else exempt_assignments
    return _act(
        request, task, form,
        lambda: act(assignments=form.keys, reason=form.cleaned_data["reason"], by=request.user),
        lambda n: (_("Exemptions taken back: %(n)d") if is_lifting else _("Exempted: %(n)d")) % {"n": n},
        "ledgers/task_exempt.html", more | {"offered": offered, "is_lifting": is_lifting},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def task_widen(request, pk):
    """Give the task to more organizations."""
    task = _published(request, pk, Permission.EDIT_PLAN)
    having = task.assignments.filter(organization=OuterRef("pk"), not_applicable_at__isnull=True)
    below = assessed_below(task.item.plan.owner).active(timezone.localdate())
    offered = list(below.exclude(Exists(having)).order_by("peer_group__position", "path"))
    initial = {"organizations": request.GET.getlist("organization")}
    form = AddOrganizationsForm(request.POST or None, offered=offered, initial=initial)
    return _act(
        request, task, form,
        lambda: add_organizations(task=task, organizations=form.keys, counts_from=form.cleaned_data["counts_from"],
                                  reason=form.cleaned_data["reason"], by=request.user),
        lambda n: ngettext("%(n)d assignment made.", "%(n)d assignments made.", n) % {"n": n},
        "ledgers/task_widen.html", {"offered": offered},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def task_narrow(request, pk):
    """Take the task from some organizations."""
    task = _published(request, pk, Permission.EDIT_PLAN)
    left = takeable(task.assignments.all(), task.item.plan)
    offered = list(
        Organization.objects.filter(Exists(left.filter(organization=OuterRef("pk")))).order_by(
            "peer_group__position", "path"
        )
    )
    form = ChosenOrganizationsForm(request.POST or None, offered=offered)
    return _act(
        request, task, form,
        lambda: withdraw_organizations(task=task, organizations=form.keys, reason=form.cleaned_data["reason"],
                                       by=request.user),
        lambda n: ngettext("%(n)d assignment no longer applies.", "%(n)d assignments no longer apply.", n) % {"n": n},
        "ledgers/task_narrow.html", {"offered": offered, "touched": left.count()},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def task_withdraw(request, pk):
    task = _published(request, pk, Permission.EDIT_PLAN)
    form = ActForm(request.POST or None)
    left = takeable(task.assignments.all(), task.item.plan)
    more = {
        "touched": left.count(),
        "organizations": left.values("organization").distinct().count(),
        "done": task.assignments.filter(standing=Assignment.Standing.DONE).count(),
    }
    return _act(
        request, task, form,
        lambda: withdraw_task(task=task, reason=form.cleaned_data["reason"], by=request.user),
        lambda n: _("The task is withdrawn."),
        "ledgers/task_withdraw.html", more,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@rule(Permission.OPEN_EVENT)
def task_open(request, pk):
    """Open the event for one organization: by the committee, or by the organization's secretary."""
    task = get_object_or_404(_tasks(request.user), pk=pk)
    if not (task.item.plan.is_published and task.is_event) or task.is_pending:
        raise Refused(_("This task does not wait for an event."))
    offered = _may_open(request.user, task)
    if not offered:
        require(request.user, Permission.OPEN_EVENT, task.item.plan.owner)
    chosen = request.GET.get("organization") or (offered.first() if offered.count() == 1 else None)
    form = OpenForm(request.POST or None, offered=offered, initial={"organization": chosen})
    values = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return _act(
        request, task, form,
        lambda: bool(open_assignment(task=task, by=request.user, **values)),
        lambda n: _("Opened: it is now on the list of %(organization)s.") % {"organization": values["organization"]},
        "ledgers/task_open.html", {"offered": offered},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def task_term_ends(request, pk):
    """Open the event for all ticked organizations whose term ends: proposed, never done by itself."""
    task = _published(request, pk, Permission.EDIT_PLAN)
    proposals = term_end_proposals(task)
    if request.method == "GET" and not proposals:
        raise Http404
    organizations = [organization for organization, _due_on in proposals]
    initial = {"organizations": [str(each.pk) for each in organizations], "reason": _("Term ends in time")}
    form = ChosenOrganizationsForm(request.POST or None, offered=organizations, initial=initial)
    return _act(
        request, task, form,
        lambda: len(open_term_ends(task=task, organizations=form.keys, reason=form.cleaned_data["reason"],
                                   by=request.user)),
        lambda n: ngettext("Opened for %(n)d organization.", "Opened for %(n)d organizations.", n) % {"n": n},
        "ledgers/task_term_ends.html", {"proposals": proposals},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@rule(Permission.EDIT_PLAN)
def task_answer(request, pk):
    """Settle a task that publication left in question."""
    task = _published(request, pk, Permission.EDIT_PLAN)
    plan, words = task.item.plan, words_of(task.item.plan.owner, timezone.localdate())
    form = AnswerForm(
        request.POST or None, plan=plan, words=words, task=task, initial=AnswerForm.initial_of(task, words)
    )
    is_look = request.POST.get("then") == "read"
    if request.method == "POST" and is_look:
        form.full_clean()
        form.mark_faults()
        context = {"form": form, "task": task, "plan": plan, "known": KNOWN, "reading": reading_of(form, plan)}
        return render(request, "ledgers/task_answer.html", context)
    return _act(
        request, task, form,
        lambda: answer_task(task=task, asked=form.cleaned_data["asked"], counts_from=form.cleaned_data["counts_from"],
                            reason=form.cleaned_data["reason"], by=request.user),
        lambda n: ngettext("%(n)d assignment made.", "%(n)d assignments made.", n) % {"n": n},
        "ledgers/task_answer.html", {"known": KNOWN},
    )  # fmt: skip
