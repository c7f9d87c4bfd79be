"""From the words in a plan's 责任单位 to a task's audience. Never guesses: what has no sure reading is a question.

Pure but for the kinds' names: what the office itself is called, its tags and its organizations come as AudienceWords.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from branchwork.organizations.models import Organization

Kind = Organization.Kind

BRANCHES = tuple(str(kind) for kind in Organization.BRANCH_KINDS)
COMMITTEES = (str(Kind.PARTY_COMMITTEE), str(Kind.GENERAL_BRANCH))
EVERYBODY = COMMITTEES + BRANCHES
# A branch of seven or more full members has a branch committee (LEDGER.md).
COMMITTEE_MEMBERS = 7

# What a question may propose and a form may offer, in this order.
KNOWN: dict[str, dict[str, Any]] = {
    "各基层党组织": {"kinds": list(EVERYBODY)},
    "各党支部": {"kinds": list(BRANCHES)},
    "设支委会的党支部": {"kinds": list(BRANCHES), "min_members": COMMITTEE_MEMBERS},
    "各机关党委、党总支": {"kinds": list(COMMITTEES)},
    "各机关党委": {"kinds": [str(Kind.PARTY_COMMITTEE)]},
    "各党总支": {"kinds": [str(Kind.GENERAL_BRANCH)]},
}
_NEAR = 0.8

_NOUNS = {
    "党组织": EVERYBODY,
    "党总支部": (str(Kind.GENERAL_BRANCH),),
    "党总支": (str(Kind.GENERAL_BRANCH),),
    "总支": (str(Kind.GENERAL_BRANCH),),
    "联合党支部": (str(Kind.JOINT_BRANCH),),
    "临时党支部": (str(Kind.TEMPORARY_BRANCH),),
    "党支部": BRANCHES,
    "支部": BRANCHES,
    "党委": (str(Kind.PARTY_COMMITTEE),),
    "单位": EVERYBODY,
    "部门": EVERYBODY,
}
_NOUN = "|".join(_NOUNS)
_WHO = "(?:书记|负责人|班子|班子成员)?"
_PLAIN = re.compile(
    rf"含?(?:各|全体|所有|全部|每个)?(?:级|个)?(?:[市县区省州]直|直属|所属)?(?:机关)?(?:基层)?({_NOUN}){_WHO}"
)
_BY_SIZE = re.compile(
    rf"(?:各|所有)?(?:设有?|设立|成立)(?:了)?(?:支委会|支部委员会|支委)的(?:党)?支部{_WHO}"
    rf"|(?:正式)?党员(?:人数)?(?P<a>\d+)[人名](?:及|\(含\))?以上的?(?:党)?支部{_WHO}"
    rf"|(?P<b>\d+)[人名](?:及|\(含\))?以上(?:党员)?的?(?:党)?支部{_WHO}"
)
_TERM_END = re.compile(rf"(?:任期)?(?:届满|到届)的?({_NOUN})")
_OWN = re.compile("(?:(?:.+直)?机关)?工(?:委|作委员会)(?:机关|办公室|本级)?|本级|本委")
_AFTER = re.compile(rf"(?:已|获)?(申报|立项|入选|获评|参评|参赛|报名|推荐|创建|评选|命名)的?(?:{_NOUN})")
_TAGGED = re.compile(rf"(?:各|所有)?(?P<tag>.{{1,30}}?)的?(?P<noun>{_NOUN}){_WHO}")
_BETWEEN = re.compile("[、,;/()]|以及|和|及|与")


class Doubt(StrEnum):
    """Why an audience is asked about. The value is stable; the caller words it."""

    EMPTY = "empty"  # nothing is written
    TAG = "tag"  # a property no organization carries yet: 窗口单位, 承担帮扶任务
    AFTER_TASK = "after_task"  # known only once another task was done: 申报单位
    NEAR = "near"  # no such words, but some that look like them: 各基层党组只
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AudienceWords:
    """What names mean in one office: its own, its tags (name → key), its organizations (name → key)."""

    own: frozenset[str] = frozenset()
    tags: Mapping[str, int] = field(default_factory=dict)
    organizations: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class AudienceReading:
    """`audience` as a Task stores it, {"pending": phrase} where there is a doubt; `tag` and `kinds` are what a tag
    question proposes, `near` a known phrase or an organization (`near_key`) that looks alike. `by_event`: only
    together with an event deadline."""

    audience: dict[str, Any]
    doubt: Doubt | None = None
    tag: str = ""
    kinds: tuple[str, ...] = EVERYBODY
    near: str = ""
    near_key: int | None = None
    by_event: bool = False


def read_audience(phrase: str, words: AudienceWords) -> AudienceReading:
    text = plain(phrase)
    if not text:
        return _asked(phrase, Doubt.EMPTY)
    if text in words.organizations:
        return AudienceReading({"named": [words.organizations[text]]})
    if text in words.tags:
        return AudienceReading({"kinds": list(EVERYBODY), "tags": [words.tags[text]]})
    if text in words.own or _OWN.fullmatch(text):
        return AudienceReading({"own": True})
    if found := _BY_SIZE.fullmatch(text):
        least = int(found["a"] or found["b"] or COMMITTEE_MEMBERS)
        return AudienceReading({"kinds": list(BRANCHES), "min_members": least})
    if found := _TERM_END.fullmatch(text):
        kinds = _NOUNS[found[1]]
        return AudienceReading({"kinds": list(kinds)}, tag=text.removesuffix(found[1]), kinds=kinds, by_event=True)
    parts = [part for part in _BETWEEN.split(text) if part]
    return _all_kinds(parts) or _all_named(parts, words) or _in_doubt(phrase, text, words)


def plain(phrase: str) -> str:
    """Full-width and half-width alike, without blanks, quotes and closing marks."""
    text = unicodedata.normalize("NFKC", phrase)
    return re.sub(r"[\s“”\"'‘’「」『』《》\u200b\ufeff]", "", text).rstrip("。.;:、,")


def _all_kinds(parts: list[str]) -> AudienceReading | None:
    """各机关党委、党总支: the kinds of every part together, in the order of EVERYBODY."""
    found = [_PLAIN.fullmatch(part) for part in parts]
    if not all(found):
        return None
    wanted = {kind for match in found for kind in _NOUNS[match[1]]}
    return AudienceReading({"kinds": [kind for kind in EVERYBODY if kind in wanted]})


def _all_named(parts: list[str], words: AudienceWords) -> AudienceReading | None:
    keys = [words.organizations.get(part) for part in parts]
    return AudienceReading({"named": sorted(set(keys))}) if all(keys) else None


def _in_doubt(phrase: str, text: str, words: AudienceWords) -> AudienceReading:
    if _AFTER.fullmatch(text):
        return _asked(phrase, Doubt.AFTER_TASK)
    near = _nearest(text, words)
    found = _TAGGED.fullmatch(text)
    if near or not found or _BETWEEN.search(text):
        doubt = Doubt.NEAR if near else Doubt.UNKNOWN
        return _asked(phrase, doubt, near=near, near_key=words.organizations.get(near))
    kinds = _NOUNS[found["noun"]]
    if found["tag"] in words.tags:
        return AudienceReading({"kinds": list(kinds), "tags": [words.tags[found["tag"]]]})
    return _asked(phrase, Doubt.TAG, tag=found["tag"], kinds=kinds)


def _nearest(text: str, words: AudienceWords) -> str:
    candidates = [*KNOWN, *words.organizations]
    likeness = {name: SequenceMatcher(None, text, name).ratio() for name in candidates}
    best = max(candidates, key=likeness.__getitem__)
    return best if likeness[best] >= _NEAR else ""


def _asked(phrase: str, doubt: Doubt, **proposal) -> AudienceReading:
    return AudienceReading({"pending": phrase.strip()}, doubt, **proposal)
