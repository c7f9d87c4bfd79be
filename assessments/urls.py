from django.urls import path

from .views import cards, closing, home, reports

app_name = "assessments"
urlpatterns = [
    path("", home.home, name="home"),
    path("cards/", cards.card_list, name="card_list"),
    path("cards/<int:organization_pk>/<str:period>/", cards.card_detail, name="card_detail"),
    path("periods/", closing.period_list, name="period_list"),
    path("periods/<int:plan_pk>/<str:period>/", closing.period_close, name="period_close"),
    path("periods/<int:plan_pk>/<str:period>/reopen/", closing.period_reopen, name="period_reopen"),
    path("reports/", reports.report_list, name="report_list"),
    path("reports/<int:plan_pk>/<str:period>/", reports.report_request, name="report_request"),
]
