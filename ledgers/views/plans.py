from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule  # noqa: F401


@rule(Permission.VIEW)
def plan_list(request, **kwargs):
    raise Http404


@rule(Permission.EDIT_PLAN)
def plan_import(request, **kwargs):
    raise Http404


@rule(Permission.EDIT_PLAN)
def plan_check(request, **kwargs):
    raise Http404


@rule(Permission.VIEW)
def plan_detail(request, **kwargs):
    raise Http404


@rule(Permission.EDIT_PLAN)
def plan_publish(request, **kwargs):
    raise Http404


@rule(Permission.VIEW)
def task_detail(request, **kwargs):
    raise Http404
