"""Writing a checked organization list, and taking it back."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branchwork.audit import record, record_each
from branchwork.errors import Refused
from branchwork.importing import Table, day_of
from branchwork.models import Import

from ..importing import Check, check, known_to
from ..importing.drafts import Draft
from ..models import Appointment, Organization, OrganizationTag, PeerGroup, Person, Tag
from .tree import lock_tree, place

# Field of the list → field of the model, where a value is copied as it stands.
COPIED = {
    "name": "name",
    "short_name": "short_name",
    "kind": "kind",
    "members": "member_count",
    "last_elected": "last_elected_on",
    "term_ends": "term_ends_on",
    "starts": "starts_on",
}


@transaction.atomic
def confirm_import(*, kept: Import, by) -> Import:
    """Write what the checked list says, all of it or nothing. Confirming twice writes once.

    `kept.created` then holds the keys of every row made and the values from before of every row changed.
    """
    kept = Import.objects.select_for_update().get(pk=kept.pk)
    if kept.state == Import.State.DONE:
        return kept
    if kept.state == Import.State.UNDONE:
        raise Refused(_("This import was undone. Upload the file again."))
    lock_tree()
    result = check(Table.from_json(kept.understood), kept.answers, known_to(by), timezone.localdate())
    if result.open:
        raise Refused(_("%(n)d cells still have to be decided.") % {"n": len(result.open)})
    kept.created = _Writer(result, by).write()
    kept.state = Import.State.DONE
    kept.finished_at = timezone.now()
    kept.save(update_fields=["created", "state", "finished_at"])
    counts = {key: len(value) for key, value in kept.created.items()}
    record("import.confirm", kept, by=by, organization=_scope(kept), data=counts)
    return kept


def _scope(kept: Import) -> Organization | None:
    return Organization.objects.filter(path=kept.organization_path).first() if kept.organization_path else None


class _Writer:
    """One writing of one checked list, inside confirm_import's transaction."""

    def __init__(self, result: Check, by):
        self.result, self.by = result, by
        self.created: dict[str, list] = {}
        self.nodes: dict[str, Organization] = {}
        from_day = result.asking.answers.get("secretary_from", "")
        self.secretary_from: date = day_of(str(from_day).lstrip("=")) or timezone.localdate()

    def write(self) -> dict[str, list]:
        self.groups = self._named(PeerGroup, "peer_groups", [draft.peer_group for draft in self.result.drafts])
        self.tags = self._named(Tag, "tags", [tag for draft in self.result.drafts for tag in draft.tags])
        self._make_organizations()
        self._change_organizations()
        self._add_tags()
        self._appoint()
        return self.created

    def _keep(self, key: str, rows: list[Any]) -> None:
        self.created.setdefault(key, []).extend(rows)

    def _named(self, model: type[PeerGroup] | type[Tag], key: str, names: list[str]) -> dict[str, Any]:
        """The rows of these names; missing ones are made in order of appearance."""
        names = list(dict.fromkeys(name for name in names if name))
        found = {row.name: row for row in model.objects.filter(name__in=names)}
        missing = [model(name=name) for name in names if name not in found]
        if model is PeerGroup:
            last = PeerGroup.objects.order_by("position").last()
            for position, group in enumerate(missing, (last.position if last else 0) + 1):
                group.position = position
        made = model.objects.bulk_create(missing)
        self._keep(key, [row.pk for row in made])
        return found | {row.name: row for row in made}

    def _make_organizations(self) -> None:
        pks = {draft.known.pk for draft in self.result.drafts if draft.known}
        pks |= {int(draft.parent[3:]) for draft in self.result.drafts if (draft.parent or "").startswith("pk:")}
        stored = Organization.objects.in_bulk(pks)
        self.nodes = {f"pk:{pk}": node for pk, node in stored.items()}
        self.nodes |= {draft.ref: stored[draft.known.pk] for draft in self.result.drafts if draft.known}
        pairs = [(self._root(name), None) for name in self.result.roots]
        self.nodes |= {f"make:{node.name}": node for node, parent in pairs}
        waiting = [draft for draft in self.result.drafts if draft.is_new]
        self.nodes |= {draft.ref: self._node(draft) for draft in waiting}
        ready = {ref for ref in self.nodes if not ref.startswith("row:")} | {""}
        ready |= {draft.ref for draft in self.result.drafts if draft.known}
        while waiting:  # one level of the tree at a time, in the order of the file
            level = [draft for draft in waiting if draft.parent in ready]
            if not level:
                raise Refused(_("The upper organizations go round in a circle."))
            pairs += [(self.nodes[draft.ref], self.nodes.get(draft.parent)) for draft in level]
            ready |= {draft.ref for draft in level}
            waiting = [draft for draft in waiting if draft.ref not in ready]
        place(pairs)
        made = [node for node, parent in pairs]
        self._keep("organizations", [node.pk for node in made])
        record_each("organization.import", [(node, node, {}) for node in made], by=self.by)

    def _root(self, name: str) -> Organization:
        taken = {draft.code for draft in self.result.drafts} | set(
            Organization.objects.filter(code__startswith="0").values_list("code", flat=True)
        )
        zeros = next("0" * width for width in range(3, 41) if "0" * width not in taken)
        return Organization(code=zeros, name=name, kind=Organization.Kind.WORKING_COMMITTEE)

    def _node(self, draft: Draft) -> Organization:
        values = {column: getattr(draft, key) for key, column in COPIED.items()}
        return Organization(code=draft.code, peer_group=self.groups.get(draft.peer_group), **values)

    def _change_organizations(self) -> None:
        events = []
        for draft in self.result.changed:
            node = self.nodes[draft.ref]
            before, after = {}, {}
            for change in draft.changes:
                column = COPIED.get(change.key)
                if change.key == "peer_group":
                    column, value = "peer_group_id", self.groups[draft.peer_group].pk
                elif column:
                    value = change.after
                if column:
                    before[column], after[column] = _plain(getattr(node, column)), _plain(value)
                    setattr(node, column, value)
            if before:
                node.save(update_fields=list(after))
                self._keep("changes", [{"pk": node.pk, "before": before, "after": after}])
                events.append((node, node, {"before": before, "after": after}))
        record_each("organization.edit", events, by=self.by)
        self._move()

    def _move(self) -> None:
        """Moves wait until their new parent no longer stands below them."""
        waiting = [d for d in self.result.changed if any(change.key == "parent" for change in d.changes)]
        while waiting:
            left = []
            for draft in waiting:
                node = Organization.objects.get(pk=self.nodes[draft.ref].pk)
                above = Organization.objects.get(pk=self.nodes[draft.parent].pk) if draft.parent else None
                if above and above.path.startswith(node.path):
                    left.append(draft)
                    continue
                parent = Organization.objects.get_parent(node)
                Organization.objects.move(node, above or Organization.objects.get_last_root_node(), _position(above))
                self._keep(
                    "moves",
                    [{"pk": node.pk, "before": parent.pk if parent else None, "after": above.pk if above else None}],
                )
                data = {"before": str(parent or ""), "after": str(above or "")}
                record("organization.move", node, by=self.by, organization=node, data=data)
            if len(left) == len(waiting):
                raise Refused(_("The upper organizations go round in a circle."))
            waiting = left

    def _add_tags(self) -> None:
        today = timezone.localdate()
        rows = []
        for draft in self.result.drafts:
            old = draft.known.tags if draft.known else ()
            since = today if draft.known else None
            rows += [
                OrganizationTag(organization=self.nodes[draft.ref], tag=self.tags[tag], starts_on=since)
                for tag in draft.tags
                if tag not in old
            ]
        self._keep("dated_tags", [row.pk for row in OrganizationTag.objects.bulk_create(rows)])

    def _appoint(self) -> None:
        drafts = [draft for draft in self.result.drafts if draft.new_secretary]
        self._end_old([draft for draft in drafts if draft.known])
        people = self._people(drafts)
        rows = [
            Appointment(
                person=people[draft.ref],
                organization=self.nodes[draft.ref],
                post=Appointment.Post.SECRETARY,
                is_acting=draft.is_acting,
                starts_on=self.secretary_from if draft.known else None,
            )
            for draft in drafts
        ]
        self._keep("appointments", [row.pk for row in Appointment.objects.bulk_create(rows)])
        events = [(row, row.organization, {"post": row.post}) for row in rows if row.starts_on]
        record_each("appointment.make", events, by=self.by)
        self._change_acting()

    def _people(self, drafts: list[Draft]) -> dict[str, Person]:
        """A person of their own for everybody, except where the user ticked that two are one."""
        people: dict[str, Person] = {}
        for question in self.result.asking.same_names:
            ticked = self.result.asking.answers.get(question.key) or []
            if len(ticked) < 2:
                continue
            existing = next((ref for ref in ticked if ref.startswith("person:")), None)
            one = Person.objects.get(pk=int(existing[7:])) if existing else Person(name=question.text)
            people |= {ref: one for ref in ticked if ref.startswith("row:")}
        made: dict[int, Person] = {}
        for draft in drafts:
            person = people.setdefault(draft.ref, Person(name=draft.secretary))
            if person.pk is None:
                made[id(person)] = person
        self._keep("people", [person.pk for person in Person.objects.bulk_create(list(made.values()))])
        return people

    def _current(self, drafts: list[Draft]) -> list[Appointment]:
        pks = [draft.known.pk for draft in drafts]
        posts = Appointment.objects.filter(post=Appointment.Post.SECRETARY, ends_on=None, organization__in=pks)
        return list(posts.select_related("organization", "person"))

    def _end_old(self, drafts: list[Draft]) -> None:
        last = self.secretary_from - timedelta(days=1)
        for appointment in self._current(drafts):
            appointment.ends_on = max(last, appointment.starts_on or last)
            appointment.save(update_fields=["ends_on"])
            self._keep("ended", [appointment.pk])
            data = {"ends_on": str(appointment.ends_on)}
            record("appointment.end", appointment, by=self.by, organization=appointment.organization, data=data)

    def _change_acting(self) -> None:
        drafts = [d for d in self.result.changed if any(change.key == "acting" for change in d.changes)]
        for appointment in self._current(drafts):
            appointment.is_acting = not appointment.is_acting
            appointment.save(update_fields=["is_acting"])
            self._keep("acting", [appointment.pk])
            data = {"is_acting": appointment.is_acting}
            record("appointment.edit", appointment, by=self.by, organization=appointment.organization, data=data)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _position(parent: Organization | None) -> str:
    return "last-child" if parent else "last-sibling"
