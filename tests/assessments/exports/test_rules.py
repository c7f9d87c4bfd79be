from datetime import date

from assessments.models import Scheme
from ledgers.models import Plan, Task
from tests.assessments.exports.conftest import made, opened, table
from tests.assessments.year import close
from tests.ledgers.plan import make_entry

OTHER_RULES = {"late_share": "0.5", "not_applicable": "full", "grades": [["优秀", "95"], ["合格", "60"]]}


def rules(year, period: str = "2026", today: date = date(2027, 6, 1)) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for about, rule in table(opened(made(year, period, today))["计分说明"], 3):
        told.setdefault(about or list(told)[-1], []).append(rule)
    return told


def test_rules_are_told_with_the_schemes_and_the_plans_own_figures(lived):
    told = rules(lived)
    assert list(told) == [
        "计什么分", "按时", "逾期、补记", "未完成", "豁免、不适用", "得分率", "季度", "跨季补完成", "年度", "等次",
        "名次", "符号", "不计分的任务", "本次结账",
    ]  # fmt: skip
    assert told["计什么分"][0].startswith(
        "全年 2 个大项、10 项任务，共 80.00 分，其中 1.00 分由工委自办，不计入各党组织。"
    )
    assert told["逾期、补记"] == [
        "到期后才完成的为逾期；按时完成、过了 10 天才提交的为补记。都按分值的 80% 计，每个到期日四舍五入到 0.01 分。"
    ]
    assert told["等次"] == ["按表上的得分率：90 以上为好、80 以上为较好、60 以上为一般、不足 60 为差。“以上”含本数。"]
    assert told["不计分的任务"] == ["组织开展督查：工委自办，不计入各党组织"]
    assert told["本次结账"][0].startswith("2026年度第 1 次结账，陈立，2027年3月2日。计分卡校验码：")


def test_rules_follow_another_scheme_and_plan(office, year):
    Scheme.objects.create(plan=year.plan, settings=OTHER_RULES)
    Plan.objects.update(grace_days=5)
    year.plan.refresh_from_db()
    Task.objects.filter(pk=year.tasks["own"].pk).update(audience={"pending": "申报单位"})
    told = rules(year, today=date(2026, 3, 1))
    assert told["按时"][0].startswith("到期日（含当天）前完成，并在到期日后 5 天内提交的，得全部分值")
    assert told["跨季补完成"] == ["季度结账时没有完成、后来补上的，按分值的 50% 计入全年，原季度的得分不变。"]
    assert told["豁免、不适用"] == ["豁免的，实得、应得都不计；不适用的，按满分计。"]
    assert told["等次"] == ["按表上的得分率：95 以上为优秀、60 以上为合格。“以上”含本数。"]
    assert told["不计分的任务"] == ["组织开展督查：待定：申报单位"]
    assert "本次结账" not in told


def test_rules_of_a_closing_are_those_it_was_closed_by(office, year):
    close(year.plan, "2026Q1", office.admin)
    Scheme.objects.create(plan=year.plan, version=2, settings=OTHER_RULES)
    assert "80%" in rules(year, "2026Q1")["跨季补完成"][0]
    assert "50%" in rules(year, "2026Q2", date(2026, 5, 1))["跨季补完成"][0]


def test_rules_say_what_was_accepted_at_the_closing(office, year):
    row = year.assignment("forum", office.finance, "2026Q1")
    make_entry(office.finance, row, by=office.zheng, happened_on=date(2026, 3, 1), state="submitted", claim="claimed")
    close(year.plan, "2026Q1", office.admin, accept_pending=True)
    assert rules(year, "2026Q1")["本次结账"][0].endswith("结账时有 1 条待确认、待审核的记录按通过计。")
