"""Which organization stands above which: names looked up in the list itself and in the house."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from django.utils.translation import gettext as _

from branchwork.importing import Choice, Question, fold

from ..models import Organization
from .drafts import BRANCH_KINDS, Asking, Draft
from .known import Known

# More than this nobody looks through; the closest names come first.
MOST_CHOICES = 100


@dataclass
class Parents:
    """Finds the parent of every draft. `made` are upper organizations that exist nowhere and are to be made."""

    drafts: list[Draft]
    known: Known
    asking: Asking
    made: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.by_name = {fold(draft.name): draft for draft in self.drafts}
        self.by_pk = {draft.known.pk: draft for draft in self.drafts if draft.known}
        self.by_ref = {draft.ref: draft for draft in self.drafts}
        wanted = {fold(draft.line["parent"]) for draft in self.drafts if draft.line["parent"]}
        self.missing = wanted - set(self.by_name) - set(self.known.by_name)

    def resolve(self) -> None:
        for draft in self.drafts:
            draft.parent = self._parent(draft)
            if draft.parent and draft.parent.startswith("make:") and draft.parent[5:] not in self.made:
                self.made.append(draft.parent[5:])
        for draft in self.drafts:
            if draft.parent and self._stands_below(draft.parent, draft):
                reason = _("The upper organizations go round in a circle.")
                draft.parent = self._ask(draft, reason, f"circle:{draft.ref}", apart=True)

    def _parent(self, draft: Draft) -> str | None:
        text = draft.line["parent"].replace("\n", "")
        if not text:
            return self._without(draft)
        above = self.by_name.get(fold(text))
        known = self.known.organizations.get(self.known.by_name.get(fold(text), 0))
        if above is None and known is None:
            return self._ask_missing(draft, text)
        if (above.kind if above else known.kind) in BRANCH_KINDS:
            return self._ask(draft, _("A branch cannot be an upper organization."))
        if above is None and not known.may_edit:
            return self._ask(draft, _("This organization is not among those you look after."))
        return above.ref if above else f"pk:{known.pk}"

    def _without(self, draft: Draft) -> str | None:
        if draft.known:
            return f"pk:{draft.known.parent}" if draft.known.parent else ""
        if draft.kind == Organization.Kind.WORKING_COMMITTEE and not self.known.organizations:
            return ""
        return self._ask(draft, _("The upper organization is missing."))

    def _ask_missing(self, draft: Draft, text: str) -> str | None:
        """Asked once for each name. In an empty house the proposal is to make it."""
        choices, default = self._choices(draft, text), ""
        if not self.known.organizations:
            make = Choice(f"make:{text[:100]}", _("make “%(name)s”, above all the others") % {"name": text})
            choices = (make, *choices)
            default = make.value if self.missing == {fold(text)} else ""
        question = Question(
            key=f"parent:{fold(text)}",
            text=text,
            reason=_("It is no row of this list and is not known here."),
            cell=draft.line.cells["parent"],
            choices=choices,
            default=default,
        )
        answer = self.asking.doubt(question) if default else self.asking.problem(question)
        return None if answer is None else str(answer)

    def _ask(self, draft: Draft, reason: str, key: str = "", *, apart: bool = False) -> str | None:
        """`apart` leaves out what stands below the draft itself."""
        cell = draft.line.cells.get("parent", draft.line.cells["name"])
        text = draft.line["parent"]
        choices = self._choices(draft, text)
        if apart:
            choices = tuple(choice for choice in choices if not self._stands_below(choice.value, draft))
        question = Question(key or f"parent:{cell}", text, reason, cell, choices=choices)
        answer = self.asking.problem(question)
        return None if answer is None else str(answer)

    def _choices(self, draft: Draft, text: str) -> tuple[Choice, ...]:
        if self.asking.is_full:
            return ()
        names = {
            f"pk:{o.pk}": o.name
            for o in self.known.organizations.values()
            if o.may_edit and not o.is_ended and o.kind not in BRANCH_KINDS and o.pk not in self.by_pk
        }
        names |= {d.ref: d.name for d in self.drafts if d is not draft and not d.is_branch}
        close = get_close_matches(text, names.values(), n=5, cutoff=0.5) if text else []
        ordered = sorted(names.items(), key=lambda item: close.index(item[1]) if item[1] in close else len(close))
        return tuple(Choice(ref, name) for ref, name in ordered[:MOST_CHOICES])

    def _above(self, ref: str) -> str:
        draft = self.by_ref.get(ref) or (self.by_pk.get(int(ref[3:])) if ref.startswith("pk:") else None)
        if draft:
            return draft.parent or ""
        known = self.known.organizations.get(int(ref[3:])) if ref.startswith("pk:") else None
        return f"pk:{known.parent}" if known and known.parent else ""

    def _stands_below(self, ref: str, draft: Draft) -> bool:
        """Whether the way up from `ref` comes by the draft."""
        seen: set[str] = set()
        while ref and ref not in seen:  # a circle that the draft is no part of ends here
            seen.add(ref)
            owner = self.by_pk.get(int(ref[3:])) if ref.startswith("pk:") else None
            ref = owner.ref if owner else ref
            if ref == draft.ref:
                return True
            ref = self._above(ref)
        return False
