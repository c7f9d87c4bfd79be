import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from branchwork.organizations.models import Organization
from branchwork.organizations.permissions import Role
from ledgers.actions.entries import Written, edit_entry, log_entry
from ledgers.models import Entry
from tests.ledgers.plan import make_entry
from tests.office import make_user

LOG = "/entries/log/"
PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 10, 13, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def october(office, small_plan):
    return small_plan.assignment(small_plan.theme_day, office.finance, "2026-10")


@pytest.fixture
def wang(office, small_plan, client):
    client.force_login(office.wang)
    return client


def typed(**changes) -> dict:
    return {
        "title": "主题党日：到红枫社区清理河道", "happened_on": "2026-10-09", "effect": "清理河道 1.2 公里",
        "client_uuid": str(uuid.uuid4()), "then": "submit",
    } | changes  # fmt: skip


def text(response) -> str:
    return response.content.decode()


def test_entry_log_asks_three_things_only(wang):
    page = text(wang.get(LOG))
    assert "可不填" in page
    required = [field.name for field in wang.get(LOG).context["form"] if field.field.required]
    assert required == ["happened_on", "title", "effect"]


def test_entry_log_from_an_assignment_has_it_ticked_with_its_kind(wang, october):
    response = wang.get(f"{LOG}?assignment={october.pk}")
    offers = response.context["offers"]
    assert [(offer.assignment, offer.is_ticked) for offer in offers.near] == [(october, True)]
    assert response.context["work_type"].code == "theme_day"
    assert "计划要求：有方案、有参加人数、有效果" in text(response)
    assert "10月1日至10月31日 周六" in text(response)


def test_entry_log_offers_what_runs_that_day_and_is_of_the_kind(wang, office, small_plan, october):
    theme_day = small_plan.theme_day.work_type
    response = wang.get(f"{LOG}?happened_on=2026-09-20&work_type={theme_day.pk}", headers={"HX-Request": "true"})
    september = small_plan.assignment(small_plan.theme_day, office.finance, "2026-09")
    near = response.context["offers"].near
    assert [(offer.assignment, offer.is_ticked) for offer in near] == [(september, True)]
    others = {(offer.assignment.task, offer.assignment.slot) for offer in response.context["offers"].others}
    assert (small_plan.theme_day, "2026-08") in others  # in arrears: to be picked, not proposed
    assert (small_plan.theme_day, "2026-10") not in others  # had not begun that day
    assert all(task != small_plan.summary for task, _slot in others)  # its own page writes it


def test_entry_log_proposes_unticked_what_already_has_an_entry_on_its_way(wang, office, small_plan, october):
    log_entry(
        organization=office.finance, written=Written("主题党日", date(2026, 10, 9), "好"), claimed=[october],
        submit=True, by=office.wang,
    )  # fmt: skip
    response = wang.get(f"{LOG}?happened_on=2026-10-10&work_type={small_plan.theme_day.work_type_id}")
    assert [(offer.assignment, offer.is_ticked) for offer in response.context["offers"].near] == [(october, False)]


def test_entry_log_sends_in_and_says_who_is_next(wang, october):
    response = wang.post(f"{LOG}?assignment={october.pk}", typed(claims=[october.pk], attended="28"), follow=True)
    entry = Entry.objects.get()
    assert (entry.state, entry.attended, entry.title) == ("submitted", 28, "主题党日：到红枫社区清理河道")
    assert response.redirect_chain == [(f"/entries/{entry.pk}/", 302)]
    assert "已提交“主题党日：到红枫社区清理河道”，等待确认。" in text(response)


def test_entry_log_and_another_opens_a_blank_form(wang, office):
    response = wang.post(LOG, typed(then="again"))
    assert response.url == f"/entries/log/?organization={office.finance.pk}"


def test_entry_log_as_draft_needs_no_effect(wang):
    wang.post(LOG, typed(then="draft", effect=""))
    assert Entry.objects.get().state == "draft"


