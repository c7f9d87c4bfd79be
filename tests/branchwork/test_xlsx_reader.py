import json
import multiprocessing
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from django.utils import translation

from branchwork.xlsx import Sheet, WorkbookError, cell_name, read_workbook, reader
from tests.branchwork.xlsx_files import parts, styles, texts, workbook, zipped

moment = datetime.fromisoformat
MIXED = '<row r="1"><c s="0"><v>46086</v></c><c s="1"><v>46086.5</v></c><c t="b"><v>0</v></c><c><v>0.5</v></c></row>'


def refused(data: bytes) -> WorkbookError:
    with pytest.raises(WorkbookError) as error:
        read_workbook(data)
    return error.value


def test_workbook_comes_back_from_the_child_as_it_was_parsed():
    after = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    data = workbook(MIXED, after, styles=styles(14, 22))
    assert read_workbook(data) == [
        Sheet("台账", [[date(2026, 3, 5), moment("2026-03-05 12:00"), False, 0.5]], [(1, 1, 1, 2)])
    ]


def test_limits_of_the_caller_reach_the_child():
    data = workbook(texts("甲", "乙", "丙"))
    with pytest.raises(WorkbookError) as error:
        read_workbook(data, max_cols=2)
    assert error.value.code == "too_many_columns"
    assert error.value.message == ("工作表“台账”的 C1 单元格有内容，最多能读 2 列。请删去表格右侧多余的内容，再上传。")


def test_refusal_is_a_sentence_that_says_what_to_do():
    with translation.override("en"):
        error = refused(b"%PDF-1.7")
    assert error.code == "not_workbook"
    assert (
        str(error)
        == error.message
        == (
            "This is not an Excel workbook (.xlsx). Open it in Excel or WPS, save it as “Excel Workbook (*.xlsx)” and "
            "upload the new file."
        )
    )


@pytest.mark.parametrize("code", sorted(reader.MESSAGES))
def test_every_refusal_is_said_in_chinese(code):
    message = reader.refusal(code, sheet="台账", rows=5001, limit=5000, cell="A1").message
    assert message.endswith("。")
    assert not message.startswith(("This", "Sheet", "There"))


def test_file_beyond_the_upload_limit_is_refused_without_a_child(monkeypatch):
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    monkeypatch.setattr(subprocess, "run", None)
    assert refused(bytes(11)).code == "too_large"


def test_child_that_takes_too_long_or_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_SECONDS", 0.001)
    assert refused(workbook()).code == "too_large"
    monkeypatch.undo()
    monkeypatch.setattr(reader, "CHILD", "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    assert refused(workbook()).code == "too_large"
    monkeypatch.setattr(reader, "CHILD", "bytearray(10**15)")
    assert refused(workbook()).code == "too_large"
    monkeypatch.setattr(reader, "CHILD", "raise SystemExit(3)")
    assert refused(workbook()).code == "damaged"


def test_child_has_its_limits_and_none_of_our_secrets():
    show = (
        "import json, os, resource, sys; sys.path.append(sys.argv.pop(1)); from parsing import child; "
        "child.parse = lambda *a: [resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU), "
        "sorted(os.environ), 'django' in sys.modules]; child.main()"
    )
    os.environ["SECRET_KEY"] = "not for the child"
    try:
        original, reader.CHILD = reader.CHILD, show
        answer = reader._ask_child(b"", 5000, 60)
    finally:
        reader.CHILD = original
        del os.environ["SECRET_KEY"]
    memory, seconds, names, has_django = answer["sheets"]
    assert (memory, seconds, has_django) == ([1024**3, 1024**3], [20, 21], False)
    assert {*names} <= {"PATH", "LD_LIBRARY_PATH", "LC_CTYPE"}


def test_memory_beyond_the_limit_ends_the_child_and_not_us(monkeypatch):
    hungry = reader.CHILD.replace(
        "; main()", "; import parsing.child as c; c.parse = lambda *a: bytearray(2 << 30); main()"
    )
    monkeypatch.setattr(reader, "CHILD", hungry)
    assert refused(workbook()).code == "too_large"


def _read_in_daemon(data: bytes, answer) -> None:
    answer.send(read_workbook(data)[0].rows)


def test_reading_works_in_a_daemonic_process_as_celery_has_them():
    ours, theirs = multiprocessing.get_context("fork").Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_read_in_daemon, args=(workbook(texts("甲")), theirs), daemon=True
    )
    process.start()
    assert ours.poll(30)
    assert ours.recv() == [["甲"]]
    process.join(30)


def test_child_answers_in_json_only():
    folder = str(Path(reader.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-I", "-c", reader.CHILD, folder, "10", "10"], input=zipped(parts()), capture_output=True
    )
    assert json.loads(done.stdout) == {"sheets": [["台账", [[1]], [], {}]]}
    assert done.stderr == b""


def test_cell_name_is_offered_with_the_reader():
    assert cell_name(30, 5) == "E30"
