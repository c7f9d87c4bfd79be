import io
import random
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from branchwork.xlsx.parsing.container import OLE_SIGNATURE, Unreadable
from branchwork.xlsx.parsing.values import cell_name, clean_text
from branchwork.xlsx.parsing.workbook import parse
from tests.branchwork.xlsx_files import HEAD, SHEET, parts, styles, texts, workbook, zipped

moment = datetime.fromisoformat


def rows_of(data: bytes) -> list[list]:
    [(_title, rows, _merged, _formulas)] = parse(data, 5000, 60)
    return rows


def code_of(data: bytes, max_rows: int = 5000, max_cols: int = 60) -> str:
    with pytest.raises(Unreadable) as refusal:
        parse(data, max_rows, max_cols)
    return refusal.value.code


def test_cell_name_is_the_name_in_excel():
    assert [cell_name(*at) for at in [(1, 1), (30, 5), (2, 26), (2, 27), (1048576, 16384)]] == [
        "A1",
        "E30",
        "Z2",
        "AA2",
        "XFD1048576",
    ]


# What cells hold


def test_text_keeps_blanks_and_lines_but_no_control_characters():
    data = workbook(texts(" 党支部 ", "甲\n乙", "a_x000D_\nb", "a_x0007_b", "_x005F_x000D_", "_xD83D_", "\x9f丙"))
    assert rows_of(data) == [[" 党支部 ", "甲\n乙", "a\nb", "ab", "_x000D_", "", "丙"][:5] + [None, "丙"]]


def test_clean_text_makes_all_line_ends_line_feeds():
    assert clean_text("a\r\nb\rc\td\x00") == "a\nb\nc\td"


def test_shared_strings_join_their_runs_without_reading_aids():
    strings = "<si><r><t>党</t></r><r><t>支部</t></r><rPh><t>dang</t></rPh></si><si><t/></si>"
    data = workbook('<row r="1"><c t="s"><v>1</v></c><c t="s"><v>0</v></c></row>', sharedStrings=strings)
    assert rows_of(data) == [[None, "党支部"]]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2", 2),
        ("2.0", 2),
        ("0.33000000000000002", 0.33),
        ("0.30000000000000004", 0.3),
        ("-1.5E-3", -0.0015),
        ("1E+20", 1e20),
        ("NaN", "NaN"),
    ],
)
def test_number_is_what_excel_shows(written, value):
    [[found]] = rows_of(workbook(f'<row r="1"><c><v>{written}</v></c></row>'))
    assert (found, type(found)) == (value, type(value))


def test_truth_error_and_formula_give_the_value_last_computed():
    cells = (
        '<c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c><f>SUM(A1)</f><v>7</v></c><c><f>A1</f></c>'
        '<c t="str"><f>A1&amp;B1</f><v>甲</v></c>'
    )
    assert rows_of(workbook(f'<row r="1">{cells}</row>')) == [[True, "#REF!", 7, None, "甲"]]


@pytest.mark.parametrize(
    ("number_format", "serial", "value"),
    [
        (14, "46086", date(2026, 3, 5)),
        (22, "46086.354166666664", moment("2026-03-05 08:30")),
        (31, "46086", date(2026, 3, 5)),  # 2026年3月5日, not spelt out in the file
        (57, "46082", date(2026, 3, 1)),  # 2026年3月
        (58, "46086", date(2026, 3, 5)),  # 3月5日
        ("yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@", "46086", date(2026, 3, 5)),
        ("[DBNum1][$-804]yyyy年m月d日", "46086", date(2026, 3, 5)),
        ("[$-804]aaaa", "46086", date(2026, 3, 5)),
        ("m月", "46086", date(2026, 3, 5)),
        ("yyyy/m/d", "46086.9", date(2026, 3, 5)),
        ("yyyy-mm-dd hh:mm", "46086", moment("2026-03-05 00:00")),
        ("h:mm", "0.60416666666666663", "14:30"),
        ("h:mm", "46086.5", moment("2026-03-05 12:00")),
        ("[h]:mm:ss", "1.5001157407407", "36:00:10"),
        (32, "0.375", "9:00"),
        ("yyyy-mm-dd", "0", 0),
        ("yyyy-mm-dd", "1", date(1900, 1, 1)),
        ("yyyy-mm-dd", "61", date(1900, 3, 1)),
        ("yyyy-mm-dd", "9999999", 9999999),
        ("yyyy-mm-dd", "-5", -5),
        ("G/通用格式", "46086", 46086),
        ("0.00_);[Red]\\(0.00\\)", "2", 2),
        ("0&quot;days&quot;", "3", 3),
        ("#,##0\\d", "3", 3),
        (9, "0.5", 0.5),
    ],
)
def test_number_with_a_date_format_is_a_day_or_a_moment(number_format, serial, value):
    data = workbook(f'<row r="1"><c s="1"><v>{serial}</v></c></row>', styles=styles(0, number_format))
    [[found]] = rows_of(data)
    assert (found, type(found)) == (value, type(value))


