"""形式主义: what measures traces of work instead of work. Only words are looked at: always a doubt, never an error."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from assessments.scoring.lint.finding import Finding, categories, indicators, told
from assessments.scoring.schemes import Category, Indicator, Scheme

_WORDS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "formalism_photos": re.compile("照片|图片|截图|拍照"),
        "formalism_likes": re.compile("点赞|转发|阅读量|浏览量|评论(?!员)"),
        "formalism_logins": re.compile("登录|登陆|打卡|签到|在线时长|上线率|活跃度"),
        # 党员积分管理 is a way to assess, not a count of minutes.
        "formalism_minutes": re.compile("学时(?!达标)|分钟|学习强国|积分(?!管理|制|办法|评定)"),
        "formalism_articles": re.compile("[0-9一二两三四五六七八九十几每]+ *篇|篇[数次]|信息报送|稿件|简报|条数"),
        "formalism_traces": re.compile("留痕|台账检查|检查台账|查[看阅]台账|纸质"),
    }
)
_PAPER = re.compile("台账|记录|资料|材料|档案|制度|方案|总结")


def check(scheme: Scheme) -> Iterator[Finding]:
    for path, category in categories(scheme):
        yield from _doubts(path, category.title, [category.title])
        yield from _on_paper(path, category)
    for path, _, indicator in indicators(scheme):
        found = _doubts(path, indicator.title, _words_of(indicator))
        if _finds_faults(indicator):
            # What is wrong with an article is found out, not how many there are.
            found = (finding for finding in found if finding.code != "formalism_articles")
        yield from found


_FAULTS = re.compile("质量|失实|差错|错误|退稿|泄密")


def _finds_faults(indicator: Indicator) -> bool:
    return bool(_FAULTS.search("\n".join(_words_of(indicator))))


def _words_of(indicator: Indicator) -> Iterator[str]:
    yield from (indicator.title, indicator.standard, indicator.method)
    yield from (point.title for point in indicator.scoring_points)
    yield from (rule.title for rule in indicator.all_rules())


def _doubts(path: str, title: str, words: Iterable[str]) -> Iterator[Finding]:
    """One for each sort of formalism, with the word that gave it away."""
    text = "\n".join(words)
    for code, pattern in _WORDS.items():
        if found := pattern.search(text):
            yield Finding(path, code, told(title=title, word=found[0]))


def _on_paper(path: str, category: Category) -> Iterator[Finding]:
    """Every rule of the category asks for papers: what was done is never asked."""
    sentences = [
        rule.title or indicator.standard or indicator.title
        for indicator in category.indicators
        for rule in indicator.all_rules()
    ]
    if sentences and all(_PAPER.search(sentence) for sentence in sentences):
        yield Finding(path, "formalism_paper", told(title=category.title))
