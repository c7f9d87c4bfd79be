from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule  # noqa: F401


@rule(Permission.VIEW)
def period_list(request, **kwargs):
    raise Http404


@rule(Permission.CLOSE_PERIOD)
def period_close(request, **kwargs):
    raise Http404
