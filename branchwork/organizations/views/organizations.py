from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule  # noqa: F401


@rule(Permission.VIEW)
def organization_list(request, **kwargs):
    raise Http404


@rule(Permission.VIEW)
def organization_detail(request, **kwargs):
    raise Http404


@rule(Permission.EDIT_ORGANIZATIONS)
def import_upload(request, **kwargs):
    raise Http404


@rule(Permission.EDIT_ORGANIZATIONS)
def import_check(request, **kwargs):
    raise Http404
