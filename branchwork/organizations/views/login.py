"""Coming in and going out; the own password; who am I."""

from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as log_in
from django.contrib.auth import logout as log_out
from django.contrib.auth import update_session_auth_hash
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branchwork.organizations.permissions import ROLE_PERMISSIONS, Permission, Role, public, rule

from ..actions.passwords import change_password
from ..forms.accounts import FirstPasswordForm, LoginForm, OwnPasswordForm
from ..models import Organization, RoleGrant

# With so many tries left the page says so; before that it would only frighten.
FEW = 3


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@public
def login(request):
    """A session that ended while somebody typed brings the form along (`carried`) and gives it back after login."""
    back = _back(request)
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(back or _start(request.user))
    form = LoginForm(request, request.POST or None)
    carried = request.POST.get("carried", "")
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        log_in(request, user)
        if back and (kept := _unpack(carried)):
            # What a person wrote, without keys and dates: enough to recognise it.
            texts = [value for key, value in kept["fields"] if not value.isascii()]
            return render(request, "organizations/login_resume.html", kept | {"back": back, "texts": texts})
        return redirect(back or _start(user))
    return _page(request, form, back, carried)


def _page(request: HttpRequest, form: LoginForm, back: str, carried: str, status: int = 200) -> HttpResponse:
    roots = list(Organization.objects.filter(depth=1).values_list("name", flat=True)[:2])
    context = {
        "form": form,
        "next": back,
        "carried": carried,
        "kept": _unpack(carried),
        "office": roots[0] if len(roots) == 1 else "",
        "tries": _tries_left(request, form),
        "minutes": round(settings.AXES_COOLOFF_TIME * 60),
    }
    return render(request, "organizations/login.html", context, status=status)


def _back(request: HttpRequest) -> str:
    """Where the login came from, if that is a page of ours."""
    back = request.POST.get("next") or request.GET.get("next") or ""
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()) else ""


def _start(user) -> str:
    """Somebody without any role has no desk yet: the profile says whom to ask."""
    return resolve_url(settings.LOGIN_REDIRECT_URL if user.grants else "organizations:profile")


def _tries_left(request: HttpRequest, form: LoginForm) -> int | None:
    wrong = any(error.code == "invalid_login" for error in form.non_field_errors().as_data())
    if not wrong or not settings.AXES_ENABLED:
        return None
    failures = AxesProxyHandler.get_failures(request, {"username": name_tried(request, None)})
    left = settings.AXES_FAILURE_LIMIT - failures
    return left if 0 < left <= FEW else None


def ask_again(request: HttpRequest) -> HttpResponse:
    """The answer to a form that was sent after the session had ended: log in, then send it again."""
    fields = [(key, value) for key, values in request.POST.lists() for value in values if _may_travel(key)]
    carried = signing.dumps({"fields": fields, "had_files": bool(request.FILES)}, salt="carried", compress=True)
    return _page(request, LoginForm(request), request.get_full_path(), carried, status=401)


def _may_travel(key: str) -> bool:
    return key != "csrfmiddlewaretoken" and "password" not in key


def _unpack(carried: str) -> dict | None:
    """{"fields": [[name, value], …], "had_files": …} as `ask_again` packed it; None for anything else."""
    try:
        return signing.loads(carried, salt="carried", max_age=timedelta(hours=12))
    except signing.BadSignature:
        return None


def name_tried(request: HttpRequest, credentials: dict | None) -> str:
    """For the lockout: the name as it is looked up, so that Wangmin and wangmin share their tries."""
    given = (credentials or {}).get("username") or request.POST.get("username") or ""
    return given.strip().lower()


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict | None = None):
    """After too many wrong passwords: until when, and who can help sooner."""
    cooloff = timedelta(hours=settings.AXES_COOLOFF_TIME)
    last = AccessAttempt.objects.filter(username=name_tried(request, credentials)).order_by("-attempt_time").first()
    until = (last.attempt_time if last else timezone.now()) + cooloff
    minutes = max(1, -(-(until - timezone.now()) // timedelta(minutes=1)))
    context = {"until": until, "minutes": int(minutes), "limit": settings.AXES_FAILURE_LIMIT, "next": _back(request)}
    return render(request, "organizations/login_locked.html", context, status=429)


@require_POST
@rule(None)
def logout(request):
    log_out(request)
    messages.success(request, _("You are logged out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@rule(None)
def password_change(request):
    is_first = request.user.must_change_password
    form = (FirstPasswordForm if is_first else OwnPasswordForm)(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_password(user=request.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("The password is changed."))
        return redirect(_start(request.user) if is_first else "organizations:profile")
    return render(request, "organizations/password_change.html", {"form": form, "is_first": is_first})


@require_GET
@rule(None)
def profile(request):
    roles = [
        {
            "role": Role(grant.role).label,
            "organization": grant.organization,
            "may": [permission.label for permission in Permission if permission in ROLE_PERMISSIONS[grant.role]],
            "ends_on": grant.ends_on,
        }
        for grant in request.user.grants
    ]
    keepers = []
    if not roles:
        current = RoleGrant.objects.current(timezone.localdate()).filter(role=Role.ACCOUNT_ADMIN, user__is_active=True)
        keepers = list(current.filter(organization__depth=1).values_list("user__name", flat=True).distinct()[:5])
    return render(request, "organizations/profile.html", {"roles": roles, "keepers": keepers})
