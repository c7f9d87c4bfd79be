from datetime import date
from types import MappingProxyType

import pytest

from assessments.exports.basis import Due
from assessments.exports.reading import basis_of
from assessments.exports.remarks import completion, remark, tally
from assessments.scoring import Reason
from branchwork.periods import Period
from ledgers.models import Assignment, Task
from ledgers.settling import settle
from tests.ledgers.plan import make_entry


def due(code: str) -> Due:
    return Due("1", date(2026, 3, 31), 100, 0, Reason(code, MappingProxyType({})))


def test_tally_counts_due_dates_and_the_organizations_asked():
    told = tally([[due("on_time"), due("made_up"), due("exempt")], [due("missed"), due("waiting")], [due("exempt")]])
    assert (told.asked, told.done, told.organizations) == (4, 2, 2)
    assert dict(told.counts) == {"on_time": 1, "made_up": 1, "exempt": 2, "undone": 1, "waiting": 1}


def done_on(small_plan, task, slot: str, by, **when) -> None:
    rows = Assignment.objects.filter(task=task, slot=slot)
    for row in rows.select_related("organization"):
        for _time in range(task.required_count):
            make_entry(row.organization, row, by=by, **when)
    settle(rows.values_list("pk", flat=True))


@pytest.fixture
def told(office, small_plan):
    """The completion of a task as told on 1 August 2026, in the year or a quarter."""

    def tell(task: Task, period: str = "2026") -> str:
        return completion(basis_of(small_plan.plan, Period.parse(period), date(2026, 8, 1)), task)

    return tell


def test_everything_done_is_said_of_branches_and_of_organizations(office, small_plan, told):
    done_on(small_plan, small_plan.theme_day, "2026-01", office.staff, happened_on=date(2026, 1, 20))
    for slot in ("2026-02", "2026-03"):
        done_on(small_plan, small_plan.theme_day, slot, office.staff, happened_on=date(2026, 4, 2))
    assert told(small_plan.theme_day, "2026Q1") == "3 个党支部全部完成，其中逾期 6 项"
    done_on(small_plan, small_plan.visits, "2026H1", office.staff, happened_on=date(2026, 6, 1))
    assert told(small_plan.visits, "2026Q2") == "4 个党组织全部完成"


def test_what_is_missing_stands_beside_what_is_done(office, small_plan, told):
    done_on(small_plan, small_plan.summary, "2026Q1", office.staff, happened_on=date(2026, 3, 20))
    row = small_plan.assignment(small_plan.summary, office.tax, "2026Q2")
    Assignment.objects.filter(pk=row.pk).update(
        exempted_at=small_plan.plan.published_at, exempted_by=office.staff, exemption_reason="抢险救灾"
    )
    assert told(small_plan.summary) == "应办 15 项，完成 4 项；未完成 3 项、未到期 8 项、豁免 1 项"


def test_committees_own_task_is_told_of_itself(office, small_plan, told):
    assert told(small_plan.own) == "应办 2 项，完成 0 项；未完成 1 项、未到期 1 项"
    done_on(small_plan, small_plan.own, "2026H1", office.staff, happened_on=date(2026, 6, 1))
    assert told(small_plan.own, "2026Q2") == "应办 1 项，全部完成"


def test_task_on_nobodys_card_says_why(office, small_plan, told):
    assert told(small_plan.handover) == "没有触发"
    Task.objects.filter(pk=small_plan.handover.pk).update(audience={"pending": "届满党组织"})
    pending = Task.objects.get(pk=small_plan.handover.pk)
    assert told(pending) == "待定：届满党组织"
    pending.withdrawn_at, pending.withdrawal_reason = small_plan.plan.published_at, "并入换届专项"
    assert told(pending) == "已撤销：并入换届专项"
    basis = basis_of(small_plan.plan, Period.parse("2026"), date(2026, 8, 1))
    assert remark(basis, small_plan.own) == "工委自办，不计入各党组织"
    assert remark(basis, small_plan.forum) == ""
