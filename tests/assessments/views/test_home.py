import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from assessments.desk.own import own_desk
from branchwork.organizations.models import Organization, RoleGrant
from branchwork.organizations.permissions import Role
from ledgers.models import Assignment, Entry, Plan, Task
from ledgers.settling import settle
from tests.assessments.year import close, done
from tests.ledgers.plan import make_entry
from tests.office import make_user

BUDGET = 15
OCTOBER = date(2026, 10, 13)


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, tzinfo=UTC), tick=False)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def home(client, user, day: date = OCTOBER):
    with at(day):
        client.force_login(user)
        return client.get(reverse("assessments:home"))


def enter(office, assignment, day: date, **fields):
    entry = make_entry(assignment.organization, assignment, by=office.wang, happened_on=day, **fields)
    settle([assignment.pk])
    return entry


# Clerk and secretary


def test_desk_begins_with_what_was_returned(client, office, small_plan):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    entry = enter(office, forum, date(2026, 10, 8), state="returned", claim="claimed")
    desk = home(client, office.wang).context["desk"]
    fourth = next(todo for todo in desk.urgent if todo.period == "2026Q4")
    row = fourth.rows[0]
    assert (row.title, row.points, row.full, row.due_on) == (entry.title, 100, 100, date(2026, 10, 15))
    assert row.said[:2] == ("人数与名单不符", "王敏")
    assert row.url == reverse("ledgers:entry_edit", args=[entry.pk])


def test_desk_gives_overdue_at_the_late_share_until_the_closing(client, office, small_plan):
    """The third quarter on 13 October: its forum (1.00) earns 0.80 now, and is safe until 14 October."""
    for period in ("2026Q1", "2026Q2"):
        close(small_plan.plan, period, office.admin)
    desk = home(client, office.wang).context["desk"]
    (third,) = desk.urgent
    assert (third.period, third.until) == ("2026Q3", date(2026, 10, 14))
    rows = {row.title: (row.state.key, row.points, row.full, row.is_reduced) for row in third.rows}
    assert rows["独立或联合举办主题讲坛"] == ("overdue", 80, 100, True)
    assert third.points == sum(row.points for row in third.rows)


def test_desk_says_when_a_quarter_may_be_closed_any_day(client, office, small_plan):
    for period in ("2026Q1", "2026Q2"):
        close(small_plan.plan, period, office.admin)
    assert "第三季度，随时可能封账，请抓紧补" in text(home(client, office.wang, date(2026, 10, 20)))


def test_desk_offers_make_ups_of_closed_quarters(client, office, small_plan):
    close(small_plan.plan, "2026Q1", office.admin)
    desk = home(client, office.wang, date(2026, 4, 20)).context["desk"]
    assert {(row.title, row.points, row.full) for row in desk.make_ups if row.full == 100} == {
        ("独立或联合举办主题讲坛", 80, 100)
    }
    assert len(desk.make_ups) == 5  # theme day three times, the forum, the quarter's summary


def test_desk_shows_what_falls_due_within_a_fortnight_and_folds_the_rest(client, office, small_plan):
    desk = home(client, office.wang, date(2026, 10, 20)).context["desk"]
    assert [(row.title, row.due_on, row.points) for row in desk.soon] == [("开展主题党日", date(2026, 10, 31), 33)]
    assert desk.later[0].due_on == date(2026, 11, 30)
    assert "报送年度总结" in {row.title for row in desk.later}


def test_desk_leaves_out_what_is_done_exempt_or_under_review(client, office, small_plan):
    october, november, december = (
        small_plan.assignment(small_plan.theme_day, office.finance, f"2026-{month}") for month in (10, 11, 12)
    )
    enter(office, october, date(2026, 10, 9))
    enter(office, november, date(2026, 11, 3), state="submitted", claim="claimed")
    Assignment.objects.filter(pk=december.pk).update(
        exempted_at=datetime(2026, 10, 1, tzinfo=UTC), exempted_by=office.staff, exemption_reason="抽调"
    )
    with at(date(2026, 11, 20)):
        desk = own_desk(office.wang, date(2026, 11, 20))
    shown = {row.url for rows in (desk.soon, desk.later) for row in rows}
    assert not any(f"={row.pk}" in url for url in shown for row in (october, november, december))
    assert desk.waiting_count == 1


