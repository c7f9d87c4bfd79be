from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from .models import Job, Report
from .organizations.permissions import Permission, public, rule, subtree_q


@require_GET
@public
def healthz(request):
    """200 when the database answers; no data."""
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")


@require_POST
@public
def set_language(request):
    """Remember the chosen language in this browser and go back."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            request.POST["language"],
            max_age=365 * 24 * 3600,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_GET
@rule(None)
def job_detail(request, pk):
    """One background run: its progress, asked again every second while it runs, and where its result is."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    back = job.args.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = render(request, "jobs/job_detail.html", {"job": job, "back": back})
    if job.is_finished and request.htmx:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@rule(Permission.VIEW)
def report_download(request, pk):
    """A stored workbook, as an attachment, to whoever may see everything in it."""
    reports = Report.objects.filter(subtree_q(request.user, Permission.VIEW, "organization_path"))
    report = get_object_or_404(reports, pk=pk)
    path = settings.FILES_DIR / report.path
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=report.file_name)


def forbidden(request, exception=None):
    return render(request, "403.html", {"permission": str(exception or "")}, status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


@login_not_required
def csrf_failure(request, reason=""):
    """The form was older than the session: say how to go on; nothing typed is lost while the tab stays open."""
    return render(request, "csrf.html", {"reason": reason}, status=403)


def server_error(request):
    return render(request, "500.html", status=500)
