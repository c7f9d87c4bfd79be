"""Passwords: the own one changed by its owner, one-time ones given out by an account administrator."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from axes.utils import reset as unlock
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from django.utils import timezone

from branchwork.audit import record, record_each

from ..models import User
from ..permissions import require_account

# A one-time password opens the door once, and not later than this.
VALID_FOR = timedelta(hours=72)
# No signs that look like others: 0 o, 1 l i.
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


class _Quick(Argon2PasswordHasher):
    """One-time passwords are 59 random bits, which need no slow hash; 144 slow ones take 40 seconds.

    The parameters stand in the hash, so the ordinary hasher checks it, and it is replaced at the first login.
    """

    time_cost, memory_cost, parallelism = 1, 1024, 1


@transaction.atomic
def issue_passwords(*, users: Sequence[User], by) -> list[tuple[User, str]]:
    """New one-time passwords, 72 hours valid. They are in the answer and nowhere else; older ones die."""
    for user in users:
        require_account(by, user)
    issued = [(user, _one_time()) for user in users]
    hasher, until = _Quick(), timezone.now().replace(microsecond=0) + VALID_FOR
    for user, password in issued:
        user.password = hasher.encode(password, hasher.salt())
        user.must_change_password, user.password_expires_at = True, until
    User.objects.bulk_update(users, ["password", "must_change_password", "password_expires_at"], batch_size=500)
    record_each("account.password_issue", [(user, user.home, {}) for user in users], by=by)
    return issued


@transaction.atomic
def reset_password(*, user: User, by) -> str:
    """A one-time password for somebody who forgot theirs; a lockout ends, open sessions end."""
    [(user, password)] = issue_passwords(users=[user], by=by)
    unlock(username=user.username)
    return password


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """The owner's own act. `password` has passed the validators."""
    user.set_password(password)
    user.must_change_password, user.password_expires_at = False, None
    user.save(update_fields=["password", "must_change_password", "password_expires_at"])
    record("account.password_change", user, by=user, organization=user.home)


def _one_time() -> str:
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(3))
