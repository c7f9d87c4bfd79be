"""The ledger's filters: each filter form owns its filtering."""

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from branchwork.organizations.models import Organization, PeerGroup
from branchwork.organizations.permissions import Permission, grants_of
from branchwork.periods import Period
from branchwork.templatetags.words import period_in_year
from ledgers.models import Entry, Fulfilment, Plan, WorkType

State = Entry.State
STATES = (
    (State.DRAFT, _("Draft")),
    (State.SUBMITTED, _("To be confirmed")),
    ("awaits_review", _("To be reviewed")),
    (State.CONFIRMED, _("Confirmed")),
    (State.APPROVED, _("Approved")),
    (State.RETURNED, _("Returned")),
    (State.VOIDED, _("Voided")),
)
SORTS = {
    "": (_("Latest day first"), ("-happened_on", "-pk")),
    "oldest": (_("Earliest day first"), ("happened_on", "pk")),
    "recorded": (_("Last written down first"), ("-recorded_at", "-pk")),
    "organization": (_("By organization"), ("organization__path", "-happened_on", "-pk")),
}


def awaiting_review() -> Exists:
    return Exists(Fulfilment.objects.filter(entry=OuterRef("pk"), state=Fulfilment.State.CLAIMED))


class _Chosen:
    @property
    def is_chosen(self) -> bool:
        """Whether any filter narrows the list (an order alone does not)."""
        return any(value for name, value in self.form.cleaned_data.items() if name != "sort")


class EntryFilter(_Chosen, django_filters.FilterSet):
    """The ledger: search, period posted in, state, work type, organization (with all below it), peer group, order.

    Voided entries are shown when they are asked for.
    """

    q = django_filters.CharFilter(method="search", label=_("Search"))
    period = django_filters.ChoiceFilter(method="posted_in", label=_("Posted in"), empty_label=_("Any period"))
    state = django_filters.ChoiceFilter(choices=STATES, method="in_state", label=_("State"), empty_label=_("Any state"))
    work_type = django_filters.ModelChoiceFilter(
        queryset=WorkType.objects.all(), label=_("Kind of work"), empty_label=_("Any kind")
    )
    organization = django_filters.ModelChoiceFilter(
        queryset=Organization.objects.none(), method="within", label=_("Organization"),
        empty_label=_("All organizations"),
    )  # fmt: skip
    group = django_filters.ModelChoiceFilter(
        queryset=PeerGroup.objects.all(), field_name="organization__peer_group", label=_("Peer group"),
        empty_label=_("All peer groups"),
    )  # fmt: skip
    sort = django_filters.ChoiceFilter(
        choices=[(key, label) for key, (label, _order) in SORTS.items() if key], method="sorted_by", label=_("Order"),
        empty_label=SORTS[""][0],
    )  # fmt: skip

    class Meta:
        model = Entry
        fields: list[str] = []

    def __init__(self, data=None, queryset=None, *, request):
        super().__init__(data, queryset, request=request)
        user = request.user
        organizations = Organization.objects.visible_to(user)
        self.filters["organization"].queryset = organizations
        self.filters["period"].extra["choices"] = _periods(user)
        if not self.is_wide:
            del self.filters["organization"], self.filters["group"]

    @cached_property
    def is_wide(self) -> bool:
        """Whether there is more than one organization to choose from; asks no query."""
        organizations = {
            grant.organization_id: grant.organization for grant in grants_of(self.request.user, Permission.VIEW)
        }
        return len(organizations) > 1 or any(organization.numchild for organization in organizations.values())

    @property
    def latest_quarters(self) -> list[Period]:
        """The quarters of the latest plan, in order; none while no plan is published."""
        periods = [Period.parse(text) for text, _label in self.filters["period"].extra["choices"]]
        return list(periods[0].quarters()) if periods else []

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.standing()
        if not self.form.cleaned_data.get("sort"):
            queryset = queryset.order_by(*SORTS[""][1])
        return queryset

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(
                Q(title__icontains=word)
                | Q(effect__icontains=word)
                | Q(place__icontains=word)
                | Q(organization__name__icontains=word)
            )
        return queryset

    def posted_in(self, queryset, name, value):
        """A quarter is itself; the year is everything posted in it."""
        return queryset.filter(posted_in__startswith=value)

    def in_state(self, queryset, name, value):
        if value == "awaits_review":
            return queryset.filter(awaiting_review(), state=State.CONFIRMED)
        if value == State.CONFIRMED:
            return queryset.filter(~awaiting_review(), state=State.CONFIRMED)
        return queryset.filter(state=value)

    def within(self, queryset, name, value):
        return queryset.filter(organization__path__startswith=value.path)

    def sorted_by(self, queryset, name, value):
        return queryset.order_by(*SORTS[value][1])


class QueueFilter(_Chosen, django_filters.FilterSet):
    """The review queue: period posted in, work type, peer group; what falls due first comes first."""

    period = django_filters.ChoiceFilter(field_name="posted_in", label=_("Posted in"), empty_label=_("Any period"))
    work_type = django_filters.ModelChoiceFilter(
        queryset=WorkType.objects.all(), label=_("Kind of work"), empty_label=_("Any kind")
    )
    group = django_filters.ModelChoiceFilter(
        queryset=PeerGroup.objects.all(), field_name="organization__peer_group", label=_("Peer group"),
        empty_label=_("All peer groups"),
    )  # fmt: skip
    sort = django_filters.ChoiceFilter(
        choices=[("sent", _("First sent in first")), ("organization", _("By organization"))], method="sorted_by",
        label=_("Order"), empty_label=_("First due first"),
    )  # fmt: skip

    class Meta:
        model = Entry
        fields: list[str] = []

    def __init__(self, data=None, queryset=None, *, request):
        super().__init__(data, queryset, request=request)
        self.filters["period"].extra["choices"] = _periods(request.user)

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return (
            queryset if self.form.cleaned_data.get("sort") else queryset.order_by("first_due_on", "submitted_at", "pk")
        )

    def sorted_by(self, queryset, name, value):
        order = {"sent": ("submitted_at", "pk"), "organization": ("organization__path", "submitted_at", "pk")}
        return queryset.order_by(*order[value])


def _periods(user) -> list[tuple[str, str]]:
    """The periods of the plans this person sees, the latest first."""
    years = sorted({plan.year for plan in Plan.objects.visible_to(user).published()}, reverse=True)
    return [
        (str(period), period_in_year(period))
        for year in years
        for period in (Period.parse(str(year)), *reversed(Period.parse(str(year)).quarters()))
    ]
