from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule  # noqa: F401


@rule(None)
def home(request, **kwargs):
    raise Http404
