from collections.abc import Iterable
from typing import Any

from django.db import models

from .models import AuditEvent


def record(
    action: str,
    target: models.Model,
    *,
    by,
    reason: str = "",
    organization=None,
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add the audit row of a write; call it inside the write's own transaction.

    `by` is a User, or None for the system itself (a command, a sweep). `data` holds what changed, as plain JSON:
    before and after, or the count of rows of a set-based write.
    """
    event = _event(action, target, by, reason, organization, data)
    event.save()
    return event


def record_each(action: str, rows: Iterable[tuple[models.Model, Any, dict[str, Any]]], *, by, reason: str = "") -> None:
    """The audit rows of a set-based write, in one statement: (target, its organization, data) of each object."""
    AuditEvent.objects.bulk_create(
        [_event(action, target, by, reason, organization, data) for target, organization, data in rows]
    )


def _event(action: str, target: models.Model, by, reason: str, organization, data: dict[str, Any] | None) -> AuditEvent:
    return AuditEvent(
        actor_key=by.pk if by else None,
        actor_name=str(by) if by else "system",
        action=action,
        object_label=target._meta.label,
        object_key=str(target.pk),
        object_name=str(target)[:255],
        organization_path=organization.path if organization else "",
        reason=reason,
        data=data or {},
    )
