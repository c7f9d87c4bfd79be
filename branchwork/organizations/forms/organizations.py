from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Appointment, Organization, OrganizationTag, PeerGroup, Person, Tag
from ..permissions import Permission

EDIT = Permission.EDIT_ORGANIZATIONS


class Day(forms.DateInput):
    """The browser's own calendar; its value is always ISO."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class Known(forms.TextInput):
    """A text for which the page offers what there is already (a datalist); anything new may be typed."""

    def __init__(self, listed: str):
        super().__init__(attrs={"list": listed, "autocomplete": "off"})


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Excel workbook (.xlsx)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Choose a file.")},
    )


class OrganizationFilter(forms.Form):
    """Owns the filtering and sorting of the list."""

    # What is not known stands last, on either database.
    SORTS = {
        "": F("path").asc(),
        "name": F("name").asc(),
        "members": F("member_count").desc(nulls_last=True),
        "term": F("term_ends_on").asc(nulls_last=True),
    }
    q = forms.CharField(required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Organization.Kind.choices]
    )
    group = forms.ModelChoiceField(
        PeerGroup.objects.all(), label=_("Peer group"), required=False, empty_label=_("All peer groups")
    )
    tag = forms.ModelChoiceField(Tag.objects.all(), label=_("Tag"), required=False, empty_label=_("All tags"))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Existing")), ("ended", _("Ended")), ("all", _("Both existing and ended"))],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("In tree order")),
            ("name", _("By name")),
            ("members", _("Most members first")),
            ("term", _("Earliest term end first")),
        ],
    )

    def filter(self, organizations: QuerySet[Organization], today: date) -> QuerySet[Organization]:
        """Filtered and sorted; an input that makes no sense filters nothing."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if text := chosen.get("q", "").strip():
            in_office = Appointment.objects.current(today).filter(person__name__icontains=text)
            organizations = organizations.filter(
                Q(name__icontains=text)
                | Q(short_name__icontains=text)
                | Q(code__iexact=text)
                | Q(pk__in=in_office.values("organization"))
            )
        if kind := chosen.get("kind"):
            organizations = organizations.filter(kind=kind)
        if group := chosen.get("group"):
            organizations = organizations.filter(peer_group=group)
        if tag := chosen.get("tag"):
            dated = OrganizationTag.objects.filter(tag=tag).filter(Q(ends_on=None) | Q(ends_on__gte=today))
            organizations = organizations.filter(pk__in=dated.values("organization"))
        ended = Q(ends_on__lt=today)
        state = chosen.get("state", "")
        if state != "all":
            organizations = organizations.filter(ended if state else ~ended | Q(ends_on=None))
        return organizations.order_by(self.SORTS[chosen.get("sort", "")], "path")


class OrganizationForm(forms.ModelForm):
    """Validates only: the action writes."""

    group_name = forms.CharField(label=_("Peer group"), max_length=40, required=False, widget=Known("known-groups"))

    class Meta:
        model = Organization
        fields = ["name", "short_name", "kind", "member_count", "last_elected_on", "term_ends_on", "starts_on"]
        widgets = {"last_elected_on": Day(), "term_ends_on": Day(), "starts_on": Day()}
        help_texts = {
            "short_name": _("For tight places such as the head of the matrix."),
            "term_ends_on": _("Left blank, it follows from the last election: committees 5 years, branches 3."),
        }

    field_order = ["name", "short_name", "kind", "group_name", "member_count"]

    @property
    def known(self) -> list[tuple[str, list[str]]]:
        return [("known-groups", list(PeerGroup.objects.values_list("name", flat=True)))]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.peer_group:
            self.initial["group_name"] = self.instance.peer_group.name

    def clean_name(self) -> str:
        name = "".join(self.cleaned_data["name"].split())
        if Organization.objects.filter(name=name, ends_on=None).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is already an organization of this name."))
        return name

    def clean_kind(self) -> str:
        kind = self.cleaned_data["kind"]
        if kind in Organization.BRANCH_KINDS and self.instance.pk and self.instance.numchild:
            raise ValidationError(_("Organizations stand below it, so it cannot be a branch."))
        return kind

    def clean_last_elected_on(self) -> date | None:
        return _past(self.cleaned_data["last_elected_on"])


