import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from assessments.actions import reopen_period
from branchwork.organizations.models import Organization
from ledgers.models import Assignment
from ledgers.settling import settle
from tests.assessments.year import close, done, live_the_worked_example
from tests.ledgers.plan import make_entry
from tests.office import Office

BUDGET = 12


def card(client, user, organization, period, **query):
    client.force_login(user)
    return client.get(reverse("assessments:card_detail", args=[organization.pk, period]), query)


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, tzinfo=UTC), tick=False)


def text(response) -> str:
    """What the page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# Who sees which card


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("zheng", "016", 200), ("wang", "016", 200), ("zheng", "011", 404), ("guo", "016", 404), ("zheng", "000", 404),
        ("chen", "022", 200), ("chen", "023", 200), ("chen", "016", 404), ("staff", "016", 200), ("admin", "022", 200),
        ("leader", "011", 200), ("accounts", "016", 403), ("nobody", "016", 403),
    ],
)  # fmt: skip
def test_card_is_shown_to_whoever_may_see_the_organization(client, office: Office, year, who, code, status):
    organization = Organization.objects.get(code=code)
    with at(date(2026, 4, 1)):
        assert card(client, getattr(office, who), organization, "2026Q1").status_code == status


def test_card_asks_for_a_login(client, office, year):
    response = client.get(reverse("assessments:card_detail", args=[office.finance.pk, "2026Q1"]))
    assert (response.status_code, response.url.split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("period", ["2026Q5", "2026H1", "2025Q1", "jetzt"])
def test_card_of_an_unknown_period_is_not_there(client, office, year, period):
    assert card(client, office.zheng, office.finance, period).status_code == 404


def test_card_cannot_be_posted_to(client, office, year):
    client.force_login(office.zheng)
    assert client.post(reverse("assessments:card_detail", args=[office.finance.pk, "2026Q1"])).status_code == 405


# What it says


def test_open_quarter_is_provisional_and_says_what_can_still_be_earned(client, office, year):
    done(year.assignment("theme_day", office.finance, "2026-01"), office.wang, date(2026, 1, 20))
    with at(date(2026, 2, 10)):
        response = card(client, office.zheng, office.finance, "2026Q1")
    page = response.context["page"]
    said = text(response)
    assert "财政局党支部2026年第一季度计分卡 暂计" in said
    assert (page.card.earned, page.card.available, page.rate) == (33, 58, 5690)
    assert [(row.title, row.slot, row.points, row.how, row.until) for row in page.still[:3]] == [
        ("开展主题党日", "2月", 33, "按时办好、按时记上，得满分", date(2026, 2, 28)),
        ("党员集中学习", "2月", 25, "按时办好、按时记上，得满分", date(2026, 2, 28)),
        ("第1季度其他工作", "", 1116, "按时办好、按时记上，得满分", date(2026, 3, 31)),
    ]
    missed = next(row for row in page.still if row.points == 20)
    assert (missed.title, missed.slot, missed.how) == ("党员集中学习", "1月", "封账前办好、记上，按 80% 计：0.25 × 80%")
    assert missed.until == date(2026, 4, 14)
    assignment = year.assignment("study", office.finance, "2026-01")
    assert missed.url == f"{reverse('ledgers:entry_log')}?assignment={assignment.pk}"
    assert "等次" not in said.split("考核期")[0]


def test_leader_reads_without_links_to_log(client, office, year):
    with at(date(2026, 2, 10)):
        page = card(client, office.leader, office.finance, "2026Q1").context["page"]
    assert {row.url for row in page.still} == {""}


def test_returned_entry_leads_back_to_itself(client, office, year):
    forum = year.assignment("forum", office.finance, "2026Q1")
    entry = make_entry(
        office.finance, forum, by=office.wang, happened_on=date(2026, 3, 3), state="returned", claim="claimed"
    )
    settle([forum.pk])
    with at(date(2026, 3, 8)):
        page = card(client, office.wang, office.finance, "2026Q1").context["page"]
    row = next(row for row in page.still if row.is_returned)
    assert (row.points, row.until, row.url) == (100, date(2026, 3, 10), reverse("ledgers:entry_edit", args=[entry.pk]))


def test_closed_quarter_explains_every_line_and_links_its_entries(client, office, year):
    live_the_worked_example(year, office, until="2026Q1")
    with at(date(2026, 4, 20)):
        response = card(client, office.guo, office.archive, "2026Q1")
    page = response.context["page"]
    lines = {line.title: line for group in page.groups for line in group.lines}
    assert [(group.title, len(group.lines)) for group in page.groups] == [("组织生活", 3), ("责任", 1)]
    theme_day = lines["开展主题党日"]
    assert (theme_day.earned, theme_day.available, theme_day.is_lost) == (93, 100, True)
    assert theme_day.words == [
        "1月：1月31日完成，按时",
        "2月：2月28日到期，3月5日才完成，逾期：0.33 × 80%",
        "3月：3月31日完成，按时",
    ]
    assert [day for _pk, day in theme_day.entries] == [date(2026, 1, 31), date(2026, 3, 5), date(2026, 3, 31)]
    assert lines["党员集中学习"].words == ["1月、2月、3月都按时"]
    said = text(response)
    assert "99.50%" in said
    assert "计分卡 暂计" not in said
    assert page.still == []


def test_exempt_is_listed_with_its_reason_and_counts_for_nothing(client, office, year):
    live_the_worked_example(year, office, until="2026Q2")
    with at(date(2026, 7, 20)):
        response = card(client, office.guo, office.archive, "2026Q2")
    page = response.context["page"]
    assert [(row.title, row.slot, row.code, row.note) for row in page.uncounted] == [
        ("党员集中学习", "5月", "exempt", "5月全员参加市里集中培训")
    ]
    assert (page.card.earned, page.card.available) == (1634, 1634)


def test_year_shows_quarters_make_ups_and_next_years_tasks(client, office, year):
    live_the_worked_example(year, office)
    with at(date(2027, 3, 3)):
        response = card(client, office.guo, office.archive, "2026")
    page = response.context["page"]
    assert [(row.kind, row.period, row.earned, row.available, row.rate) for row in page.rows] == [
        ("quarter", "2026Q1", 1384, 1391, 9950), ("quarter", "2026Q2", 1634, 1634, 10000),
        ("quarter", "2026Q3", 1108, 1208, 9172), ("quarter", "2026Q4", 2642, 2642, 10000),
        ("make_up", "2026", 80, 0, None), ("next_year", "2026", 500, 1000, 5000), ("year", "2026", 7348, 7875, 9331),
    ]  # fmt: skip
    said = text(response)
    assert "73.48 / 78.75 分" in said
    assert "93.31%" in said
    assert "不是四个季度得分率的平均，也不是相加" in said
    forum = next(line for group in page.groups for line in group.lines if line.title == "举办主题讲坛")
    assert forum.words[1] == "第三季度：9月30日到期，跨季补完成（10月20日）：1.00 × 80%"


def test_secretary_sees_the_place_and_the_median_of_closed_cards_only(client, office, year):
    for n in range(2):
        twin = Organization.objects.add_child(
            office.root,
            {"code": f"9{n}", "name": f"新{n}党支部", "kind": "branch", "peer_group": office.finance.peer_group},
        )
        forum = year.assignment("forum", office.finance, "2026Q1")
        Assignment.objects.create(
            task=forum.task, organization=twin, plan=year.plan, slot="2026Q1", opens_on=forum.opens_on,
            due_on=forum.due_on, period="2026Q1", points=100,
        )  # fmt: skip
    year.do(office.finance, office.wang, until="2026Q1")
    close(year.plan, "2026Q1", office.admin)
    with at(date(2026, 4, 20)):
        closed = card(client, office.zheng, office.finance, "2026Q1")
        still_open = card(client, office.zheng, office.finance, "2026Q2")
    assert (closed.context["page"].scorecard.place, closed.context["page"].scorecard.place_of) == (1, 4)
    assert "第 1 / 4" in text(closed)
    assert "比同类中位数 0.00% 高 100.00 个百分点" in text(closed)
    assert still_open.context["page"].scorecard is None


def test_parents_card_shows_the_mean_of_its_branches_for_information(client, office, year):
    year.do(office.tax_first, office.staff, until="2026Q1")
    close(year.plan, "2026Q1", office.admin)
    with at(date(2026, 4, 20)):
        page = card(client, office.chen, office.tax, "2026Q1").context["page"]
        root = card(client, office.staff, office.root, "2026Q1")
    assert (page.rate, page.mean_rate) == (0, 10000)
    assert root.context["page"].mean_rate == 3333
    assert "工委自己办的事不计入任何一张卡。" in text(root)


def test_earlier_revision_stays_readable(client, office, year):
    year.do(office.finance, office.wang, until="2026Q1")
    close(year.plan, "2026Q1", office.admin)
    reopen_period(plan=year.plan, period="2026Q1", reason="漏了一项豁免", by=office.admin)
    Assignment.objects.filter(organization=office.finance, slot="2026-03", task=year.tasks["study"]).update(
        exempted_at=timezone.now(), exempted_by=office.staff, exemption_reason="抽调"
    )
    close(year.plan, "2026Q1", office.admin)
    with at(date(2026, 4, 20)):
        now = card(client, office.zheng, office.finance, "2026Q1")
        before = card(client, office.zheng, office.finance, "2026Q1", revision="1")
        never = card(client, office.zheng, office.finance, "2026Q1", revision="3")
    assert [now.context["page"].card.available, before.context["page"].card.available] == [1366, 1391]
    assert "漏了一项豁免" in text(before)
    assert "不再作数" in text(before)
    assert "不再作数" not in text(now)
    assert never.status_code == 404


def test_card_of_an_organization_nothing_was_asked_of(client, office, year):
    Assignment.objects.filter(organization=office.finance, period="2026Q1").delete()
    with at(date(2026, 2, 1)):
        assert "这一期没有分给本组织的任务" in text(card(client, office.zheng, office.finance, "2026Q1"))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("who", "code"), [("zheng", "016"), ("chen", "022"), ("staff", "000"), ("staff", "016")])
def test_card_asks_twelve_queries_at_most(client, office, year, who, code, count, django_assert_max_num_queries):
    organization = Organization.objects.get(code=code)
    months = ["2026-01", "2026-02", "2026-03"][:count]
    for slot in months:
        done(year.assignment("theme_day", office.finance, slot), office.wang, date(2026, 1, 20))
    client.force_login(getattr(office, who))
    with at(date(2026, 4, 16)):
        for period in ("2026Q1", "2026"):
            with django_assert_max_num_queries(BUDGET):
                client.get(reverse("assessments:card_detail", args=[organization.pk, period]))
    for period in ["2026Q1", "2026Q2"][: count - 1]:
        close(year.plan, period, office.admin)
    with at(date(2026, 8, 1)), django_assert_max_num_queries(BUDGET):
        client.get(reverse("assessments:card_detail", args=[organization.pk, "2026Q1"]))


@pytest.mark.parametrize(
    ("who", "code", "shown"), [("zheng", "016", False), ("chen", "022", True), ("staff", "016", True)]
)
def test_card_leads_to_the_list_where_there_is_one(client, office, year, who, code, shown):
    with at(date(2026, 2, 1)):
        response = card(client, getattr(office, who), Organization.objects.get(code=code), "2026Q1")
    assert ("全部计分卡" in text(response)) is shown


# The list


def listed(client, user, **query):
    client.force_login(user)
    return client.get(reverse("assessments:card_list"), query)


def names(response) -> list[str]:
    return [row.organization.name for row in response.context["rows"]]


def test_whoever_has_one_organization_goes_straight_to_its_card(client, office, year):
    with at(date(2026, 4, 1)):
        response = listed(client, office.wang)
    assert (response.status_code, response.url) == (302, f"/cards/{office.finance.pk}/2026Q2/")
    with at(date(2027, 2, 1)):
        assert listed(client, office.wang).url == f"/cards/{office.finance.pk}/2026/"


def test_list_shows_what_one_may_see(client, office, year):
    close(year.plan, "2026Q1", office.admin)
    with at(date(2026, 4, 20)):
        staff, chen = listed(client, office.staff), listed(client, office.chen)
    assert set(names(staff)) == {"财政局党支部", "档案馆党支部", "税务局机关党委", "税务局第一党支部"}
    assert names(chen) == ["税务局机关党委", "税务局第一党支部"]
    assert "spread" in staff.context
    assert "spread" not in chen.context


def test_list_gives_closed_and_provisional_rates_and_the_year_so_far(client, office, year):
    live_the_worked_example(year, office, until="2026Q1")
    done(year.assignment("theme_day", office.archive, "2026-04"), office.guo, date(2026, 4, 10))
    with at(date(2026, 4, 20)):
        response = listed(client, office.staff, q="档案")
    (row,) = response.context["rows"]
    assert [(cell.rate, cell.is_closed) for cell in row.cells] == [
        (9950, True), (10000, False), (None, False), (None, False), (9951, False),
    ]  # fmt: skip
    assert (row.earned, row.available) == (1384 + 33, 1391 + 33)


def test_list_counts_make_ups_in_the_year(client, office, year):
    close(year.plan, "2026Q1", office.admin)
    done(year.assignment("forum", office.finance, "2026Q1"), office.wang, date(2026, 4, 10))
    with at(date(2026, 4, 20)):
        rows = {row.organization.name: row for row in listed(client, office.staff).context["rows"]}
    assert (rows["财政局党支部"].earned, rows["财政局党支部"].available) == (80, 1391)
    assert (rows["税务局第一党支部"].earned, rows["税务局第一党支部"].available) == (0, 1391)
    assert [cell.rate for cell in rows["财政局党支部"].cells] == [0, None, None, None, 575]


def test_list_and_card_agree(client, office, year):
    """The list takes short cuts; every figure of it is that of the card."""
    live_the_worked_example(year, office, until="2026Q3")
    done(year.assignment("forum", office.archive, "2026Q3"), office.guo, date(2026, 10, 20))
    year.do(office.tax, office.chen, skip=[("forum", "2026Q2")], until="2026Q4")
    with at(date(2026, 10, 25)):
        for row in listed(client, office.staff).context["rows"]:
            page = card(client, office.staff, row.organization, "2026").context["page"]
            assert (row.earned, row.available, row.cells[-1].rate) == (page.card.earned, page.card.available, page.rate)
            quarters = [cell.rate for cell in row.cells[:4]]
            assert quarters == [found.rate for found in page.rows[:4]]


def test_list_is_filtered_and_sorted(client, office, year):
    year.do(office.archive, office.guo, until="2026Q1")
    close(year.plan, "2026Q1", office.admin)
    group = office.finance.peer_group_id
    with at(date(2026, 4, 20)):
        assert names(listed(client, office.staff, group=group, level="branch")) == ["财政局党支部", "税务局第一党支部"]
        assert names(listed(client, office.staff, level="committee")) == ["税务局机关党委"]
        assert names(listed(client, office.staff, sort="2026Q1"))[0] == "档案馆党支部"
        assert "没有符合条件的组织。" in text(listed(client, office.staff, q="没有这个"))
        assert len(names(listed(client, office.staff, group="x", level="y", sort="2026Q9", page="z", plan="w"))) == 4


def test_list_before_any_plan_says_what_is_missing(client, office):
    assert "还没有发布计划" in text(listed(client, office.staff))


@pytest.mark.parametrize("closed", [0, 1, 3])
def test_list_asks_twelve_queries_at_most(client, office, year, closed, django_assert_max_num_queries):
    for period in ["2026Q1", "2026Q2", "2026Q3"][:closed]:
        close(year.plan, period, office.admin)
    client.force_login(office.staff)
    with at(date(2026, 11, 1)), django_assert_max_num_queries(BUDGET):
        client.get(reverse("assessments:card_list"))
