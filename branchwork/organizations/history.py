"""The audit rows of an organization or a login, in words."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from branchwork.models import AuditEvent

from .models import Appointment, Organization
from .permissions import Role

WORDS = {
    "organization.import": _("imported"),
    "organization.found": _("founded"),
    "organization.edit": _("facts changed"),
    "organization.move": _("moved"),
    "organization.end": _("ended"),
    "organization.tag": _("tag added"),
    "organization.tag_end": _("tag ended"),
    "appointment.make": _("appointed"),
    "appointment.end": _("appointment ended"),
    "appointment.edit": _("appointment changed"),
    "account.make": _("login made"),
    "account.grant": _("role given"),
    "account.grant_end": _("role ended"),
    "account.rename": _("renamed"),
    "account.disable": _("disabled"),
    "account.enable": _("enabled"),
    "account.password_issue": _("one-time password given out"),
    "account.password_change": _("own password chosen"),
    "account.sample_password": _("password of the sample set"),
}


@dataclass(frozen=True)
class Happening:
    event: AuditEvent
    word: str
    details: list[str]


def history_of(target: models.Model, most: int = 30) -> list[Happening]:
    """The newest first."""
    events = AuditEvent.objects.filter(object_label=target._meta.label, object_key=str(target.pk))[:most]
    return [Happening(event, str(WORDS.get(event.action, event.action)), _details(event)) for event in events]


def _details(event: AuditEvent) -> list[str]:
    data = event.data
    if isinstance(data.get("before"), dict):
        return [f"{_label(key)}：{_value(key, data['before'].get(key))} → {_value(key, data['after'].get(key))}"
                for key in data["after"]]  # fmt: skip
    if "before" in data:
        return [f"{data['before'] or '—'} → {data['after'] or '—'}"]
    parts = [_value(key, data[key]) for key in ("role", "organization", "person", "post", "tag") if data.get(key)]
    parts += [data[key] for key in ("starts_on", "ends_on", "on") if data.get(key)]
    return [" · ".join(parts)] if parts else []


def _label(key: str) -> str:
    try:
        return str(Organization._meta.get_field(key.removesuffix("_id")).verbose_name)
    except LookupError:
        return key


def _value(key: str, value) -> str:
    if value in (None, ""):
        return "—"
    named = {"kind": Organization.Kind, "role": Role, "post": Appointment.Post}.get(key)
    return str(named(value).label) if named else str(date.fromisoformat(value) if key.endswith("_on") else value)
