from django.urls import path

from .views import cards, closing, facts_files, home, reports, schemes

app_name = "assessments"
urlpatterns = [
    path("", home.home, name="home"),
    path("cards/", cards.card_list, name="card_list"),
    path("cards/<int:organization_pk>/<str:period>/", cards.card_detail, name="card_detail"),
    path("periods/", closing.period_list, name="period_list"),
    path("periods/<int:plan_pk>/<str:period>/", closing.period_close, name="period_close"),
    path("periods/<int:plan_pk>/<str:period>/reopen/", closing.period_reopen, name="period_reopen"),
    path("plans/<int:plan_pk>/scheme/", schemes.scheme_detail, name="scheme_detail"),
    path("plans/<int:plan_pk>/scheme/choose/", schemes.scheme_choose, name="scheme_choose"),
    path("plans/<int:plan_pk>/scheme/choose/<int:pk>/", schemes.scheme_check, name="scheme_check"),
    path("plans/<int:plan_pk>/scheme/return/", schemes.scheme_return, name="scheme_return"),
    path("plans/<int:plan_pk>/scheme/scheme.yaml", schemes.scheme_file, name="scheme_file"),
    path("plans/<int:plan_pk>/scheme/scheme.xlsx", schemes.scheme_workbook, name="scheme_workbook"),
    path("plans/<int:plan_pk>/facts/<str:period>/", facts_files.facts_detail, name="facts_detail"),
    path("plans/<int:plan_pk>/facts/<str:period>/check/<int:pk>/", facts_files.facts_check, name="facts_check"),
    path("plans/<int:plan_pk>/facts/<str:period>/remove/", facts_files.facts_remove, name="facts_remove"),
    path("plans/<int:plan_pk>/facts/<str:period>/facts.yaml", facts_files.facts_file, name="facts_file"),
    path("reports/", reports.report_list, name="report_list"),
    path("reports/<int:plan_pk>/<str:period>/", reports.report_request, name="report_request"),
]
