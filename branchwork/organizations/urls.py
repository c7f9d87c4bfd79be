from django.urls import path

from .views import accounts, appointments, imports, login, organizations

app_name = "organizations"
urlpatterns = [
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("password/", login.password_change, name="password_change"),
    path("profile/", login.profile, name="profile"),
    path("accounts/", accounts.account_list, name="account_list"),
    path("accounts/make/", accounts.account_make, name="account_make"),
    path("accounts/passwords/", accounts.account_passwords, name="account_passwords"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<int:pk>/", accounts.account_detail, name="account_detail"),
    path("accounts/<int:pk>/reset/", accounts.account_reset, name="account_reset"),
    path("accounts/<int:pk>/disable/", accounts.account_disable, name="account_disable"),
    path("accounts/<int:pk>/enable/", accounts.account_enable, name="account_enable"),
    path("accounts/<int:pk>/rename/", accounts.account_rename, name="account_rename"),
    path("accounts/<int:pk>/grant/", accounts.account_grant, name="account_grant"),
    path("accounts/grants/<int:pk>/end/", accounts.account_grant_end, name="account_grant_end"),
    path("organizations/", organizations.organization_list, name="organization_list"),
    path("organizations/export/", organizations.organization_export, name="organization_export"),
    path("organizations/<int:pk>/", organizations.organization_detail, name="organization_detail"),
    path("organizations/<int:pk>/edit/", organizations.organization_edit, name="organization_edit"),
    path("organizations/<int:pk>/found/", organizations.organization_found, name="organization_found"),
    path("organizations/<int:pk>/move/", organizations.organization_move, name="organization_move"),
    path("organizations/<int:pk>/end/", organizations.organization_end, name="organization_end"),
    path("organizations/<int:pk>/appoint/", appointments.organization_appoint, name="organization_appoint"),
    path("organizations/<int:pk>/tag/", appointments.organization_tag, name="organization_tag"),
    path("appointments/<int:pk>/end/", appointments.appointment_end, name="appointment_end"),
    path("tags/<int:pk>/end/", appointments.tag_end, name="tag_end"),
    path("organizations/import/", imports.import_upload, name="import_upload"),
    path("organizations/import/<int:pk>/", imports.import_check, name="import_check"),
    path("organizations/import/<int:pk>/undo/", imports.import_undo, name="import_undo"),
]
