import uuid

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branchwork.organizations.models import Organization
from ledgers.actions.entries import Written
from ledgers.entry_rules import EARLIEST_YEAR, attendance_fault, claims_fault, day_fault
from ledgers.evidence import KeptFile, file_fault, keep, seal, unseal
from ledgers.models import Assignment, Entry, WorkType

MAX_FILES = 20


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of evidence files, each checked; cleans to a list of uploads."""

    widget = FilesInput

    def clean(self, data, initial=None):
        uploads = [super(FilesField, self).clean(upload, initial) for upload in data or []]
        faults = [fault for upload in uploads if (fault := file_fault(upload))]
        if len(uploads) > MAX_FILES:
            faults.append(_("An entry holds %(n)s files at most.") % {"n": MAX_FILES})
        if faults:
            raise forms.ValidationError(faults)
        return uploads


class FilesForm(forms.Form):
    files = FilesField(label=gettext_lazy("Evidence"))

    def keep(self) -> list[KeptFile]:
        return [keep(upload) for upload in self.cleaned_data["files"]]


class EntryForm(forms.Form):
    """记一笔: three required fields, and two only for a draft. Files that came with a form sent back are kept on disk
    and come again as sealed tokens in `kept`."""

    work_type = forms.ModelChoiceField(
        WorkType.objects.all(), label=gettext_lazy("Kind of work"), required=False, widget=forms.RadioSelect
    )
    happened_on = forms.DateField(
        label=gettext_lazy("Which day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Choose the day it ended."),
            "invalid": gettext_lazy("Write the day like 2026-10-09."),
        },
    )
    title = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say in one line what was done.")},
    )
    effect = forms.CharField(
        label=gettext_lazy("Effect"),
        max_length=5000,
        widget=forms.Textarea,
        error_messages={"required": gettext_lazy("Say what came of it; one sentence will do.")},
    )
    place = forms.CharField(label=gettext_lazy("Where"), max_length=100, required=False)
    attended = forms.IntegerField(label=gettext_lazy("Members present"), min_value=0, max_value=99_999, required=False)
    claims = forms.ModelMultipleChoiceField(Assignment.objects.none(), label=gettext_lazy("Claims"), required=False)
    files = FilesField(label=gettext_lazy("Evidence"), required=False)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, organization: Organization, user, entry: Entry | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization, self.user, self.entry = organization, user, entry
        self.is_draft = self.data.get("then") == "draft"
        self.fields["effect"].required = not self.is_draft
        self.fields["claims"].queryset = Assignment.objects.filter(organization=organization).select_related(
            "task__work_type", "plan"
        )
        for name in ("happened_on", "title", "effect", "place", "attended", "files"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["happened_on"].widget.attrs |= {
            "max": timezone.localdate().isoformat(),
            "min": f"{EARLIEST_YEAR}-01-01",
        }
        self.fields["attended"].widget.attrs["inputmode"] = "numeric"
        self.fields["effect"].widget.attrs["rows"] = 4
        tokens = self.data.getlist("kept") if self.is_bound else []
        self.kept = [file for token in tokens if (file := unseal(token, user))]

    @classmethod
    def blank(cls, *, organization: Organization, user, **initial) -> "EntryForm":
        return cls(
            organization=organization,
            user=user,
            initial={"happened_on": timezone.localdate(), "client_uuid": uuid.uuid4()} | initial,
        )

    @classmethod
    def of(cls, entry: Entry, user) -> "EntryForm":
        """The form as the entry is stored; a claim that was rejected comes without its tick."""
        written = ("work_type", "happened_on", "title", "effect", "place", "attended", "version")
        return cls(
            organization=entry.organization,
            user=user,
            entry=entry,
            initial={name: getattr(entry, name) for name in written}
            | {"claims": [claim.assignment_id for claim in entry.fulfilments.all() if claim.state != "rejected"]},
        )

    def clean_happened_on(self):
        happened_on = self.cleaned_data["happened_on"]
        if fault := day_fault(happened_on):
            raise forms.ValidationError(fault)
        return happened_on

    def clean_attended(self):
        attended = self.cleaned_data["attended"]
        if fault := attendance_fault(self.organization, attended):
            raise forms.ValidationError(fault)
        return attended

    def clean(self):
        cleaned = super().clean()
        claims = list(cleaned.get("claims") or [])
        happened_on = cleaned.get("happened_on")
        if happened_on and (fault := claims_fault(self.organization, happened_on, claims)):
            self.add_error("claims", fault)
        return cleaned | {"claims": claims}

    def mark_faults(self) -> None:
        """Let the inputs of fields with errors show it."""
        for name in self.errors.keys() & self.fields.keys():
            self.fields[name].widget.attrs["class"] = "form-control is-invalid"

    @property
    def written(self) -> Written:
        names = ("title", "happened_on", "effect", "work_type", "place", "attended")
        return Written(**{name: self.cleaned_data[name] for name in names})

    @cached_property
    def all_files(self) -> list[KeptFile]:
        """What came now and what came before, all on disk."""
        return self.kept + [keep(upload) for upload in self.cleaned_data.get("files") or []]

    def sealed_files(self) -> list[tuple[KeptFile, str]]:
        """For a form that goes back: its good files, each with the token that brings it again."""
        return [(file, seal(file, self.user)) for file in self.all_files]

    @property
    def day(self):
        """The day as far as it can be read: for the offers beside a form that is not valid yet."""
        try:
            return self.fields["happened_on"].clean(self["happened_on"].value())
        except forms.ValidationError:
            return timezone.localdate()

    @property
    def ticked(self) -> set[int]:
        return {int(value) for value in self["claims"].value() or [] if str(value).isdigit()}

    @property
    def chosen_type(self) -> WorkType | None:
        value = self["work_type"].value()
        if isinstance(value, WorkType):
            return value
        return WorkType.objects.filter(pk=value).first() if str(value or "").isdigit() else None


class ReasonForm(forms.Form):
    """Why something is returned, voided or not accepted."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why: the organization will read it.")},
    )