def test_secretary_finds_what_is_to_be_confirmed(client, office, small_plan):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    entry = enter(office, forum, date(2026, 10, 8), state="submitted", claim="claimed")
    assert home(client, office.zheng).context["desk"].to_confirm == [entry]
    assert home(client, office.wang).context["desk"].to_confirm == []
    assert home(client, office.guo).context["desk"].to_confirm == []


def test_event_task_waits_on_the_desk_of_those_it_would_ask(client, office, small_plan):
    zheng, wang, chen = (home(client, getattr(office, who)) for who in ("zheng", "wang", "chen"))
    assert [task for task, _whose in zheng.context["desk"].events] == [small_plan.handover]
    assert reverse("ledgers:task_open", args=[small_plan.handover.pk]) in zheng.content.decode()
    assert reverse("ledgers:task_open", args=[small_plan.handover.pk]) not in wang.content.decode()
    assert chen.context["desk"].events == []


def test_points_of_the_year_stand_beside(client, office, year):
    year.do(office.finance, office.wang, until="2026Q1")
    close(year.plan, "2026Q1", office.admin)
    done(year.assignment("theme_day", office.finance, "2026-04"), office.wang, date(2026, 4, 10))
    desk = home(client, office.wang, date(2026, 4, 20)).context["desk"]
    rows = {row.period: (row.earned, row.available, row.grade) for row in desk.periods if row.has_card}
    assert rows["2026Q1"] == (1391, 1391, "好")
    assert rows["2026Q2"] == (33, 33, "")
    assert rows["2026"] == (1424, 1424, "")


def test_last_entries_stand_beside_and_voided_ones_do_not(client, office, small_plan):
    kept = [
        make_entry(office.finance, by=office.wang, happened_on=date(2026, 10, day), title=f"第{day}笔")
        for day in (1, 2, 3)
    ]
    make_entry(office.finance, by=office.wang, happened_on=date(2026, 10, 4), state="voided")
    make_entry(office.archive, by=office.guo, happened_on=date(2026, 10, 5))
    assert home(client, office.wang).context["desk"].recent == kept[::-1]


def test_desk_of_two_organizations_says_whose_each_row_is(client, office, small_plan):
    RoleGrant.objects.create(user=office.wang, role=Role.CLERK, organization=office.archive)
    desk = home(client, office.wang, date(2026, 10, 20)).context["desk"]
    assert [row.organization for row in desk.soon] == ["财政局", "档案馆"]


def test_secretary_of_a_committee_does_not_find_the_branches_work_on_the_own_desk(client, office, small_plan):
    desk = home(client, office.chen, date(2026, 10, 20)).context["desk"]
    assert desk.organizations == [office.tax]
    assert "开展主题党日" not in {row.title for row in (*desk.soon, *desk.later)}


def test_desk_before_any_plan_says_what_is_missing(client, office):
    assert "工委还没有发布今年的计划" in text(home(client, office.wang))


def test_year_that_is_closed_leaves_nothing_to_do(client, office, year):
    for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"):
        close(year.plan, period, office.admin)
    desk = home(client, office.wang, date(2027, 3, 10)).context["desk"]
    assert (desk.count, desk.make_ups, desk.later) == (0, [], [])


# The committee


def test_staff_find_what_to_decide(client, office, small_plan):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q1")
    entry = enter(office, forum, date(2026, 3, 8), state="confirmed", claim="claimed")
    theme_day = small_plan.assignment(small_plan.theme_day, office.tax_first, "2026-03")
    enter(office, theme_day, date(2026, 3, 8), state="submitted", claim="claimed")
    Task.objects.filter(pk=small_plan.handover.pk).update(audience={"pending": "申报单位"})
    desk = home(client, office.staff, date(2026, 4, 15)).context["desk"]
    assert (desk.to_review, desk.review_count, desk.confirm_count) == ([entry], 1, 1)
    assert [str(row.period) for row in desk.ready] == ["2026Q1"]
    assert desk.pending == [small_plan.handover]
    assert desk.count == 4
    assert home(client, office.chen, date(2026, 4, 15)).context["desk"].to_confirm[0].organization == office.tax_first


