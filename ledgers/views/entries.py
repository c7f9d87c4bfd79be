from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule  # noqa: F401


@rule(Permission.VIEW)
def entry_list(request, **kwargs):
    raise Http404


@rule(Permission.LOG_ENTRY)
def entry_log(request, **kwargs):
    raise Http404


@rule(Permission.VIEW)
def entry_detail(request, **kwargs):
    raise Http404


@rule(Permission.LOG_ENTRY)
def entry_edit(request, **kwargs):
    raise Http404
