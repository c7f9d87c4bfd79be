from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from .errors import Refused
from .organizations.views import login


def language(get_response):
    """Chinese unless this browser chose otherwise: what a browser was installed with is not the office's choice."""

    def middleware(request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        known = chosen in dict(settings.LANGUAGES)
        with translation.override(chosen if known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response

    return middleware


class LoginRequired(LoginRequiredMiddleware):
    """Every page asks for a login unless its view says otherwise; a first password must be changed first."""

    # Reachable while the first password still has to be changed.
    OPEN = {"organizations:password_change", "organizations:logout"}

    def process_view(self, request, view_func, view_args, view_kwargs):
        response = super().process_view(request, view_func, view_args, view_kwargs)
        if response is not None or not request.user.is_authenticated:
            return response
        if request.user.must_change_password and request.resolver_match.view_name not in self.OPEN:
            return redirect("organizations:password_change")
        return None

    def handle_no_permission(self, request, view_func):
        if request.headers.get("HX-Request"):
            # A fragment of the login page inside another page helps nobody: let the browser go there, and come
            # back to the page, not to the fragment.
            here = urlsplit(request.headers.get("HX-Current-URL", ""))
            response = HttpResponse(status=401)
            back = here.path + (f"?{here.query}" if here.query else "") or "/"
            response["HX-Redirect"] = redirect_to_login(back, settings.LOGIN_URL).url
            return response
        if request.method == "POST":
            # The session ended while somebody was typing: what they sent waits behind the login.
            return login.ask_again(request)
        return super().handle_no_permission(request, view_func)


def no_store(get_response):
    """Pages of a logged-in person are not kept by the browser: office computers are shared."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] += ", no-store"
            patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware


class Refusals:
    """An act that cannot be done now answers 409 with its reason (branchwork.errors.Refused)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, Refused):
            return render(request, "refused.html", {"reason": str(exception)}, status=409)
        return None
