from datetime import date

from branchwork.importing import find_table
from branchwork.xlsx import read_workbook
from ledgers.audiences import AudienceWords
from ledgers.importing.reading import FIELDS, read_plan
from ledgers.models import Plan, Task
from tests.assessments.exports.conftest import areas, made, opened, table


def test_plan_keeps_the_offices_own_layout(lived):
    Plan.objects.update(title="2026年度机关党建工作日常管理台账", note="说明:1.次年完成的任务计入本年度考核。")
    Task.objects.filter(pk=lived.tasks["forum"].pk).update(
        responsible="各基层党组织", deadline="每季度", effect="有主讲人、有受众人数", note="=照抄"
    )
    lived.plan.refresh_from_db()
    sheet = opened(made(lived, "2026"))["台账完成情况"]
    assert sheet["A1"].value == "2026年度机关党建工作日常管理台账"
    assert sheet["A2"].value == "填报单位：市直机关工委（盖章）　　　　结账日期：2027年3月2日　　　　单位：分"
    assert table(sheet, 3, 7) == [
        ("序号", "项目内容", "具体任务", "责任单位", "完成时限", "完成效果", "分值", "备注", "完成情况"),
        (1, "组织生活", "开展主题党日", None, None, None, 4, None,
         "应办 36 项，完成 12 项，其中逾期 1 项；未完成 24 项"),
        (None, None, "党员集中学习", None, None, None, 3, None, "应办 35 项，完成 11 项；未完成 24 项、豁免 1 项"),
        (None, None, "举办主题讲坛", "各基层党组织", "每季度", "有主讲人、有受众人数", 4, "=照抄",
         "应办 16 项，完成 4 项，其中跨季补完成 1 项；未完成 12 项"),
        (2, "责任", "书记抓党建述职评议", None, None, None, 5, None, "应办 3 项，完成 0 项；未完成 3 项"),
    ]  # fmt: skip
    assert sheet["H6"].data_type == "s"
    assert table(sheet, 14, 15)[0][:7] == ("合计", None, None, None, None, None, "=SUM(G4:G13)")
    assert sheet["A15"].value == "说明:1.次年完成的任务计入本年度考核。"
    assert sheet["A16"].value.startswith("主要负责人（签字）：")
    assert {"A1:I1", "A4:A6", "B4:B6", "A7:A13", "A14:F14", "A15:I15"} <= areas(sheet)


def test_plan_reads_as_the_same_rows_again(office, small_plan):
    workbook = made(small_plan, "2026", date(2026, 3, 1))
    (sheet,) = [sheet for sheet in read_workbook(workbook.data) if sheet.title == "台账完成情况"]
    reading = read_plan(find_table([sheet], FIELDS), 2026, AudienceWords())
    tasks = Task.objects.select_related("item")
    assert [
        (item.title, task.content, task.points, task.deadline) for item in reading.items for task in item.tasks
    ] == [(task.item.title, task.content, task.points, task.deadline) for task in tasks]
    assert (reading.points, reading.total.agrees_with(1900), reading.strange) == (1900, True, [])
