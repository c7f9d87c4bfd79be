from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .permissions import Permission, has_permission

# The top bar, in this order: (word, URL name, permission, prefixes of the view names that belong to it).
WORDS = (
    (_("Desk"), "assessments:home", None, ("assessments:home",)),
    (_("Ledger"), "ledgers:entry_list", Permission.VIEW, ("ledgers:entry_", "ledgers:summary")),
    (_("Tasks"), "ledgers:matrix", Permission.VIEW, ("ledgers:matrix", "ledgers:assignment_")),
    (_("Review"), "ledgers:review_queue", Permission.CONFIRM_ENTRY, ("ledgers:review_",)),
    (_("Assessment"), "assessments:card_list", Permission.VIEW,
     ("assessments:card_", "assessments:closing_", "assessments:report_", "assessments:period_",
      "assessments:scheme_", "assessments:facts_")),
    (_("Plan"), "ledgers:plan_list", Permission.EDIT_PLAN, ("ledgers:plan_", "ledgers:task_", "ledgers:item_")),
    (_("Organizations"), "organizations:organization_list", Permission.EDIT_ORGANIZATIONS,
     ("organizations:organization_", "organizations:import_", "organizations:appointment_", "organizations:tag_")),
    (_("Accounts"), "organizations:account_list", Permission.MANAGE_ACCOUNTS, ("organizations:account_",)),
)  # fmt: skip


def frame(request) -> dict:
    """What every page's frame shows: the words of the top bar this person has, today, and the sample banner."""
    user = getattr(request, "user", None)
    common = {"today": timezone.localdate(), "is_sample": settings.SAMPLE, "permissions": Permission}
    if user is None or not user.is_authenticated:
        return common
    here = request.resolver_match.view_name if request.resolver_match else ""
    words = [
        {
            "word": word,
            "url": url,
            "is_current": here.startswith(prefixes),
            "is_review": url == "ledgers:review_queue",
        }
        for word, url, permission, prefixes in WORDS
        if permission is None or has_permission(user, permission)
    ]
    return common | {"words": words, "may_log": has_permission(user, Permission.LOG_ENTRY)}