class FoundForm(OrganizationForm):
    class Meta(OrganizationForm.Meta):
        fields = ["code", *OrganizationForm.Meta.fields]
        help_texts = OrganizationForm.Meta.help_texts | {"code": _("Left blank, the next free number is taken.")}

    field_order = ["name", "short_name", "kind", "group_name", "code", "member_count"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        self.fields["starts_on"].required = True


def _past(day: date | None) -> date | None:
    if day and day > timezone.localdate():
        raise ValidationError(_("This day is still to come."))
    return day


class MoveForm(forms.Form):
    parent = forms.ModelChoiceField(
        label=_("New upper organization"), queryset=Organization.objects.none(), empty_label=_("Choose")
    )
    on = forms.DateField(label=_("From which day"), widget=Day(), initial=timezone.localdate)

    def __init__(self, *args, user, organization: Organization, **kwargs):
        super().__init__(*args, **kwargs)
        above = Organization.objects.visible_to(user, EDIT).exclude(kind__in=Organization.BRANCH_KINDS)
        self.fields["parent"].queryset = above.filter(ends_on=None).exclude(path__startswith=organization.path)


class EndForm(forms.Form):
    ends_on = forms.DateField(label=_("Last day"), widget=Day(), initial=timezone.localdate)
    succeeded_by = forms.ModelChoiceField(
        label=_("Merged into"), queryset=Organization.objects.none(), required=False, empty_label=_("none")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.TextInput)

    def __init__(self, *args, user, organization: Organization, **kwargs):
        super().__init__(*args, **kwargs)
        others = Organization.objects.visible_to(user).filter(ends_on=None).exclude(pk=organization.pk)
        self.fields["succeeded_by"].queryset = others


class AppointForm(forms.Form):
    """Somebody of the same name elsewhere is offered: the user says whether it is the same person."""

    NEW = "new"
    post = forms.ChoiceField(label=_("Post"), choices=Appointment.Post.choices)
    name = forms.CharField(label=_("Name"), max_length=60)
    person = forms.ChoiceField(
        label=_("Somebody of this name is here already"), required=False, widget=forms.RadioSelect
    )
    is_acting = forms.BooleanField(label=_("acting"), required=False)
    starts_on = forms.DateField(label=_("In office from"), widget=Day(), initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name = "".join(self.data.get("name", "").split()) if self.is_bound else ""
        namesakes = Person.objects.filter(name=name).prefetch_related("appointments__organization") if name else []
        choices = [(str(person.pk), _posts(person)) for person in namesakes]
        if choices:
            self.fields["person"].choices = [(self.NEW, _("another person")), *choices]
        else:
            del self.fields["person"]

    def clean_name(self) -> str:
        return "".join(self.cleaned_data["name"].split())

    def clean_person(self) -> Person | None:
        chosen = self.cleaned_data["person"]
        if not chosen:
            raise ValidationError(_("Say whether it is the same person."))
        return None if chosen == self.NEW else Person.objects.get(pk=int(chosen))


def _posts(person: Person) -> str:
    return "、".join(f"{a.organization} {a.get_post_display()}" for a in person.appointments.all()) or person.name


class LastDayForm(forms.Form):
    ends_on = forms.DateField(label=_("Last day"), widget=Day(), initial=timezone.localdate)


class TagForm(forms.Form):
    name = forms.CharField(label=_("Tag"), max_length=40, widget=Known("known-tags"))
    starts_on = forms.DateField(
        label=_("From which day"), widget=Day(), required=False, help_text=_("Left blank: it has always been so.")
    )

    @property
    def known(self) -> list[tuple[str, list[str]]]:
        return [("known-tags", list(Tag.objects.values_list("name", flat=True)))]
