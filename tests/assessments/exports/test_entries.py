from datetime import UTC, date, datetime

from ledgers.models import Entry, Fulfilment
from ledgers.settling import settle
from tests.assessments.exports.conftest import made, opened, table
from tests.ledgers.plan import make_entry

NOON = datetime(2026, 2, 20, 4, tzinfo=UTC)


def test_entries_tell_day_claims_state_and_who(office, small_plan):
    finance = office.finance
    theme_day = small_plan.assignment(small_plan.theme_day, finance, "2026-02")
    visits = small_plan.assignment(small_plan.visits, finance, "2026H1")
    entry = make_entry(finance, theme_day, visits, by=office.zheng, happened_on=date(2026, 2, 20), state="confirmed")
    Fulfilment.objects.filter(entry=entry, assignment=visits).update(
        state="rejected", reason="不是走访", decided_by=office.staff, decided_at=NOON
    )
    Entry.objects.filter(pk=entry.pk).update(
        work_type=small_plan.theme_day.work_type, attended=27, title="=1+1", recorded_by=office.staff, on_behalf=True,
        recorded_at=datetime(2026, 2, 28, 16, 30, tzinfo=UTC),
    )  # fmt: skip
    settle([theme_day.pk, visits.pk])
    sheet = opened(made(small_plan, "2026", date(2026, 3, 1)))["台账明细"]
    assert table(sheet, 3) == [
        ("党组织", "日期", "工作类型", "做了什么", "效果", "到会人数", "抵用任务", "状态", "记入期", "记账日期",
         "提交日期", "记账人", "确认人", "审核人"),
        ("财政局党支部", date(2026, 2, 20), "主题党日", "=1+1", "清理河道 1.2 公里", 27,
         "开展主题党日（2月）\n走访帮扶困难群众（上半年），未采纳", "已确认", "第一季度", date(2026, 3, 1),
         date(2026, 2, 20), "李建华（代记）", "郑洁", None),
    ]  # fmt: skip
    assert (sheet["D4"].data_type, sheet["D4"].quotePrefix) == ("s", True)
    assert (sheet["B4"].is_date, sheet["F4"].data_type) == (True, "n")


def test_entries_leave_out_drafts_and_voided_ones(office, small_plan):
    states = ["draft", "submitted", "confirmed", "approved", "returned", "voided"]
    for number, state in enumerate(states, 1):
        make_entry(office.finance, by=office.zheng, happened_on=date(2026, 2, number), state=state, title=state)
    sheet = opened(made(small_plan, "2026", date(2026, 3, 1)))["台账明细"]
    assert [(row[3], row[7]) for row in table(sheet, 4)] == [
        ("submitted", "待确认"),
        ("confirmed", "已确认"),
        ("approved", "审核通过"),
        ("returned", "已退回"),
    ]


def test_entry_whose_claim_is_undecided_still_awaits_review(office, small_plan):
    forum = small_plan.assignment(small_plan.forum, office.finance, "2026Q1")
    day = date(2026, 2, 20)
    make_entry(office.finance, forum, by=office.zheng, happened_on=day, state="confirmed", claim="claimed")
    (row,) = table(opened(made(small_plan, "2026Q1", date(2026, 3, 1)))["台账明细"], 4)
    assert row[6:8] == ("独立或联合举办主题讲坛（第一季度），待审核", "待审核")


def test_entries_of_a_quarter_are_those_posted_in_it(office, small_plan):
    for day, posted_in, title in (
        (date(2026, 3, 30), "2026Q1", "三月底"),
        (date(2026, 3, 31), "2026Q2", "补到二季度"),
        (date(2026, 4, 1), "2026Q2", "四月初"),
        (date(2027, 1, 10), "2026", "次年"),
    ):
        make_entry(office.tax_first, by=office.staff, happened_on=day, posted_in=posted_in, title=title)
    make_entry(office.finance, by=office.staff, happened_on=date(2026, 5, 1), title="财政局")

    def titles(period: str) -> list[tuple]:
        return [(row[0], row[3], row[8]) for row in table(opened(made(small_plan, period))["台账明细"], 4)]

    assert titles("2026Q2") == [
        ("财政局党支部", "财政局", "第二季度"),
        ("税务局第一党支部", "补到二季度", "第二季度"),
        ("税务局第一党支部", "四月初", "第二季度"),
    ]
    assert [title for _name, title, _period in titles("2026")] == ["财政局", "三月底", "补到二季度", "四月初", "次年"]
    assert titles("2026")[-1][2] == "2026年度"
