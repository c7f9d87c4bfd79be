from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from branchwork.organizations.models import Organization
from ledgers.models import Assignment, Task
from tests.ledgers.sample import task_named
from tests.ledgers.tasks import close, draft_task, finish, of, published_task, slots

ACTS = ("task_extend", "task_exempt", "task_widen", "task_narrow", "task_withdraw")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 5, 20, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def task(office) -> Task:
    return published_task(office.root, by=office.staff)


@pytest.fixture
def vacancy(office) -> Task:
    return published_task(office.root, "空缺后3个月内", points=100)


def url(name: str, *args) -> str:
    return reverse(f"ledgers:{name}", args=args)


def log_in(client, user):
    client.force_login(user)
    return client


# The task's page


def test_committee_sees_every_organization_of_a_task(client, office, task):
    finish(of(task, office.finance, "2026-01"))
    page = log_in(client, office.staff).get(url("task_detail", task.pk)).text
    for words in (
        "财政局党支部",
        "档案馆党支部",
        "税务局第一党支部",
        "已完成 1",
        "已逾期 11",
        "未到期 24",
        "3 个",
        "12 次，月末",
    ):
        assert words in page
    for name in ACTS:
        assert url(name, task.pk) in page


def test_secretary_sees_only_the_own_organization_and_no_act(client, office, task):
    page = log_in(client, office.zheng).get(url("task_detail", task.pk)).text
    assert "财政局党支部" in page and "档案馆党支部" not in page
    assert "未到期 8" in page
    for name in ACTS:
        assert url(name, task.pk) not in page


def test_task_of_a_draft_is_hidden_from_secretaries(client, office):
    task = draft_task(office.root)
    assert log_in(client, office.zheng).get(url("task_detail", task.pk)).status_code == 404
    assert "计划还是草稿" in log_in(client, office.staff).get(url("task_detail", task.pk)).text


def test_task_page_takes_the_same_queries_for_one_organization_and_for_many(
    client, published_plan, sample_office, django_assert_max_num_queries
):
    task = task_named("召开支部委员会")
    for user in (sample_office.zheng, sample_office.staff):
        log_in(client, user)
        with django_assert_max_num_queries(15):
            client.get(url("task_detail", task.pk))


def test_every_task_of_the_sample_has_its_page(client, published_plan, sample_office):
    log_in(client, sample_office.staff)
    for key in Task.objects.values_list("pk", flat=True):
        assert client.get(url("task_detail", key)).status_code == 200


# Who may act


@pytest.mark.parametrize("name", ACTS)
def test_acts_are_for_the_committees_staff(client, office, task, name):
    assert log_in(client, office.staff).get(url(name, task.pk)).status_code == 200
    for user in (office.zheng, office.wang, office.leader, office.accounts, office.nobody):
        assert log_in(client, user).get(url(name, task.pk)).status_code == 403
        assert client.post(url(name, task.pk), {"reason": "我要"}).status_code == 403
    assert not Assignment.objects.exclude(exempted_at=None, not_applicable_at=None, original_due_on=None).exists()
    client.logout()
    assert client.get(url(name, task.pk)).status_code == 302


@pytest.mark.parametrize("name", ACTS)
def test_acts_wait_for_publication(client, office, name):
    assert log_in(client, office.staff).get(url(name, draft_task(office.root).pk)).status_code == 409


# Acting


def test_due_date_is_put_off_for_those_ticked(client, office, task):
    log_in(client, office.staff)
    may, other = of(task, office.finance, "2026-05"), of(task, office.archive, "2026-05")
    page = client.get(url("task_extend", task.pk))
    assert page.context["chosen"] == "2026-05"
    typed = {"assignments": [may.pk], "due_on": "2026-06-15", "reason": "防汛抢险"}
    response = client.post(url("task_extend", task.pk), typed, follow=True)
    assert "1 项已延期" in response.text and "延到6月15日" in response.text
    other.refresh_from_db()
    assert (of(task, office.finance, "2026-05").due_on, other.due_on) == (date(2026, 6, 15), date(2026, 5, 31))


