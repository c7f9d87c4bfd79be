"""One spelling for the many ways an office writes the same deadline; no meaning is decided here.

`plain("“七一”前")` is 七一前, `plain("二〇二六年六月三十日以前完成")` is 2026年6月30日前. Parts of a list are joined
by 、, the ends of a range by -.
"""

import re
import unicodedata

NUMERALS = "〇零一二两三四五六七八九十"
_DIGIT = {character: n for n, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_COUNTED = r"(?:个|月|日|号|季|次|天|条|年|周|篇|场|期|份|件|人|名|回|遍|小时)"
_NUMERAL = rf"[{NUMERALS}]+"
_NUMBER = rf"(?:{_NUMERAL}|\d+)"

# A feast's other names; 十一 with quotes round it is handled before the quotes go.
_FEAST_NAMES = {
    "五一国际劳动节": "五一",
    "国际劳动节": "五一",
    "五一劳动节": "五一",
    "劳动节": "五一",
    "三八国际妇女节": "三八",
    "国际妇女节": "三八",
    "三八妇女节": "三八",
    "妇女节": "三八",
    "五四青年节": "五四",
    "青年节": "五四",
    "六一儿童节": "六一",
    "儿童节": "六一",
    "七一建党节": "七一",
    "建党节": "七一",
    "八一建军节": "八一",
    "建军节": "八一",
    "十一国庆": "国庆",
    "中秋节": "中秋",
    "端午节": "端午",
    "清明节": "清明",
    "重阳节": "重阳",
    "元宵节": "元宵",
    "国庆节": "国庆",
    "元旦节": "元旦",
    "五一节": "五一",
    "十一": "国庆",
}
_FEAST_NAME = "|".join(_FEAST_NAMES)
FEAST = "元旦|春节|元宵|清明|端午|中秋|重阳|国庆|教师节|三八|五一|五四|六一|七一|八一"

_VERB = "完成|上报|报送|报备|提交|办结|落实|到位|结束|开展|召开|组织|实施|进行|推进|坚持|持续|截止|截至|为止"

# Applied in order. Each line undoes one habit of writing.
_REWRITES: tuple[tuple[str, str], ...] = (
    (r"[\u200b-\u200d\ufeff]", ""),
    (r"[—–−‐‑‒―~～]+|-{2,}", "-"),
    (r"[,;，；]+", "、"),
    (r"[“”\"'‘’「」『』《》〈〉]十[·.•]?一[“”\"'‘’「」『』《》〈〉]", "国庆"),
    (rf"(?<=[{NUMERALS}])[·•](?=[{NUMERALS}])", ""),
    (r"[“”\"'‘’「」『』《》〈〉]", ""),
    (r"[\[【〔{]", "("),
    (r"[\]】〕}]", ")"),
    (r"^\((.*)\)$", r"\1"),
    (r"\(含(?:当日|当天|本数)?\)", ""),
    (r"[。.、:]+$", ""),
    (r"(?<=\d)(?:上午|下午|晚上?)?\s*\d{1,2}:\d{2}(?::\d{2})?$", ""),
    (r"(?<=[日号])(?:上午|下午|晚上?)?\d{1,2}(?::\d{2}|[时点]整?)", ""),
    (r"至|到(?=\d|次|当|[一二三四五六七八九十])", "-"),
    (r"(?<=[月日号度底末年])[和与及/](?=\d|次|下|[一二三四五六七八九十])", "、"),
)
_AFTER_NUMERALS: tuple[tuple[str, str], ...] = (
    (r"(?<=\d)/(?=\d{1,2}月)", "、"),
    (r"(20\d\d)([-./])(\d{1,2})\2(\d{1,2})(?!\d)日?", r"\1年\3月\4日"),
    (r"(?<!\d)(20\d\d)(0\d|1[0-2])([0-3]\d)(?!\d)", r"\1年\2月\3日"),
    (r"(20\d\d)[-./](\d{1,2})(?![\d月])", r"\1年\2月"),
    (r"(?<![\d.])(\d{1,2})([./])(\d{1,2})(?![\d.月])日?", r"\1月\3日"),
    (r"[qQ]([1-4])(?!\d)", r"\1季度"),
    (r"月份", "月"),
    (r"(?<=\d)号", "日"),
    (r"季(?!度)", "季度"),
    (r"第(?=\d季度)", ""),
    (r"之前|以前|前夕", "前"),
    (r"末期?", "末"),
    (r"(?:下1?|明|来|翌|次|第2)年度?", "次年"),
    (r"(?:当年|本年|今年|每年|每1年)度?", "当年"),
    (r"年末|年终|年尾|岁末", "年底"),
    (r"(?<=[月度旬年])(?:之内|以内|内)", ""),
    (r"(?:以内|之内)", "内"),
    (rf"({_FEAST_NAME})", lambda found: _FEAST_NAMES[found[1]]),
    (rf"({FEAST})节?(?={FEAST})", r"\1、"),
    (rf"({FEAST})(?:[两双]节)", r"\1"),
    (r"^(?:截至|截止|不晚于|不迟于|最迟|最晚|务必|须|应|于|在)+", ""),
    (r"前?止$", ""),
)


def plain(phrase: str) -> str:
    text = unicodedata.normalize("NFKC", phrase).strip()
    text = _rewritten(text, _REWRITES)
    text = re.sub(r"\s+", "", text)
    text = _numerals_read(text)
    text = _rewritten(text, _AFTER_NUMERALS)
    return _without_verbs(text)


def _rewritten(text, rewrites):
    for pattern, replacement in rewrites:
        text = re.sub(pattern, replacement, text)
    return text


def _numerals_read(text: str) -> str:
    """Chinese numerals before a counted word become digits (三月底, 二、四季度); 七一 and 十一 stay names."""
    counted = rf"{_NUMERAL}(?=(?:[、-]{_NUMBER})*{_COUNTED})"
    return re.sub(counted, lambda found: _digits(found[0]), text)
