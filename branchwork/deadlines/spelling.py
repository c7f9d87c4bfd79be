"""One spelling for the many ways an office writes the same deadline. What it means is decided elsewhere.

`二〇二六年六月三十日以前完成` becomes `2026年6月30日前`, `“五一”劳动节前` becomes `五一前`, `3月—5月` becomes
`3月-5月`; the parts of a list are joined by `、`.
"""

import re
import unicodedata

from branchwork.deadlines.feasts import NAMES

FEAST = "|".join(NAMES)
VERB = "完成|上报|报送|提交|办结|落实|到位|结束|开展|召开|组织|实施|进行|推进|坚持|持续|参加|推荐"

_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys("—–−‐‑‒―~∼～", "-"),
        **dict.fromkeys(",;", "、"),
        **dict.fromkeys("[【〔{", "("),
        **dict.fromkeys("]】〕}", ")"),
        **dict.fromkeys("“”\"'‘’「」『』《》〈〉\u200b\u200c\u200d\ufeff的", None),
    }
)
_NUMERALS = "〇零一二两三四五六七八九十"
_VALUE = {**{numeral: n for n, numeral in enumerate("〇一二三四五六七八九")}, "零": 0, "两": 2}
_COUNTED = "[个月日号季次天条年周篇场期份件人名回遍]"

# In order; each line undoes one habit of writing.
_BEFORE_NUMERALS = (
    (r"(?<=[\d日号])(?:\s*(?:上午|下午|晚))?\s*(?:\d{1,2}:\d\d(?::\d\d)?|(?<=[日号])\d{1,2}[时点])", ""),
    (r"以及|和|与|及(?!时)", "、"),
    (r"[.。、:]+$", ""),
    (r"^\((.*)\)$", r"\1"),
    (r"\(含(?:当日|当天|本数)?\)", ""),
    (rf"(?<=[\d{_NUMERALS}月日号度年半底末])[至到](?!少)", "-"),
    (r"--+", "-"),
)
_AFTER_NUMERALS = (
    (r"^(?:截至|截止|不晚于|不迟于|最迟|最晚|务必|务于|于|在)+|^至少(?=每)", ""),
    (r"/(?=\d{1,2}月)", "、"),
    (r"(20\d\d)([-./])(\d{1,2})\2(\d{1,2})(?!\d)", r"\1年\3月\4日"),
    (r"(?<!\d)(20\d\d)(0\d|1[0-2])([0-3]\d)(?!\d)", r"\1年\2月\3日"),
    (r"(20\d\d)[-./](\d{1,2})(?!\d)", r"\1年\2月"),
    (r"(?<![\d.])(\d{1,2})[./](\d{1,2})(?![\d.])", r"\1月\2日"),
    (r"(?<![A-Za-z])[Qq]([1-4])(?!\d)", r"\1季度"),
    (r"(?<=20\d\d)(?=[1-4]季度)", "年"),
    (r"号|日+", "日"),
    (r"月份", "月"),
    (r"季(?!度)", "季度"),
    (r"第(?=\d季度)", ""),
    (r"[之以]前|前夕", "前"),
    (r"[之以]后", "后"),
    (r"[之以]内", "内"),
    (r"(?:下1?|明|来|翌|次|第2)年度?", "次年"),
    (r"(?:当|本|今|每1?|^1)年度?", "当年"),
    (r"(?<!半)年[末终尾]|岁末", "年底"),
    (rf"({FEAST})[两双]节", r"\1"),
    (rf"(?:{FEAST})(?=(?:{FEAST}))", r"\g<0>、"),
    (r"(?:截止|为止|前?止)$", ""),
)


def plain(phrase: str, gap: str = "") -> str:
    """The phrase in its one spelling; `gap` is what blanks inside it are taken for (nothing, or 、)."""
    text = unicodedata.normalize("NFKC", phrase).strip()
    text = re.sub(r"[“\"'‘「『《〈]十[·.]?一[”\"'’」』》〉]", "国庆", text)
    text = re.sub(rf"(?<=[{_NUMERALS}])[·•](?=[{_NUMERALS}])", "", text)
    text = _rewritten(text.translate(_CHARACTERS), _BEFORE_NUMERALS)
    text = _with_digits(re.sub(r"(?<!\d)\s+|\s+(?!\d)", gap, text))
    # 6.3 may be a 6.30 whose zero a spreadsheet dropped: left as it is, to be asked about.
    if re.fullmatch(r"\d{1,2}\.[123]", text):
        return text
    for name, names in NAMES.items():
        text = re.sub(names, name, text)
    text = _rewritten(text, _AFTER_NUMERALS)
    return re.sub(rf"(?<=.)(?:{VERB})+$", "", text)


def _rewritten(text: str, rewrites: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in rewrites:
        text = re.sub(pattern, replacement, text)
    return text


def _with_digits(text: str) -> str:
    """Chinese numerals that count something become digits (三月底, 二、四季度). 七一 stays a name, and so
    does 十一 at the head of a list, where 十一、十二月 could be the feast or the month.
    """
    counted = rf"(?=(?:[、-](?:[{_NUMERALS}]+|\d+))*{_COUNTED})"
    numeral = rf"(?:(?<=[二三五六七九十\d]、)十一|(?!十一、)[{_NUMERALS}]+)"
    return re.sub(numeral + counted, lambda found: _digits(found[0]), text)


def _digits(numeral: str) -> str:
    tens, ten, units = numeral.rpartition("十")
    if ten and all(part in _VALUE or not part for part in (tens, units)):
        return str(10 * _VALUE.get(tens, 1) + _VALUE.get(units, 0))
    if len(numeral) in (1, 4) and not ten:
        return "".join(str(_VALUE[character]) for character in numeral)
    return numeral
