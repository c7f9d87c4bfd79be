from datetime import date

import pytest

from branchwork.actions import keep_answers
from branchwork.errors import Refused
from branchwork.importing import read_bytes
from branchwork.models import AuditEvent, Import
from branchwork.organizations.models import OrganizationTag, Tag
from branchwork.xlsx import WorkbookError
from ledgers.actions.plans.importing import import_plan, plan_of, start_plan_import, undo_plan_import
from ledgers.actions.plans.publishing import publish_plan
from ledgers.importing import check
from ledgers.importing.asking import blocking, open_doubts
from ledgers.models import Item, Plan, Task
from tests.ledgers.sample import PLAN_FILE, task_named
from tests.ledgers.workbooks import plan_upload, row

BRANCHES = ["branch", "joint_branch", "temporary_branch"]
COMMITTEES = ["party_committee", "general_branch"]


def start(office, upload, year=None) -> Import:
    return start_plan_import(organization=office.root, upload=upload, year=year, by=office.staff)


def sample_upload():
    return read_bytes(PLAN_FILE.read_bytes(), PLAN_FILE.name)


def answered(office, kept, **answers) -> Plan:
    keep_answers(kept=kept, answers={key.replace("_", "-"): value for key, value in answers.items()}, by=office.staff)
    return import_plan(kept=kept, by=office.staff)


def imported(office, *rows, **answers) -> Plan:
    return answered(office, start(office, plan_upload(*rows)), **answers)


def cells(doubts) -> list[tuple[str, ...]]:
    return [doubt.cells for doubt in doubts]


# The sample


def test_sample_becomes_a_draft_of_25_items_52_tasks_100_points(sample_office):
    plan = import_plan(kept=start(sample_office, sample_upload()), by=sample_office.staff)
    tasks = Task.objects.filter(item__plan=plan)
    assert (plan.state, plan.year, plan.title) == ("draft", 2026, "2026年度机关党建工作日常管理台账")
    assert (plan.items.count(), tasks.count(), sum(task.points or 0 for task in tasks)) == (25, 52, 10000)
    assert {task.review for task in tasks} == {"secretary"}
    assert plan.note.startswith("说明:1.")


def test_sample_unanswered_leaves_seven_tasks_pending_and_three_own(sample_office, draft_plan):
    tasks = list(Task.objects.filter(item__plan=draft_plan))
    assert sum(task.is_pending for task in tasks) == 7
    assert sum(task.is_event for task in tasks) == 5
    assert sum(task.is_own for task in tasks) == 3
    assert task_named("整改达标").audience == {"pending": "有整改任务的党支部"}
    assert task_named("整改达标").is_event


def test_sample_asks_about_a_phrase_said_twice_once(sample_office):
    checked = check(start(sample_office, sample_upload()))
    assert cells(checked.doubts) == [("D13",), ("D21",), ("D22", "D23"), ("D25",), ("D44",), ("D51",)]
    assert blocking(checked.doubts, {}) == []


def test_sample_answers_make_audiences_and_dated_tags(sample_office):
    window = sample_office.organization("政务服务中心党支部")
    helpers = [sample_office.organization(name) for name in ("财政局党支部", "税务局机关党委")]
    plan = answered(
        sample_office, start(sample_office, sample_upload()), D21_who=[str(window.pk)],
        D22="tag", D22_who=[str(each.pk) for each in helpers], D25="after:24",
    )  # fmt: skip
    dated = OrganizationTag.objects.values_list("tag__name", "organization__name", "starts_on", "ends_on")
    assert {(tag, name, str(day), end) for tag, name, day, end in dated} == {
        ("窗口单位", "政务服务中心党支部", "2026-01-01", None),
        ("承担帮扶任务", "财政局党支部", "2026-01-01", None),
        ("承担帮扶任务", "税务局机关党委", "2026-01-01", None),
    }
    assert task_named("创建服务示范岗").audience == {"kinds": BRANCHES, "tags": [Tag.objects.get(name="窗口单位").pk]}
    assert task_named("落实帮扶资金").audience == {
        "kinds": COMMITTEES + BRANCHES, "tags": [Tag.objects.get(name="承担帮扶任务").pk],
    }  # fmt: skip
    assert task_named("配合实地考评").audience == {"after_task": task_named("申报诚信效能").pk}
    assert sum(task.is_pending for task in Task.objects.filter(item__plan=plan)) == 3