def test_entry_log_clicked_twice_is_one_entry(wang):
    form = typed()
    first, second = wang.post(LOG, form), wang.post(LOG, form)
    assert (first.url, Entry.objects.count()) == (second.url, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请用一句话写做了什么。"),
        ({"effect": "  "}, "请写效果，一句话也行。"),
        ({"happened_on": "2026-10-14"}, "这一天还没到。"),
        ({"happened_on": "0202-11-20"}, "这个日期太早了，请看看年份填得对不对。"),
        ({"happened_on": "十月"}, "日期请写成 2026-10-09 这样。"),
        ({"attended": "35"}, "35 人，多于本组织党员 31 人。"),
    ],
)
def test_entry_log_with_a_fault_keeps_what_was_typed(wang, changes, sentence):
    response = wang.post(LOG, typed(place="红枫社区", **changes))
    assert response.status_code == 200
    assert sentence in text(response)
    assert "还有 1 处要改，其余已保留" in text(response)
    assert 'value="红枫社区"' in text(response)
    assert Entry.objects.count() == 0


def test_entry_log_with_a_claim_that_had_not_begun_says_so(wang, office, small_plan):
    november = small_plan.assignment(small_plan.theme_day, office.finance, "2026-11")
    response = wang.post(LOG, typed(claims=[november.pk]))
    assert "“开展主题党日”11月1日才开始，之前做的不能抵用。" in text(response)


def test_entry_log_with_a_neighbours_assignment_is_refused(wang, office, small_plan):
    theirs = small_plan.assignment(small_plan.theme_day, office.archive, "2026-10")
    assert wang.post(LOG, typed(claims=[theirs.pk])).status_code == 200
    assert Entry.objects.count() == 0
    assert wang.get(f"{LOG}?assignment={theirs.pk}").status_code == 404


def test_entry_log_of_last_year_is_kept_with_a_notice(wang):
    response = wang.post(LOG, typed(happened_on="2025-12-30"), follow=True)
    assert "请留意：这是2025年的事，记在“2026年度党建工作台账”里。" in text(response)


def test_entry_log_keeps_a_good_file_when_the_form_comes_back(wang):
    file = SimpleUploadedFile("活动方案.pdf", PDF)
    response = wang.post(LOG, typed(title="", files=[file]))
    assert "活动方案.pdf" in text(response)
    ((kept, token),) = response.context["files"]
    wang.post(LOG, typed(kept=[token]))
    evidence = Entry.objects.get().evidence.get()
    assert (evidence.file_name, evidence.size, evidence.path) == ("活动方案.pdf", len(PDF), kept.path)


def test_entry_log_takes_no_file_of_another_person_or_made_up(wang, office):
    file = SimpleUploadedFile("活动方案.pdf", PDF)
    token = wang.post(LOG, typed(title="", files=[file])).context["files"][0][1]
    wang.post(LOG, typed(kept=["forged", token + "x"]))
    wang.force_login(office.guo)
    wang.post(LOG, typed(kept=[token]))
    assert Entry.objects.count() == 2
    assert [entry.evidence.count() for entry in Entry.objects.all()] == [0, 0]


def test_entry_log_with_a_forbidden_file_says_which_are_taken(wang):
    response = wang.post(LOG, typed(files=[SimpleUploadedFile("清单.exe", b"MZ")]))
    assert "“清单.exe”的类型不收。可以传的类型：pdf、jpg、jpeg、png、docx、xlsx、wps、et。" in text(response)
    assert Entry.objects.count() == 0


def test_entry_log_when_everything_is_closed_keeps_what_was_typed(wang, small_plan, office):
    small_plan.plan.locks.update(closed_at=datetime(2027, 4, 1, tzinfo=UTC), closed_by=office.admin)
    response = wang.post(LOG, typed())
    assert response.status_code == 409
    assert "2026年度已封账，不能再记。" in text(response)
    assert "到红枫社区清理河道" in text(response)