def test_date_counts_from_1904_where_the_workbook_does():
    book = '<workbookPr date1904="1"/><sheets><sheet name="a" r:id="rId1"/></sheets>'
    data = workbook('<row r="1"><c s="0"><v>44624</v></c></row>', styles=styles(14), workbook=book)
    assert rows_of(data) == [[date(2026, 3, 5)]]


def test_iso_dates_are_read():
    cells = "".join(f'<c t="d"><v>{text}</v></c>' for text in ["2026-03-05", "2026-03-05T08:30:00", "soon"])
    assert rows_of(workbook(f'<row r="1">{cells}</row>')) == [[date(2026, 3, 5), moment("2026-03-05 08:30"), "soon"]]


def test_plain_workbook_reads_as_openpyxl_reads_it():
    book = openpyxl.Workbook()
    book.active.append(["序号", 1, 2.5, True, moment("2026-03-05 08:30"), "=1+1", None, "末"])
    book.active.append([])
    book.active.append([None, "乙", date(2026, 3, 5)])
    saved = io.BytesIO()
    book.save(saved)
    expected = [list(row) for row in openpyxl.load_workbook(saved, data_only=True).active.values]
    expected[2][2] = date(2026, 3, 5)  # openpyxl makes a midnight of a day
    assert rows_of(saved.getvalue()) == expected


# Shape


def test_blank_edge_is_trimmed_and_rows_have_one_length():
    cells = (
        '<row r="2"><c r="B2"><v>1</v></c><c r="E2" s="0"/></row>'
        '<row r="3"><c r="C3" t="inlineStr"><is><t>甲</t></is></c></row>'
        '<row r="9"><c r="F9" t="inlineStr"><is><t>  </t></is></c></row><row r="1048576"/>'
    )
    assert rows_of(workbook(cells)) == [[None, None, None], [None, 1, None], [None, None, "甲"]]


def test_merged_ranges_are_cut_to_the_cells_there_are():
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="4"><c r="B4"><v>1</v></c></row>'
    refs = ["A1:Z1", "A2:A4", "B4:C9", "D1:D9", "$A$1"]
    after = "<mergeCells>" + "".join(f'<mergeCell ref="{ref}"/>' for ref in refs) + "</mergeCells>"
    [(_title, _rows, merged, _formulas)] = parse(workbook(cells, after), 5000, 60)
    assert merged == [(1, 1, 1, 2), (2, 1, 4, 1)]


def test_hidden_and_blank_sheets_are_left_out():
    names = {"看": "", "藏": 'state="hidden"', "深": 'state="veryHidden"', "空": ""}
    book = "".join(
        f'<sheet name="{name}" {state} r:id="{"blank" if name == "空" else "rId1"}"/>' for name, state in names.items()
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    link = f'<Relationship Id="blank" Type="{kind}" Target="/xl/worksheets/Blank.xml"/>'
    contents = parts(workbook=f"<sheets>{book}</sheets>", links=link)
    contents["xl/worksheets/blank.xml"] = f"{HEAD}<worksheet><sheetData/></worksheet>"
    assert parse(zipped(contents), 5000, 60) == [("看", [[1]], [], {})]


def test_prefixes_and_the_strict_namespace_are_read():
    contents = parts()
    contents[SHEET] = (
        f'{HEAD}<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row>'
        "<x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert rows_of(zipped(contents)) == [[5]]


# What is refused


def row_at(number: int) -> str:
    return f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>'


def test_too_many_rows_names_the_last_one_and_the_limit():
    rows = "".join(row_at(number) for number in range(1, 5002))
    with pytest.raises(Unreadable) as refusal:
        parse(workbook(rows), 5000, 60)
    assert refusal.value.code == "too_many_rows"
    assert refusal.value.params == {"sheet": "台账", "rows": 5001, "limit": 5000}


def test_rows_are_not_counted_for_ever():
    with pytest.raises(Unreadable) as refusal:
        parse(workbook("".join(row_at(number) for number in (1, 40, 41, 99))), 10, 60)
    assert refusal.value.params["rows"] == 41


def test_as_many_rows_as_allowed_are_read():
    assert len(rows_of(workbook(row_at(1) + row_at(5000)))) == 5000


def test_cell_in_the_last_corner_is_refused_at_once():
    with pytest.raises(Unreadable) as refusal:
        parse(workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), 5000, 60)
    assert refusal.value.code == "too_many_columns"
    assert refusal.value.params == {"sheet": "台账", "cell": "XFD1048576", "limit": 60}
    assert code_of(workbook(row_at(1048576))) == "too_many_rows"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/JDEData.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "external_links"),
        ("xl/embeddings/oleObject1.bin", "embedded"),
        ("xl/activeX/activeX1.xml", "embedded"),
        ("../evil.xml", "unsafe"),
        ("/etc/passwd", "unsafe"),
        ("xl\\evil.xml", "unsafe"),
        ("c:evil.xml", "unsafe"),
        ("XL/Workbook.XML", "unsafe"),
    ],
)
def test_part_that_has_no_business_in_a_table_is_refused(name, code):
    assert code_of(zipped(parts() | {name: "<x/>"})) == code


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/theme/theme1.xml", "docProps/core.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_doctype_is_refused_in_every_part(part, encoding):
    doctype = '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    contents = parts() | {part: (" " * 70_000 + doctype).encode(encoding)}
    assert code_of(zipped(contents)) == "unsafe"


