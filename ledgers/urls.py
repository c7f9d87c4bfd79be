from django.urls import path

from .views import entries, matrix, plans, review, summary

app_name = "ledgers"
urlpatterns = [
    path("plans/", plans.plan_list, name="plan_list"),
    path("plans/import/", plans.plan_import, name="plan_import"),
    path("plans/import/<int:pk>/", plans.plan_check, name="plan_check"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/publish/", plans.plan_publish, name="plan_publish"),
    path("tasks/<int:pk>/", plans.task_detail, name="task_detail"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("assignments/<int:pk>/", matrix.assignment_detail, name="assignment_detail"),
    path("entries/", entries.entry_list, name="entry_list"),
    path("entries/log/", entries.entry_log, name="entry_log"),
    path("entries/<int:pk>/", entries.entry_detail, name="entry_detail"),
    path("entries/<int:pk>/edit/", entries.entry_edit, name="entry_edit"),
    path("review/", review.review_queue, name="review_queue"),
    path("summary/<int:organization_pk>/<str:period>/", summary.summary, name="summary"),
]
