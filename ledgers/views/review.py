from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule  # noqa: F401


@rule(Permission.CONFIRM_ENTRY)
def review_queue(request, **kwargs):
    raise Http404
