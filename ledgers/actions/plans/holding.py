"""What every act on a published plan begins with."""

from django.utils.translation import gettext as _

from branchwork.errors import Refused
from ledgers.models import Task


def held_task(task: Task) -> Task:
    """The task, locked until the transaction ends, with its plan and owner. Refused when it takes no act any more."""
    task = Task.objects.select_for_update(of=("self",)).select_related("item__plan__owner").get(pk=task.pk)
    if not task.item.plan.is_published:
        raise Refused(_("The plan is not published yet."))
    if task.withdrawn_at:
        raise Refused(_("This task was withdrawn."))
    return task


def given_reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why."))
    return reason.strip()[:255]
