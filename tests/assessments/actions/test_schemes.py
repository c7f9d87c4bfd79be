"""Which scheme a plan is scored by, and the facts files of its periods: what is kept, what is refused."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied

from assessments.actions import scheme_for
from assessments.actions.schemes import attach_facts, choose_scheme, remove_facts, return_to_plan_scheme
from assessments.actions.uploads import confirm_facts, confirm_scheme, keep_document, mend_document
from assessments.models import Closing, FactsFile, Scheme
from branchwork.errors import Refused
from branchwork.jobs import enqueue
from branchwork.models import AuditEvent, Import
from ledgers.actions.plans.editing import create_plan, delete_plan
from ledgers.models import PeriodLock, Plan
from tests.assessments.rule_books_for_plans import BOOK, FACTS, WITHOUT_CHECKS
from tests.assessments.year import close


def choose(plan, by, document=BOOK) -> Scheme:
    return choose_scheme(plan=plan, document=document, title="党支部考核办法", source="办法.yaml", by=by)


def attach(plan, by, *, period="2026Q1", document=FACTS) -> FactsFile:
    return attach_facts(plan=plan, period=period, name="事实.yaml", document=document, by=by)


def in_force(plan) -> Scheme:
    return Scheme.objects.filter(plan=plan).first()


# The scheme


def test_a_rule_book_becomes_the_next_version_and_the_former_stays(office, small_plan):
    plan = small_plan.plan
    derived = scheme_for(plan=plan, by=None)
    chosen = choose(plan, office.staff)
    assert (derived.version, derived.document) == (1, "")
    assert (chosen.version, chosen.document, chosen.source, chosen.made_by) == (2, BOOK, "办法.yaml", office.staff)
    assert chosen.settings == derived.settings
    assert in_force(plan) == chosen == scheme_for(plan=plan, by=None)
    event = AuditEvent.objects.get(action="scheme.choose")
    assert (event.object_key, event.actor_key) == (str(chosen.pk), office.staff.pk)
    assert event.data == {"version": 2, "title": "党支部考核办法", "source": "办法.yaml"}


def test_the_same_rule_book_again_changes_nothing(office, small_plan):
    first = choose(small_plan.plan, office.admin)
    assert choose(small_plan.plan, office.admin) == first
    assert Scheme.objects.count() == 1


def test_returning_makes_a_version_of_the_plans_own_points(office, small_plan):
    choose(small_plan.plan, office.admin)
    back = return_to_plan_scheme(plan=small_plan.plan, by=office.admin)
    assert (back.version, back.document, back.title) == (2, "", "")
    assert in_force(small_plan.plan) == back
    with pytest.raises(Refused, match="本来就是按计划分值计分"):
        return_to_plan_scheme(plan=small_plan.plan, by=office.admin)


def test_there_is_nothing_to_return_from(office, small_plan):
    with pytest.raises(Refused, match="本来就是按计划分值计分"):
        return_to_plan_scheme(plan=small_plan.plan, by=office.admin)


def test_a_draft_may_have_one_and_is_deleted_with_it(office):
    plan = create_plan(owner=office.root, year=2027, title="2027年度计划", by=office.admin)
    choose(plan, office.admin)
    delete_plan(plan=plan, by=office.admin)
    assert not Plan.objects.filter(year=2027).exists()
    assert not Scheme.objects.exists()


def test_a_rule_book_with_mistakes_is_not_taken(office, small_plan):
    with pytest.raises(Refused, match="办法.yaml:7"):
        choose(small_plan.plan, office.admin, BOOK.replace("id: tasks", "id: two words"))
    assert not Scheme.objects.exists()


def test_a_rule_book_for_persons_is_not_taken(office, small_plan):
    with pytest.raises(Refused, match="^这份考核办法考核的是个人，计划考核的是党组织，不能用来给计划计分。"):
        choose(small_plan.plan, office.admin, f"{BOOK}\nsubjects: persons\n")
    assert not Scheme.objects.exists()
    assert choose(small_plan.plan, office.admin, f"{BOOK}\nsubjects: organizations\n").version == 1


@pytest.mark.parametrize("name", ["leader", "accounts", "zheng", "wang", "nobody"])
def test_only_who_closes_periods_chooses(office, small_plan, name):
    by = getattr(office, name)
    for act in (
        lambda: choose(small_plan.plan, by),
        lambda: return_to_plan_scheme(plan=small_plan.plan, by=by),
        lambda: attach(small_plan.plan, by),
        lambda: remove_facts(plan=small_plan.plan, period="2026Q1", by=by),
        lambda: keep_document(plan=small_plan.plan, kind="scheme", name="a", understood={"document": ""}, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Scheme.objects.exists()


def test_after_the_first_closing_the_scheme_stays_until_that_is_reopened(office, year):
    close(year.plan, "2026Q1", office.admin)
    before = in_force(year.plan)
    with pytest.raises(Refused, match="^2026年第一季度已按现行考核办法封账。反封账之后才能换考核办法。$"):
        choose(year.plan, office.admin)
    assert in_force(year.plan) == before == Closing.objects.get().scheme


def test_a_closing_under_way_keeps_its_scheme(office, small_plan):
    job = enqueue("close_period", title="x", args={}, by=office.admin)
    PeriodLock.objects.filter(plan=small_plan.plan, period="2026Q1").update(closing_job=job)
    with pytest.raises(Refused, match="正在结账"):
        choose(small_plan.plan, office.admin)


# Facts files


def test_a_facts_file_is_attached_to_a_period_and_replaced(office, small_plan):
    plan = small_plan.plan
    choose(plan, office.admin)
    first = attach(plan, office.staff)
    assert (first.sha256, first.uploaded_by) == (hashlib.sha256(FACTS.encode()).hexdigest(), office.staff)
    assert attach(plan, office.staff) == first
    second = attach(plan, office.admin, document=FACTS.replace("quantity: 2", "quantity: 3"))
    first.refresh_from_db()
    assert (first.removed_by, first.removed_at is not None) == (office.admin, True)
    assert FactsFile.current(plan, "2026Q1") == second
    assert FactsFile.current(plan, "2026Q2") is None
    event = AuditEvent.objects.filter(action="facts_file.attach").first()
    assert event.data == {"period": "2026Q1", "sha256": second.sha256, "replaces": first.pk}


def test_a_facts_file_is_removed_and_kept(office, small_plan):
    choose(small_plan.plan, office.admin)
    attached = attach(small_plan.plan, office.admin)
    remove_facts(plan=small_plan.plan, period="2026Q1", by=office.admin)
    assert FactsFile.current(small_plan.plan, "2026Q1") is None
    assert FactsFile.objects.get() == attached
    with pytest.raises(Refused, match="没有挂事实文件"):
        remove_facts(plan=small_plan.plan, period="2026Q1", by=office.admin)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"016"', '"999"', "事实.yaml:3: .*“999”不是本计划任何党组织"),
        ("档案馆", "财政局", "事实.yaml:6: .*“财政局”在文件里已经有了"),
        ("period: 2026Q1", "period: 2026Q2", "文件写的是2026年第二季度，却要挂到2026年第一季度"),
        ("2026-02-03", "2026-05-03", "文件写的是2026年第二季度，却要挂到2026年第一季度"),
        ("about: checks", "about: cheks", "事实.yaml:5"),
    ],
)
def test_a_facts_file_with_mistakes_is_not_taken(office, small_plan, before, after, said):
    choose(small_plan.plan, office.admin, BOOK + "periods: {score: quarter}\n")
    with pytest.raises(Refused, match=said):
        attach(small_plan.plan, office.admin, document=FACTS.replace(before, after))
    assert not FactsFile.objects.exists()


def test_the_plans_own_points_read_no_facts_file(office, small_plan):
    with pytest.raises(Refused, match="用不到事实文件"):
        attach(small_plan.plan, office.admin)


def test_a_draft_has_no_periods_to_attach_to(office):
    plan = create_plan(owner=office.root, year=2027, title="2027年度计划", by=office.admin)
    choose(plan, office.admin)
    with pytest.raises(Refused, match="计划还没发布"):
        attach(plan, office.admin)


def test_a_closed_period_keeps_its_facts_file(office, small_plan):
    choose(small_plan.plan, office.admin)
    attached = attach(small_plan.plan, office.admin)
    lock = PeriodLock.objects.get(plan=small_plan.plan, period="2026Q1")
    PeriodLock.objects.filter(pk=lock.pk).update(closed_at="2026-04-20T00:00Z", closed_by=office.admin)
    for act in (
        lambda: attach(small_plan.plan, office.admin, document=FACTS.replace("2}", "3}")),
        lambda: remove_facts(plan=small_plan.plan, period="2026Q1", by=office.admin),
    ):
        with pytest.raises(Refused, match="2026年第一季度已封账"):
            act()
    assert FactsFile.current(small_plan.plan, "2026Q1") == attached


def test_a_rule_book_that_an_attached_file_does_not_fit_is_refused(office, small_plan):
    choose(small_plan.plan, office.admin)
    attach(small_plan.plan, office.admin)
    with pytest.raises(Refused, match="2026年第一季度的事实文件“事实.yaml”与这份办法对不上"):
        choose(small_plan.plan, office.admin, WITHOUT_CHECKS)
    remove_facts(plan=small_plan.plan, period="2026Q1", by=office.admin)
    assert choose(small_plan.plan, office.admin, WITHOUT_CHECKS).version == 2


# On their way in


def test_what_is_uploaded_is_found_again_mended_and_confirmed_once(office, small_plan):
    plan, words = small_plan.plan, {"kind": Import.Kind.SCHEME, "name": "办法.yaml", "by": office.admin}
    kept = keep_document(plan=plan, understood={"document": "scheme: 草稿"}, **words)
    assert keep_document(plan=plan, understood={"document": "scheme: 草稿"}, **words) == kept
    assert not Scheme.objects.exists()
    kept = mend_document(kept=kept, document=BOOK, by=office.admin)
    assert kept.understood == {"document": BOOK}
    chosen = confirm_scheme(kept=kept, plan=plan, document=BOOK, title="党支部考核办法", by=office.admin)
    kept.refresh_from_db()
    assert (kept.state, kept.created) == ("done", {"scheme": chosen.pk})
    with pytest.raises(Refused, match="已经确认过了"):
        confirm_scheme(kept=kept, plan=plan, document=BOOK, title="党支部考核办法", by=office.admin)


def test_a_refused_confirmation_leaves_the_upload_to_be_mended(office, small_plan):
    choose(small_plan.plan, office.admin)
    kept = keep_document(
        plan=small_plan.plan, kind=Import.Kind.FACTS, period="2026Q1", name="事实.yaml",
        understood={"document": FACTS.replace('"016"', '"999"')}, by=office.admin,
    )  # fmt: skip
    with pytest.raises(Refused):
        confirm_facts(kept=kept, plan=small_plan.plan, by=office.admin)
    kept.refresh_from_db()
    assert kept.state == "checking"
    mend_document(kept=kept, document=FACTS, by=office.admin)
    attached = confirm_facts(kept=kept, plan=small_plan.plan, by=office.admin)
    assert (attached.document, attached.period) == (FACTS, "2026Q1")


def test_what_is_scored_by_the_year_may_be_attached_by_the_quarter_in_which_it_happened(office, small_plan):
    choose(small_plan.plan, office.admin, BOOK + "periods: {score: year}\n")
    with pytest.raises(Refused, match="文件写的是2026年度，却要挂到2026年第二季度"):
        attach(small_plan.plan, office.admin, period="2026Q2", document=FACTS.replace("period: 2026Q1\n", ""))
    attached = attach(small_plan.plan, office.admin, document=FACTS)
    assert FactsFile.current(small_plan.plan, "2026Q1") == attached