def test_staff_see_who_is_behind_in_open_periods(client, office, small_plan):
    close(small_plan.plan, "2026Q1", office.admin)
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q2")
    enter(office, forum, date(2026, 4, 8), state="returned", claim="claimed")
    desk = home(client, office.staff, date(2026, 5, 2)).context["desk"]
    assert {(row.organization.name, row.overdue, row.returned) for row in desk.behind} == {
        ("财政局党支部", 1, 1), ("档案馆党支部", 1, 0), ("税务局第一党支部", 1, 0),
    }  # fmt: skip


def test_staff_find_the_committees_own_tasks(client, office, small_plan):
    desk = home(client, office.staff, date(2026, 6, 20)).context["desk"]
    assert [(row.task.content, state.key) for row, state in desk.own_due] == [("组织开展督查", "soon")]


def test_staff_see_the_jobs_they_started(client, office, year):
    with at(date(2026, 4, 15)):
        client.force_login(office.staff)
        client.post(reverse("assessments:period_close", args=[year.plan.pk, "2026Q1"]))
    said = text(home(client, office.staff, date(2026, 4, 15)))
    assert "正在运行" in said
    assert "正在运行" not in text(home(client, office.admin, date(2026, 4, 15)))


def test_first_run_says_what_to_do(client, office):
    steps = {step.key: step.is_done for step in home(client, office.admin).context["desk"].steps}
    assert steps == {"organizations": True, "plan": False, "publish": False, "logins": True}
    Plan.objects.create(owner=office.root, year=2026, title="2026年度计划")
    steps = {step.key: step.is_done for step in home(client, office.admin).context["desk"].steps}
    assert (steps["plan"], steps["publish"]) == (True, False)


def test_first_run_of_an_empty_office(client, db):
    root = Organization.objects.add_root({"code": "000", "name": "市直机关工委", "kind": "working_committee"})
    admin = make_user("chenli", "陈立", Role.COMMITTEE_ADMIN, root)
    response = home(client, admin)
    assert {step.key: step.is_done for step in response.context["desk"].steps} == {
        "organizations": False, "plan": False, "publish": False, "logins": False,
    }  # fmt: skip
    assert reverse("organizations:import_upload") in response.content.decode()


def test_leader_reads_and_has_nothing_to_press(client, office, year):
    close(year.plan, "2026Q1", office.admin)
    response = home(client, office.leader, date(2026, 5, 2))
    assert response.context["desk"].spread_period == "2026Q1"
    assert "2026年度进展" in text(response)
    assert "<form" not in response.content.decode()
    assert reverse("ledgers:entry_log") not in response.content.decode()


# Others


def test_account_administrator_finds_the_accounts_to_do(client, office):
    accounts = home(client, office.accounts).context["accounts"]
    assert (accounts.without_secretary, accounts.without_clerk) == (1, 3)


def test_login_without_a_role_is_told_whom_to_ask(client, office):
    said = text(home(client, office.nobody))
    assert "您的账号还没有任何组织的角色。" in said
    assert "请找账号管理员：吴凡。" in said


def test_home_asks_for_a_login(client, db):
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("who", ["wang", "zheng", "chen", "staff", "admin", "leader", "accounts", "nobody"])
def test_home_asks_fifteen_queries_at_most(client, office, small_plan, who, count, django_assert_max_num_queries):
    for n in range(count):
        theme_day = small_plan.assignment(small_plan.theme_day, office.finance, f"2026-{n + 7:02}")
        enter(office, theme_day, date(2026, n + 7, 8), state="returned", claim="claimed")
        forum = small_plan.assignment(small_plan.forum, office.finance, f"2026Q{n + 1}")
        enter(office, forum, date(2026, 3 * n + 2, 8), state="submitted", claim="claimed")
    Entry.objects.filter(state="submitted").update(posted_in="2026Q4")
    client.force_login(getattr(office, who))
    with at(OCTOBER), django_assert_max_num_queries(BUDGET):
        client.get(reverse("assessments:home"))


@pytest.mark.parametrize("who", ["zheng", "staff", "leader"])
def test_home_asks_fifteen_queries_at_most_after_closings(
    client, office, small_plan, who, django_assert_max_num_queries
):
    for period in ("2026Q1", "2026Q2"):
        close(small_plan.plan, period, office.admin)
    client.force_login(getattr(office, who))
    with at(OCTOBER), django_assert_max_num_queries(BUDGET):
        client.get(reverse("assessments:home"))
