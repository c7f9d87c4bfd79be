from datetime import UTC, date, datetime

import pytest
import time_machine

from ledgers.models import Entry
from tests.ledgers.plan import make_entry


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 10, 13, 2, 0, tzinfo=UTC), tick=False):
        yield


def waiting(office, title, *assignments, organization=None, day=date(2026, 10, 9), state="submitted") -> Entry:
    return make_entry(
        organization or office.finance, *assignments, by=office.wang, happened_on=day, state=state, claim="claimed",
        title=title,
    )  # fmt: skip


def titles(response) -> list[str]:
    return [row.entry.title for row in response.context["rows"]]


def text(response) -> str:
    return response.content.decode()


def test_review_queue_of_a_secretary_holds_what_waits_for_confirmation(client, office, small_plan):
    october = small_plan.assignment(small_plan.theme_day, office.finance, "2026-10")
    july = small_plan.assignment(small_plan.theme_day, office.finance, "2026-07")
    waiting(office, "十月的", october)
    waiting(office, "补七月的", july, day=date(2026, 8, 3))
    waiting(office, "别家的", organization=office.archive)
    waiting(office, "已确认的", state="confirmed")
    client.force_login(office.zheng)
    response = client.get("/review/")
    assert titles(response) == ["补七月的", "十月的"]  # first due first
    assert response.context["entry"].title == "补七月的"
    assert "待确认 2 条" in text(response)
    assert [str(row.remark) for row in response.context["rows"]] == ["逾期", ""]
    assert '<span class="tally">2</span>' in text(response)


def test_review_queue_of_the_committee_holds_reviews_and_orphans(client, office, small_plan):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    waiting(office, "待审核的讲坛", forum, state="confirmed")
    waiting(office, "没有书记账号的", organization=office.tax_first)
    waiting(office, "书记还没确认的", forum)
    waiting(office, "只需书记确认的", state="confirmed")
    client.force_login(office.staff)
    assert set(titles(client.get("/review/"))) == {"待审核的讲坛", "没有书记账号的"}


def test_review_queue_marks_what_was_recorded_late(client, office, small_plan):
    july = small_plan.assignment(small_plan.theme_day, office.finance, "2026-07")
    make_entry(
        office.finance, july, by=office.wang, happened_on=date(2026, 7, 9), state="submitted", claim="claimed",
        sent_at=datetime(2026, 9, 1, 4, tzinfo=UTC),
    )  # fmt: skip
    client.force_login(office.zheng)
    assert "7月9日的事，7月31日到期，9月1日 12:00才提交，标“补记”。" in text(client.get("/review/"))


def test_review_queue_goes_to_the_next_one_after_acting(client, office, small_plan):
    first, second, third = (waiting(office, title, day=date(2026, 10, n)) for n, title in enumerate("甲乙丙", 1))
    client.force_login(office.zheng)
    page = client.get(f"/review/?entry={second.pk}&sort=sent")
    assert page.context["next"] == f"/review/?sort=sent&entry={third.pk}"
    response = client.post(f"/entries/{second.pk}/confirm/", {"next": page.context["next"], "version": 1}, follow=True)
    assert response.context["entry"] == third
    page = client.get(f"/review/?entry={third.pk}&sort=sent")
    assert page.context["next"] == f"/review/?sort=sent&entry={first.pk}"


def test_review_queue_filters(client, office, small_plan):
    waiting(office, "十月的")
    waiting(office, "九月的", day=date(2026, 9, 9))
    client.force_login(office.zheng)
    assert titles(client.get("/review/?period=2026Q3")) == ["九月的"]
    response = client.get("/review/?period=2026Q1")
    assert titles(response) == []
    assert "没有符合条件的记录" in text(response)


def test_review_queue_empty_says_so(client, office, small_plan):
    client.force_login(office.zheng)
    assert "没有等您办的记录。" in text(client.get("/review/"))


def test_review_queue_pages_and_opens_the_page_of_an_entry(client, office, small_plan):
    entries = [waiting(office, f"第{n}条") for n in range(21)]
    client.force_login(office.zheng)
    assert len(titles(client.get("/review/?sort=sent"))) == 20
    assert titles(client.get("/review/?sort=sent&page=2")) == ["第20条"]
    assert titles(client.get(f"/review/?sort=sent&entry={entries[20].pk}")) == ["第20条"]
    assert len(titles(client.get("/review/?entry=nonsense&page=x"))) == 20


@pytest.mark.parametrize("who", ["zheng", "staff"])
def test_review_queue_asks_few_queries(client, office, small_plan, who, django_assert_max_num_queries):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    client.force_login(office.users[who])
    for rows in (1, 2, 20):
        for _row in range(rows):
            waiting(office, "待确认的", forum)
            waiting(office, "待审核的", forum, state="confirmed")
            waiting(office, "没有书记账号的", organization=office.tax_first, day=date(2026, 1, 9))
        with django_assert_max_num_queries(12):
            client.get("/review/")


@pytest.mark.parametrize(
    ("who", "status"),
    [("wang", 403), ("leader", 403), ("accounts", 403), ("nobody", 403), ("zheng", 200), ("staff", 200)],
)
def test_review_queue_is_for_those_who_confirm_or_review(client, office, small_plan, who, status):
    client.force_login(office.users[who])
    assert client.get("/review/").status_code == status


def test_review_pass_and_return_of_many(client, office, small_plan):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    entries = [waiting(office, title, forum) for title in "甲乙丙"]
    client.force_login(office.zheng)
    picked = [f"{entry.pk}-1" for entry in entries[:2]]
    page = client.post("/review/pass/", {"picked": picked}, follow=True)
    assert "已通过 2 条。" in text(page)
    assert set(Entry.objects.filter(state="confirmed")) == set(entries[:2])
    client.force_login(office.staff)
    page = client.post("/review/return/", {"picked": [f"{entry.pk}-2" for entry in entries[:2]], "reason": "缺主讲人"})
    assert list(Entry.objects.filter(state="returned").values_list("return_reason", flat=True)) == ["缺主讲人"] * 2


def test_review_pass_tells_what_could_not_be_done(client, office, small_plan):
    ours, theirs = waiting(office, "我们的"), waiting(office, "别家的", organization=office.archive)
    changed = waiting(office, "刚改过的")
    Entry.objects.filter(pk=changed.pk).update(version=2)
    client.force_login(office.zheng)
    page = client.post("/review/pass/", {"picked": [f"{e.pk}-1" for e in (ours, theirs, changed)]}, follow=True)
    assert "已通过 1 条。" in text(page)
    assert "“刚改过的”：这一笔刚被别人改过，请再看一遍。" in text(page)
    theirs.refresh_from_db()
    assert theirs.state == "submitted"


@pytest.mark.parametrize(
    ("url", "form", "sentence"),
    [
        ("/review/pass/", {}, "请先勾选记录。"),
        ("/review/pass/", {"picked": ["x-1", "1-", "-"]}, "请先勾选记录。"),
        ("/review/return/", {"picked": ["1-1"]}, "请写明理由"),
    ],
)
def test_review_of_many_without_a_tick_or_a_reason_asks_for_it(client, office, small_plan, url, form, sentence):
    client.force_login(office.zheng)
    response = client.post(url, form, follow=True)
    assert response.redirect_chain == [("/review/?", 302)]
    assert sentence in text(response)
