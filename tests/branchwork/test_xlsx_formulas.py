import io
import re
import shutil
import subprocess
import zipfile
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl

from branchwork.xlsx import Column, Formula, SheetSpec, read_workbook, write_workbook

SHEET = "xl/worksheets/sheet1.xml"


def written(columns: list[Column], rows: list[dict], **more) -> bytes:
    at = datetime.fromisoformat("2027-01-16T09:05:00+08:00")
    return write_workbook([SheetSpec("得分", columns, rows, **more)], created_at=at, title="得分")


def opened(data: bytes, **how):
    return openpyxl.load_workbook(io.BytesIO(data), **how)


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def rates() -> bytes:
    """Three branches, their rates and totals as live formulas beside the values we computed."""
    facts = [("甲", 1466, 1383), ("乙", 1391, 1384), ("丙", 0, 0)]
    text = 'IF({available}=0,"—",ROUND({earned}/{available}*100,2))'

    def rate(earned: int, available: int) -> Decimal | None:
        if not available:
            return None
        return (Decimal(100) * earned / available).quantize(Decimal("0.01"), ROUND_HALF_UP)

    columns = [
        Column("name", "组织"),
        Column("available", "应得", format="points", total=True),
        Column("earned", "实得", format="points", total=True),
        Column("rate", "得分率", format="rate", total=Formula(text, rate(2767, 2857))),
        Column("row", "行", format="integer", get=lambda row: Formula("={row}*1", row["number"])),
    ]
    rows = [
        {"name": name, "available": a, "earned": e, "rate": Formula(text, rate(e, a)), "number": number}
        for number, (name, a, e) in enumerate(facts[:2], 3)
    ]
    return written(columns, rows, heading=["得分"], total_row="合计")


FORMULAS = {
    "D3": ('=IF(B3=0,"—",ROUND(C3/B3*100,2))', 94.34),
    "D4": ('=IF(B4=0,"—",ROUND(C4/B4*100,2))', 99.5),
    "E3": ("=3*1", 3),
    "E4": ("=4*1", 4),
    "B5": ("=SUM(B3:B4)", 28.57),
    "C5": ("=SUM(C3:C4)", 27.67),
    "D5": ('=IF(B5=0,"—",ROUND(C5/B5*100,2))', 96.85),
}


def test_formulas_are_live_and_carry_the_value_they_have_now():
    formulas, values = opened(rates()).active, opened(rates(), data_only=True).active
    found = {
        cell.coordinate: (cell.value, values[cell.coordinate].value)
        for row in formulas
        for cell in row
        if cell.data_type == "f"
    }
    assert found == FORMULAS
    assert 'fullCalcOnLoad="1"' not in part(rates(), "xl/workbook.xml")


def test_formula_without_a_value_asks_excel_to_calculate():
    data = written([Column("x", "甲", format="integer")], [{"x": Formula("1+1", None)}])
    assert 'fullCalcOnLoad="1"' in part(data, "xl/workbook.xml")
    assert read_workbook(data)[0].rows == [["甲"]]


def test_formula_of_text_carries_text():
    data = written([Column("x", "甲")], [{"x": Formula('"a"&"<b"', "a<b")}])
    assert read_workbook(data)[0].rows == [["甲"], ["a<b"]]


def recalculated(data: bytes, folder: Path) -> dict[str, float]:
    """What the formulas give, from the cells alone: by LibreOffice where there is one, else by ourselves."""
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            target.writestr(name, re.sub("(</f>)<v>[^<]*</v>", r"\1<v/>", content) if name == SHEET else content)
    assert opened(bare.getvalue(), data_only=True).active["B5"].value is None
    if office := shutil.which("soffice"):
        (folder / "bare.xlsx").write_bytes(bare.getvalue())
        subprocess.run(
            [
                office,
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "xlsx:Calc MS Excel 2007 XML",
            ]
            + ["--outdir", f"{folder}/out", f"{folder}/bare.xlsx"],
            check=True,
            capture_output=True,
        )
        sheet = opened((folder / "out/bare.xlsx").read_bytes(), data_only=True).active
        return {name: sheet[name].value for name in FORMULAS}
    return {name: calculated(opened(bare.getvalue()).active, name) for name in FORMULAS}


def calculated(sheet, name: str) -> float:
    """The few formulas these tests use, in exact decimals."""
    value = sheet[name].value
    if not isinstance(value, str):
        return value
    if match := re.fullmatch(r"=SUM\(([A-Z])(\d+):\1(\d+)\)", value):
        rows = range(int(match[2]), int(match[3]) + 1)
        return float(sum(Decimal(str(calculated(sheet, f"{match[1]}{row}"))) for row in rows))
    if match := re.fullmatch(r'=IF\(B\d=0,"—",ROUND\(([A-Z]\d)/([A-Z]\d)\*100,2\)\)', value):
        over, under = (Decimal(str(calculated(sheet, match[n]))) for n in (1, 2))
        return float((over / under * 100).quantize(Decimal("0.01"), ROUND_HALF_UP))
    return float(re.fullmatch(r"=(\d)\*1", value)[1])


def test_recalculating_gives_the_values_we_wrote(tmp_path):
    assert recalculated(rates(), tmp_path) == {name: value for name, (_text, value) in FORMULAS.items()}


def test_sums_cover_all_rows_and_nothing_else():
    column = Column("points", "分值", format="points", total=True)
    rows = [{"points": points} for points in (233, 200, None, 67, 1)]
    sheet = opened(written([column], rows, total_row="合计", heading=["题"], notes=["注"])).active
    assert sheet["A8"].value == "=SUM(A3:A7)"
    assert [cell.value for (cell,) in sheet["A1:A7"]] == ["题", "分值", 2.33, 2, None, 0.67, 0.01]


def test_sum_counts_a_merged_value_once_as_excel_does():
    columns = [Column("item", "项"), Column("points", "分值", format="points", total=True)]
    rows = [{"item": "甲", "points": 100}, {"item": "甲", "points": 100}, {"item": "乙", "points": 100}]
    data = written(columns, rows, total_row="合计", merge_equal=["item", "points"])
    assert [row[1] for row in read_workbook(data)[0].rows] == ["分值", 1, None, 1, 2]
