import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from branchwork.models import AuditEvent
from branchwork.organizations.models import Organization, RoleGrant, User
from branchwork.organizations.permissions import Role


def test_init_office_makes_the_root_and_an_administrator_who_must_choose_a_password(db, client, capsys):
    call_command("init_office", "市直机关工委")
    [root] = Organization.objects.all()
    [user] = User.objects.all()
    assert (root.name, root.kind, root.depth) == ("市直机关工委", "working_committee", 1)
    grants = set(RoleGrant.objects.values_list("user", "role", "organization"))
    assert grants == {(user.pk, Role.COMMITTEE_ADMIN, root.pk), (user.pk, Role.ACCOUNT_ADMIN, root.pk)}
    said = capsys.readouterr().out
    password = re.search("一次性密码：(.+)", said)[1]
    assert "用户名：admin" in said
    assert user.check_password(password)
    assert (user.must_change_password, user.password_expires_at is not None) == (True, True)
    client.force_login(user)
    assert client.get("/").url == reverse("organizations:password_change")


def test_init_office_leaves_its_audit_rows(db):
    call_command("init_office", "市直机关工委")
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", "actor_name"))
    assert actions == [
        ("organization.found", "system"),
        ("account.make", "system"),
        ("account.grant", "system"),
        ("account.grant", "system"),
        ("account.password_issue", "system"),
    ]


def test_init_office_refuses_a_database_in_use(office):
    with pytest.raises(CommandError, match="已有单位"):
        call_command("init_office", "市直机关工委")
    assert (Organization.objects.count(), User.objects.count()) == (5, 9)


def test_init_office_refuses_an_empty_name(db):
    with pytest.raises(CommandError, match="全称"):
        call_command("init_office", "  ")
    assert not Organization.objects.exists()