def test_refusal_comes_back_on_the_form_with_what_was_typed(client, office, task):
    log_in(client, office.staff)
    typed = {"assignments": [of(task, office.finance, "2026-05").pk], "due_on": "2026-05-01", "reason": "防汛抢险"}
    response = client.post(url("task_extend", task.pk), typed)
    assert response.status_code == 409
    assert "只能往后延" in response.text and "防汛抢险" in response.text


def test_closed_quarter_is_not_on_offer(client, office, task):
    close(task.item.plan, "2026Q1")
    log_in(client, office.staff)
    page = client.get(url("task_extend", task.pk), {"slot": "all"})
    assert {row.slot for row in page.context["offered"]} == {f"2026-{month:02}" for month in range(4, 13)}
    typed = {"assignments": [of(task, office.finance, "2026-02").pk], "due_on": "2026-06-15", "reason": "防汛抢险"}
    assert client.post(url("task_extend", task.pk) + "?slot=all", typed).status_code == 200  # not among the choices
    assert of(task, office.finance, "2026-02").original_due_on is None


def test_organizations_are_exempted_and_the_exemption_taken_back(client, office, task):
    log_in(client, office.staff)
    may = of(task, office.finance, "2026-05")
    typed = {"assignments": [may.pk], "reason": "人员借调"}
    assert "已豁免 1 项" in client.post(url("task_exempt", task.pk), typed, follow=True).text
    lift = url("task_exempt", task.pk) + "?lift=1&slot=all"
    assert "人员借调" in client.get(lift).text
    assert "已取消豁免 1 项" in client.post(lift, typed | {"reason": "借调取消"}, follow=True).text


@pytest.mark.parametrize("missing", ["assignments", "reason"])
def test_act_without_ticks_or_reason_is_asked_for_them(client, office, task, missing):
    typed = {"assignments": [of(task, office.finance, "2026-05").pk], "reason": "人员借调"}
    del typed[missing]
    response = log_in(client, office.staff).post(url("task_exempt", task.pk), typed)
    assert (response.status_code, "还有 1 处要改" in response.text) == (200, True)
    assert not Assignment.objects.filter(exempted_at__isnull=False).exists()


def test_organization_is_added_and_withdrawn(client, office, task):
    log_in(client, office.staff)
    typed = {"organizations": [office.tax.pk], "counts_from": "2026-05-20", "reason": "新增承办"}
    assert "已分下 8 项" in client.post(url("task_widen", task.pk), typed, follow=True).text
    assert slots(office.tax) == [f"2026-{month:02}" for month in range(5, 13)]
    typed = {"organizations": [office.tax.pk], "reason": "不再承办"}
    assert "8 项不再适用" in client.post(url("task_narrow", task.pk), typed, follow=True).text


def test_withdrawing_says_whom_it_touches_first(client, office, task):
    finish(of(task, office.finance, "2026-01"))
    log_in(client, office.staff)
    page = client.get(url("task_withdraw", task.pk)).text
    assert "3 个党组织的 35 项不再要求" in page and "已完成的 1 项照常计分" in page
    page = client.post(url("task_withdraw", task.pk), {"reason": "上级取消"}, follow=True).text
    assert "任务已撤销" in page and "上级取消" in page
    for name in ACTS:
        assert url(name, task.pk) not in page


# Events


def test_secretary_opens_the_event_of_the_own_organization(client, office, vacancy):
    log_in(client, office.zheng)
    assert url("task_open", vacancy.pk) in client.get(url("task_detail", vacancy.pk)).text
    typed = {"organization": office.finance.pk, "event_on": "2026-05-06", "reason": "副书记调离"}
    response = client.post(url("task_open", vacancy.pk), typed, follow=True)
    assert "已触发" in response.text
    assert Assignment.objects.get().due_on == date(2026, 8, 6)


