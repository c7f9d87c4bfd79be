"""Loading the sample: what it says, that it is the same each time, and what it refuses."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from assessments.models import Closing
from assessments.sample.actions import load_sample, timeline_until
from assessments.sample.clock import clock_at
from assessments.sample.office_days import SHANGHAI, is_office_day
from branchwork.errors import Refused
from branchwork.organizations.models import Organization
from ledgers.models import Assignment, Entry

UNTIL = date(2026, 11, 22)
SETTLED = ("standing", "accepted_count", "done_on", "recorded_on", "timing", "counted_in")


@pytest.fixture
def sample(settings, db):
    settings.SAMPLE = True


def test_load_sample_says_what_it_made_and_makes_the_same_each_time(sample, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    out = StringIO()

    def load():
        call_command("load_sample", "--year", "2026", "--until", "2026-02-20", stdout=out)

    ledger = _played(load)
    assert out.getvalue() == MADE
    assert (tmp_path / "sample-logins.txt").read_text() == LOGINS
    assert len(ledger["entries"]) == 659
    assert _played(lambda: load_sample(until=date(2026, 2, 20))) == ledger
    # A later day only adds; but what is under way in 财政局党支部 is told from the end.
    earlier = _played(lambda: load_sample(until=date(2026, 2, 10)))
    before = {entry[:4] for entry in earlier["entries"] if entry[0] != "016"}
    assert len(before) == 433
    assert before <= {entry[:4] for entry in ledger["entries"]}


MADE = """\
模拟的一年，演到2026-02-20：
  党组织 73、账号 148、任务 52、任务分解 9371、豁免 1、转为不适用 0、触发 8、到期未办 80
  按时 622、逾期 20、补记 5、跨季补完成 0
  台账记录 659、一笔抵多项 77、其他工作 18、不予认定 0、代记 8、佐证材料 1
  待确认 57、待审核 3、已退回 5、退回过 2、草稿 2、作废 1、改正重记 1
"""
LOGINS = """\
角色              姓名     用户名          密码
工委管理员        陈立     chenli          taizhang-2026
工委干部          李建华   lijianhua       taizhang-2026
工委领导          周正     zhouzheng       taizhang-2026
账号管理员        吴凡     wufan           taizhang-2026
财政局 书记       郑洁     zhengjie        taizhang-2026
财政局 党务干事   王敏     wangmin         taizhang-2026
税务局党委 书记   陈丽     chenli-shuiwu   taizhang-2026
其余账号：序号加 s 是书记，加 c 是干事（001s、001c、072s……），密码相同。
"""


def _played(load: Callable[[], object]) -> dict[str, list]:
    """The whole ledger by natural keys, with its times; and all taken back."""
    with transaction.atomic():
        load()
        entries = Entry.objects.annotate(claimed=Count("fulfilments")).values_list(
            "organization__code", "title", "happened_on", "recorded_at", "effect", "place", "attended", "state",
            "confirmed_at", "approved_at", "recorded_by__username", "claimed", "posted_in",
        )  # fmt: skip
        rows = Assignment.objects.values_list("organization__code", "task__content", "slot", "due_on", *SETTLED)
        found = {"entries": sorted(entries, key=str), "assignments": sorted(rows, key=str)}
        transaction.set_rollback(True)
    return found


def test_sample_closes_a_quarter_on_the_first_day_it_may(sample):
    loaded = load_sample(until=date(2026, 4, 15))
    assert loaded.closed == ["2026Q1"]
    assert timezone.localtime(Closing.objects.get().closed_at) == datetime(2026, 4, 15, 0, 5, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("until", "period", "closed_at"),
    [
        (date(2026, 11, 22), "2026Q3", datetime(2026, 10, 20, 16, 30, tzinfo=SHANGHAI)),
        (date(2026, 10, 20), "2026Q3", datetime(2026, 10, 19, 16, 30, tzinfo=SHANGHAI)),
        (date(2026, 10, 15), "2026Q3", datetime(2026, 10, 15, 0, 5, tzinfo=SHANGHAI)),
        (date(2026, 10, 14), "2026Q3", datetime(2026, 10, 20, 16, 30, tzinfo=SHANGHAI)),
        (date(2027, 4, 1), "2026", datetime(2027, 3, 17, 16, 30, tzinfo=SHANGHAI)),
    ],
)
def test_timeline_closes_a_period_as_soon_as_it_may(until, period, closed_at):
    assert timeline_until(until).closings[period] == closed_at


def test_load_sample_refuses_a_database_that_has_an_office(office, settings):
    settings.SAMPLE = True
    with pytest.raises(Refused, match="已有单位"):
        load_sample(until=UNTIL)
    assert Organization.objects.count() == 5


def test_load_sample_refuses_outside_a_sample_database(db):
    with pytest.raises(CommandError, match="BRANCHWORK_SAMPLE") as refused:
        call_command("load_sample", "--until", "2026-02-20")
    assert refused.value.returncode == 2
    assert not Organization.objects.exists()


def test_load_sample_refuses_a_day_before_the_plan_is_published(sample):
    with pytest.raises(Refused, match="1月16日"):
        load_sample(until=date(2026, 1, 15))
    assert not Organization.objects.exists()


@time_machine.travel("2026-03-01T10:00:00+08:00")
def test_load_sample_refuses_a_day_to_come(sample):
    with pytest.raises(CommandError, match="2026-03-02"):
        call_command("load_sample", "--until", "2026-03-02")


def test_clock_shows_another_time_and_then_the_real_one():
    real = timezone.now
    with clock_at(datetime(2026, 5, 1, 9, 30, tzinfo=SHANGHAI)):
        assert timezone.localdate() == date(2026, 5, 1)
    assert timezone.now is real


def test_office_works_on_the_days_made_up_for_feasts():
    days = [date(2026, 2, 13) + timedelta(days=n) for n in range(12)]
    assert [f"{day:%m-%d}" for day in days if is_office_day(day)] == ["02-13", "02-14", "02-24"]
