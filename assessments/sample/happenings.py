"""What the committee does beside the ledger in the year: events opened, exemptions, an answer given late, elections.

Each is one act of the house on its day. `EXCUSED` is what therefore is not asked any more, so that nobody does it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from assessments.sample.office_days import add_office_days, at, office_day_from
from assessments.sample.opening import Office, tasks_of
from branchwork.organizations.actions.organizations import edit_organization
from branchwork.organizations.models import Organization
from ledgers.actions.plans.changing import exempt_assignments, extend_due_date, withdraw_organizations
from ledgers.actions.plans.editing import Asked, answer_task
from ledgers.actions.plans.opening import open_assignment, open_term_ends, term_end_proposals
from ledgers.models import Assignment, Plan


@dataclass(frozen=True)
class Excuse:
    """豁免, or 不适用 where `is_withdrawn`: decided on a day, for slots of one task in one organization."""

    on: date
    organization: str
    task: str
    slots: tuple[str, ...]
    reason: str
    is_withdrawn: bool = False


EXCUSES = (
    Excuse(date(2026, 2, 6), "财政局党支部", "4.3", ("2026-02",), "春节放假并集中办理决算，党小组会并入支委会"),
    Excuse(date(2026, 3, 12), "人民检察院党支部", "4.4", ("2026Q1",), "党课与全市政法系统培训合并，已统一记学时"),
    Excuse(date(2026, 4, 28), "公安局第四党支部", "5.1", ("2026-05",), "五一安保勤务，全员上岗"),
    Excuse(date(2026, 6, 3), "消防救援大队党支部", "5.1", ("2026-06", "2026-07"), "防火防汛前置备勤，不安排集体外出"),
    Excuse(date(2026, 7, 2), "气象局党支部", "2.1", ("2026-07",), "汛期全员值守，集中学习改为自学"),
    Excuse(date(2026, 8, 4), "应急管理局党支部", "4.2", ("2026-08",), "全体支委在抗洪一线"),
    Excuse(date(2026, 8, 4), "水务局党支部", "5.1", ("2026-08",), "防汛应急响应期间，党员都在值守点"),
    Excuse(date(2026, 10, 9), "林业局党支部", "5.1", ("2026-10",), "秋季森林防火戒严期，全员驻防"),
    Excuse(date(2026, 10, 13), "乡村振兴事务中心党支部", "15.3", ("2",), "没有入党积极分子", is_withdrawn=True),
    Excuse(date(2026, 10, 13), "科学技术协会党支部", "15.3", ("2",), "积极分子已转为发展对象", is_withdrawn=True),
)  # fmt: skip
EXCUSED = {(excuse.organization, excuse.task, slot) for excuse in EXCUSES for slot in excuse.slots}

VACANCIES = (
    (date(2026, 4, 8), "统计局党支部", date(2026, 4, 3), "组织委员调离"),
    (date(2026, 7, 8), "司法局党支部", date(2026, 7, 6), "宣传委员退休"),
    (date(2026, 10, 14), "自然资源局党支部", date(2026, 10, 12), "纪检委员借调外地一年"),
)
BATCHES = ((date(2026, 3, 9), "第一批：三月届满的支部"), (date(2026, 9, 8), "第二批：九月届满的支部"))
EXTENDED = ("水务局党支部", "住房和城乡建设局党支部", "交通运输局第一党支部")
# The projects that were chosen in May, one organization in three.
CHOSEN_EVERY, CHOSEN_REST = 3, 2


@dataclass(frozen=True)
class Happening:
    moment: datetime
    act: Callable[[], object]


def happenings(office: Office, plan: Plan) -> list[Happening]:
    """In the order of their days."""
    found = [*_excuses(office, plan), *_events(office, plan), *_terms(office, plan), *_changes(office, plan)]
    return sorted(found, key=lambda happening: happening.moment)


def _excuses(office: Office, plan: Plan) -> Iterator[Happening]:
    tasks = tasks_of(plan)

    def excuse(one: Excuse) -> None:
        organization = Organization.objects.get(name=one.organization)
        if one.is_withdrawn:
            withdraw_organizations(
                task=tasks[one.task], organizations=[organization.pk], reason=one.reason, by=office.staff
            )
            return
        rows = Assignment.objects.filter(task=tasks[one.task], organization=organization, slot__in=one.slots)
        exempt_assignments(assignments=rows.values_list("pk", flat=True), reason=one.reason, by=office.staff)

    for number, one in enumerate(EXCUSES):
        yield Happening(at(one.on, 10, 5 + number), lambda one=one: excuse(one))


def _events(office: Office, plan: Plan) -> Iterator[Happening]:
    tasks = tasks_of(plan)

    def opened(task: str, organization: Organization, event_on: date, reason: str) -> Callable[[], object]:
        return lambda: open_assignment(
            task=tasks[task], organization=organization, event_on=event_on, reason=reason, by=office.staff
        )

    for on, name, event_on, reason in VACANCIES:
        yield Happening(at(on, 9, 40), opened("14.1", Organization.objects.get(name=name), event_on, reason))
    for on, reason in BATCHES:
        yield Happening(at(on, 8, 55), opened("13.2", office.root, on, reason))


def _terms(office: Office, plan: Plan) -> Iterator[Happening]:
    """Who has to report an election half a year ahead; and the elections themselves."""
    task = tasks_of(plan)["13.1"]

    def open_until(last: date) -> None:
        wanted = [each for each, due_on in term_end_proposals(task) if due_on <= last]
        open_term_ends(task=task, organizations=[each.pk for each in wanted], reason="任期将满", by=office.staff)

    def elected(organization: Organization, on: date) -> None:
        values = {"kind": organization.kind, "last_elected_on": on, "term_ends_on": None}
        edit_organization(organization=organization, values=values, by=office.staff)

    for on, last in ((date(2026, 2, 10), date(2026, 3, 31)), (date(2026, 5, 20), date(2026, 7, 31))):
        yield Happening(at(on, 15, 10), lambda last=last: open_until(last))
    # In October the later ones are opened; those of next year are nobody's business yet.
    yield Happening(at(date(2026, 8, 25), 15, 10), lambda: open_until(date(2026, 12, 31)))
    ending = Organization.objects.filter(term_ends_on__range=(date(2026, 1, 6), date(2026, 12, 31))).order_by("path")
    for minute, organization in enumerate(ending):
        day = add_office_days(office_day_from(organization.term_ends_on), 1)
        act = lambda organization=organization: elected(organization, organization.term_ends_on)  # noqa: E731
        yield Happening(at(day, 16, minute), act)


def _changes(office: Office, plan: Plan) -> Iterator[Happening]:
    tasks = tasks_of(plan)
    yield Happening(at(date(2026, 5, 12), 10, 30), lambda: _choose_projects(office, tasks["24.2"]))
    yield Happening(at(date(2026, 9, 3), 11, 0), lambda: _put_off(office, tasks["20.1"]))


def _choose_projects(office: Office, task) -> None:
    """立项党组织: the plan left open who they are; the committee answers once it has chosen."""
    below = Organization.objects.filter(depth__gt=1).order_by("path")
    named = sorted(each.pk for each in below if int(each.code) % CHOSEN_EVERY == CHOSEN_REST)
    asked = Asked(task.responsible, {"named": named}, task.deadline, task.calendar)
    answer_task(
        task=task, asked=asked, counts_from=date(2026, 5, 12), reason=f"工委会审定立项 {len(named)} 个", by=office.admin
    )


def _put_off(office: Office, task) -> None:
    rows = Assignment.objects.filter(task=task, organization__name__in=EXTENDED)
    extend_due_date(
        assignments=rows.values_list("pk", flat=True),
        due_on=date(2026, 10, 15),
        reason="八月洪水后抢修任务重，顺延半个月",
        by=office.staff,
    )
