from django.http import Http404

from branchwork.organizations.permissions import Permission, public, rule


@public
def login(request, **kwargs):
    raise Http404


@rule(None)
def logout(request, **kwargs):
    raise Http404


@rule(None)
def password_change(request, **kwargs):
    raise Http404


@rule(None)
def profile(request, **kwargs):
    raise Http404


@rule(Permission.MANAGE_ACCOUNTS)
def account_list(request, **kwargs):
    raise Http404


@rule(Permission.MANAGE_ACCOUNTS)
def account_make(request, **kwargs):
    raise Http404


@rule(Permission.MANAGE_ACCOUNTS)
def account_new(request, **kwargs):
    raise Http404


@rule(Permission.MANAGE_ACCOUNTS)
def account_detail(request, **kwargs):
    raise Http404


def locked_out(request, credentials=None, *args, **kwargs):
    raise Http404
