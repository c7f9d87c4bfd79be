"""The office of the two sample workbooks: 73 organizations and the plan of 25 items, 52 tasks, 100 points."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import time_machine
from django.conf import settings
from django.core.management import call_command

from branchwork.organizations.models import Organization, User
from branchwork.organizations.permissions import Role
from ledgers.actions.plans.publishing import publish_plan
from ledgers.models import Plan, Task
from tests.office import make_user

SAMPLE_DIR = Path(settings.BASE_DIR) / "branchwork" / "sample"
PLAN_FILE = SAMPLE_DIR / "plan-2026.xlsx"
# The organization list names elections of September 2026: before that day they would be asked about.
WRITTEN_ON = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@dataclass
class SampleOffice:
    """Committee: staff 李建华, leader 周正. Secretaries with logins: zheng of 财政局党支部 (seven members or more),
    guo of 档案馆党支部 (six), chen of 税务局机关党委."""

    root: Organization
    staff: User
    leader: User
    zheng: User
    guo: User
    chen: User

    def organization(self, name: str) -> Organization:
        return Organization.objects.get(name=name)


def make_sample_office() -> SampleOffice:
    with time_machine.travel(WRITTEN_ON, tick=False):
        call_command("import_organizations", SAMPLE_DIR / "organizations.xlsx", stdout=StringIO())
    root = Organization.objects.get(depth=1)

    def secretary(username: str, name: str, organization: str) -> User:
        return make_user(username, name, Role.SECRETARY, Organization.objects.get(name=organization))

    return SampleOffice(
        root=root,
        staff=make_user("lijianhua", "李建华", Role.COMMITTEE_STAFF, root),
        leader=make_user("zhouzheng", "周正", Role.COMMITTEE_LEADER, root),
        zheng=secretary("zhengjie", "郑洁", "财政局党支部"),
        guo=secretary("guoyong", "郭勇", "档案馆党支部"),
        chen=secretary("chenli", "陈丽", "税务局机关党委"),
    )


def import_sample_plan() -> Plan:
    """The plan as a draft, every question left unanswered."""
    call_command("import_plan", PLAN_FILE, "--year", "2026", stdout=StringIO())
    return Plan.objects.get()


def publish_sample_plan(by: User | None = None) -> Plan:
    plan = import_sample_plan()
    publish_plan(plan=plan, counts_from=date(2026, 1, 1), by=by)
    plan.refresh_from_db()
    return plan


def task_named(content: str) -> Task:
    """The sample's task whose content begins so."""
    return Task.objects.get(content__startswith=content)
