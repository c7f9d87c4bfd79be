"""Taking an organization import back, while nothing has come to depend on it."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from branchwork.audit import record
from branchwork.errors import Refused
from branchwork.models import Import

from ..models import Appointment, Organization, OrganizationTag, PeerGroup, Person, Tag
from .tree import lock_tree

# How the rows that may hang on an organization or a person are called. Upper floors are named by label only.
CALLED = {
    "organizations.Organization": pgettext_lazy("depending", "organizations below"),
    "organizations.OrganizationTag": pgettext_lazy("depending", "tags"),
    "organizations.Appointment": pgettext_lazy("depending", "appointments"),
    "organizations.RoleGrant": pgettext_lazy("depending", "roles of logins"),
    "organizations.User": pgettext_lazy("depending", "logins"),
    "ledgers.Plan": pgettext_lazy("depending", "plans"),
    "ledgers.Assignment": pgettext_lazy("depending", "assignments"),
    "ledgers.Entry": pgettext_lazy("depending", "ledger entries"),
    "assessments.Scorecard": pgettext_lazy("depending", "scorecards"),
}


@transaction.atomic
def undo_import(*, kept: Import, by) -> Import:
    """Delete what the import made, give back what it changed. Refused, with reasons, when something depends on it."""
    kept = Import.objects.select_for_update().get(pk=kept.pk)
    if kept.state != Import.State.DONE:
        return kept
    lock_tree()
    if reasons := obstacles(kept):
        raise Refused(_("This import can no longer be undone: %(reasons)s.") % {"reasons": _("; ").join(reasons)})
    _delete(kept.created)
    _give_back(kept.created)
    kept.state = Import.State.UNDONE
    kept.finished_at = timezone.now()
    kept.save(update_fields=["state", "finished_at"])
    scope = Organization.objects.filter(path=kept.organization_path).first() if kept.organization_path else None
    record("import.undo", kept, by=by, organization=scope)
    return kept


def obstacles(kept: Import) -> list[str]:
    """What stands in the way of undoing, each as a short sentence; empty when it can be undone."""
    made = kept.created
    own = {
        Organization: made.get("organizations", []),
        OrganizationTag: made.get("dated_tags", []),
        Appointment: made.get("appointments", []),
        Person: made.get("people", []),
    }
    found: dict[str, int] = {}
    for model in (Organization, Person, Appointment):
        for label, count in _dependents(model, own):
            found[label] = max(found.get(label, 0), count)  # one row may hang on several of them
    if below := _below(made):
        found[Organization._meta.label] = below
    reasons = [_("%(n)d %(what)s depend on it") % {"n": n, "what": _called(label)} for label, n in found.items()]
    return reasons + list(_changed_since(made))


def _dependents(model: type[models.Model], own: dict[type[models.Model], list[int]]) -> Iterable[tuple[str, int]]:
    pks = own[model]
    if not pks:
        return
    for relation in model._meta.related_objects:
        if relation.many_to_many:
            continue  # its through table is a relation too
        other = relation.related_model
        rows = other._default_manager.filter(**{f"{relation.field.name}__in": pks}).exclude(pk__in=own.get(other, []))
        if count := rows.count():
            yield other._meta.label, count


def _below(made: dict[str, list[Any]]) -> int:
    """How many organizations came to stand below a made one, those aside that the import itself moved there."""
    own, moved = set(made.get("organizations", [])), {move["pk"] for move in made.get("moves", [])}
    if not own:
        return 0
    paths = dict(Organization.objects.values_list("path", "pk"))
    count = 0
    for path, pk in paths.items():
        above = {paths[path[:end]] for end in range(Organization.steplen, len(path) + 1, Organization.steplen)}
        count += pk not in own and bool(above & own) and not above & moved
    return count


def _called(label: str) -> str:
    return str(CALLED.get(label) or apps.get_model(label)._meta.verbose_name)


def _changed_since(made: dict[str, list[Any]]) -> Iterable[str]:
    """Rows the import changed and somebody changed again: giving back would lose that."""
    nodes = Organization.objects.in_bulk([c["pk"] for c in made.get("changes", []) + made.get("moves", [])])
    for change in made.get("changes", []):
        node = nodes.get(change["pk"])
        if node and any(_json(getattr(node, column)) != value for column, value in change["after"].items()):
            yield _("“%(name)s” was changed later") % {"name": node.name}
    for move in made.get("moves", []):
        node = nodes.get(move["pk"])
        parent = Organization.objects.get_parent(node) if node else None
        if node and (parent.pk if parent else None) != move["after"]:
            yield _("“%(name)s” was moved later") % {"name": node.name}
    if Appointment.objects.filter(pk__in=made.get("appointments", []), ends_on__isnull=False).exists():
        yield _("secretaries have changed since")


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _delete(made: dict[str, list[Any]]) -> None:
    Appointment.objects.filter(pk__in=made.get("appointments", [])).delete()
    OrganizationTag.objects.filter(pk__in=made.get("dated_tags", [])).delete()
    Person.objects.filter(pk__in=made.get("people", [])).delete()
    # An organization that was moved below a made one goes home first.
    for move in reversed(made.get("moves", [])):
        node = Organization.objects.get(pk=move["pk"])
        if move["before"]:
            Organization.objects.move(node, Organization.objects.get(pk=move["before"]), "last-child")
        else:
            Organization.objects.move(node, Organization.objects.get_last_root_node(), "last-sibling")
    nodes = Organization.objects.filter(pk__in=made.get("organizations", []))
    for depth in nodes.order_by("-depth").values_list("depth", flat=True).distinct():
        nodes.filter(depth=depth).delete()  # from the leaves up: each level is leaves by then


def _give_back(made: dict[str, list[Any]]) -> None:
    for change in made.get("changes", []):
        Organization.objects.filter(pk=change["pk"]).update(**change["before"])
    Appointment.objects.filter(pk__in=made.get("ended", [])).update(ends_on=None)
    for appointment in Appointment.objects.filter(pk__in=made.get("acting", [])):
        appointment.is_acting = not appointment.is_acting
        appointment.save(update_fields=["is_acting"])
    PeerGroup.objects.filter(pk__in=made.get("peer_groups", []), organization__isnull=True).delete()
    Tag.objects.filter(pk__in=made.get("tags", []), dated_tags__isnull=True).delete()
