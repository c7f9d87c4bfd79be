"""The worked examples of real rule books, through `try_scheme`, to the cent.

`NN.expected.yaml` names its assumptions and the figures worked out by hand; what it does not name is not compared.
"""

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

HERE = Path(__file__).parent
# What an expected file says of a card or a line that must not be there.
ABSENT = "absent"
EXPECTED = sorted(HERE.glob("[0-9][0-9].expected.yaml"))


def read(path: Path) -> dict:
    """Every figure stays the text it is written as: 22.40 is not 22.4."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def tried(path: Path) -> dict:
    number = path.name[:2]
    printed = StringIO()
    call_command(
        "try_scheme", str(HERE / f"{number}.yaml"), str(HERE / f"{number}.facts.yaml"), "--json", stdout=printed
    )
    return json.loads(printed.getvalue())


def cards(answer: dict) -> dict[str, dict]:
    """Subject -> period -> figures by the names that expected files use."""
    return {
        subject["id"]: {card["period"]: figures(card) for card in subject["periods"]} for subject in answer["subjects"]
    }


def figures(card: dict) -> dict:
    return {
        "by_indicator": {line["indicator"]: line["points"] for line in card["lines"]},
        "categories": {category["id"]: category["points"] for category in card["categories"]},
        "components": {component["id"]: component["points"] for component in card["components"]},
        "total_for_grade": card["total_for_grade"],
        "total_for_award": card["total_for_award"],
        "grade": card["grade"],
        "vetoes": [veto["id"] for veto in card["vetoes"]],
    }


def differences(expected: object, found: object, where: str = "") -> list[str]:
    """What is expected and not found so; what is found beside it is no matter."""
    if isinstance(expected, dict):
        found = found if isinstance(found, dict) else {}
        return [
            line for key in expected for line in differences(expected[key], found.get(key, ABSENT), f"{where}/{key}")
        ]
    wanted = None if expected in ("~", "null") else expected
    return [] if wanted == found else [f"{where}: {wanted} expected, {found} found"]


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name[:2])
def test_a_worked_example_comes_out_to_the_cent(path):
    expected, answer = read(path), tried(path)
    assert answer["errors"] == []
    assert expected["assumptions"]
    assert differences(expected["subjects"], cards(answer)) == []
    proposals = {(quota["group"], quota["period"]): quota for quota in answer["quotas"]}
    for quota in expected.get("quotas", ()):
        assert differences(quota, proposals.get((quota["group"], quota["period"]), ABSENT)) == []


def test_the_seven_published_examples_are_all_here():
    assert {"02", "05", "12", "25", "33", "39", "50"} <= {path.name[:2] for path in EXPECTED}


def test_a_figure_off_by_a_cent_is_seen():
    found = {"total": "22.41", "lines": {"one": None, "two": "1.00"}}
    assert differences({"total": "22.41", "lines": {"one": "~"}}, found) == []
    assert differences({"total": "22.40"}, found) == ["/total: 22.40 expected, 22.41 found"]
    assert differences({"lines": {"three": "1.00"}}, found) == ["/lines/three: 1.00 expected, absent found"]
    assert differences({"lines": {"three": "~"}}, found) == ["/lines/three: None expected, absent found"]
    assert differences({"lines": {"three": "absent"}}, found) == []
    assert differences({"lines": {"two": "~"}}, found) == ["/lines/two: None expected, 1.00 found"]
