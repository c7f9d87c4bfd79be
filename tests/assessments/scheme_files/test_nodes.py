import pytest
from django.utils import translation

from assessments.scheme_files.nodes import Mapping, Scalar, Sequence, compose
from assessments.scheme_files.problems import Problem


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def refused(text: bytes | str) -> tuple[int, str, str]:
    root, problems = compose(text, "f.yaml")
    assert root is None
    (problem,) = problems
    assert problem.file == "f.yaml"
    return problem.line, problem.path, problem.message


def test_values_stay_as_written():
    root, problems = compose("on: 2026-03-31\nno: [0.10, 'yes', ~]\n", "f.yaml")
    assert problems == []
    assert root == Mapping(
        1,
        {
            "on": Scalar(1, "2026-03-31", True),
            "no": Sequence(2, (Scalar(2, "0.10", True), Scalar(2, "yes", False), Scalar(2, "~", True))),
        },
        {"on": 1, "no": 2},
    )
    assert [item.is_empty for item in root.entries["no"].items] == [False, False, True]


def test_a_byte_order_mark_is_no_part_of_the_file():
    assert compose("\ufeff考核: 1".encode(), "f.yaml")[0].entries == {"考核": Scalar(1, "1", True)}


def test_an_empty_file_has_no_tree():
    assert compose("# nothing\n", "f.yaml") == (None, [])


def test_a_key_twice_is_told_with_both_lines():
    root, problems = compose("a:\n  b: 1\n  b: 2\n", "f.yaml")
    assert problems == [Problem("f.yaml", 3, "a.b", "b stands here a second time (first in line 2).")]
    assert root.entries["a"].entries["b"].text == "1"


def test_laughs_by_the_billion_are_not_read():
    laughs = "a: &a [ha, ha]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    assert refused(laughs)[:2] == (1, "a")
    assert refused("a: x\nb: *a\n") == (
        2,
        "b",
        "& and * (anchors and aliases) are not read here. Write it out, or put it in quotes.",
    )


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [ls]", "!!str 5", "! x", "!x 5"])
def test_tags_build_nothing(tag):
    message = "! (a tag) is not read here. Leave it out, or put the text in quotes."
    assert refused(f"a: 1\nb: {tag}") == (2, "b", message)


@pytest.mark.parametrize("text", ["[" * 200, "[" * 30 + "]" * 30, "".join(" " * n + "a:\n" for n in range(300))])
def test_deep_nesting_stops_early(text):
    assert refused(text)[2] == "The file is nested deeper than 20 levels."


def test_one_file_is_one_document():
    assert refused("a: 1\n---\nb: 2\n") == (
        2,
        "",
        "The file has a second document (after ---). One file is one document.",
    )


def test_keys_are_single_words():
    assert refused("? [a]\n: b")[2] == "A key must be a single word or text, followed by a colon."


def test_a_large_file_is_not_read():
    assert refused("a" * 2_000_001) == (1, "", "The file is larger than 2 MB.")


def test_tabs_are_told():
    assert refused("a:\n\t- b\n") == (2, "", "There is a tab here. Indent with blanks.")


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb: [1, 2\nc: 3\n", 3), ("a: 'x\n", 1), ("a:\n  - b\n c: 1", 3)])
def test_what_cannot_be_read_has_a_line(text, line):
    found, path, message = refused(text)
    assert (found, path) == (line, "")
    assert message.startswith("The file cannot be read from here on.")


WIDE_COLON = "After “points” stands the wide colon “：”. Write the narrow one and a blank: “points: ”."
COLON_IN_TEXT = "This line has a colon inside a text. Put that text in quotes: “title: '…: …'”."


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: b: c", 1, COLON_IN_TEXT),
        ("a:\n  - {about: x, note: 开会: 没到}\n", 2, COLON_IN_TEXT),
        ("a: 1\npoints：100\nb: 2\n", 3, WIDE_COLON),
        ("a:\n  - title: x\n  - points：5\n    b: 2\n", 4, WIDE_COLON),
        (
            "a: {b: 1，c: 2}",
            1,
            "In { } and [ ] a wide comma “，” separates nothing. Write the narrow one: “,”.",
        ),
    ],
)
def test_signs_of_a_chinese_keyboard_and_colons_in_texts_are_told(text, line, message):
    assert refused(text) == (line, "", message)


def test_a_key_that_ends_with_a_wide_colon_is_told():
    _root, problems = compose("a: {points：100, 说明：甲: 2}", "f.yaml")
    assert problems == [Problem("f.yaml", 1, "a.points：100", WIDE_COLON)]


def test_other_encodings_are_told():
    assert refused("a: 1\n办法: 2".encode("gbk"))[::2] == (
        2,
        "The file is written in GBK, not in UTF-8. Save it again with the encoding UTF-8.",
    )
    assert refused(b"\xff\xfe\xff")[2] == "The file is not text in UTF-8."


@pytest.mark.parametrize(
    ("text", "code"), [("a: 1\nb: \x00", "0000"), ("a: 1\nb: \x1b[31m", "001B"), ("\n\ud800", "D800")]
)
def test_signs_that_no_text_has(text, code):
    assert refused(text) == (2, "", f"There is a character here that no text has (U+{code}).")