def test_parser_refuses_a_doctype_the_scan_cannot_see(monkeypatch):
    monkeypatch.setattr("branchwork.xlsx.parsing.container.DOCTYPES", ())
    for doctype in ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "<!DOCTYPE a><a/>"]:
        assert code_of(zipped(parts() | {SHEET: doctype})) == "unsafe"


def test_doctype_across_two_pieces_of_a_part_is_seen():
    theme = " " * (1024 * 1024 - 4) + "<!DOCTYPE a><a/>"
    assert code_of(zipped(parts() | {"xl/theme/theme1.xml": theme}, zipfile.ZIP_STORED)) == "unsafe"


def test_size_declared_in_the_directory_is_refused_before_unpacking():
    bomb = zipped(parts() | {"xl/media/a.bin": bytes(2_000_000)})
    assert code_of(bomb) == "too_large"
    huge = bytearray(zipped(parts(), zipfile.ZIP_STORED))
    at = huge.rfind(b"PK\x01\x02")
    huge[at + 24 : at + 28] = (60 * 1024 * 1024).to_bytes(4, "little")
    assert code_of(bytes(huge)) == "too_large"


def test_sizes_that_add_up_and_too_many_parts_are_refused(monkeypatch):
    monkeypatch.setattr("branchwork.xlsx.parsing.container.MAX_TOTAL_BYTES", 10_000)
    noise = random.Random(1).randbytes(4_000)
    assert code_of(zipped(parts() | {f"xl/media/{n}": noise for n in range(3)})) == "too_large"
    assert code_of(zipped(parts() | {f"xl/media/{n}": "" for n in range(2000)})) == "too_large"


def test_encrypted_duplicate_linked_and_oddly_packed_entries_are_refused():
    locked = bytearray(zipped(parts()))
    locked[locked.find(b"PK\x01\x02") + 8] |= 1
    assert code_of(bytes(locked)) == "password"

    linked, twice = io.BytesIO(zipped(parts())), io.BytesIO(zipped(parts()))
    with zipfile.ZipFile(linked, "a") as archive:
        entry = zipfile.ZipInfo("xl/link.xml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, "<x/>")
    assert [code_of(linked.getvalue()), code_of(twice.getvalue())] == ["unsafe", "unsafe"]
    assert code_of(zipped(parts(), zipfile.ZIP_LZMA)) == "unsafe"


def test_entries_that_share_their_bytes_are_refused():
    data = bytearray(zipped(parts() | {"xl/media/one": "a", "xl/media/two": "b"}))
    first = int.from_bytes(data[data.find(b"PK\x01\x02") + 42 :][:4], "little")
    last = data.rfind(b"PK\x01\x02") + 42
    data[last : last + 4] = first.to_bytes(4, "little")
    assert code_of(bytes(data)) == "unsafe"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04", "damaged"),
        (b"%PDF-1.7", "not_workbook"),
        ("序号,项目内容\n1,政治建设".encode("gbk"), "not_workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not_workbook"),
        (OLE_SIGNATURE + bytes(500) + "Workbook".encode("utf-16-le"), "old_format"),
        (OLE_SIGNATURE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE_SIGNATURE + bytes(500) + "WordDocument".encode("utf-16-le"), "not_workbook"),
        (zipped({"readme.txt": "a"}), "not_workbook"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "not_workbook"),
        (workbook(""), "empty"),
        (workbook(workbook="<sheets/>"), "not_workbook"),
        (workbook('<row r="1"><c t="s"><v>5</v></c></row>'), "damaged"),
        (workbook('<row r="x"><c><v>5</v></c></row>'), "damaged"),
        (workbook("<row><c>"), "damaged"),
    ],
)
def test_file_that_is_no_workbook_is_named_for_what_it_is(data, code):
    assert code_of(data) == code


