"""Values on one line of a cell: whatever the text, a cell gives it back."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.scheme_workbooks.flow import read_flow, write_flow
from branchwork.importing import text_of

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n \"'{}[],:#&*!|>%@`-"))
NUMBERS = st.decimals(-1000, 1000, places=2, allow_nan=False)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(bool), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(VALUES)
def test_a_value_survives_a_cell(value):
    assert read_flow(text_of(write_flow(value))) == value


def test_words_stand_without_quotes():
    written = write_flow({"kind": "tiered", "title": "按时，得5分", "each": Decimal("0.50"), "when": 'a == "b"'})
    assert written == "{kind: tiered, title: 按时，得5分, each: 0.50, when: 'a == \"b\"'}"


def test_what_would_be_read_as_something_else_stands_in_quotes():
    assert write_flow(["true", "1", "off", "", "a: b"]) == '["true", "1", "off", "", "a: b"]'


def test_what_is_no_plain_yaml_is_not_read():
    assert [read_flow(text) for text in ("*a", "&a b", "!!str a", "{a: 1}, b", "a\nb", "{a: 1, a: 2}")] == [None] * 6