def test_tag_already_carried_is_not_asked_about_again(sample_office):
    window = sample_office.organization("政务服务中心党支部")
    kept = start(sample_office, sample_upload())
    answered(sample_office, kept, D21_who=[str(window.pk)])
    again = start(sample_office, plan_upload(row("服务示范", "窗口单位党支部", "年底前")))
    assert check(again).doubts == []


def test_same_file_twice_changes_nothing(sample_office):
    kept = start(sample_office, sample_upload())
    assert start(sample_office, sample_upload()) == kept
    plan = import_plan(kept=kept, by=sample_office.staff)
    before = (Import.objects.count(), Task.objects.count(), AuditEvent.objects.count())
    again = start(sample_office, sample_upload())
    assert (again, plan_of(again), import_plan(kept=again, by=sample_office.staff)) == (kept, plan, plan)
    assert (Import.objects.count(), Task.objects.count(), AuditEvent.objects.count()) == before


def test_plan_import_leaves_an_audit_row(sample_office, draft_plan):
    event = AuditEvent.objects.get(action="plan.import")
    assert event.data == {"items": 25, "tasks": 52, "pending": 7, "file": "plan-2026.xlsx"}


# Undoing


def test_undo_takes_the_draft_and_the_tags_it_gave(sample_office):
    kept = start(sample_office, sample_upload())
    answered(sample_office, kept, D21_who=[str(sample_office.organization("政务服务中心党支部").pk)])
    undo_plan_import(kept=kept, by=sample_office.staff)
    kept.refresh_from_db()
    assert kept.state == Import.State.UNDONE
    counts = [model.objects.count() for model in (Plan, Item, Task, Tag, OrganizationTag)]
    assert counts == [0, 0, 0, 0, 0]


def test_undo_leaves_a_tag_another_plan_asks_for(sample_office):
    kept = start(sample_office, sample_upload())
    answered(sample_office, kept, D21_who=[str(sample_office.organization("政务服务中心党支部").pk)])
    import_plan(
        kept=start(sample_office, plan_upload(row("服务示范", "窗口单位党支部", "年底前"))), by=sample_office.staff
    )
    undo_plan_import(kept=kept, by=sample_office.staff)
    assert OrganizationTag.objects.filter(tag__name="窗口单位").count() == 1


def test_undo_of_a_published_plan_is_refused(sample_office, draft_plan):
    kept = Import.objects.get(kind="plan")
    publish_plan(plan=draft_plan, counts_from=date(2026, 1, 1), by=None)
    with pytest.raises(Refused):
        undo_plan_import(kept=kept, by=sample_office.staff)
    assert Plan.objects.count() == 1


def test_undo_of_what_is_not_imported_is_refused(office):
    with pytest.raises(Refused):
        undo_plan_import(kept=start(office, plan_upload(row())), by=office.staff)


def test_same_file_after_undoing_is_checked_anew(office):
    kept = start(office, plan_upload(row()))
    import_plan(kept=kept, by=office.staff)
    undo_plan_import(kept=kept, by=office.staff)
    assert start(office, plan_upload(row())) != kept
    with pytest.raises(Refused):
        import_plan(kept=kept, by=office.staff)


# Questions