def test_document_of_another_kind_is_not_a_workbook():
    contents = parts() | {"xl/workbook.xml": f'{HEAD}<w:document xmlns:w="w"><w:body/></w:document>'}
    assert code_of(zipped(contents)) == "not_workbook"


@pytest.mark.parametrize("limit", ["MAX_CELLS", "MAX_TEXT"])
def test_more_than_the_asking_process_should_hold_is_refused(monkeypatch, limit):
    monkeypatch.setattr(f"branchwork.xlsx.parsing.workbook.{limit}", 5)
    rows_of(workbook(texts("甲", "乙", "丙", "丁", "戊")))
    assert code_of(workbook(texts("甲", "乙", "丙", "丁", "戊", "己"))) == "too_large"


def test_more_merged_ranges_than_a_table_has_are_refused(monkeypatch):
    monkeypatch.setattr("branchwork.xlsx.parsing.workbook.MAX_MERGED", 1)
    assert code_of(workbook(row_at(1), '<mergeCell ref="A1:B1"/>' * 2)) == "too_large"


def test_formulas_and_merged_ranges_count_as_cells_do(monkeypatch):
    monkeypatch.setattr("branchwork.xlsx.parsing.workbook.MAX_CELLS", 3)
    rows_of(workbook(row_at(1) + row_at(2), '<mergeCell ref="A1:B1"/>'))
    assert code_of(workbook(row_at(1) + row_at(2), '<mergeCell ref="A1:B1"/>' * 2)) == "too_large"
    assert code_of(workbook('<row r="1"><c><f>1</f><v>1</v></c><c><f>1</f><v>1</v></c></row>')) == "too_large"


# Whatever comes in, nothing but Unreadable comes out


def rich_workbook() -> dict[str, str]:
    return parts(
        texts("甲", "a_x000D_b") + '<row r="2"><c r="A2" s="1"><v>46086.5</v></c><c t="s"><v>0</v></c></row>',
        '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>',
        sharedStrings="<si><t>乙</t></si>",
        styles=styles(0, 22),
    )


def survives(data: bytes) -> bool:
    """Whether the file was read; an exception other than Unreadable fails the test."""
    try:
        parse(data, 5000, 60)
    except Unreadable:
        return False
    return True


def test_truncated_files_are_refused():
    whole = zipped(rich_workbook())
    assert survives(whole)
    assert not any(survives(whole[:length]) for length in range(0, len(whole), 11))


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_flipped_bytes_never_raise_anything_else(compression):
    chance = random.Random(20261122)
    whole = zipped(rich_workbook(), compression)
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        survives(bytes(broken))


def test_mangled_parts_never_raise_anything_else():
    """As above behind correct check sums, so that it is our parsing that meets the nonsense."""
    chance = random.Random(20261122)
    whole = rich_workbook()
    pieces = ["<", ">", '"', "0", "-1", "99999999999999999999", "A1", "é", "\x00", "</c>", "<v>", "&#x1;", "rId9", ""]
    read = 0
    for _ in range(400):
        name = chance.choice(sorted(whole))
        text = whole[name]
        start = chance.randrange(len(text))
        end = start + chance.randint(0, 12)
        read += survives(zipped(whole | {name: text[:start] + chance.choice(pieces) + text[end:]}))
    assert 0 < read < 400


def test_formulas_are_told_by_their_cell_even_when_never_computed():
    cells = '<row r="2"><c r="G2"><f>SUM(G1:G1)</f><v/></c></row><row r="3"><c r="A3"><f>1+1</f><v>2</v></c></row>'
    [(_title, rows, _merged, formulas)] = parse(workbook(cells), 5000, 60)
    assert rows[2][0] == 2
    assert formulas == {"G2": "=SUM(G1:G1)", "A3": "=1+1"}
