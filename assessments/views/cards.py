from decimal import Decimal

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from assessments.card_list import Figures, figures_of, rows_of, spread_of
from assessments.card_page import CardPage
from assessments.cards import current_cards, hundredths, years_of
from assessments.facts import Book, book_of
from assessments.forms import CardFilter
from assessments.models import Scorecard
from assessments.scoring import mean
from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Permission, grants_of, has_permission, rule
from branchwork.periods import Period, plan_periods, quarter_of
from ledgers.entry_rules import plans_over
from ledgers.models import Plan


@require_GET
@rule(Permission.VIEW)
def card_list(request):
    """考核: every organization one may see with its quarters and the year so far; one's own only goes to its card."""
    plans = list(Plan.objects.visible_to(request.user).published().select_related("owner"))
    wanted = request.GET.get("plan", "")
    plan = next((plan for plan in plans if str(plan.pk) == wanted), plans[0] if plans else None)
    if plan is None:
        return render(request, "assessments/card_list.html", {"plan": None})
    seen = Organization.objects.visible_to(request.user).filter(path__startswith=plan.owner.path)
    seen = list(seen.exclude(pk=plan.owner_id).select_related("peer_group").order_by("path"))
    if len(seen) == 1:
        return redirect("assessments:card_detail", seen[0].pk, default_period(plan))
    frozen = figures_of(plan)
    closed = sorted({card.period for card in frozen}, key=Period.parse)
    book = book_of(plan)
    form = CardFilter(request.GET, organizations=seen, plan=plan, closed=closed, in_points=book.is_in_points)
    rows, page = rows_of(book, form, frozen, request.GET.get("page"), timezone.localdate())
    periods = [str(period) for period in plan_periods(plan.year)]
    context = {"plan": plan, "plans": plans, "form": form, "rows": rows, "page": page, "periods": periods}
    context["in_points"] = book.is_in_points
    if has_permission(request.user, Permission.VIEW, plan.owner):
        context |= _spread(book, frozen, closed, request.GET.get("spread", ""))
    return render(request, "assessments/card_list.html", context)


def _spread(book: Book, frozen: list[Figures], closed: list[str], wanted: str) -> dict:
    """How the rates of a closed period spread, for those who see the whole office; the last one unless asked."""
    if not closed:
        return {}
    period = wanted if wanted in closed else closed[-1]
    return {"spread": spread_of(book, frozen, period), "spread_period": period, "closed": closed}


def default_period(plan: Plan) -> str:
    """This quarter; the year once it is over."""
    today = timezone.localdate()
    if today.year == plan.year:
        return str(quarter_of(today))
    return str(plan_periods(plan.year)[-1 if today.year > plan.year else 0])


@require_GET
@rule(Permission.VIEW)
def card_detail(request, organization_pk, period):
    """One organization's card of a quarter or the year; `?revision=` an earlier closing of it."""
    organizations = Organization.objects.visible_to(request.user).select_related("peer_group")
    organization = get_object_or_404(organizations, pk=organization_pk)
    chosen = _period(period)
    plan = plans_over(organization).filter(year=chosen.year).select_related("owner").first()
    if plan is None:
        raise Http404
    page, revisions = _page(organization, plan, chosen, request.GET.get("revision", ""))
    page.may_log = has_permission(request.user, Permission.LOG_ENTRY, organization)
    context = {"page": page, "organization": organization, "plan": plan, "revisions": revisions}
    context |= {"now": timezone.now(), "sees_more": _sees_more(request.user)}
    return render(request, "assessments/card_detail.html", context)


def _sees_more(user) -> bool:
    """Whether there is a list to go to: somebody with one organization would come straight back."""
    seen = {grant.organization_id: grant.organization for grant in grants_of(user, Permission.VIEW)}
    return len(seen) > 1 or any(organization.numchild for organization in seen.values())


def _period(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError:
        raise Http404 from None
    if period not in plan_periods(period.year):
        raise Http404
    return period


def _page(organization: Organization, plan: Plan, period: Period, revision: str) -> tuple[CardPage, list[Scorecard]]:
    """The page, and all closings of the period that have a card of the organization, reopened ones included."""
    today = timezone.localdate()
    is_owner = organization.pk == plan.owner_id
    below = Organization.objects.filter(path__startswith=organization.path).order_by().values("pk")
    within = {"organization": organization} if is_owner else {"organization__in": below}
    cards = list(
        Scorecard.objects.filter(closing__plan=plan, **within).select_related("closing__scheme").order_by("closing")
    )
    current = [card for card in cards if card.closing.reopened_at is None]
    book = book_of(plan, current[-1].closing.scheme if current else None)
    years = years_of(book, list(plan.locks.all()), plan.assignments.filter(**within), current, today, [organization.pk])
    revisions = [
        card for card in cards if card.organization_id == organization.pk and card.closing.period == str(period)
    ]
    mine = years.pop(organization.pk)
    page = CardPage(
        book=book,
        organization=organization,
        period=period,
        year=mine,
        scorecard=_chosen(revisions, revision),
        today=today,
        branches=list(years.values()),
        mean_rates=_means(plan) if is_owner else {},
    )
    return page, revisions


def _chosen(revisions: list[Scorecard], wanted: str) -> Scorecard | None:
    if wanted:
        found = next((card for card in revisions if str(card.closing.revision) == wanted), None)
        if found is None:
            raise Http404
        return found
    return next((card for card in revisions if card.closing.reopened_at is None), None)


def _means(plan: Plan) -> dict[str, int]:
    """The mean of all branches' frozen cards in each closed period, in hundredths."""
    rates: dict[str, list[Decimal]] = {}
    rows = current_cards(plan).filter(level="branch", rate__isnull=False)
    for period, rate in rows.values_list("closing__period", "rate"):
        rates.setdefault(period, []).append(Decimal(rate) / 100)
    return {period: hundredths(mean(found)) for period, found in rates.items()}
