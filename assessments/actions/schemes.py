from django.db import transaction

from assessments.facts import DEFAULT_SETTINGS
from assessments.models import Scheme
from branchwork.audit import record
from ledgers.models import Plan


@transaction.atomic
def scheme_for(*, plan: Plan, by) -> Scheme:
    """The plan's scheme in force; made of the plan when it is first needed."""
    scheme = Scheme.objects.filter(plan=plan).first()
    if scheme is not None:
        return scheme
    # Two that need it at once: the plan's row lets one of them make it.
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    scheme, is_new = Scheme.objects.get_or_create(plan=plan, version=1, defaults={"settings": DEFAULT_SETTINGS})
    if is_new:
        record("scheme.make", scheme, by=by, organization=plan.owner, data={"settings": scheme.settings})
    return scheme
