import hashlib
import io
import stat
import zipfile

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from ledgers.evidence import KeptFile, file_fault, keep, seal, unseal

PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 30 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 30 + b"\xff\xd9"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 512
TYPES = '<?xml version="1.0"?><Types/>'


def office_file(*parts: str, **contents: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for part in parts:
            archive.writestr(part, "<a/>")
        for part, content in contents.items():
            archive.writestr(part, content)
    return stream.getvalue()


DOCX, XLSX = office_file("word/document.xml"), office_file("xl/workbook.xml")


def fault(name: str, data: bytes) -> str:
    return file_fault(SimpleUploadedFile(name, data))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("活动方案.pdf", PDF), ("现场.JPG", JPG), ("现场.jpeg", JPG), ("截图.png", PNG), ("方案.docx", DOCX),
        ("名单.xlsx", XLSX), ("方案.wps", OLE), ("名单.et", OLE), ("方案.wps", office_file("word/document.xml")),
    ],
)  # fmt: skip
def test_file_fault_takes_what_offices_keep(name, data):
    assert fault(name, data) == ""


@pytest.mark.parametrize(
    "name", ["a.exe", "a.html", "a.svg", "a.doc", "a.docm", "a.pdf.exe", "pdf", ".pdf", "a.zip", "a"]
)
def test_file_fault_refuses_other_kinds_whatever_is_inside(name):
    assert "的类型不收" in fault(name, PDF)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"MZ\x90\x00"), ("a.pdf", PNG), ("a.pdf", b"%PDF-1.4 cut short"), ("a.png", JPG),
        ("a.png", PNG[:20]), ("a.jpg", b"\xff\xd8\xff\xe0 cut short"), ("a.jpg", b"<script>alert(1)</script>"),
        ("a.docx", XLSX), ("a.xlsx", DOCX), ("a.docx", OLE), ("a.docx", b"PK\x03\x04 cut short"),
        ("a.wps", PDF), ("a.et", b"hello"),
    ],
)  # fmt: skip
def test_file_fault_refuses_what_is_not_what_its_name_says(name, data):
    assert "与类型不符" in fault(name, data)


def encrypted() -> bytes:
    data = bytearray(DOCX)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def linked() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", "<a/>")
        link = zipfile.ZipInfo("word/media/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (office_file("word/document.xml", "word/vbaProject.bin"), "含有宏"),
        (office_file("word/document.xml", "word/embeddings/oleObject1.bin"), "里嵌着别的文件"),
        (office_file("word/document.xml", "word/activeX/activeX1.xml"), "里嵌着别的文件"),
        (office_file("word/document.xml", "../../etc/cron.d/evil"), "与类型不符"),
        (office_file("word/document.xml", "/etc/cron.d/evil"), "与类型不符"),
        (office_file(**{"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "与类型不符"),
        (office_file(**{"word/document.xml": "0" * 60_000_000}), "展开后过大"),  # 60 MB in 60 KB
        (office_file("word/document.xml", *(f"part{n}" for n in range(2_001))), "展开后过大"),
        (encrypted(), "有密码"),
        (linked(), "与类型不符"),
    ],
    ids=["macro", "embedded", "activex", "climbing", "absolute", "doctype", "bomb", "parts", "encrypted", "link"],
)
def test_file_fault_refuses_harmful_containers(data, sentence):
    assert sentence in fault("方案.docx", data)


def test_file_fault_refuses_what_is_empty_or_too_large(settings):
    assert "是空文件" in fault("a.pdf", b"")
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    assert "超过 1.0 MB" in fault("a.pdf", PDF + b"0" * 1024 * 1024 + b"%%EOF")
    assert fault("a.pdf", PDF + b"0" * (1024 * 1024 - len(PDF) - 5) + b"%%EOF") == ""


def test_keep_writes_below_files_dir_by_hash_and_not_by_name(files_dir):
    kept = keep(SimpleUploadedFile("../../etc/passwd.pdf", PDF))
    assert (kept.name, kept.size) == ("passwd.pdf", len(PDF))
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    assert kept.path.startswith(f"evidence/{kept.sha256}/")
    assert "passwd" not in kept.path
    assert (files_dir / kept.path).read_bytes() == PDF
    again = keep(SimpleUploadedFile("b.pdf", PDF))
    assert again.path != kept.path


def test_unseal_answers_only_to_the_same_user(office):
    kept = KeptFile("方案.pdf", "evidence/ab/cd", "ab", 12)
    token = seal(kept, office.wang)
    assert unseal(token, office.wang) == kept
    assert unseal(token, office.zheng) is None
    assert unseal(token + "x", office.wang) is None
    assert unseal(signing.dumps({"path": "../../secret"}), office.wang) is None
