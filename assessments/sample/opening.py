"""The first days of the year: the office, its organizations, its logins and its plan, each by the house's own act."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from assessments.sample.clock import clock_at
from assessments.sample.office_days import at
from branchwork.actions import keep_answers, keep_upload
from branchwork.importing import find_table, read_bytes
from branchwork.models import Import
from branchwork.organizations.actions.accounts import add_user, end_grant, make_logins, rename_user
from branchwork.organizations.actions.imports import confirm_import
from branchwork.organizations.actions.office import create_office
from branchwork.organizations.importing import FIELDS, known_to
from branchwork.organizations.importing import check as check_list
from branchwork.organizations.importing.cells import LAST_ELECTION, TERM_END
from branchwork.organizations.models import Organization, RoleGrant, User
from branchwork.organizations.permissions import Role
from ledgers.actions.plans.editing import Asked, TaskValues, change_task
from ledgers.actions.plans.importing import import_plan, start_plan_import
from ledgers.actions.plans.publishing import publish_plan
from ledgers.importing import check
from ledgers.models import Plan, Task

FILES = Path(settings.BASE_DIR) / "branchwork" / "sample"
COMMITTEE = "市直机关工委"
OPENED_ON, PUBLISHED_ON = date(2026, 1, 5), date(2026, 1, 15)

# Who carries which tag: the answers to what the plan's words leave open. What is not named here stays in question.
WINDOWS = (
    "政务服务中心党支部", "税务局第一党支部", "税务局第二党支部", "公安局第二党支部", "民政局党支部", "司法局党支部",
    "人力资源和社会保障局党支部", "医疗保障局党支部", "市场监督管理局第一党支部", "自然资源局党支部",
    "住房和城乡建设局党支部", "交通运输局第一党支部", "财政局党支部", "档案馆党支部",
)  # fmt: skip
HELPERS_EVERY = 3
GROUPS_FROM = 20
# The committee looks at these itself before they are done.
REVIEWED = (
    "1.2", "6.1", "6.2", "7.1", "8.2", "9.1", "10.1", "11.1", "13.1", "15.1", "17.1", "18.1", "20.1", "24.1", "24.2",
    "25.4",
)  # fmt: skip


@dataclass
class Office:
    """The root and the people of the committee; `secretaries` and `clerks` by their organization's key."""

    root: Organization
    admin: User
    staff: User
    leader: User
    accounts: User
    secretaries: dict[int, User]
    clerks: dict[int, User]


def open_office() -> Office:
    with clock_at(at(OPENED_ON, 8, 50)):
        admin, _password = create_office(name=COMMITTEE, username="chenli")
        root = Organization.objects.get()
    with clock_at(at(OPENED_ON, 9, 30)):
        accounts = add_user(username="wufan", name="吴凡", role=Role.ACCOUNT_ADMIN, organization=root, by=admin)
        rename_user(user=admin, name="陈立", by=accounts)
        end_grant(grant=RoleGrant.objects.get(user=admin, role=Role.ACCOUNT_ADMIN), by=accounts)
        staff = add_user(username="lijianhua", name="李建华", role=Role.COMMITTEE_STAFF, organization=root, by=accounts)
        leader = add_user(username="zhouzheng", name="周正", role=Role.COMMITTEE_LEADER, organization=root, by=accounts)
    with clock_at(at(OPENED_ON, 10, 20)):
        _import_organizations(_again(staff))
    with clock_at(at(OPENED_ON, 14, 10)):
        organizations = list(Organization.objects.exclude(pk=root.pk))
        make_logins(organizations=organizations, roles=[Role.SECRETARY, Role.CLERK], by=accounts)
        secretaries, clerks = holders(Role.SECRETARY), holders(Role.CLERK)
        finance = Organization.objects.get(name="财政局党支部")
        rename_user(user=clerks[finance.pk], name="王敏", by=accounts)
    root.refresh_from_db()
    return Office(root, _again(admin), _again(staff), leader, accounts, secretaries, clerks)


def _again(user: User) -> User:
    """The same login with what it may do read anew."""
    return User.objects.get(pk=user.pk)


def holders(role: Role) -> dict[int, User]:
    """Whose login holds the role, by the organization's key."""
    grants = RoleGrant.objects.filter(role=role, ends_on=None).select_related("user").order_by("pk")
    return {grant.organization_id: grant.user for grant in grants}


def _import_organizations(by: User) -> None:
    path = FILES / "organizations.xlsx"
    upload = read_bytes(path.read_bytes(), "党组织基本情况表.xlsx")
    table = find_table(upload.sheets, FIELDS)
    kept = keep_upload(kind=Import.Kind.ORGANIZATIONS, upload=upload, table=table, by=by)
    answers = {"term": LAST_ELECTION}
    # In January the elections of this year are still to come: those days are ends of terms.
    ahead = check_list(table, answers, known_to(by), timezone.localdate()).open
    keep_answers(kept=kept, answers=answers | {question.key: TERM_END for question in ahead}, by=by)
    confirm_import(kept=kept, by=by)


def open_plan(office: Office) -> Plan:
    """The plan as published on 15 January: some of its open questions answered, some left for later."""
    path = FILES / "plan-2026.xlsx"
    with clock_at(at(date(2026, 1, 12), 9, 15)):
        upload = read_bytes(path.read_bytes(), "2026年度党建工作台账.xlsx")
        kept = start_plan_import(organization=office.root, upload=upload, year=2026, by=office.staff)
        keep_answers(kept=kept, answers=_answers(kept), by=office.staff)
        plan = import_plan(kept=kept, by=office.staff)
    with clock_at(at(date(2026, 1, 13), 15, 40)):
        for number, task in tasks_of(plan).items():
            if number in REVIEWED:
                change_task(task=task, values=_reviewed(task), by=office.staff)
    with clock_at(at(PUBLISHED_ON, 10, 20)):
        publish_plan(plan=plan, counts_from=date(2026, 1, 1), by=office.admin)
    plan.refresh_from_db()
    return plan


def _answers(kept: Import) -> dict[str, str | list[str]]:
    ticked = {
        "设党小组的党支部": lambda each: each.is_branch and (each.member_count or 0) >= GROUPS_FROM,
        "窗口单位党支部": lambda each: each.name in WINDOWS,
        "承担帮扶任务的党组织": lambda each: int(each.code) % HELPERS_EVERY == 1,
    }
    organizations = list(Organization.objects.filter(depth__gt=1).order_by("path"))
    answers: dict[str, str | list[str]] = {}
    for doubt in check(kept).doubts:
        if chosen := ticked.get(doubt.question.text):
            answers[doubt.question.key] = "tag"
            answers[doubt.ticks.key] = [str(each.pk) for each in organizations if chosen(each)]
    return answers


def tasks_of(plan: Plan) -> dict[str, Task]:
    """The plan's tasks by their number ("5.1": the first task of the fifth item)."""
    tasks = Task.objects.filter(item__plan=plan).select_related("item", "work_type")
    return {f"{task.item.position}.{task.position}": task for task in tasks}


def _reviewed(task: Task) -> TaskValues:
    asked = Asked(task.responsible, task.audience, task.deadline, task.calendar)
    return TaskValues(
        content=task.content, asked=asked, effect=task.effect, points=task.points, note=task.note,
        work_type=task.work_type, review=Task.Review.COMMITTEE, required_count=task.required_count,
    )  # fmt: skip
