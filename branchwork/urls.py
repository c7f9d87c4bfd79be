from django.urls import include, path

from . import views

urlpatterns = [
    path("", include("assessments.urls")),
    path("", include("ledgers.urls")),
    path("", include("branchwork.organizations.urls")),
    path("jobs/<int:pk>/", views.job_detail, name="job_detail"),
    path("reports/<int:pk>/", views.report_download, name="report_download"),
    path("language/", views.set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
]

handler403 = "branchwork.views.forbidden"
handler404 = "branchwork.views.not_found"
handler500 = "branchwork.views.server_error"
