"""Forms of the plan: they validate only. A task's words are read again on every submit, and asked about if unread."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from branchwork.deadlines import Question, read_deadline
from branchwork.organizations.models import Organization, OrganizationTag
from branchwork.points import format_points, parse_points
from ledgers.actions.plans.editing import Asked, TaskValues
from ledgers.audiences import EVERYBODY, KNOWN, AudienceReading, AudienceWords, Doubt, assessed_below, read_audience
from ledgers.importing.asking import ANY_DAY
from ledgers.importing.reading import unresolved_in
from ledgers.models import Item, Plan, Task, WorkType
from ledgers.wording import audience_doubt, deadline_doubt
from ledgers.work_types import recognise


class StyledForm(forms.Form):
    """Inputs dressed for the theme; those with a fault say so."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_ticked = isinstance(field.widget, forms.CheckboxSelectMultiple)
            is_chosen = isinstance(field.widget, forms.Select)
            dress = "form-check-input" if is_ticked else "form-select" if is_chosen else "form-control"
            field.widget.attrs.setdefault("class", dress)

    def mark_faults(self) -> None:
        for name in self.errors.keys() & self.fields.keys():
            attrs = self.fields[name].widget.attrs
            attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PlanUploadForm(StyledForm):
    file = forms.FileField(label=gettext_lazy("Workbook (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))


class PlanForm(StyledForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2099)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace for recording"),
        help_text=gettext_lazy("Work done in time and written down within so many days after the due date is on time."),
        min_value=0,
        max_value=90,
        initial=10,
    )

    def __init__(self, *args, plan: Plan | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if plan:
            del self.fields["year"]


class ItemForm(StyledForm):
    title = forms.CharField(label=gettext_lazy("Item"), max_length=Item._meta.get_field("title").max_length)


class PublishForm(StyledForm):
    counts_from = forms.DateField(
        label=gettext_lazy("Counts from"),
        help_text=gettext_lazy("What falls due before that day is not asked of anybody."),
        widget=day_input(),
    )

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        attrs = self.fields["counts_from"].widget.attrs
        attrs["min"], attrs["max"] = f"{plan.year}-01-01", f"{plan.year}-12-31"

    def clean_counts_from(self) -> date:
        counts_from = self.cleaned_data["counts_from"]
        if counts_from.year != self.plan.year:
            raise forms.ValidationError(_("The day must lie in %(year)s.") % {"year": self.plan.year})
        return counts_from


class AskedForm(StyledForm):
    """Whom a task asks and when: read from the words, or said beside them. `readings` tells what was understood."""

    responsible = forms.CharField(
        label=gettext_lazy("Responsible organization"),
        max_length=Task._meta.get_field("responsible").max_length,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-audiences"}),
    )
    who = forms.ChoiceField(label=gettext_lazy("Which organizations these are"), required=False)
    ticked = forms.MultipleChoiceField(
        label=gettext_lazy("Organizations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    deadline = forms.CharField(
        label=gettext_lazy("Deadline"), max_length=Task._meta.get_field("deadline").max_length, required=False
    )
    when = forms.ChoiceField(
        label=gettext_lazy("Which days these are"),
        required=False,
        choices=(
            ("", gettext_lazy("as the words say")),
            ("any", gettext_lazy("no due date, logged when it happens")),
            ("pending", gettext_lazy("to be settled later")),
        ),
    )

    def __init__(self, *args, plan: Plan, words: AudienceWords, task: Task | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.words, self.task = plan, words, task
        below = assessed_below(plan.owner).active(timezone.localdate()).order_by("peer_group__position", "path")
        self.fields["ticked"].choices = [(str(pk), name) for pk, name in below.values_list("pk", "name")]
        others = Task.objects.filter(item__plan=plan).exclude(pk=task.pk if task else None)
        after = [
            (f"after:{pk}", _("those that have done “%(task)s”") % {"task": content[:24]})
            for pk, content in others.values_list("pk", "content")
        ]
        self.fields["who"].choices = [
            ("", _("as the words say")),
            *((f"know:{phrase}", phrase) for phrase in KNOWN),
            ("own", _("%(name)s itself") % {"name": plan.owner.name}),
            ("tag", _("those ticked below, kept as a tag")),
            ("named", _("only those ticked below")),
            ("pending", _("to be settled later")),
            (_("once another task is done"), after),
        ]

    @staticmethod
    def initial_of(task: Task, words: AudienceWords) -> dict:
        """The form as the task is stored; words that mean what is stored need nothing said beside them."""
        when = "" if task.calendar else "pending"
        if task.calendar == ANY_DAY.to_json() and isinstance(read_deadline(task.deadline), Question):
            when = "any"
        who, ticked = _said_beside(task, words)
        return {
            "responsible": task.responsible, "who": who, "deadline": task.deadline, "when": when,
            "ticked": [str(key) for key in ticked],
        }  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        if "responsible" not in cleaned or "deadline" not in cleaned:
            return cleaned
        known = cleaned.get("who", "").removeprefix("know:")
        responsible = cleaned["responsible"] or (known if known in KNOWN else "")
        deadline = cleaned["deadline"]
        audience, tag = self._audience(cleaned)  # a doubt takes the words out of `cleaned`
        asked = Asked(responsible, audience, deadline, self._calendar(cleaned), tag)
        return cleaned | {"asked": asked}

    def _audience(self, cleaned: dict) -> tuple[dict, tuple[str, tuple[int, ...]] | None]:
        kind, _colon, value = cleaned.get("who", "").partition(":")
        ticked = tuple(int(key) for key in cleaned.get("ticked", []))
        phrase = cleaned["responsible"]
        if kind == "know":
            return dict(KNOWN[value]), None
        if kind == "own":
            return {"own": True}, None
        if kind == "after":
            return {"after_task": int(value)}, None
        if kind == "pending":
            return {"pending": phrase}, None
        if kind in ("tag", "named") and not ticked:
            self.add_error("ticked", _("Tick at least one organization."))
            return {}, None
        if kind == "named":
            return {"named": sorted(ticked)}, None
        reading = read_audience(phrase, self.words)
        if kind == "tag":
            name = (reading.tag or phrase or cleaned.get("content", ""))[:40]
            kinds = reading.kinds if reading.doubt == Doubt.TAG else EVERYBODY
            return {"kinds": list(kinds)}, (name, ticked)
        if reading.doubt:
            self.add_error("responsible", self._ask(reading))
        return reading.audience, None

    @staticmethod
    def _ask(reading: AudienceReading) -> str:
        return audience_doubt(reading.doubt, reading.near) + _(" Say below which organizations these are.")

    def _calendar(self, cleaned: dict) -> dict:
        if cleaned.get("when") == "any":
            return ANY_DAY.to_json()
        if cleaned.get("when") == "pending":
            return {}
        rule = read_deadline(cleaned["deadline"])
        question = rule if isinstance(rule, Question) else unresolved_in(rule, self.plan.year)
        if question:
            self.add_error("deadline", deadline_doubt(question) + _(" Write it in another way, or say below."))
            return {}
        return rule.to_json()


def _said_beside(task: Task, words: AudienceWords) -> tuple[str, list[int]]:
    """(who, ticked) for a stored audience."""
    audience = task.audience
    if "pending" in audience:
        return "pending", []
    if read_audience(task.responsible, words).audience == audience:
        return "", []
    if "after_task" in audience:
        return f"after:{audience['after_task']}", []
    if "named" in audience:
        return "named", audience["named"]
    if tags := audience.get("tags"):
        carriers = OrganizationTag.objects.filter(tag__in=tags, ends_on__isnull=True)
        return "tag", list(carriers.values_list("organization", flat=True))
    known = next((f"know:{phrase}" for phrase, meant in KNOWN.items() if meant == audience), "")
    return ("own", []) if audience.get("own") else (known, [])


class TaskForm(AskedForm):
    content = forms.CharField(label=gettext_lazy("Task"), max_length=Task._meta.get_field("content").max_length)
    effect = forms.CharField(
        label=gettext_lazy("Wanted effect"), max_length=Task._meta.get_field("effect").max_length, required=False
    )
    points = forms.CharField(
        label=pgettext_lazy("plan", "Points"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=Task._meta.get_field("note").max_length, required=False
    )
    work_type = forms.ModelChoiceField(
        WorkType.objects.all(),
        label=gettext_lazy("Kind of work"),
        required=False,
        empty_label=gettext_lazy("by its words"),
    )
    review = forms.ChoiceField(label=gettext_lazy("review"), choices=Task.Review.choices, initial=Task.Review.SECRETARY)
    required_count = forms.IntegerField(
        label=gettext_lazy("Entries needed each time"), min_value=1, max_value=99, initial=1
    )
    counts_from = forms.DateField(label=gettext_lazy("Counts from"), widget=day_input(), required=False)

    field_order = (
        "content", "responsible", "who", "ticked", "deadline", "when", "points", "effect", "note", "work_type",
        "review", "required_count", "counts_from",
    )  # fmt: skip

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, plan=plan, **kwargs)
        if plan.is_published:
            self.fields["counts_from"].initial = timezone.localdate()
        else:
            del self.fields["counts_from"]

    @staticmethod
    def initial_of(task: Task, words: AudienceWords) -> dict:
        names = ("content", "effect", "note", "work_type", "review", "required_count")
        points = "" if task.points is None else format_points(task.points)
        own = {name: getattr(task, name) for name in names} | {"points": points}
        return AskedForm.initial_of(task, words) | own

    def clean_points(self) -> int | None:
        written = self.cleaned_data["points"]
        try:
            return parse_points(written) if written else None
        except ValueError:
            raise forms.ValidationError(_("Write points such as 2 or 0.5.")) from None

    @property
    def values(self) -> TaskValues:
        """What the actions take; only of a valid form."""
        cleaned = self.cleaned_data
        work_type = cleaned["work_type"] or recognise(cleaned["content"], WorkType.objects.all())
        return TaskValues(
            cleaned["content"], cleaned["asked"], cleaned["effect"], cleaned["points"], cleaned["note"], work_type,
            cleaned["review"], cleaned["required_count"],
        )  # fmt: skip


class ActForm(StyledForm):
    """An act on a published task always gives its reason."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Say why: the organizations will read it.")},
    )


class AnswerForm(AskedForm, ActForm):
    """An answer owed settles the task: nothing of it can be put off again."""

    counts_from = forms.DateField(label=gettext_lazy("Counts from"), widget=day_input(), initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("who", "when"):
            field = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0] != "pending"]

    @staticmethod
    def initial_of(task: Task, words: AudienceWords) -> dict:
        initial = AskedForm.initial_of(task, words)
        doubt = read_audience(task.responsible, words).doubt if initial["who"] == "pending" else None
        who = "tag" if doubt == Doubt.TAG else "" if initial["who"] == "pending" else initial["who"]
        return initial | {"who": who, "when": "" if initial["when"] == "pending" else initial["when"]}


class ChosenAssignmentsForm(ActForm):
    """Some of a task's assignments, by key, out of `offered`."""

    assignments = forms.MultipleChoiceField(
        label=gettext_lazy("Assignments"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one.")},
    )

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignments"].choices = [(str(each.pk), str(each.organization)) for each in offered]

    @property
    def keys(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["assignments"]]


class ExtendForm(ChosenAssignmentsForm):
    due_on = forms.DateField(label=gettext_lazy("New due date"), widget=day_input())


class ChosenOrganizationsForm(ActForm):
    """Some organizations, by key, out of `offered`."""

    organizations = forms.MultipleChoiceField(
        label=gettext_lazy("Organizations"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one organization.")},
    )

    def __init__(self, *args, offered: list[Organization], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organizations"].choices = [(str(each.pk), each.name) for each in offered]

    @property
    def keys(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["organizations"]]


class AddOrganizationsForm(ChosenOrganizationsForm):
    counts_from = forms.DateField(label=gettext_lazy("Counts from"), widget=day_input(), initial=timezone.localdate)


class OpenForm(ActForm):
    """The event of one organization; a single one on offer is not asked for."""

    organization = forms.ModelChoiceField(Organization.objects.none(), label=gettext_lazy("Organization"))
    event_on = forms.DateField(label=gettext_lazy("Day of the event"), widget=day_input())

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = offered
        if len(offered) == 1:
            self.fields["organization"].empty_label = None
