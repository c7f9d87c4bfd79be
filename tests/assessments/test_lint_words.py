"""Every finding is a sentence, in Chinese and in English."""

import pytest
from django.utils.translation import override

from assessments.rule_words import lint_words
from assessments.rule_words.lint_words import finding_text
from assessments.scoring.lint import Finding
from tests.assessments.scoring.lint.builders import SOUND, lint_of


def every_finding() -> list[Finding]:
    """One of each sentence there is."""
    names = (
        "title stated sum count periods condition bound most tier other both gap lowest order grade at_least least name"
    )
    facts = dict.fromkeys([*names.split(), "word"], "7")
    findings = []
    for name in lint_words._SENTENCES:
        code, _, why = name.partition(":")
        code = {"total_does_not_sum": "points_do_not_sum", "cap_out_of_reach": "cap_without_effect"}.get(code, code)
        told = facts | ({"why": why} if why else {})
        told.pop({"total_does_not_sum": "title", "cap_without_effect": "most"}.get(name, ""), None)
        findings.append(Finding("", code, told))
    return findings


@pytest.mark.parametrize("finding", every_finding(), ids=lambda finding: finding.code)
def test_every_finding_is_a_sentence_in_both_languages(finding):
    with override("en"):
        english = finding_text(finding)
    with override("zh-hans"):
        chinese = finding_text(finding)
    assert "%(" not in english + chinese
    assert english.endswith(".") and chinese.endswith("。")


def test_figures_stand_in_the_sentence():
    (finding,) = lint_of(
        SOUND.replace("points: 20", "points: {by_group: {部门: 20, 村居: 30}}").replace("total: 100\n", "")
    )
    with override("zh-hans"):
        assert finding_text(finding) == "“组织生活”为 60 分，各项合计却是 70 分。（村居）"
    with override("en"):
        assert finding_text(finding) == "“组织生活” has 60 points, its parts add up to 70. (村居)"
