"""Rules out of the sentences of a 评分标准: `每少1次扣1分`, `未制定计划的，扣2分`, `扣完为止`.

Only what can be read one way is read, and a person is shown how; everything else that speaks of points is a question.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assessments.scheme_files.sorts import MOST_TEXT
from assessments.scheme_workbooks.phrases import normal
from assessments.scheme_workbooks.steps import RANK, SEVERITY, joined

_N = r"(\d+(?:\.\d+)?)分?"
_UNIT = r"(?:人次|次|项|人|件|条|例|处|个|起|篇|名|户|家|场|期)"
_STOP = re.compile(r"[。;；\n]")
_NUMBERED = re.compile(r"^(?:[①-⑳]|[((]?\d{1,2}[))]|\d{1,2}[.、．](?!\d)|[一二三四五六七八九十]{1,3}、)\s*")
_POINTS_IN = re.compile(
    r"(?:扣|加|减|得|计|记)(?:除|分)?\d|不得分|不得本项|0分|扣完|扣光|全扣|折算|酌情|分别|倒扣|扣分|加分"
    r"|(?<![(\d.])\d+(?:\.\d+)?分(?![钟)])"
)
_LIMIT = re.compile(
    rf"^(?:本项|该项|累计|合计)*(?:最多|最高|至多|不超过|上限)(?:为|不超过)?(?:累计)?(扣|加|得)?(?:分)?{_N}$"
)
_UNTIL = re.compile(
    r"^(?:直至|直到|至)?(?:本项|该项)?(?:分值)?扣完(?:本项|该项)?(?:分值?|分数)?为止$|^不计负分$|^不倒扣分?$"
)
_WINDOW = "每月|每季度?|一季度?|每半年|每年|全年|年"
_REQUIRED = re.compile(
    rf"(?:[^\d,]*?({_WINDOW}))?[^\d,]{{0,12}}?(?:不少于|不低于|至少|应|须|需|召开|开展|≥)[^\d,]{{0,6}}(\d+){_UNIT}"
    rf"|({_WINDOW})[^\d,]{{0,4}}(\d+){_UNIT}"
)
_COUNT = re.compile(rf"(?<![十百第])[一二两三四五六七八九十](?={_UNIT})")
_LEVELS = re.compile(rf"({RANK})级?")
_SAME = re.compile(r"同一[^\d,]{0,6}?(?:取最高|就高|[只仅]?(?:取|计|按)最高)(?:分|不就低)?(?:计算|计分)?")
# A comma, and 、 where another case with its points follows.
_CASES = re.compile(r"([,，]|(?<=分)、(?=\d+(?:\.\d+)?%|[^\d、]{1,8}[扣加得]\d))")
# Points that hang on a figure, not on something that happened.
_FIGURE = re.compile(r"\d%|\d分?(?:以上|以下)")
_EVENT = (
    rf"每(?:一|1)?(?:发现|出现|发生|有|查实|增加|获|获得|多|超)?(?:一|1)?[^\d,扣加]{{0,10}}?{_UNIT}[^\d扣加]{{0,14}}"
)
_FLAW = r"(?:未|不|无|没|缺|有|存在|出现|发生|违反|逾|迟|弄虚)"


class Sentence(NamedTuple):
    """One sentence that speaks of points. `rule` is its short form, "" when it cannot be read one way."""

    text: str
    rule: str


def read_standard(text: str) -> list[Sentence]:
    """The sentences that speak of points, in their order; descriptions are left out."""
    found: list[Sentence] = []
    if len(text) > MOST_TEXT:
        return found
    left = list(_sentences(text))
    while left:
        sentence = left[0]
        count, rule = joined([normal(one) for one in left])
        if limit := _limit(sentence):
            found = _limited(found, sentence, limit)
        elif found and _SAME.fullmatch(normal(sentence)):
            found = [*found[:-1], _once_for_the_same(found[-1], sentence)]
        elif rule:
            found.append(Sentence("，".join(left[:count]), rule))
        elif count > 1:
            found += [Sentence(one, "") for one in left[:count]]
        elif _POINTS_IN.search(normal(sentence)):
            found.append(Sentence(sentence, _rule(_counted(normal(sentence)))))
        left = left[count:]
    return found


def _once_for_the_same(last: Sentence, sentence: str) -> Sentence:
    rule = f"{last.rule}，同一事项取最高" if last.rule else ""
    return Sentence(f"{last.text}，{sentence}", rule)


def _counted(text: str) -> str:
    """With the counts in digits: 缺一次 is 缺1次."""
    return _COUNT.sub(lambda match: str("_一二三四五六七八九十".index(match[0].replace("两", "二"))), text)


def _sentences(text: str) -> Iterator[str]:
    """Cut at full stops, and at commas where each side speaks of points of its own."""
    for whole in _STOP.split(text):
        held = ""
        for part in _CASES.split(_NUMBERED.sub("", whole.strip()))[::2]:
            part = part.strip()
            if held and _is_complete(held):
                yield held
                held = ""
            held = f"{held}，{part}" if held else part
        if held:
            yield held


def _is_complete(text: str) -> bool:
    told = normal(text[-40:])
    points = rf"(?:扣|加|得|计|记)(?:除|分)?{_N}(?:(?<=分)(?:、{_N})+)?$|不得分$|扣完$"
    return bool(re.search(points, told) or _SAME.fullmatch(told))


def _limit(sentence: str) -> str:
    """`最多扣2`, `最多加5`, or 扣完为止, which says nothing new; "" for any other sentence."""
    text = normal(sentence)
    if _UNTIL.match(text):
        return "扣完为止"
    match = _LIMIT.match(text)
    return f"最多{match[1] or ''}{match[2]}" if match else ""


def _limited(found: list[Sentence], sentence: str, limit: str) -> list[Sentence]:
    """A limit belongs to the sentence before it."""
    if not found:
        return found if limit == "扣完为止" else [Sentence(sentence, "")]
    *before, last = found
    text = f"{last.text}，{sentence}"
    if not last.rule or limit == "扣完为止":
        return [*before, Sentence(text, last.rule)]
    takes, word = "扣" in last.rule, limit[2:3]
    if (word == "加" and takes) or (word == "扣" and not takes) or "最多" in last.rule:
        return [*before, Sentence(text, "")]
    number = limit[2:].lstrip("扣加得")
    return [*before, Sentence(text, f"{last.rule}，最多{'扣' if takes else '加'}{number}")]


def _rule(text: str) -> str:
    """The short form of one sentence, in normal form; the first of the readers that knows it."""
    return next((rule for read in _READERS if (rule := read(text)) is not None), "")


def points_said(text: str) -> list[str]:
    """The figures a text calls points, as written: of `每少1次扣0.5分` it is 0.5."""
    folded = normal(text)
    return re.findall(r"(?:扣|加|得|计|记)(?:除|分)?(\d+(?:\.\d+)?)", folded) or re.findall(
        r"(\d+(?:\.\d+)?)分(?!钟)", folded
    )


def _numbers(text: str) -> list[str]:
    return re.findall(r"(?:扣|加|得|计|记)(?:除|分|完)?(\d+(?:\.\d+)?)", text)


# Each answers the short form, "" for what it knows to be doubtful, None for what is not its own.


def _one_of_several(text: str) -> str | None:
    """One step, of which the others are not said, or not in the same way: 严重的扣5分."""
    return "" if re.search(rf"(?:{SEVERITY})(?:的|者),?(?:每[次项个起件])?扣(?:除|分)?{_N}$", text) else None


def _by_judgement(text: str) -> str | None:
    match = re.search(rf"(?:酌情)?(扣|加)(?:除|分)?(\d+(?:\.\d+)?)分?[-至到~]{_N}$", text)
    if match:
        return f"酌情{match[1]}{match[2]}—{match[3]}"
    if "酌情" not in text:
        return None
    match = re.search(rf"酌情(扣|加)(?:除|分)?(?:最多|至多|不超过)?{_N}?$", text)
    return f"酌情{match[1]}" + (f"至多{match[2]}" if match[2] else "") if match else ""


def _by_level(text: str) -> str | None:
    """`获国家、省、市级表彰的分别加8分、6分、4分`."""
    match = re.fullmatch(rf"(.+?)的?,?(?:分别|各)(加|扣)({_N}(?:、{_N})+)", text)
    if match is None:
        return "" if "分别" in text else None
    names, points = _LEVELS.findall(match[1]), re.findall(r"\d+(?:\.\d+)?", match[3])
    if len(names) != len(points) or len({*names}) != len(names):
        return ""
    return f"按级别{match[2]}：" + "、".join(f"{name}{number}" for name, number in zip(names, points, strict=True))


def _missing(text: str) -> str | None:
    match = re.search(
        rf"每?(?:少|缺|差|欠)(?:开|开展|召开|讲|学|报|做)?(?:一|1)?{_UNIT}[^\d扣]{{0,6}}扣(?:除|分)?{_N}$", text
    )
    if match is None:
        return None
    required = _REQUIRED.search(text[: match.start()])
    if not required or re.search(r"每[个名人]", text[: match.start()]):
        return ""
    return f"每缺1次扣{match[1]}（{_window(required[1] or required[3])}应{required[2] or required[4]}次）"


def _window(word: str | None) -> str:
    word = (word or "").replace("一季", "每季").removesuffix("度")
    return word if word in ("每月", "每季", "每半年") else ""


def _late(text: str) -> str | None:
    if not re.search(r"逾期|迟报|超期|延期|未按时|未及时|不及时|未按期|超时", text) or len(_numbers(text)) != 1:
        return None
    if match := re.search(rf"每(?:逾期|迟|超过?|延迟|晚)?(?:一|1)?(?:天|日)[^\d扣]{{0,6}}扣(?:除|分)?{_N}$", text):
        return f"逾期每天扣{match[1]}"
    if match := re.search(rf"(?:{_EVENT}|1{_UNIT})扣(?:除|分)?{_N}$", text):
        return f"逾期每次扣{match[1]}"
    return None


def _each_time(text: str) -> str | None:
    """每发现一处扣1分; a single one of a kind too, 承办一次加5分, where nothing else is counted."""
    points = rf"(扣|加|得)(?:除|分)?{_N}$"
    match = re.search(rf"{_EVENT}{points}", text)
    if match is None and not re.search(r"[每任]", text):
        match = re.search(rf"(?<!\d)1{_UNIT}[^\d扣加]{{0,14}}{points}", text)
    if match is None or len(_numbers(text)) != 1:
        return None
    return f"每次{'扣' if match[1] == '扣' else '加'}{match[2]}"


def _nothing_left(text: str) -> str | None:
    match = re.search(r"(?:不得分|不得本项(?:目)?分值?|(?:该项|本项)?(?:得|计|记|为)0分)$", text)
    if match:
        return "有则不得分" if re.search(_FLAW, text[: match.start()]) and not _FIGURE.search(text) else ""
    return "有则扣完" if re.search(r"(?:扣完|扣光|全扣|扣全部分值?)$", text) and re.search(_FLAW, text) else None


def _converted(text: str) -> str | None:
    return "按完成率折算" if re.search(r"按.{0,10}(?:率|比例|百分比).{0,4}(?:折算|计分|得分|计算)", text) else None


def _once(text: str) -> str | None:
    """A fault and what it costs. Where it says 每 or 各, it is a question how often."""
    match = re.fullmatch(rf"(.*?)(?:的|者)?,?(?:则|应|将|一律|直接)?扣(?:除|分|完)?{_N}", text)
    if match is None or len(_numbers(text)) != 1 or re.search(r"[每各]", text) or not re.search(_FLAW, match[1]):
        return None
    return f"有则扣{match[2]}"


def _by_rate(text: str) -> str | None:
    match = re.search(
        rf"(?:低于|不到|不足|未达到?){_N}%?的?,?每(?:低|降低|下降|少)(?:于)?{_N}(?:个百分点|个点|%)?,?扣(?:除|分)?{_N}$",
        text,
    )
    return match and f"低于{match[1]}每低{match[2]}扣{match[3]}"


def _given(text: str) -> str | None:
    match = re.fullmatch(rf"([^\d,、:=]+?)的?,?(?:得|计|记){_N}", text)
    return match and f"逐点得分：{match[1]}{match[2]}"


_READERS = (
    _one_of_several,
    _by_judgement,
    _by_level,
    _by_rate,
    _missing,
    _late,
    _each_time,
    _nothing_left,
    _converted,
    _once,
    _given,
)
