"""Sentences that are one rule together: `轻微的扣1分，一般的扣2分`, `90%以上得15分，80%-90%得10分，80%以下不得分`."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

_N = r"(\d+(?:\.\d+)?)"
_SHARE = rf"{_N}(?:%|分)?"
_WORTH = rf"(?:的|者)?,?(?:(得|计|记|扣)(?:除)?{_N}分?|不得分|0分)"
SEVERITY = "特别严重|特别重大|轻微|较轻|一般|较重|较大|严重|重大"
RANK = r"国家|中央|全国|省部|省|市厅|地市|市|县处|县|区|街道|乡镇|镇"
_LEVEL = re.compile(
    rf"([^\d,]*?)(?:(?:情节|程度|影响)?({SEVERITY})|(?:受到?|获得?)?({RANK})级(?:表彰|表扬|奖励|荣誉)?)"
    rf"(?:的|者)?,?(?:每[次项个起件])?(扣|加)(?:除|分)?{_N}分?"
)
_BETWEEN = re.compile(rf"([^\d,]*?){_SHARE}(?:\(含\))?(?:-|至|到){_SHARE}(?:\(不含\))?(?:之间)?{_WORTH}")
_FROM = re.compile(rf"([^\d,]*?)(?:{_SHARE}(?:\(含\)|及|含)?以上|(?:≥|不低于|达到){_SHARE}){_WORTH}")
_BELOW = re.compile(
    rf"([^\d,]*?)(?:{_SHARE}(?:\(不含\))?以下|(?:低于|不足|不到|未达到|<){_SHARE}(?:以下)?|其余|其他|其它|否则){_WORTH}"
)
# What costs points each time in one case, and other points in the next: 每个问题主动整改的扣1分，拒不整改的扣3分.
_CASE = re.compile(rf"[^\d]+(?:的|者),?扣(?:除|分)?{_N}分?")


class _Tier(NamedTuple):
    """From `least` up to `most`; without `least`, what is below. `points` is None for points that are taken."""

    what: str
    least: Decimal | None
    most: Decimal | None
    points: Decimal | None


def joined(texts: Sequence[str]) -> tuple[int, str]:
    """How many of these sentences, in normal form, are one rule from the first on, and its short form: "" where they
    cannot be read one way. (1, "") where the first stands by itself."""
    for count, rule in (_levels(texts), _tiers(texts)):
        if count > 1:
            return count, rule
    if texts[0].startswith("每") and (count := _run(texts, _CASE)) > 1:
        return count, ""
    return 1, ""


def _run(texts: Sequence[str], pattern: re.Pattern[str]) -> int:
    """How many follow each other; one that begins with 每 speaks of something new."""
    count = 0
    for text in texts:
        if not pattern.fullmatch(text) or (count and text.startswith("每")):
            break
        count += 1
    return count


def _levels(texts: Sequence[str]) -> tuple[int, str]:
    count = _run(texts, _LEVEL)
    found = [_LEVEL.fullmatch(text).groups() for text in texts[:count]]
    names = [severity or rank for _what, severity, rank, _word, _points in found]
    words = {word for _what, _severity, _rank, word, _points in found}
    is_one = all(not what for what, *_rest in found[1:]) and len({*names}) == count and len(words) == 1
    if count < 2 or not is_one:
        return count, ""
    pairs = "、".join(f"{name}{points}" for name, (*_rest, points) in zip(names, found, strict=True))
    return count, f"按级别{words.pop()}：{pairs}"


def _tiers(texts: Sequence[str]) -> tuple[int, str]:
    tiers = []
    for text in texts:
        tier = _tier(text)
        if tier is None:
            break
        tiers.append(tier)
    if len(tiers) < 2 or not _is_whole(tiers):
        return len(tiers), ""
    *upper, rest = sorted(tiers, key=lambda tier: -1 if tier.least is None else tier.least, reverse=True)
    steps = [f"≥{tier.least}得{tier.points}" for tier in upper]
    return len(tiers), "按数值分档：" + "、".join([*steps, f"其余得{rest.points}"])


def _tier(text: str) -> _Tier | None:
    if match := _BETWEEN.fullmatch(text):
        what, least, most, word, number = match.groups()
    elif match := _FROM.fullmatch(text):
        what, least, other, word, number = match.groups()
        least, most = least or other, None
    elif match := _BELOW.fullmatch(text):
        what, most, other, word, number = match.groups()
        least, most = None, most or other
    else:
        return None
    points = None if word == "扣" else Decimal(number or 0)
    return _Tier(what, least and Decimal(least), most and Decimal(most), points)


def _is_whole(tiers: Sequence[_Tier]) -> bool:
    """Of one thing, without a gap or an overlap, with an end below, and no points that are taken."""
    named = {tier.what for tier in tiers[1:]} - {"", tiers[0].what}
    if named or "每" in tiers[0].what or any(tier.points is None for tier in tiers):
        return False
    ordered = sorted(tiers, key=lambda tier: -1 if tier.least is None else tier.least, reverse=True)
    ends = [tier.least for tier in ordered]
    if None in ends[:-1] or ends[-1] is not None or ordered[0].most not in (None, Decimal(100)):
        return False
    *middle, last = ordered[1:]
    meets = all(tier.most == above.least for above, tier in zip(ordered, middle, strict=False))
    return meets and last.most in (None, ends[-2])
