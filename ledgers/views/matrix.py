from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule  # noqa: F401


@rule(Permission.VIEW)
def matrix(request, **kwargs):
    raise Http404


@rule(Permission.VIEW)
def assignment_detail(request, **kwargs):
    raise Http404
