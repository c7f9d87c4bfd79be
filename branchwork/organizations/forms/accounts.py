from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Organization, RoleGrant, User
from ..permissions import Permission, Role, subtree_q


class LoginForm(AuthenticationForm):
    error_messages = {"invalid_login": _("The user name or the password is wrong."), "inactive": ""}

    def confirm_login_allowed(self, user: User) -> None:
        if user.password_expired:
            raise ValidationError(
                _("This one-time password has expired. Ask the account administrator for a new one."), code="expired"
            )


class _OwnWords:
    """Our words for Django's two password fields, and a check of ours."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _(
            "At least 12 characters; not only digits, no common password, nothing like your own name."
        )
        self.fields["new_password2"].label = _("New password once more")
        self.fields["new_password2"].help_text = ""

    def clean_new_password1(self) -> str:
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("Choose another password than the one you have now."))
        return password


class FirstPasswordForm(_OwnWords, SetPasswordForm):
    """After a one-time password: who just typed it is not asked for it again."""


class OwnPasswordForm(_OwnWords, PasswordChangeForm):
    pass


class AccountFilter(forms.Form):
    """Owns the filtering of the account list."""

    STATES = [
        ("", _("All")),
        ("active", _("In use")),
        ("new", _("Without a password")),
        ("issued", _("Password given out, not used")),
        ("expired", _("Password expired unused")),
        ("disabled", _("Disabled")),
    ]
    q = forms.CharField(required=False, max_length=60)
    role = forms.ChoiceField(required=False, choices=[("", _("All roles")), *Role.choices])
    state = forms.ChoiceField(required=False, choices=STATES)

    def filter(self, users: QuerySet[User]) -> QuerySet[User]:
        if not self.is_valid():
            return users
        if text := self.cleaned_data["q"].strip():
            grants = RoleGrant.objects.current(timezone.localdate()).filter(organization__name__icontains=text)
            found = users.filter(username__icontains=text) | users.filter(name__icontains=text)
            users = found | users.filter(pk__in=grants.values("user"))
        if role := self.cleaned_data["role"]:
            grants = RoleGrant.objects.current(timezone.localdate()).filter(role=role)
            users = users.filter(pk__in=grants.values("user"))
        return in_state(users, self.cleaned_data["state"])


def in_state(users: QuerySet[User], state: str) -> QuerySet[User]:
    now = timezone.now()
    if state == "disabled":
        return users.filter(is_active=False)
    if state:
        users = users.filter(is_active=True)
    if state == "active":
        return users.filter(must_change_password=False)
    if state == "new":
        return users.filter(must_change_password=True, password_expires_at__isnull=True)
    if state == "issued":
        return users.filter(must_change_password=True, password_expires_at__gte=now)
    if state == "expired":
        return users.filter(must_change_password=True, password_expires_at__lt=now)
    return users


class MakeForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Which logins"),
        choices=[(Role.SECRETARY, Role.SECRETARY.label), (Role.CLERK, Role.CLERK.label)],
        initial=[Role.SECRETARY, Role.CLERK],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )


class PasswordsForm(forms.Form):
    again = forms.BooleanField(label=_("also for those whose password was given out but not used yet"), required=False)


class GrantForm(forms.Form):
    """A role at an organization; only organizations whose accounts `user` keeps."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *Role.choices])
    organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=_("Choose")
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        visible = Organization.objects.filter(subtree_q(user, Permission.MANAGE_ACCOUNTS, "path"))
        self.fields["organization"].queryset = visible.active(today)


class AccountForm(GrantForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("Letters, digits and . _ - only; used to log in."),
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    field_order = ["name", "username", "role", "organization"]

    def clean_username(self) -> str:
        username = self.cleaned_data["username"].strip().lower()
        if not username.isascii() or not username.replace(".", "").replace("_", "").replace("-", "").isalnum():
            raise ValidationError(_("Letters, digits and . _ - only."))
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("There is already a login of this name."))
        return username


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
