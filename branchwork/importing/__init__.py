"""What every import of a workbook shares: the guarded upload, the table found in a sheet, the questions about it.

The flow: upload → `find_table` → one `Import` row whose `understood` is `Table.as_json()` → on each visit the importer
judges the table again with the answers so far and today's database, and lists `Question`s → confirmed, one action
writes. Nothing derived is stored, so an answer, a language or a new organization is never judged by old words.
"""

from .questions import Asked, Choice, Question, answer_of, asked, open_questions, read_answers
from .table import Column, Field, Row, Skipped, Table, find_table
from .upload import Upload, read_bytes, read_upload
from .values import count_of, day_of, fold, text_of

__all__ = [
    "Asked",
    "Choice",
    "Column",
    "Field",
    "Question",
    "Row",
    "Skipped",
    "Table",
    "Upload",
    "answer_of",
    "asked",
    "count_of",
    "day_of",
    "find_table",
    "fold",
    "open_questions",
    "read_answers",
    "read_bytes",
    "read_upload",
    "text_of",
]
