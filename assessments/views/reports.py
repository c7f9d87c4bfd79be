from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule  # noqa: F401


@rule(Permission.EXPORT_REPORT)
def report_list(request, **kwargs):
    raise Http404
