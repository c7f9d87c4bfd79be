from datetime import date

import pytest
import time_machine
from django.urls import reverse

from ledgers.matrix import matrix_of
from ledgers.settling import settle
from tests.ledgers.plan import make_entry

TODAY = date(2026, 3, 10)


def rows_by_task(matrix) -> dict:
    return {row.task.content: row for _item, rows in matrix.items for row in rows}


@pytest.fixture
def organizations(office):
    return [office.archive, office.finance, office.tax, office.tax_first]


def test_matrix_of_counts_done_of_required_and_marks_the_worst(office, small_plan, organizations):
    january = small_plan.assignment(small_plan.theme_day, office.finance, "2026-01")
    make_entry(office.finance, january, by=office.zheng, happened_on=date(2026, 1, 20))
    settle([january.pk])
    matrix = matrix_of(small_plan.plan, "2026Q1", organizations, TODAY)
    row = rows_by_task(matrix)["开展主题党日"]
    assert [(c.state.key, c.done, c.required, c.count) if c else None for c in row.cells] == [
        ("overdue", 0, 3, "0/3"),
        ("overdue", 1, 3, "1/3"),
        None,
        ("overdue", 0, 3, "0/3"),
    ]
    assert (row.complete, row.applicable) == (0, 3)


def test_matrix_of_tells_what_waits_for_whom(office, small_plan, organizations):
    matrix = matrix_of(small_plan.plan, "2026Q1", organizations, TODAY)
    # Theme day overdue for the three branches; the quarter summary (25 March) is due within a fortnight + 1: not yet.
    assert matrix.owed == [1, 1, 0, 1]
    assert matrix.owed_total == 3
    assert matrix.groups == [("党群机关", 1), ("综合经济", 3)]


def test_matrix_of_keeps_event_and_own_tasks_apart(office, small_plan, organizations):
    rows = rows_by_task(matrix_of(small_plan.plan, "2026Q2", organizations, TODAY))
    assert rows["按期换届选举"].cells == [] and rows["按期换届选举"].own is None
    assert rows["组织开展督查"].own.required == 1
    assert "书记抓党建述职评议" not in rows


def test_matrix_of_exempt_leaves_the_denominator(office, small_plan, organizations):
    small_plan.theme_day.assignments.filter(organization=office.archive, period="2026Q1").update(
        exempted_at="2026-02-01T00:00Z", exempted_by=office.staff, exemption_reason="机构改革"
    )
    row = rows_by_task(matrix_of(small_plan.plan, "2026Q1", organizations, TODAY))["开展主题党日"]
    assert (row.cells[0].state.key, row.cells[0].required) == ("exempt", 0)
    assert row.applicable == 2


@time_machine.travel("2026-03-10 09:00+08:00")
def test_matrix_page_opens_a_cell_for_those_who_may_see_it(office, small_plan, client):
    client.force_login(office.staff)
    cell = f"{small_plan.theme_day.pk}-{office.finance.pk}"
    page = client.get(reverse("ledgers:matrix"), {"period": "2026Q1", "cell": cell}).content.decode()
    assert "第一季度任务" in page
    assert 'id="cell-title">开展主题党日' in page
    assert f"{reverse('ledgers:entry_log')}?assignment=" in page
    client.force_login(office.guo)
    assert client.get(reverse("ledgers:matrix"), {"cell": cell}).status_code == 404


def test_matrix_page_shows_a_secretary_his_own_column_only(office, small_plan, client):
    client.force_login(office.guo)
    page = client.get(reverse("ledgers:matrix"), {"period": "2026Q1"}).content.decode()
    assert "档案馆" in page and "财政局" not in page


def test_matrix_page_without_a_plan_says_what_comes(office, client):
    client.force_login(office.staff)
    assert "还没有发布计划" in client.get(reverse("ledgers:matrix")).content.decode()


@pytest.mark.parametrize("organization", ["guo", "staff"])
def test_matrix_page_asks_at_most_ten_queries(office, small_plan, client, organization, django_assert_max_num_queries):
    client.force_login(getattr(office, organization))
    cell = f"{small_plan.theme_day.pk}-{office.archive.pk}"
    with django_assert_max_num_queries(10):
        client.get(reverse("ledgers:matrix"), {"period": "2026Q1"})
    with django_assert_max_num_queries(16):
        client.get(reverse("ledgers:matrix"), {"period": "2026Q1", "cell": cell})


def test_assignment_page_is_hidden_from_other_organizations(office, small_plan, client):
    assignment = small_plan.assignment(small_plan.theme_day, office.finance, "2026-01")
    url = reverse("ledgers:assignment_detail", args=[assignment.pk])
    for user, status in [(office.wang, 200), (office.staff, 200), (office.guo, 404), (office.accounts, 403)]:
        client.force_login(user)
        assert client.get(url).status_code == status


def test_matrix_page_of_the_founding_plan_is_light(
    published_plan, sample_office, client, django_assert_max_num_queries
):
    """Fifty-two tasks and seventy-two organizations, in the fullest quarter."""
    client.force_login(sample_office.staff)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("ledgers:matrix"), {"period": "2026Q4"})
    assert page.context["page"].paginator.count == 72
    assert len(page.content) < 500_000
