from django.urls import path

from .views import entries, entry_steps, entry_writing, matrix, plans, review, summary

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
    path("entries/export/", entries.entry_export, name="entry_export"),
    path("entries/log/", entry_writing.entry_log, name="entry_log"),
    path("entries/<int:pk>/", entries.entry_detail, name="entry_detail"),
    path("entries/<int:pk>/edit/", entry_writing.entry_edit, name="entry_edit"),
    path("entries/<int:pk>/submit/", entry_steps.entry_submit, name="entry_submit"),
    path("entries/<int:pk>/withdraw/", entry_steps.entry_withdraw, name="entry_withdraw"),
    path("entries/<int:pk>/confirm/", entry_steps.entry_confirm, name="entry_confirm"),
    path("entries/<int:pk>/approve/", entry_steps.entry_approve, name="entry_approve"),
    path("entries/<int:pk>/return/", entry_steps.entry_return, name="entry_return"),
    path("entries/<int:pk>/void/", entry_steps.entry_void, name="entry_void"),
    path("entries/<int:pk>/evidence/", entry_steps.evidence_add, name="evidence_add"),
    path("evidence/<int:pk>/", entries.evidence_download, name="evidence_download"),
    path("evidence/<int:pk>/remove/", entry_steps.evidence_remove, name="evidence_remove"),
    path("claims/<int:pk>/accept/", entry_steps.claim_accept, name="claim_accept"),
    path("claims/<int:pk>/reject/", entry_steps.claim_reject, name="claim_reject"),
    path("review/", review.review_queue, name="review_queue"),
    path("review/pass/", review.review_pass, name="review_pass"),
    path("review/return/", review.review_return, name="review_return"),
    path("summary/<int:organization_pk>/<str:period>/", summary.summary, name="summary"),
    path("summary/<int:organization_pk>/<str:period>/confirm/", summary.summary_confirm, name="summary_confirm"),
]