def test_entry_log_of_the_summary_task_goes_to_the_summary(wang, office, small_plan):
    report = small_plan.assignment(small_plan.summary, office.finance, "2026Q3")
    assert wang.get(f"{LOG}?assignment={report.pk}").url == f"/summary/{office.finance.pk}/2026Q3/"


def test_entry_log_corrects_a_voided_one(wang, office, october):
    wrong = make_entry(office.finance, october, by=office.wang, happened_on=date(2026, 10, 9), state="voided")
    page = wang.get(f"{LOG}?replaces={wrong.pk}")
    assert page.context["form"]["title"].value() == "主题党日：到红枫社区清理河道"
    wang.post(f"{LOG}?replaces={wrong.pk}", typed(replaces=wrong.pk, claims=[october.pk]))
    assert Entry.objects.get(replaces=wrong).state == "submitted"


def test_entry_log_by_committee_staff_asks_for_whom(client, office, small_plan):
    client.force_login(office.staff)
    page = text(client.get(LOG))
    assert "为哪个党组织记？" in page
    assert "税务局第一党支部" in page
    assert "代记" in text(client.get(f"{LOG}?organization={office.tax_first.pk}"))
    client.post(LOG, typed(organization=office.tax_first.pk))
    entry = Entry.objects.get()
    assert (entry.organization, entry.on_behalf, entry.state) == (office.tax_first, True, "submitted")


def test_entry_log_says_who_confirms(wang, office, client):
    assert "提交后由郑洁确认" in text(wang.get(LOG))
    client.force_login(office.zheng)
    assert "您有确认权，提交后即已确认。" in text(client.get(LOG))
    client.force_login(office.staff)
    assert "没有书记账号" in text(client.get(f"{LOG}?organization={office.tax_first.pk}"))


@pytest.mark.parametrize(("who", "status"), [("guo", 404), ("leader", 403), ("accounts", 403), ("nobody", 403)])
def test_entry_log_for_another_organization_is_closed(client, office, small_plan, who, status):
    client.force_login(office.users[who])
    assert client.get(f"{LOG}?organization={office.finance.pk}").status_code == status
    assert client.post(LOG, typed(organization=office.finance.pk)).status_code == status
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    "query", ["assignment=9999", "assignment=x", "organization=0", "replaces=١", "organization=-1"]
)
def test_entry_log_with_a_made_up_key_is_not_found(wang, query):
    assert wang.get(f"{LOG}?{query}").status_code == 404


def test_entry_log_sending_in_asks_at_most_twenty_queries(
    wang, office, small_plan, october, django_assert_max_num_queries
):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q4")
    debriefing = small_plan.assignment(small_plan.debriefing, office.finance, "1")
    kind = small_plan.theme_day.work_type_id
    with django_assert_max_num_queries(20):
        wang.post(f"{LOG}?assignment={october.pk}", typed(claims=[october.pk], work_type=kind))
    with django_assert_max_num_queries(20):
        wang.post(LOG, typed(claims=[october.pk, forum.pk, debriefing.pk], work_type=kind))
    wang.force_login(office.zheng)
    with django_assert_max_num_queries(20):
        wang.post(LOG, typed(claims=[october.pk], work_type=kind, files=[SimpleUploadedFile("方案.pdf", PDF)]))
    assert Entry.objects.count() == 3


def draft(office, october) -> Entry:
    return log_entry(
        organization=office.finance, written=Written("主题党日", date(2026, 10, 9), "好"), claimed=[october],
        submit=False, by=office.wang,
    )  # fmt: skip


def test_entry_edit_shows_what_is_stored_and_saves_it(wang, office, october):
    entry = draft(office, october)
    url = reverse("ledgers:entry_edit", args=[entry.pk])
    form = wang.get(url).context["form"]
    assert (form["title"].value(), form["version"].value(), form.ticked) == ("主题党日", 1, {october.pk})
    wang.post(url, typed(version=1, claims=[october.pk], title="十月主题党日"))
    entry.refresh_from_db()
    assert (entry.title, entry.state) == ("十月主题党日", "submitted")


