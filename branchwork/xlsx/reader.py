"""Reads workbooks that offices upload: parsed in a child process with limits, refused with a plain sentence."""

import json
import logging
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

log = logging.getLogger(__name__)

MAX_BYTES = 20 * 1024 * 1024
MAX_SECONDS = 40
# The child gets no settings, no secrets and no module of ours but the parser.
CHILD = "import sys; sys.path.append(sys.argv.pop(1)); from parsing.child import main; main()"
ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")

MESSAGES = {
    "not_workbook": gettext_noop(
        "This is not an Excel workbook (.xlsx). Open it in Excel or WPS, save it as “Excel Workbook (*.xlsx)” "
        "and upload the new file."
    ),
    "old_format": gettext_noop(
        "This is an old Excel file (.xls). Open it in Excel or WPS, save it as .xlsx and upload the new file."
    ),
    "password": gettext_noop(
        "This workbook has a password. Remove the password in Excel or WPS, save, and upload it again."
    ),
    "damaged": gettext_noop(
        "This file is damaged or incomplete. Open it in Excel or WPS to check it, save it again and upload the new "
        "file."
    ),
    "unsafe": gettext_noop(
        "This file is not put together the way Excel does it. Open it in Excel or WPS, save it as a new .xlsx and "
        "upload that."
    ),
    "macros": gettext_noop(
        "This workbook contains macros, which are not accepted. Save it as an .xlsx without macros and upload that."
    ),
    "external_links": gettext_noop(
        "This workbook takes values from other workbooks. Break the links in Excel (Data, Edit Links), save, and "
        "upload it again."
    ),
    "embedded": gettext_noop("This workbook contains other files or controls. Delete them, save, and upload it again."),
    "too_large": gettext_noop(
        "This workbook is too large to read. Keep only the sheets and rows you need and upload it again."
    ),
    "too_many_rows": gettext_noop(
        "Sheet “%(sheet)s” reaches row %(rows)s; at most %(limit)s rows can be read. Delete what stands below the "
        "table or split it over several files."
    ),
    "too_many_columns": gettext_noop(
        "Sheet “%(sheet)s” has something in cell %(cell)s; at most %(limit)s columns can be read. Delete what "
        "stands right of the table and upload it again."
    ),
    "empty": gettext_noop("There is nothing in this workbook. Check that you chose the right file."),
}


class WorkbookError(Exception):
    """A workbook that is not read. `code` is a key of MESSAGES; `message`, also str(), tells what to do."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Sheet:
    """One visible sheet, without the blank rows and columns at its edge.

    `rows[0][0]` is cell A1; all rows have one length. A value is None, str, bool, int, float, date or a naive
    datetime as written; a time of day is text ("14:30"), a formula is the value last computed, None if never.
    `merged` holds (min_row, min_col, max_row, max_col), counted from 1; only the first cell has the value.
    `formulas` holds the text of each formula by its cell's name ("G56": "=SUM(G4:G55)").
    """

    title: str
    rows: list[list]
    merged: list[tuple[int, int, int, int]]
    formulas: dict[str, str] = field(default_factory=dict)


def read_workbook(data: bytes, *, max_rows: int = 5000, max_cols: int = 60) -> list[Sheet]:
    """Every visible sheet that holds something, in order. Raises WorkbookError for whatever cannot be read.

    What counts is the last row and column with something in them, not how far borders were drawn.
    """
    if len(data) > MAX_BYTES:
        raise refusal("too_large")
    answer = _ask_child(data, max_rows, max_cols)
    if "error" in answer:
        raise refusal(answer["error"], **answer["params"])
    return [
        Sheet(title, rows, [tuple(area) for area in merged], formulas)
        for title, rows, merged, formulas in answer["sheets"]
    ]


def refusal(code: str, **params: str | int) -> WorkbookError:
    return WorkbookError(code, _(MESSAGES[code]) % params)


def _ask_child(data: bytes, max_rows: int, max_cols: int) -> dict:
    """The child's answer. A subprocess, because a Celery worker's own children may not have children."""
    folder = str(Path(__file__).parent)
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-B", "-c", CHILD, folder, str(max_rows), str(max_cols)],
            input=data,
            capture_output=True,
            env=environment,
            timeout=MAX_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return {"error": "too_large", "params": {}}
    if child.returncode == 0:
        return json.loads(child.stdout, object_hook=_revive)
    log.warning("reading a workbook ended with %s: %s", child.returncode, child.stderr[-200:])
    limited = child.returncode in (-signal.SIGXCPU, -signal.SIGKILL) or b"MemoryError" in child.stderr
    return {"error": "too_large" if limited else "damaged", "params": {}}


def _revive(found: dict) -> dict | date | datetime:
    """Days and moments as parsing/child.py writes them."""
    if found.keys() == {"on"}:
        return date.fromisoformat(found["on"])
    if found.keys() == {"at"}:
        return datetime.fromisoformat(found["at"])
    return found
