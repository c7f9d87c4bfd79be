"""What pages of assessments are asked: a filter owns its filtering, the others only validate."""

from collections.abc import Iterable, Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.scheme_files.nodes import MOST_BYTES
from branchwork.organizations.models import Organization
from branchwork.periods import plan_periods
from branchwork.templatetags.words import period as period_words
from ledgers.forms.plans import StyledForm
from ledgers.models import Plan

LEVELS = (("branch", _("Branches")), ("committee", _("Committees and general branches")))


class CardFilter(forms.Form):
    """Which organizations the list of cards shows: by name, peer group and level; in which order.

    `period` is the closed period whose distribution stands above the list.
    """

    q = forms.CharField(required=False, label=_("Search"))
    group = forms.ChoiceField(required=False, label=_("Peer group"))
    level = forms.ChoiceField(required=False, label=_("Level"), choices=[("", _("All levels")), *LEVELS])
    sort = forms.ChoiceField(required=False, label=_("Order"))

    def __init__(
        self, data, *, organizations: Sequence[Organization], plan: Plan, closed: Iterable[str], in_points: bool
    ):
        super().__init__(data)
        groups = {found.peer_group_id: found.peer_group for found in organizations if found.peer_group}
        names = sorted(groups.values(), key=lambda group: (group.position, group.pk))
        self.fields["group"].choices = [("", _("All peer groups")), *((str(group.pk), str(group)) for group in names)]
        by = _by_points if in_points else _by_rate
        self.fields["sort"].choices = [
            ("", _("As in the tree")),
            *((str(period), by(period)) for period in plan_periods(plan.year) if str(period) in closed),
        ]
        self.organizations = organizations
        self.is_valid()

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for as far as it makes sense; the rest is no filter."""
        return {name: self.cleaned_data.get(name, "") for name in self.fields}

    @property
    def is_narrowed(self) -> bool:
        return any(self.chosen[name] for name in ("q", "group", "level"))

    def filter(self) -> list[Organization]:
        chosen = self.chosen
        words = chosen["q"].split()
        return [
            found
            for found in self.organizations
            if all(word in found.name or word in found.short_name for word in words)
            and chosen["group"] in ("", str(found.peer_group_id))
            and chosen["level"] in ("", found.level)
        ]


def _by_rate(period) -> str:
    return _("By rate, %(period)s") % {"period": period_words(period)}


def _by_points(period) -> str:
    return _("By points, %(period)s") % {"period": period_words(period)}


class CloseForm(forms.Form):
    accept_pending = forms.BooleanField(required=False, label=_("Count all pending entries as accepted"))


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Say why: it is kept with the closing.")},
    )


class DocumentForm(StyledForm):
    """A rule book or facts file, as a file or as text."""

    file = forms.FileField(label=_("File"), required=False)
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "form-control font-monospace small"}),
    )

    def __init__(self, *args, accept: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accept

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(gettext("The file is larger than 2 MB."))
        return file

    def clean(self) -> dict:
        if not self.errors and not self.cleaned_data.get("file") and not self.cleaned_data["text"].strip():
            self.add_error("file", gettext("Choose a file, or write its text below."))
        return self.cleaned_data
