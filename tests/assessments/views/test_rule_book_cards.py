"""The pages of a plan that is scored by a rule book."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.actions import reopen_period
from assessments.models import FactsFile
from assessments.rule_book_page import LineRow
from tests.assessments.rule_book import FACTS, RULE_BOOK, attach, choose, do_all, hold_theme_days
from tests.assessments.year import close

DAYS = [date(2026, 1, 20), date(2026, 2, 11), date(2026, 3, 12)]


@pytest.fixture
def scored(small_plan, office):
    choose(small_plan.plan)
    attach(small_plan.plan, "2026Q1")
    hold_theme_days(small_plan, office.finance, office.wang, DAYS)
    do_all(office.finance, office.wang, "2026Q1", skip=("独立或联合举办主题讲坛",))
    return small_plan


def shown(client, user, name: str, *args, on: date = date(2026, 4, 10), **query) -> str:
    """What the page says, without its tags."""
    client.force_login(user)
    with time_machine.travel(datetime(on.year, on.month, on.day, 1, tzinfo=UTC), tick=False):
        response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def card(client, user, organization, period: str, **more) -> str:
    return shown(client, user, "assessments:card_detail", organization.pk, period, **more)


def test_live_card_explains_every_line(client, scored, office):
    text = card(client, office.zheng, office.finance, "2026Q1")
    assert "82.72 / 100.00 分 目前等次 较好" in text
    assert "按《2026年党支部考核办法》计分。 基础分 78.72；加分项目 +4.00" in text
    assert "台账任务 22.22 / 40.00" in text
    assert "4 项任务按时完成" in text
    assert "1.2 独立或联合举办主题讲坛（第一季度）：3月31日到期，没有完成" in text
    assert "每月开展一次主题党日" in text
    assert "纪律作风 36.50 / 40.00" in text
    assert "主题讲坛每缺1次扣2分" in text
    assert "受表彰 4.00" in text
    assert "年度基础分为各期基础分的平均数" in text


def test_lines_lead_to_their_entries(client, scored, office):
    client.force_login(office.zheng)
    content = client.get(reverse("assessments:card_detail", args=[office.finance.pk, "2026Q1"])).content.decode()
    assert len(set(re.findall(r'href="/ledger/entries/\d+/"|href="[^"]*entries/\d+/"', content))) >= 3


def test_a_grade_that_only_its_condition_withholds_is_told(client, small_plan, scored, office):
    book = RULE_BOOK.replace("{name: 较好, at_least: 80}", "{name: 较好, at_least: 80, requires: count(missed) == 0}")
    choose(small_plan.plan, book, version=2)
    text = card(client, office.zheng, office.finance, "2026Q1")
    assert "目前等次 一般" in text
    assert "够不上较好：须没有到期没有办的任务。" in text


def test_no_grade_is_withheld_where_points_or_a_veto_decide(client, scored, office):
    for organization in (office.finance, office.archive):
        assert "够不上" not in card(client, office.admin, organization, "2026Q1")


def test_many_reasons_are_folded():
    words = [f"理由{number}" for number in range(1, 11)]
    row = LineRow("台账任务", "1.00", "40.00", True, False, "", words, [])
    page = render_to_string("assessments/_partials/rule_book_line.html", {"line": row, "year": 2026})
    shown, folded = page.split("<details>")
    assert "理由8" in shown and "理由9" not in shown
    assert "共 10 条理由" in folded and "理由10" in folded
    row = LineRow("台账任务", "1.00", "40.00", True, False, "", words[:8], [])
    assert "<details>" not in render_to_string("assessments/_partials/rule_book_line.html", {"line": row, "year": 2026})


def test_the_list_leads_to_the_rule_book(client, scored, office):
    client.force_login(office.admin)
    page = client.get(reverse("assessments:card_list")).content.decode()
    assert reverse("assessments:scheme_detail", args=[scored.plan.pk]) in page


def test_vetoes_and_figures_are_told(client, scored, office):
    text = card(client, office.guo, office.archive, "2026Q1")
    assert "一票否决 发生违纪违法案件：最高只能定为一般" in text


def test_closed_card_shows_its_place_and_the_proposed_grade(client, scored, office):
    close(scored.plan, "2026Q1", office.admin)
    text = card(client, office.zheng, office.finance, "2026Q1")
    assert "82.72 / 100.00 分 等次 较好" in text
    assert "目前等次" not in text


def test_earlier_closing_stays_readable_under_its_own_scheme(client, scored, office):
    close(scored.plan, "2026Q1", office.admin)
    reopen_period(plan=scored.plan, period="2026Q1", reason="改用计划分值", by=office.admin)
    choose(scored.plan, "", version=2)
    old = card(client, office.zheng, office.finance, "2026Q1", revision=1)
    assert "82.72 / 100.00 分" in old
    now = card(client, office.zheng, office.finance, "2026Q1")
    assert "1.25 / 2.25" in now


def test_card_without_lines_says_so(client, scored, office):
    assert "本期没有对该组织的计分内容。" in card(client, office.zheng, office.finance, "2026Q4")
    assert "工委自己办的事不计入任何一张卡。" in card(client, office.staff, office.root, "2026Q1")


def test_list_shows_points_and_grades(client, scored, office):
    text = shown(client, office.staff, "assessments:card_list")
    assert "82.72" in text and "%" not in text
    close(scored.plan, "2026Q1", office.admin)
    after = shown(client, office.staff, "assessments:card_list", sort="2026Q1", on=date(2026, 4, 20))
    assert "2026年第一季度得分" in after
    assert "好，90 分以上" in after
    assert "按第一季度得分" in after and "得分率" not in after


def test_closing_page_shows_the_spread_before_and_the_proposals_after(client, scored, office):
    before = shown(client, office.admin, "assessments:period_close", scored.plan.pk, "2026Q1", on=date(2026, 4, 15))
    assert "好，90 分以上" in before
    close(scored.plan, "2026Q1", office.admin)
    after = shown(client, office.admin, "assessments:period_close", scored.plan.pk, "2026Q1", on=date(2026, 4, 16))
    assert "名额控制下的等次" in after
    assert "纪律作风 7.50 1 / 4 履职尽责" in after
    assert "考核办法 2026年党支部考核办法 第 1 版 事实文件 facts.yaml" in after


def test_desks_do_without_points_for_single_tasks(client, scored, office):
    own = shown(client, office.wang, "assessments:home")
    assert "可得" not in own and "82.72 / 100.00" in own
    assert "财政局" in shown(client, office.staff, "assessments:home")
    close(scored.plan, "2026Q1", office.admin)
    assert "好，90 分以上" in shown(client, office.leader, "assessments:home", on=date(2026, 4, 16))


def test_request_of_a_workbook_names_its_sheets(client, scored, office):
    assert "指标得分及依据" in shown(client, office.staff, "assessments:report_request", scored.plan.pk, "2026Q1")


def test_a_card_asks_the_database_as_often_whatever_the_rule_book_reads(client, scored, office):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            card(client, office.zheng, office.finance, "2026Q1")
        return sum("session" not in query["sql"] and "SAVEPOINT" not in query["sql"] for query in found)

    few = queries()
    assert few <= 17
    choose(scored.plan, RULE_BOOK.replace("reads: assignments", "reads: [assignments, late, returned]"), version=2)
    assert queries() == few


def test_what_left_the_denominator_is_told_at_the_total(client, small_plan, scored, office):
    text = card(client, office.zheng, office.finance, "2026Q1")
    assert "没有数据或已豁免" not in text
    excused = FACTS.replace(
        "{about: absent, on: 2026-02-03, quantity: 3}", "{exempt: discipline, reason: 新成立, approved_by: 工委}"
    )
    FactsFile.objects.all().delete()
    attach(small_plan.plan, "2026Q1", excused)
    text = card(client, office.zheng, office.finance, "2026Q1")
    assert "/ 60.00 分" in text
    assert "本卡满分 100 分中，40 分没有数据或已豁免，不计入应得分。" in text
    # Put together of periods with and without it, there is no such figure.
    assert "没有数据或已豁免" not in card(client, office.zheng, office.finance, "2026")


def test_what_was_made_up_for_is_not_told_as_left_out(client, small_plan, scored, office):
    FactsFile.objects.all().delete()
    excused = FACTS.replace("facts:", "facts:\n      - {exempt: discipline, reason: 新成立, approved_by: 工委}", 1)
    attach(small_plan.plan, "2026Q1", excused)
    choose(small_plan.plan, RULE_BOOK.replace("total: 100", "total: 100\nrescale: true"), version=2)
    text = card(client, office.zheng, office.finance, "2026Q1")
    assert "/ 100.00 分" in text and "没有数据或已豁免" not in text
