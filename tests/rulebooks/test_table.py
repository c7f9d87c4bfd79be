"""The table of real rule books is up to date, and says nothing that the schemes do not hold."""

import pytest

from tests.rulebooks import table

BOOKS = table.books()


def book(by, kind="deduct_if", **more):
    scheme = {
        "scheme": "示例",
        "periods": {"score": "year", "combine": "sum"},
        "categories": [
            {
                "title": "类",
                "cap": 10,
                "indicators": [
                    {"id": "one", "title": "一", "rules": [{"kind": "deduct_if", "points": 1}]},
                    {
                        "id": "two",
                        "title": "二",
                        "rules": [{"kind": "manual_range"}, {"id": "named", "kind": "tiered"}],
                    },
                ],
            }
        ],
    }
    return table.Book("99", scheme, (table.Entry("bonus.0", kind, "示例", tuple(by), **more),))


def test_names_are_found_as_they_are_written():
    known = [
        "one",
        "two",
        "two.1",
        "named",
        "类",
        "类.cap",
        "one.points",
        "periods",
        "periods.combine",
        "facts.excused",
    ]
    assert book(known).unknown() == []
    unknown = ["three", "two.2", "类.floor", "one.floor", "periods.into", "bonus_cap", "facts.nothing", "scheme.x"]
    assert book(unknown).unknown() == [f"bonus.0: {name}" for name in unknown]


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        (book(["one"]), "公式"),
        (book(["two.1"]), "退为人工"),
        (book(["two"]), "退为人工"),
        (book(["two.1"], kind="manual_range"), "由人定"),
        (book(["two.1"], open="没有分值"), "由人定"),
        (book([], not_expressed="没有办法"), "没有写"),
    ],
)
def test_a_rule_stands_as_what_expresses_it(given, standing):
    assert given.standing(given.entries[0]) == standing


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.number)
def test_every_rule_of_a_map_is_expressed_by_something_that_is_there(book):
    assert book.entries
    assert book.unknown() == []
    rules = [entry.rule for entry in book.entries]
    assert len(set(rules)) == len(rules)
    assert [entry.rule for entry in book.entries if bool(entry.by) == bool(entry.not_expressed)] == []


def test_nine_rules_in_ten_are_expressed():
    assert len(BOOKS) == 21
    assert table.expressed_percent(BOOKS) >= 90


def test_the_page_is_up_to_date():
    assert table.PAGE.read_text(encoding="utf-8") == table.page(), "run python -m tests.rulebooks.table"
