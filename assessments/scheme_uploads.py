"""What was uploaded as a rule book or a facts file: its text or workbook, as it is kept while it is being checked."""

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath

from django.core.files.uploadedfile import UploadedFile

from assessments.scheme_files.nodes import MOST_BYTES
from assessments.scheme_files.problems import Problem
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_files.scheme_writer import write_scheme
from assessments.scheme_workbooks.reading import read_workbook_scheme
from assessments.scoring import Scheme
from branchwork.importing.questions import Question
from branchwork.models import Import

PRESETS = Path(__file__).parent / "presets"
# Every .xlsx is a ZIP archive.
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Preset:
    """A rule book that comes with the house. `about` is the comment its file begins with. One that `is_for_persons` can
    be looked at and tried, but no plan is scored by it."""

    key: str
    title: str
    about: str
    document: str
    is_for_persons: bool


@dataclass(frozen=True)
class Reading:
    """A rule book as far as it was read. `document` is what would be stored: the text itself, or written anew from a
    workbook; "" while there is nothing to store."""

    scheme: Scheme | None
    document: str
    problems: list[Problem]
    questions: list[Question]


def name_of(file: UploadedFile) -> str:
    """The name without the folders some browsers send."""
    return PurePath(file.name.replace("\\", "/")).name


def is_workbook(data: bytes) -> bool:
    return data.startswith(_ZIP)


def kept_workbook(data: bytes) -> dict[str, str]:
    return {"workbook": base64.b64encode(data).decode()}


def typed(text: str) -> str:
    """What was typed into a page, as a file has it."""
    return text.replace("\r\n", "\n").replace("\0", "")


def kept_text(data: bytes) -> dict[str, str] | None:
    """None where it is no text that could be shown for mending."""
    if len(data) > MOST_BYTES:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else {"document": typed(text)}


def read_kept_scheme(kept: Import) -> Reading:
    if "workbook" in kept.understood:
        return _read_kept_workbook(kept)
    document = kept.understood["document"]
    scheme, problems = read_scheme(document, kept.file_name)
    return Reading(scheme, document if scheme and not problems else "", problems, [])


def _read_kept_workbook(kept: Import) -> Reading:
    data = base64.b64decode(kept.understood["workbook"])
    reading = read_workbook_scheme(data, kept.file_name, kept.answers)
    document = write_scheme(reading.scheme) if reading.scheme else ""
    return Reading(reading.scheme, document, list(reading.problems), list(reading.questions))


@cache
def presets() -> tuple[Preset, ...]:
    """The rule books under assessments/presets, by file name."""
    found = []
    for path in sorted(PRESETS.glob("*.yaml")):
        document = path.read_text(encoding="utf-8")
        scheme, problems = read_scheme(document, path.name)
        if scheme is not None and not problems:
            about, is_for_persons = _opening_comment(document), scheme.subjects == "persons"
            found.append(Preset(path.stem, scheme.title, about, document, is_for_persons))
    return tuple(found)


def _opening_comment(document: str) -> str:
    lines = []
    for line in document.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").rstrip())
    return "\n".join(lines).strip()
