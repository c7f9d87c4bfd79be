"""Every real rule book is a scheme file that reads without a problem, and is written out again without loss."""

import pytest

from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_files.scheme_writer import write_scheme
from tests.rulebooks.table import HERE

PATHS = sorted(HERE.glob("[0-9][0-9].yaml"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_rule_book_reads_without_problems(path):
    scheme, problems = read_scheme(path.read_bytes(), path.name)
    assert problems == []
    assert scheme.key == f"rulebook-{path.stem}"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_rule_book_is_written_without_loss(path):
    scheme, _ = read_scheme(path.read_bytes(), path.name)
    assert read_scheme(write_scheme(scheme), "written.yaml") == (scheme, [])