def test_entry_edit_by_two_people_shows_both_and_loses_nothing(wang, office, october):
    entry = draft(office, october)
    url = reverse("ledgers:entry_edit", args=[entry.pk])
    edit_entry(
        entry=entry, version=1, written=Written("书记改过的标题", date(2026, 10, 9), "书记写的效果"), by=office.zheng
    )
    response = wang.post(url, typed(version=1, claims=[october.pk], title="王敏写的标题"))
    assert response.status_code == 409
    page = text(response)
    assert "这一笔刚被别人改过" in page
    assert "王敏写的标题" in page
    assert "书记改过的标题" in page
    assert response.context["form"]["version"].value() == 2
    entry.refresh_from_db()
    assert entry.title == "书记改过的标题"
    # Saved again on purpose, mine replaces it.
    assert wang.post(url, typed(version=2, claims=[october.pk], title="王敏写的标题")).status_code == 302
    entry.refresh_from_db()
    assert entry.title == "王敏写的标题"


def test_entry_edit_of_what_was_sent_in_meanwhile_keeps_what_was_typed(wang, office, october):
    entry = draft(office, october)
    url = reverse("ledgers:entry_edit", args=[entry.pk])
    edit_entry(
        entry=entry, version=1, written=Written("书记改过的标题", date(2026, 10, 9), "好"), submit=True, by=office.zheng
    )
    response = wang.post(url, typed(version=1, title="王敏写的标题"))
    assert response.status_code == 409
    assert "已经提交，不能再改" in text(response)
    assert "王敏写的标题" in text(response)
    assert ">提交<" not in text(response)
    assert wang.get(url).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("guo", 404), ("leader", 403), ("zheng", 200), ("staff", 200)])
def test_entry_edit_is_for_those_who_log_there(client, office, october, who, status):
    entry = draft(office, october)
    client.force_login(office.users[who])
    assert client.get(reverse("ledgers:entry_edit", args=[entry.pk])).status_code == status


def test_entry_pages_ask_for_a_login(client, office, october):
    entry = draft(office, october)
    for url in (LOG, f"/entries/{entry.pk}/edit/", f"/entries/{entry.pk}/", "/entries/", "/review/"):
        assert client.get(url).url.startswith("/login/")


def test_entry_log_by_the_secretary_of_a_committee_offers_its_branches(client, office, small_plan):
    client.force_login(office.chen)
    assert {choice.name for choice in client.get(LOG).context["choices"]} == {"税务局机关党委", "税务局第一党支部"}
    clerk = make_user("huang", "黄河", Role.CLERK, office.tax_first)
    client.force_login(clerk)
    assert client.get(LOG).context["organization"] == Organization.objects.get(name="税务局第一党支部")


def test_entry_log_after_the_session_ended_is_sent_again_and_loses_nothing(office, small_plan, october, client):
    office.wang.set_password("correct horse battery")
    office.wang.save()
    asked = client.post(
        f"{LOG}?assignment={october.pk}", typed(claims=[october.pk], effect="清理河道 1.2 公里\n意见 7 条")
    )
    assert asked.status_code == 401
    login = {"username": "wangmin", "password": "correct horse battery", "carried": asked.context["carried"]}
    resumed = client.post("/login/", login | {"next": asked.context["next"]})
    fields = {}
    for key, value in resumed.context["fields"]:
        fields.setdefault(key, []).append(value)
    client.post(resumed.context["back"], fields)
    entry = Entry.objects.get()
    assert (entry.title, entry.state) == ("主题党日：到红枫社区清理河道", "submitted")
    assert entry.effect.splitlines() == ["清理河道 1.2 公里", "意见 7 条"]
    assert [claim.assignment for claim in entry.fulfilments.all()] == [october]
