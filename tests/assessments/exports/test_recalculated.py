"""Every sum and rate of a workbook is a live formula, and calculating it anew gives what we wrote."""

import io
import re
import shutil
import subprocess
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.assessments.exports.conftest import made, opened


def formulas_of(book: openpyxl.Workbook) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def calculated(sheet, name: str) -> Decimal:
    """The few kinds of formula a workbook of ours holds, in exact decimals."""
    value = sheet[name].value
    if not isinstance(value, str):
        return Decimal(str(value or 0))
    if match := re.fullmatch(r"=SUM\(([A-Z])(\d+):\1(\d+)\)", value):
        return sum(calculated(sheet, f"{match[1]}{row}") for row in range(int(match[2]), int(match[3]) + 1))
    if match := re.fullmatch(r"=ROUND\(([A-Z]\d+)/([A-Z]\d+)\*100,2\)", value):
        over, under = (calculated(sheet, match[number]) for number in (1, 2))
        return (over * 100 / under).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if match := re.fullmatch(r"=([A-Z]\d+)-([A-Z]\d+)", value):
        return calculated(sheet, match[1]) - calculated(sheet, match[2])
    assert re.fullmatch(r"=[A-Z]\d+(\+[A-Z]\d+)+", value), value
    return sum(calculated(sheet, part) for part in value[1:].split("+"))


def by_libreoffice(book: openpyxl.Workbook, folder: Path) -> openpyxl.Workbook:
    """Saved by openpyxl a workbook has formulas only, so the values that come back are LibreOffice's own."""
    book.save(folder / "bare.xlsx")
    command = [
        shutil.which("soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
        "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{folder}/out", f"{folder}/bare.xlsx",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return openpyxl.load_workbook(io.BytesIO((folder / "out/bare.xlsx").read_bytes()), data_only=True)


@pytest.mark.parametrize(("period", "count"), [("2026", 115), ("2026Q3", 43)])
def test_recalculating_gives_the_values_we_wrote(lived, tmp_path, period, count):
    workbook = made(lived, period)
    formulas, written = opened(workbook), opened(workbook, data_only=True)
    found = formulas_of(formulas)
    ours = {cell: Decimal(str(written[cell[0]][cell[1]].value)) for cell in found}
    assert len(found) == count
    assert {cell: calculated(formulas[cell[0]], cell[1]) for cell in found} == ours
    if shutil.which("soffice"):
        theirs = by_libreoffice(formulas, tmp_path)
        assert {cell: round(Decimal(theirs[cell[0]][cell[1]].value), 9) for cell in found} == ours
