import pickle

import pytest
from django.utils import translation

from assessments.scheme_files.expression_words import expression_words
from assessments.scoring.expressions import MESSAGES, ExpressionError, parse


def said(text: str, known: dict | None = None) -> tuple[str, str]:
    """In English and in Chinese."""
    with pytest.raises(ExpressionError) as caught:
        parse(text).evaluate((known or {}).get, lambda *_: None)
    words = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            words.append(expression_words(caught.value))
    return words[0], words[1]


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (
            "a >= 80%",
            "“a >= 80%” cannot be read. Compare with == != < <= > >=, join with and, or, not, close every bracket, "
            "write texts in quotes and numbers without a percent sign.",
            "“a >= 80%”看不懂。比较用 == != < <= > >=，连接用 and、or、not，括号要成对，文字加引号，数字不带百分号。",
        ),
        ("人数 ＝ 7", "“人数 ＝ 7”: to be equal is written == (twice).", "“人数 ＝ 7”：“等于”要写两个等号 ==。"),
        (
            "sqrt(a) + 1",
            "“sqrt(a)” is none of the words, signs and functions it may have.",
            "“sqrt(a)”不是条件和公式里可以用的词、符号或函数。",
        ),
        ("a # b", "# has no meaning in it.", "这里不能用 #。"),
        ("1" * 501, "It has 501 characters; up to 500 are read.", "共 501 个字符，最多 500 个。"),
        ("kind + 1", "“村” is a text and cannot be calculated with.", "“村”是文字，不能用来计算。"),
        ("kind < 3", "A text and a number have no order: 村, 3.", "文字和数字不能比大小：村, 3。"),
        ("round(1, 99)", "round takes 0 to 10 places, not 99.", "round 的小数位数是 0 到 10，不能是 99。"),
    ],
)
def test_what_is_wrong_is_told_in_both_languages(text, english, chinese):
    assert said(text, {"kind": "村"}) == (english, chinese)


@pytest.mark.parametrize("text", ["a >= 80%", "a == 'x=y' +", "a <= +"])
def test_an_equals_sign_is_suspected_only_where_it_stands_alone(text):
    assert "cannot be read" in said(text)[0]


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_error_has_words_and_can_be_handed_on(code):
    error = pickle.loads(pickle.dumps(ExpressionError(code, "甲")))
    assert (error.code, error.part, str(error)) == (code, "甲", MESSAGES[code].format(part="甲"))
    with translation.override("zh-hans"):
        assert expression_words(error)
