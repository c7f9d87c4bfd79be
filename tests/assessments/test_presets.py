"""The rule books an office can start from: nothing doubtful in them, figures worked out by hand, in two languages."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scheme_uploads import PRESETS, presets
from assessments.scoring.lint import lint
from tests.rulebooks.test_worked_examples import cards, differences, read

HERE = Path(__file__).parent / "presets"
PATHS = sorted(PRESETS.glob("*.yaml"))
# docs/scheme-format.md, "In a published plan".
OF_LEDGER = ("assignments", "missed", "late", "recorded_late", "returned", "entries")
WORK_TYPES = Path(__file__).parents[2] / "ledgers" / "presets" / "work_types.json"

each_preset = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def tried(path: Path, language: str) -> dict:
    printed = StringIO()
    facts = HERE / f"{path.stem}.facts.yaml"
    call_command("try_scheme", str(path), str(facts), "--json", "--language", language, stdout=printed)
    return json.loads(printed.getvalue())


def scheme_of(path: Path):
    scheme, problems = read_scheme(path.read_bytes(), path.name)
    assert problems == []
    return scheme


def test_six_presets_are_offered_with_what_they_are_for():
    offered = {preset.key: preset.about for preset in presets()}
    assert sorted(offered) == [
        "branch-stars",
        "integrity-negative-list",
        "member-points",
        "party-goals",
        "secretary-debriefing",
        "standard-branch",
    ]
    assert all(offered.values())
    assert offered["member-points"].startswith("默认不启用")
    assert [preset.key for preset in presets() if preset.is_for_persons] == ["member-points"]


@each_preset
def test_a_preset_is_worth_a_hundred_points_and_has_nothing_doubtful(path):
    scheme = scheme_of(path)
    assert scheme.key == path.stem
    assert scheme.total == 100
    assert lint(scheme) == ()


@each_preset
def test_a_preset_asks_the_ledger_by_names_it_has(path):
    known = {row["name"] for row in json.loads(WORK_TYPES.read_text(encoding="utf-8"))}
    rules = [rule for _, indicator in scheme_of(path).indicators() for rule in indicator.all_rules()]
    asked = [name.partition(":") for rule in rules for name in rule.sources if ":" in name]
    assert [name for name in asked if name[0] not in OF_LEDGER or name[2] not in known] == []
    assert bool(asked) == (path.stem != "member-points")


@each_preset
def test_a_preset_comes_out_as_worked_out_by_hand(path):
    expected, answer = read(HERE / f"{path.stem}.expected.yaml"), tried(path, "zh-hans")
    assert (answer["errors"], answer["warnings"]) == ([], [])
    assert expected["assumptions"]
    assert differences(expected["subjects"], cards(answer)) == []
    proposals = {quota["group"] + quota["period"]: quota for quota in answer["quotas"]}
    for quota in expected.get("quotas", ()):
        assert differences(quota, proposals[quota.get("group", "") + quota["period"]]) == []


@each_preset
def test_every_line_is_explained_in_both_languages(path):
    chinese, english = (texts(tried(path, language)) for language in ("zh-hans", "en"))
    assert len(chinese) == len(english) > 0
    assert [text for text in chinese + english if not text or "%(" in text or "None" in text] == []
    assert [pair for pair in zip(chinese, english, strict=True) if is_untranslated(*pair)] == []


def texts(answer: dict) -> list[str]:
    """Every reason; a line with points has one at least."""
    lines = [line for subject in answer["subjects"] for card in subject["periods"] for line in card["lines"]]
    assert [line["indicator"] for line in lines if not line["reasons"]] == []
    return [reason["text"] for line in lines for reason in line["reasons"]]


def is_untranslated(chinese: str, english: str) -> bool:
    """Figures alone are the same in both; words are not."""
    return chinese == english and any(letter.isalpha() for letter in english)