def test_misspelt_audience_is_proposed_its_nearest_and_mended_by_it(office):
    kept = start(office, plan_upload(row("志愿服务", "各基层党组只")))
    [doubt] = check(kept).doubts
    assert (doubt.question.cell, doubt.question.choices[0].value) == ("D3", "know:各基层党组织")
    answered(office, kept, D3="know:各基层党组织")
    task = Task.objects.get()
    assert (task.responsible, task.audience) == ("各基层党组织", {"kinds": COMMITTEES + BRANCHES})


def test_unreadable_deadline_left_open_makes_a_pending_task(office):
    imported(office, row(when="适时"))
    task = Task.objects.get()
    assert (task.deadline, task.calendar, task.is_pending) == ("适时", {}, True)


def test_unreadable_deadline_is_written_anew(office):
    imported(office, row(when="适时"), E3="=6月底前、11月底前")
    task = Task.objects.get()
    assert (task.deadline, task.is_pending) == ("6月底前、11月底前", False)
    assert [day["month"] for day in task.calendar["listed"]] == [6, 11]


def test_deadline_answered_by_something_unreadable_stays_open(office):
    kept = start(office, plan_upload(row(when="适时")))
    keep_answers(kept=kept, answers={"E3": "=按上级要求"}, by=office.staff)
    kept.refresh_from_db()
    [doubt] = check(kept).doubts
    assert "按上级要求" in doubt.question.reason
    import_plan(kept=kept, by=office.staff)
    assert Task.objects.get().calendar == {}


def test_work_without_a_date_is_logged_when_it_happens(office):
    imported(office, row(when="适时"), E3="any")
    assert Task.objects.get().calendar == {
        "type": "event", "anchor": "other", "direction": "on", "months": 0, "days": 0,
    }  # fmt: skip


def test_points_that_are_none_are_left_out_or_written(office):
    imported(office, row(points="酌情"), row("上党课", points="约2"), G4="=2")
    assert list(Task.objects.values_list("points", flat=True)) == [None, 200]


def test_repeated_row_is_imported_twice_unless_left_out(office):
    rows = (row(), row())
    assert imported(office, *rows).items.get().tasks.count() == 2
    undo_plan_import(kept=Import.objects.get(kind="plan"), by=office.staff)
    assert imported(office, *rows, C4="drop").items.get().tasks.count() == 1


def test_row_without_a_task_must_be_decided(office):
    kept = start(office, plan_upload(row(), row(task=None, points=2)))
    assert cells(blocking(check(kept).doubts, {})) == [("C4",)]
    with pytest.raises(Refused):
        import_plan(kept=kept, by=office.staff)
    assert answered(office, kept, C4="drop").items.get().tasks.count() == 1


def test_text_too_long_to_keep_must_be_mended_in_the_file(office):
    kept = start(office, plan_upload(row("很长" * 300)))
    [doubt] = check(kept).doubts
    assert (doubt.question.cell, doubt.question.must_mend) == ("C3", True)
    with pytest.raises(Refused):
        import_plan(kept=kept, by=office.staff)


def test_year_may_be_changed_while_checking(office):
    kept = start(office, plan_upload(row(when="2026年6月30日前")))
    assert check(kept).reading.year == 2026
    keep_answers(kept=kept, answers={"year": "=2028"}, by=office.staff)
    kept.refresh_from_db()
    checked = check(kept)
    assert (checked.reading.year, cells(open_doubts(checked.doubts, kept.answers))) == (2028, [("E3",)])


def test_file_that_holds_no_plan_is_refused(office):
    with pytest.raises(WorkbookError):
        start(office, plan_upload(("甲", "乙"), header=("姓名", "电话")))
    assert Import.objects.count() == 0


def test_import_is_undone_whole_when_its_audit_row_fails(office, monkeypatch):
    kept = start(office, plan_upload(row()))
    monkeypatch.setattr("ledgers.actions.plans.importing._write_tasks", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        import_plan(kept=kept, by=office.staff)
    kept.refresh_from_db()
    assert (Plan.objects.count(), kept.state) == (0, "checking")