def test_secretary_cannot_open_somebody_elses_event(client, office, vacancy):
    typed = {"organization": office.archive.pk, "event_on": "2026-05-06", "reason": "副书记调离"}
    response = log_in(client, office.zheng).post(url("task_open", vacancy.pk), typed)
    assert response.status_code == 200
    assert Assignment.objects.count() == 0


@pytest.mark.parametrize("name", ["chen", "wang", "leader", "accounts", "nobody"])
def test_event_is_not_opened_by_those_it_does_not_concern(client, office, vacancy, name):
    if name == "chen":  # of a committee; the task is for branches, and its own branch is among them
        vacancy.audience = {"named": [office.finance.pk]}
        vacancy.save()
    user = getattr(office, name)
    assert log_in(client, user).get(url("task_open", vacancy.pk)).status_code == 403


def test_dated_task_has_no_event_to_open(client, office, task):
    assert log_in(client, office.staff).get(url("task_open", task.pk)).status_code == 409


def test_term_ends_are_listed_ticked_and_opened_by_a_person(client, office):
    task = published_task(office.root, "届满前6个月", points=200)
    Organization.objects.filter(pk=office.finance.pk).update(term_ends_on=date(2027, 1, 20))
    log_in(client, office.staff)
    assert "2026年内该办的有 1 个党组织" in client.get(url("task_detail", task.pk)).text
    assert Assignment.objects.count() == 0
    form = client.get(url("task_term_ends", task.pk)).context["form"]
    assert form["organizations"].value() == [str(office.finance.pk)]
    client.post(url("task_term_ends", task.pk), {"organizations": [office.finance.pk], "reason": "届满换届"})
    assert Assignment.objects.get().due_on == date(2026, 7, 20)
    assert client.get(url("task_term_ends", task.pk)).status_code == 404
    assert log_in(client, office.zheng).get(url("task_term_ends", task.pk)).status_code == 403


# Answers owed


def test_pending_task_is_settled_after_publication(client, office):
    task = published_task(office.root, audience={"pending": "窗口单位党支部"})
    Task.objects.filter(pk=task.pk).update(responsible="窗口单位党支部")
    log_in(client, office.staff)
    assert url("task_answer", task.pk) in client.get(url("plan_detail", task.item.plan_id)).text
    typed = {
        "responsible": "窗口单位党支部", "who": "tag", "ticked": [office.finance.pk], "deadline": "每月", "when": "",
        "counts_from": "2026-05-20", "reason": "名单已定",
    }  # fmt: skip
    unsaid = typed | {"who": "", "ticked": []}
    assert "是哪些党组织，没有登记。" in client.post(url("task_answer", task.pk), unsaid).text
    assert "1 个" in client.post(url("task_answer", task.pk), typed | {"then": "read"}).text
    assert Assignment.objects.count() == 0
    assert "已分下 8 项" in client.post(url("task_answer", task.pk), typed, follow=True).text
    assert slots(office.finance) == [f"2026-{month:02}" for month in range(5, 13)]


def test_answer_that_leaves_it_open_is_not_taken(client, office):
    task = published_task(office.root, audience={"pending": "窗口单位党支部"})
    typed = {
        "responsible": "窗口单位党支部", "who": "pending", "deadline": "每月", "when": "", "counts_from": "2026-05-20",
        "reason": "再等等",
    }  # fmt: skip
    response = log_in(client, office.staff).post(url("task_answer", task.pk), typed)
    assert response.status_code == 200
    assert Task.objects.get(pk=task.pk).is_pending


def test_those_who_have_since_done_the_deciding_task_are_proposed(client, office, task):
    later = Task.objects.create(
        item=task.item, position=2, content="配合实地考评", responsible="申报单位", deadline="12月底前", points=100,
        audience={"after_task": task.pk}, calendar=Task.objects.get(pk=task.pk).calendar,
    )  # fmt: skip
    log_in(client, office.staff)
    assert "新近有" not in client.get(url("task_detail", later.pk)).text
    finish(of(task, office.finance, "2026-04"))
    page = client.get(url("task_detail", later.pk)).text
    assert "新近有 1 个党组织要做" in page
    assert f"?organization={office.finance.pk}" in page
