"""Workbooks made by hand, part by part: what offices send and what attackers send."""

import io
import zipfile

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SHEET = "xl/worksheets/sheet1.xml"


def parts(cells: str = '<row r="1"><c r="A1"><v>1</v></c></row>', after: str = "", **others: str) -> dict[str, str]:
    """The parts of a workbook of one sheet named 台账; `others` are strings, styles, workbook."""
    links = f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    made = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        SHEET: f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{after}</worksheet>',
    }
    for name, root in {"sharedStrings": "sst", "styles": "styleSheet"}.items():
        if name in others:
            links += f'<Relationship Id="{name}" Type="{RELATIONS}/{name}" Target="{name}.xml"/>'
            made[f"xl/{name}.xml"] = f'{HEAD}<{root} xmlns="{MAIN}">{others[name]}</{root}>'
    book = others.get("workbook", '<sheets><sheet name="台账" sheetId="1" r:id="rId1"/></sheets>')
    made["xl/workbook.xml"] = f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{book}</workbook>'
    links += others.get("links", "")
    made["xl/_rels/workbook.xml.rels"] = f'{HEAD}<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
    return made


def zipped(contents: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(cells: str = '<row r="1"><c r="A1"><v>1</v></c></row>', after: str = "", **others: str) -> bytes:
    return zipped(parts(cells, after, **others))


def texts(*values: str) -> str:
    """Cells A1, B1, ... holding these texts."""
    cells = "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)
    return f'<row r="1">{cells}</row>'


def styles(*formats: int | str) -> str:
    """Cell styles 0, 1, ... with these number formats: a built-in number or a code of the file's own."""
    own = [(200 + n, code) for n, code in enumerate(formats) if isinstance(code, str)]
    declared = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in own)
    used = "".join(f'<xf numFmtId="{200 + n if isinstance(code, str) else code}"/>' for n, code in enumerate(formats))
    # A style of a style comes first in real files and must not be counted.
    return f'<numFmts>{declared}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{used}</cellXfs>'
