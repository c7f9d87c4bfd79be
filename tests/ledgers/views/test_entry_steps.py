from datetime import date

import pytest

from ledgers.models import Entry
from tests.ledgers.plan import make_entry


@pytest.fixture
def forum(office, small_plan):
    return small_plan.assignment(small_plan.forum, office.finance, "2026Q1")


def sent(office, *assignments, state="submitted") -> Entry:
    return make_entry(
        office.finance, *assignments, by=office.wang, happened_on=date(2026, 3, 6), state=state, claim="claimed"
    )


ACTS = ("submit", "withdraw", "confirm", "approve", "return", "void")
REASON = {"reason": "人数与名单不符"}

# (who, act) → (state before, status, state after)
CASES = [
    ("wang", "submit", "draft", 302, "submitted"),
    ("wang", "withdraw", "submitted", 302, "draft"),
    ("wang", "confirm", "submitted", 403, "submitted"),
    ("zheng", "confirm", "submitted", 302, "confirmed"),
    ("zheng", "approve", "confirmed", 403, "confirmed"),
    ("staff", "confirm", "submitted", 403, "submitted"),
    ("staff", "approve", "confirmed", 302, "approved"),
    ("staff", "return", "approved", 302, "returned"),
    ("zheng", "return", "approved", 403, "approved"),
    ("staff", "void", "approved", 302, "voided"),
    ("wang", "void", "approved", 403, "approved"),
    ("zheng", "confirm", "confirmed", 409, "confirmed"),
    ("staff", "approve", "submitted", 409, "submitted"),
    ("leader", "return", "submitted", 403, "submitted"),
    ("guo", "confirm", "submitted", 404, "submitted"),
]


@pytest.mark.parametrize(("who", "act", "before", "status", "after"), CASES)
def test_entry_step_by_each_person(client, office, small_plan, who, act, before, status, after):
    entry = sent(office, state=before)
    client.force_login(office.users[who])
    response = client.post(f"/entries/{entry.pk}/{act}/", REASON)
    entry.refresh_from_db()
    assert (response.status_code, entry.state) == (status, after)


@pytest.mark.parametrize("act", ACTS)
def test_entry_step_needs_a_login_and_a_post(client, office, small_plan, act):
    entry = sent(office)
    assert client.post(f"/entries/{entry.pk}/{act}/", REASON).status_code == 401
    client.force_login(office.admin)
    assert client.get(f"/entries/{entry.pk}/{act}/").status_code == 405
    entry.refresh_from_db()
    assert entry.state == "submitted"


@pytest.mark.parametrize("act", ["return", "void"])
def test_entry_step_without_its_reason_is_refused(client, office, small_plan, act):
    entry = sent(office)
    client.force_login(office.zheng)
    response = client.post(f"/entries/{entry.pk}/{act}/", {"reason": " "})
    assert response.status_code == 409
    assert "请写明理由，对方会看到。" in response.content.decode()


def test_entry_step_on_an_older_version_is_refused(client, office, small_plan):
    entry = sent(office)
    client.force_login(office.zheng)
    response = client.post(f"/entries/{entry.pk}/confirm/", {"version": "7"})
    assert response.status_code == 409
    assert "这一笔刚被别人改过，请再看一遍。" in response.content.decode()


@pytest.mark.parametrize(
    ("back", "expected"),
    [("/review/?entry=3", "/review/?entry=3"), ("https://evil.example/", "/entries/{}/"), ("", "/entries/{}/")],
)
def test_entry_step_goes_back_where_it_came_from_but_never_outside(client, office, small_plan, back, expected):
    entry = sent(office)
    client.force_login(office.zheng)
    response = client.post(f"/entries/{entry.pk}/confirm/", {"next": back})
    assert response.url == expected.format(entry.pk)


def test_claim_reject_and_accept(client, office, forum):
    entry = sent(office, forum, state="confirmed")
    claim = entry.fulfilments.get()
    client.force_login(office.staff)
    client.post(f"/claims/{claim.pk}/reject/", {"reason": "没有主讲人"})
    claim.refresh_from_db()
    assert (claim.state, claim.reason) == ("rejected", "没有主讲人")
    client.post(f"/claims/{claim.pk}/accept/")
    claim.refresh_from_db()
    assert (claim.state, claim.reason) == ("accepted", "")


@pytest.mark.parametrize(("who", "status"), [("zheng", 403), ("wang", 403), ("guo", 404), ("leader", 403)])
def test_claim_of_the_committees_task_is_the_committees(client, office, forum, who, status):
    claim = sent(office, forum, state="confirmed").fulfilments.get()
    client.force_login(office.users[who])
    assert client.post(f"/claims/{claim.pk}/accept/").status_code == status
    assert client.post(f"/claims/{claim.pk}/reject/", REASON).status_code == status
    claim.refresh_from_db()
    assert claim.state == "claimed"
