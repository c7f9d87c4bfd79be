"""Plans as small workbooks, for tests of what an office might upload."""

from io import BytesIO

import openpyxl

from branchwork.importing import Upload, read_bytes

HEADER = ("序号", "项目内容", "具体任务", "责任单位", "完成时限", "完成效果", "分值", "备注")


def plan_workbook(*rows: tuple, title: str = "2026年度党建工作台账", header: tuple = HEADER, merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ([title], header, *rows):
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def plan_upload(*rows: tuple, name: str = "计划.xlsx", **options) -> Upload:
    return read_bytes(plan_workbook(*rows, **options), name)


def row(
    task="召开党员大会", who="各党支部", when="每季度", points=3, *, item="三会一课", mark=1, effect="", note=""
) -> tuple:
    return (mark, item, task, who, when, effect, points, note)
