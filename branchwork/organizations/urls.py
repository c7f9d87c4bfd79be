from django.urls import path

from .views import accounts, organizations

app_name = "organizations"
urlpatterns = [
    path("login/", accounts.login, name="login"),
    path("logout/", accounts.logout, name="logout"),
    path("password/", accounts.password_change, name="password_change"),
    path("profile/", accounts.profile, name="profile"),
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/make/", accounts.account_make, name="account_make"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<int:pk>/", accounts.account_detail, name="account_detail"),
    path("organizations/", organizations.organization_list, name="organization_list"),
    path("organizations/<int:pk>/", organizations.organization_detail, name="organization_detail"),
    path("organizations/import/", organizations.import_upload, name="import_upload"),
    path("organizations/import/<int:pk>/", organizations.import_check, name="import_check"),
]
