"""The scheme of a plan and its facts files on the screen: read, look through, mend, confirm, return, remove."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from assessments import scheme_uploads
from assessments.actions.schemes import attach_facts, choose_scheme
from assessments.models import FactsFile, Scheme
from assessments.scheme_files.scheme_reader import read_scheme
from branchwork.models import Import
from branchwork.templatetags.words import day
from ledgers.actions.plans.editing import create_plan
from ledgers.models import Task, WorkType
from tests.assessments.rule_books_for_plans import BOOK, FACTS
from tests.assessments.year import close


def address(name: str, plan, *more) -> str:
    return reverse(f"assessments:{name}", args=[plan.pk, *more])


def words(answer) -> str:
    text = re.sub(r"<(script|style|textarea).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def upload(client, where: str, text: str | bytes, name: str = "办法.yaml"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(where, {"file": SimpleUploadedFile(name, data)}, follow=True)


def table(rows: list[list]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def has_book(plan, by, document: str = BOOK) -> Scheme:
    return choose_scheme(plan=plan, document=document, title="党支部考核办法", source="办法.yaml", by=by)


@pytest.fixture
def admin(office, client):
    client.force_login(office.admin)
    return client


# The scheme in force


def test_a_plan_begins_with_its_own_points(admin, small_plan):
    said = words(admin.get(address("scheme_detail", small_plan.plan)))
    assert "按计划分值计分" in said
    assert "逾期完成或补记的，得其中的 0.80。" in said
    assert "好 90 起 较好 80 起 一般 60 起 差 0 起" in said
    assert not Scheme.objects.exists()


def test_the_rule_book_in_force_is_readable_by_whoever_is_scored_by_it(office, client, small_plan):
    has_book(small_plan.plan, office.admin)
    client.force_login(office.wang)
    said = words(client.get(address("scheme_detail", small_plan.plan)))
    assert "1 组织生活 60 年度任务 60 按任务完成情况" in said
    assert "2 日常检查 40 检查发现 40 检查中每发现一处问题扣0.5分。 每次扣0.5 现场检查" in said
    assert "好 90 起 一般 0 起 好：不超过 30%、按各分类计" in said
    assert "一票否决 发生违纪案件 最高只能定为一般" in said
    assert "换一份考核办法" not in said
    assert "数据从哪里来" not in said


def test_versions_stay_readable(admin, office, small_plan):
    has_book(small_plan.plan, office.admin)
    admin.post(address("scheme_return", small_plan.plan))
    said = words(admin.get(address("scheme_detail", small_plan.plan)))
    assert "从现在起按计划分值计分。" in said
    assert "历次版本 2 计划分值" in said
    old = words(admin.get(address("scheme_detail", small_plan.plan) + "?version=1"))
    assert "党支部考核办法 已不再使用" in old
    assert "检查发现" in old


def test_it_says_what_the_ledger_feeds_and_what_only_a_file(admin, office, small_plan):
    work_type = WorkType.objects.get_or_create(code="theme_day", defaults={"name": "主题党日", "position": 1})[0]
    Task.objects.filter(work_type=work_type).update(work_type=None)
    reads = "[entries:主题党日, 'missed:主题党日', 'entries:打卡']"
    has_book(small_plan.plan, office.admin, BOOK.replace("reads: assignments", f"reads: {reads}"))
    said = words(admin.get(address("scheme_detail", small_plan.plan)))
    assert "1 条计分规则由本计划台账自动供数" in said
    assert "2 条只能由事实文件供数" in said
    assert "没有“打卡”这个工作类型。" in said
    assert "本计划没有任务要求“主题党日”。" in said


def test_it_is_exported_as_it_was_confirmed(admin, office, small_plan):
    assert admin.get(address("scheme_file", small_plan.plan)).status_code == 409
    has_book(small_plan.plan, office.admin)
    answer = admin.get(address("scheme_file", small_plan.plan))
    assert b"".join(answer.streaming_content).decode() == BOOK
    assert "filename*=utf-8''%E5%85%9A%E6%94%AF" in answer["Content-Disposition"]


def test_it_is_exported_as_a_workbook_that_is_read_again(admin, office, small_plan):
    has_book(small_plan.plan, office.admin)
    workbook = b"".join(admin.get(address("scheme_workbook", small_plan.plan)).streaming_content)
    admin.post(address("scheme_return", small_plan.plan))
    answer = upload(admin, address("scheme_choose", small_plan.plan), workbook, "办法.xlsx")
    assert "检查发现 40 检查中每发现一处问题扣0.5分。" in words(answer)
    kept = Import.objects.get()
    admin.post(address("scheme_check", small_plan.plan, kept.pk), {"confirm": kept.sha256})
    again = Scheme.objects.filter(plan=small_plan.plan).first()
    assert (again.version, again.source) == (3, "办法.xlsx")
    assert read_scheme(again.document, "a") == read_scheme(BOOK, "a")


# Choosing another


def test_a_table_is_asked_about_where_it_is_not_clear(admin, small_plan):
    head = ["类目", "指标", "分值", "评分标准", "考核方式"]
    rows = [
        ["组织生活", "三会一课", 60, "未召开的，每次扣5分", "查记录"],
        ["组织生活", "作用发挥", 40, "视情况评定", "走访"],
    ]
    answer = upload(admin, address("scheme_choose", small_plan.plan), table([head, *rows]), "细则.xlsx")
    said = words(answer)
    assert "视情况评定" in said
    kept = Import.objects.get()
    where = address("scheme_check", small_plan.plan, kept.pk)
    assert "confirm" not in answer.content.decode()
    name = re.search(r'<select[^>]* name="(a-[^"]*)"[^>]*aria-label="[^"]*视情况评定', answer.content.decode())[1]
    admin.post(where, {name: "人工评分"})
    kept.refresh_from_db()
    answer = admin.post(where, {"confirm": kept.sha256}, follow=True)
    assert "从现在起按这份考核办法计分。" in words(answer)
    assert [indicator.title for _, indicator in read_scheme(Scheme.objects.get().document, "a")[0].indicators()] == [
        "三会一课", "作用发挥",
    ]  # fmt: skip


def test_what_is_no_workbook_inside_says_so(admin, small_plan):
    answer = upload(admin, address("scheme_choose", small_plan.plan), b"PK\x03\x04 nothing", "细则.xlsx")
    assert "文件中有 1 处错误；未保存任何内容" in words(answer)


def test_a_file_is_looked_through_before_anything_is_stored(admin, small_plan):
    answer = upload(admin, address("scheme_choose", small_plan.plan), BOOK)
    said = words(answer)
    assert "检查发现 40" in said
    assert "3 条" not in said
    assert not Scheme.objects.exists()
    kept = Import.objects.get()
    answer = admin.post(address("scheme_check", small_plan.plan, kept.pk), {"confirm": kept.sha256}, follow=True)
    assert "从现在起按这份考核办法计分。" in words(answer)
    chosen = Scheme.objects.get()
    assert (chosen.document, chosen.title, chosen.source) == (BOOK, "党支部考核办法", "办法.yaml")


def test_every_mistake_stands_with_its_line_and_the_text_can_be_mended_there(admin, small_plan):
    wrong = BOOK.replace("title: 年度任务", "titel: 年度任务").replace("each: 0.5", "each: viel")
    answer = upload(admin, address("scheme_choose", small_plan.plan), wrong)
    said = words(answer)
    assert "文件中有 2 处错误；未保存任何内容" in said
    assert "第 8 行" in said
    assert "第 19 行" in said
    assert "categories[1].indicators[1].titel" in said
    assert "titel: 年度任务" in answer.content.decode()
    assert "confirm" not in answer.content.decode()
    kept = Import.objects.get()
    where = address("scheme_check", small_plan.plan, kept.pk)
    assert admin.post(where, {"confirm": kept.sha256}).status_code == 200
    answer = admin.post(where, {"document": BOOK.replace("\n", "\r\n")}, follow=True)
    assert "错误" not in words(answer)
    admin.post(where, {"document": BOOK + "\0"})
    kept.refresh_from_db()
    assert kept.understood == {"document": BOOK}
    assert not Scheme.objects.exists()


def test_what_was_mended_meanwhile_is_not_confirmed_unseen(admin, small_plan):
    upload(admin, address("scheme_choose", small_plan.plan), BOOK)
    kept = Import.objects.get()
    where, seen = address("scheme_check", small_plan.plan, kept.pk), kept.sha256
    admin.post(where, {"document": BOOK.replace("each: 0.5", "each: 5")})
    assert admin.post(where, {"confirm": seen}).status_code == 200
    assert not Scheme.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "提交的是空文件"),
        ("scheme: 办法".encode("gbk"), "UTF-8"),
        (b"scheme: a\0b", "U+0000"),
        (b"x" * 2_000_001, "2 MB"),
        (b"PK\x03\x04" + b"x" * 2_000_000, "2 MB"),
    ],
)
def test_what_is_no_text_is_refused_at_once(admin, small_plan, data, said):
    assert said in words(upload(admin, address("scheme_choose", small_plan.plan), data))
    assert not Import.objects.exists()


def test_nothing_chosen_says_so_and_typed_text_is_kept(admin, small_plan):
    where = address("scheme_choose", small_plan.plan)
    assert "请选择文件，或在下面写出它的内容。" in words(admin.post(where, {"text": " "}))
    admin.post(where, {"text": BOOK})
    assert Import.objects.get().understood == {"document": BOOK}


def test_a_draft_can_have_its_rule_book_before_it_is_published(admin, office):
    plan = create_plan(owner=office.root, year=2027, title="2027年度计划", by=office.admin)
    upload(admin, address("scheme_choose", plan), BOOK)
    kept = Import.objects.get()
    admin.post(address("scheme_check", plan, kept.pk), {"confirm": kept.sha256})
    said = words(admin.get(address("scheme_detail", plan)))
    assert "检查发现" in said
    assert "事实文件" not in said.split("数据从哪里来")[0]


def test_once_a_quarter_is_closed_the_page_says_why_nothing_can_be_chosen(admin, office, year):
    close(year.plan, "2026Q1", office.admin)
    why = "2026年第一季度已按现行考核办法封账。反封账之后才能换考核办法。"
    assert why in words(admin.get(address("scheme_detail", year.plan)))
    upload(admin, address("scheme_choose", year.plan), BOOK)
    kept = Import.objects.get()
    answer = admin.post(address("scheme_check", year.plan, kept.pk), {"confirm": kept.sha256})
    assert (answer.status_code, why in words(answer)) == (409, True)
    assert Scheme.objects.get().document == ""
    assert admin.post(address("scheme_return", year.plan)).status_code == 409


@pytest.mark.parametrize("name", ["leader", "zheng", "wang", "accounts", "nobody"])
def test_others_neither_choose_nor_attach(office, client, small_plan, name):
    client.force_login(getattr(office, name))
    plan = small_plan.plan
    kept = Import.objects.create(kind="scheme", options={"plan": plan.pk, "period": ""}, understood={"document": BOOK})
    for where in (
        address("scheme_choose", plan), address("scheme_check", plan, kept.pk), address("scheme_return", plan),
        address("facts_detail", plan, "2026Q1"), address("facts_check", plan, "2026Q1", kept.pk),
        address("facts_remove", plan, "2026Q1"), address("facts_file", plan, "2026Q1"),
    ):  # fmt: skip
        assert client.post(where).status_code in (403, 405)
        assert client.get(where).status_code in (403, 405)


def test_an_upload_belongs_to_its_plan_and_period(admin, office, small_plan):
    other = create_plan(owner=office.root, year=2027, title="2027年度计划", by=office.admin)
    has_book(small_plan.plan, office.admin)
    upload(admin, address("scheme_choose", small_plan.plan), BOOK + "# 2\n")
    kept = Import.objects.get()
    assert admin.get(address("scheme_check", other, kept.pk)).status_code == 404
    assert admin.get(address("facts_check", small_plan.plan, "2026Q1", kept.pk)).status_code == 404


# Facts files


def test_a_facts_file_is_looked_through_attached_and_removed(admin, office, small_plan):
    plan = small_plan.plan
    has_book(plan, office.admin)
    where = address("facts_detail", plan, "2026Q1")
    assert "检查发现 checks" in words(admin.get(where))
    said = words(upload(admin, where, FACTS, "一季度.yaml"))
    assert "2 个党组织的事实" in said
    assert f"财政局党支部 检查发现 {day(date(2026, 2, 3))} 2" in said
    assert f"档案馆党支部 发生违纪案件 {day(date(2026, 3, 1))} 1" in said
    assert not FactsFile.objects.exists()
    kept = Import.objects.get()
    said = words(admin.post(address("facts_check", plan, "2026Q1", kept.pk), {"confirm": kept.sha256}, follow=True))
    assert "已挂上。本期计分卡从现在起按它计分。" in said
    assert "一季度.yaml" in said
    assert f"SHA-256 {kept.sha256[:12]}… {kept.sha256}" in said
    assert re.search(rf"<details>.*…</code></summary><code[^>]*>{kept.sha256}<", admin.get(where).content.decode())
    assert b"".join(admin.get(address("facts_file", plan, "2026Q1")).streaming_content).decode() == FACTS
    assert "第一季度 一季度.yaml" in words(admin.get(address("scheme_detail", plan)))
    said = words(admin.post(address("facts_remove", plan, "2026Q1"), follow=True))
    assert "已撤下。本期计分卡不再按它计分。" in said
    assert admin.get(address("facts_file", plan, "2026Q1")).status_code == 409


def test_unknown_subjects_are_listed_with_their_lines_and_can_be_mended(admin, office, small_plan):
    has_book(small_plan.plan, office.admin)
    wrong = FACTS.replace('"016"', "财政厅").replace("档案馆", "档案局").replace("about: case", "about: nothing")
    said = words(upload(admin, address("facts_detail", small_plan.plan, "2026Q1"), wrong))
    assert "文件中有 3 处错误" in said
    assert "第 3 行 “财政厅”不是本计划任何党组织的编码、简称或全称。 subjects[1].id" in said
    assert "第 6 行 “档案局”不是本计划任何党组织的编码、简称或全称。 subjects[2].id" in said
    kept = Import.objects.get()
    where = address("facts_check", small_plan.plan, "2026Q1", kept.pk)
    admin.post(where, {"confirm": kept.sha256})
    assert not FactsFile.objects.exists()
    assert "2 个党组织的事实" in words(admin.post(where, {"document": FACTS}, follow=True))


def test_without_a_rule_book_there_is_nothing_to_attach(admin, small_plan):
    where = address("facts_detail", small_plan.plan, "2026Q1")
    assert "用不到事实文件" in words(admin.get(where))
    assert upload(admin, where, FACTS).status_code == 409
    assert admin.get(address("facts_detail", small_plan.plan, "2025Q1")).status_code == 404


def test_the_closing_page_says_what_it_is_scored_by_and_what_is_attached(admin, office, small_plan):
    plan, where = small_plan.plan, reverse("assessments:period_close", args=[small_plan.plan.pk, "2026Q1"])
    assert "考核办法计分" not in words(admin.get(where))
    has_book(plan, office.admin)
    said = words(admin.get(where))
    assert "按考核办法计分 党支部考核办法" in said
    assert "可办 没有挂事实文件" in said
    attach_facts(plan=plan, period="2026Q1", name="一季度.yaml", document=FACTS, by=office.admin)
    assert "已挂事实文件 一季度.yaml" in words(admin.get(where))


# Presets, and the whole way in a browser


@pytest.fixture
def preset(tmp_path, monkeypatch) -> None:
    (tmp_path / "check.yaml").write_text("# 适合小机关。\n# 每季度计分。\n" + BOOK, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("scheme: 半份\n", encoding="utf-8")
    monkeypatch.setattr(scheme_uploads, "PRESETS", tmp_path)
    scheme_uploads.presets.cache_clear()
    yield
    scheme_uploads.presets.cache_clear()


def test_a_preset_is_looked_through_like_a_file(admin, small_plan, preset):
    where = address("scheme_choose", small_plan.plan)
    said = words(admin.get(where))
    assert "党支部考核办法 适合小机关。 每季度计分。 去看" in said
    assert "半份" not in said
    assert "检查发现 40" in words(admin.post(where, {"preset": "check"}, follow=True))
    assert Import.objects.get().file_name == "check.yaml"
    assert "请选择文件" in words(admin.post(where, {"preset": "none"}))


def test_a_preset_for_persons_stands_apart_and_cannot_be_confirmed(admin, small_plan):
    where = address("scheme_choose", small_plan.plan)
    said = words(admin.get(where))
    order = [said.index(one) for one in ("支部书记述职评议", "按人考核的", "党员积分管理", "或者用自己的考核办法")]
    assert order == sorted(order)
    page = admin.post(where, {"preset": "member-points"}, follow=True)
    assert "这份考核办法考核的是个人" in words(page)
    confirm = re.search(r'<button[^>]* name="confirm"[^>]*>', page.content.decode())[0]
    assert " disabled" in confirm
    kept = Import.objects.get()
    answer = admin.post(address("scheme_check", small_plan.plan, kept.pk), {"confirm": kept.sha256})
    assert answer.status_code == 409
    assert not Scheme.objects.exists()


def test_in_a_browser_a_preset_is_chosen_changed_and_fed(office, small_plan, browse_as, preset):
    page = browse_as(office.admin)
    page.goto(address("scheme_detail", small_plan.plan))
    page.get_by_role("link", name="换一份考核办法").click()
    page.get_by_role("button", name="去看党支部考核办法").click()
    page.get_by_text("文件内容，可在此修改").click()
    text = page.get_by_label("内容", exact=True)
    text.fill(text.input_value().replace("each: 0.5", "each: 两分"))
    page.get_by_role("button", name="保留并重新核对").click()
    assert page.get_by_role("alert").get_by_text("第 21 行").is_visible()
    text.fill(text.input_value().replace("each: 两分", "each: 2"))
    page.get_by_role("button", name="保留并重新核对").click()
    assert page.get_by_text("每次扣2").is_visible()
    page.get_by_role("button", name="按这份考核办法计分").click()
    page.get_by_role("link", name="第一季度").click()
    page.get_by_label("事实文件（.yaml）").set_input_files(
        {"name": "一季度.yaml", "mimeType": "application/yaml", "buffer": FACTS.encode()}
    )
    page.get_by_role("button", name="读取文件").click()
    assert page.get_by_role("row", name="财政局党支部").is_visible()
    assert page.get_by_role("row", name="检查发现").get_by_text("2", exact=True).is_visible()
    page.get_by_role("button", name="挂到第一季度").click()
    assert page.get_by_role("heading", name="一季度.yaml").is_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    for where in ("scheme_detail", "scheme_choose"):
        page.goto(address(where, small_plan.plan))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert FactsFile.current(small_plan.plan, "2026Q1").document == FACTS
