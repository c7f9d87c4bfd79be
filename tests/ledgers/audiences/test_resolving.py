from datetime import date

import pytest

from branchwork.organizations.actions.tags import tag_organizations
from branchwork.organizations.models import Organization, OrganizationTag
from ledgers.audiences import assessed_below, count_in, organizations_in, words_of
from ledgers.models import Assignment

TODAY = date(2026, 11, 22)
BRANCHES = {"kinds": ["branch", "joint_branch", "temporary_branch"]}


def names(audience, office, on=TODAY):
    return {organization.name for organization in organizations_in(audience, office.root, on)}


def test_kinds_mean_the_organizations_below_the_owner(office):
    assert names(BRANCHES, office) == {"财政局党支部", "档案馆党支部", "税务局第一党支部"}
    assert names({"kinds": ["party_committee", "working_committee"]}, office) == {"税务局机关党委"}


def test_size_leaves_out_the_small_and_those_nobody_counted(office):
    Organization.objects.filter(pk=office.tax_first.pk).update(member_count=None)
    assert names(BRANCHES | {"min_members": 7}, office) == {"财政局党支部"}


def test_tag_is_judged_on_the_day(office):
    tag = tag_organizations(
        name="窗口单位", organizations=[office.finance.pk, office.archive.pk], starts_on=date(2026, 1, 1), by=None
    )
    OrganizationTag.objects.filter(organization=office.archive).update(ends_on=date(2026, 6, 30))
    audience = BRANCHES | {"tags": [tag.pk]}
    assert names(audience, office) == {"财政局党支部"}
    assert names(audience, office, date(2026, 6, 30)) == {"财政局党支部", "档案馆党支部"}
    assert names(audience, office, date(2025, 12, 31)) == set()


def test_named_ones_are_meant_even_of_another_kind_but_never_the_owner(office):
    assert names({"named": [office.tax.pk, office.root.pk]}, office) == {"税务局机关党委"}


def test_own_means_the_owner_alone(office):
    assert names({"own": True}, office) == {"市直机关工委"}


@pytest.mark.parametrize("audience", [{}, {"pending": "申报单位"}])
def test_a_question_means_nobody(office, audience):
    assert names(audience, office) == set()


def test_those_who_have_done_another_task(small_plan, office):
    done = small_plan.assignment(small_plan.forum, office.finance, "2026Q1")
    audience = {"after_task": small_plan.forum.pk}
    assert names(audience, office) == set()
    Assignment.objects.filter(pk=done.pk).update(
        standing="done", done_on=TODAY, recorded_on=TODAY, timing="on_time", counted_in="2026Q1"
    )
    assert names(audience, office) == {"财政局党支部"}


def test_counts_of_many_audiences_take_one_query(office, django_assert_num_queries):
    audiences = [
        BRANCHES,
        BRANCHES | {"min_members": 7},
        {"own": True},
        {"pending": "适时"},
        {"named": [office.tax.pk]},
    ]
    with django_assert_num_queries(1):
        assert count_in(audiences, office.root, TODAY) == [3, 2, 1, 0, 1]


def test_words_are_those_of_the_office(office):
    tag = tag_organizations(name="窗口单位", organizations=[office.finance.pk], starts_on=None, by=office.staff)
    words = words_of(office.root, TODAY)
    assert words.own == {"市直机关工委"}
    assert words.tags == {"窗口单位": tag.pk}
    assert words.organizations["财政局党支部"] == words.organizations["财政局"] == office.finance.pk
    assert "市直机关工委" not in words.organizations


def test_the_assessed_are_all_below_but_not_the_owner(office):
    assert set(assessed_below(office.tax)) == {office.tax_first}
