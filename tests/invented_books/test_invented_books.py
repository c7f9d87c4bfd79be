"""Rule books made up to mix what real ones do one at a time, through `try_scheme`, to the cent.

From 15 on, scheme, facts and figures were written down before any of them was run.

The opening comment of `NN.facts.yaml` works each figure out by hand, one a line:

    # EXPECT subject period what figure

where `what` is a line's id, cat:id, comp:id, avail:id (what a line could earn), total, award, grade or veto; with
subject Q (period, or period@group) it is proposed.id, overflow, gap, ties or excess of the proposed grades, as JSON.
"""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

HERE = Path(__file__).parent
EXPECTATION = re.compile(r"\s*# EXPECT (\S+) (\S+) (\S+) (.*?)\s*(?:;.*)?")
NOWHERE = "NOCARD"


def expectations(path: Path) -> list[tuple[str, ...]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [found.groups() for line in lines if (found := EXPECTATION.fullmatch(line))]


def tried(path: Path) -> dict:
    printed = StringIO()
    scheme = path.with_name(path.name.replace(".facts", ""))
    call_command("try_scheme", str(scheme), str(path), "--json", stdout=printed)
    return json.loads(printed.getvalue())


def found(answer: dict, subject: str, period: str, what: str) -> str:
    value = _proposed(answer, period, what) if subject == "Q" else _on_card(answer, subject, period, what)
    return "null" if value is None else str(value)


def _on_card(answer: dict, subject: str, period: str, what: str) -> object:
    cards = {(one["id"], card["period"]): card for one in answer["subjects"] for card in one["periods"]}
    card = cards.get((subject, period))
    if card is None:
        return NOWHERE
    if what in ("total", "award"):
        return card[f"total_for_{'grade' if what == 'total' else 'award'}"]
    if what == "grade":
        return card["grade"]
    if what == "veto":
        return ",".join(veto["id"] for veto in card["vetoes"])
    kind, _, key = what.rpartition(":")
    if kind in ("cat", "comp"):
        parts = card["categories" if kind == "cat" else "components"]
        return next((part["points"] for part in parts if part["id"] == key), "absent")
    figure = "available" if kind == "avail" else "points"
    return next((line[figure] for line in card["lines"] if line["indicator"] == key), "absent")


def _proposed(answer: dict, period: str, what: str) -> object:
    period, _, group = period.partition("@")
    quotas = [one for one in answer["quotas"] if one["period"] == period and group in ("", one["group"])]
    if what.startswith("proposed."):
        key = what.removeprefix("proposed.")
        return next((one["proposed"][key] for one in quotas if key in one["proposed"]), "absent")
    return json.dumps([one[what] for one in quotas], ensure_ascii=False)


@pytest.mark.parametrize("path", sorted(HERE.glob("*.facts.yaml")), ids=lambda path: path.name[:2])
def test_an_invented_book_comes_out_to_the_cent(path):
    answer, expected = tried(path), expectations(path)
    assert answer["errors"] == []
    assert len(expected) >= 10
    told = [(*where, found(answer, *where)) for *where, _figure in expected]
    assert told == [tuple(one) for one in expected]
