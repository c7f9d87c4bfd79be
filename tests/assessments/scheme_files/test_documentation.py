"""docs/scheme-format.md is what people write by: its examples are read, and it names everything there is."""

import dataclasses
from pathlib import Path

from assessments.scheme_files import fields
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scoring.kinds import KINDS
from assessments.scoring.schemes import (
    Category,
    Combination,
    Component,
    Figure,
    Grade,
    Indicator,
    Quota,
    ScoringPoint,
    Veto,
)

PAGE = Path("docs/scheme-format.md").read_text()
BLOCKS = [part.split("```")[0] for part in PAGE.split("```yaml\n")[1:]]


def test_its_schemes_are_read():
    schemes = [block for block in BLOCKS if block.startswith("scheme:")]
    assert len(schemes) == 2
    for block in schemes:
        assert read_scheme(block, "s.yaml")[1] == []


def test_every_kind_is_told_and_nearly_every_one_is_shown():
    assert [kind for kind in KINDS if f"| `{kind}` |" not in PAGE] == []
    shown = {
        rule.kind
        for block in BLOCKS
        if block.startswith("scheme:")
        for _category, indicator in read_scheme(block, "s.yaml")[0].indicators()
        for rule in indicator.all_rules()
    }
    assert sorted(KINDS.keys() - shown) == []


def test_every_parameter_and_every_key_is_told():
    parameters = {name for kind in KINDS.values() for name in kind.parameters}
    keys = {key.name for key in fields.SCHEME_KEYS} | set(fields.COMMON_KEYS)
    assert [name for name in sorted(parameters | keys) if f"`{name}" not in PAGE] == []


def test_the_chinese_table_leads_to_every_kind_and_key():
    table = PAGE.partition("## 中文对照")[2]
    parameters = {name for kind in KINDS.values() for name in kind.parameters}
    keys = {key.name for key in fields.SCHEME_KEYS} | set(fields.COMMON_KEYS)
    parts = (Category, Indicator, ScoringPoint, Component, Combination, Grade, Veto, Quota, Figure)
    # An attribute called key is written id.
    attributes = {field.name for part in parts for field in dataclasses.fields(part)} - {"key"}
    assert [name for name in sorted(KINDS.keys() | parameters | keys | attributes) if f"`{name}`" not in table] == []
