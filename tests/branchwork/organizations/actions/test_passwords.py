from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from branchwork.models import AuditEvent
from branchwork.organizations.actions.passwords import change_password, issue_passwords, reset_password
from branchwork.organizations.models import User
from branchwork.organizations.permissions import Role
from tests.office import make_user


def test_issue_passwords_are_valid_for_72_hours_and_nowhere_in_clear(office):
    issued = issue_passwords(users=[office.zheng, office.wang], by=office.accounts)
    passwords = [password for user, password in issued]
    assert len(set(passwords)) == 2
    assert all(len(password) == 14 for password in passwords)
    for user, password in issued:
        user.refresh_from_db()
        assert user.check_password(password)
        assert user.must_change_password
        assert timedelta(hours=71) < user.password_expires_at - timezone.now() <= timedelta(hours=72)
    events = AuditEvent.objects.filter(action="account.password_issue")
    assert events.count() == 2
    assert not any(password in str(list(events.values())) for password in passwords)


def test_issued_hashes_are_argon2_and_grow_strong_at_the_first_login(office, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    [(user, password)] = issue_passwords(users=[office.wang], by=office.accounts)
    weak = user.password
    assert weak.startswith("argon2$argon2id$v=19$m=1024,t=1,p=1$")
    assert user.check_password(password)
    user.refresh_from_db()
    assert user.password != weak
    assert "m=1024," not in user.password


def test_issue_passwords_for_many_in_few_queries(office, django_assert_max_num_queries):
    for number in range(60):
        make_user(f"u{number}", f"第{number}人", Role.CLERK, office.finance)
    users = list(User.objects.filter(username__startswith="u").with_grants())
    with django_assert_max_num_queries(8):
        assert len(issue_passwords(users=users, by=office.accounts)) == 60


def test_nobody_resets_the_own_password_here(office):
    with pytest.raises(PermissionDenied):
        reset_password(user=office.accounts, by=office.accounts)


def test_change_password_ends_the_one_time_state(office):
    reset_password(user=office.wang, by=office.accounts)
    change_password(user=office.wang, password="duan-lian-shen-ti")
    office.wang.refresh_from_db()
    assert (office.wang.must_change_password, office.wang.password_expires_at) == (False, None)
    assert office.wang.check_password("duan-lian-shen-ti")
