"""What offices write in cells, read as text, days and counts."""

import re
import unicodedata
from datetime import date, datetime, timedelta

_DIGITS = {
    ord(sign): str(digit)
    for signs in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
    for digit, sign in enumerate(signs)
}
_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")
_DAY = re.compile(r"([0-9]{4})(?:年|[-./])([0-9]{1,2})(?:(?:月|[-./])([0-9]{1,2})?日?)?(?: .*)?")
_COUNT = re.compile(r"(?:约|共)?([0-9]{1,7})(?:\.0+)?(?:名|人|个)?")
# Excel counts days from here; serial numbers outside these years are not days.
_EPOCH = date(1899, 12, 30)
_SERIALS = range(18_264, 73_051)  # 1950 to 2099


def text_of(value: object) -> str:
    """A cell as text: days as 2026-06-30, whole numbers without a point, blanks at the ends and doubled ones gone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.15g}"
    lines = (" ".join(line.split()) for line in str(value).splitlines())
    return "\n".join(line for line in lines if line)


def fold(text: str) -> str:
    """Text as compared: half width, lower case, without blanks. 「党员人数（人）」 and 「党员人数(人)」 are one."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def day_of(text: str) -> date | None:
    """The day meant by 2025-02-20, 2025.2.20, 20250220, 2025年2月20日, 二〇二五年二月二十日 or Excel's serial number.

    A month alone (2025年2月) is its first day. None for everything else, impossible days included.
    """
    written = " ".join(unicodedata.normalize("NFKC", text).split())
    if written.isdecimal():
        if int(written) in _SERIALS and len(written) == 5:
            return _EPOCH + timedelta(days=int(written))
        if len(written) == 8:
            written = f"{written[:4]}-{written[4:6]}-{written[6:]}"
    if "年" in written:
        written = _arabic("".join(written.split()))
    match = _DAY.fullmatch(written)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None


def count_of(text: str) -> int | None:
    """16, 16人, １６ 名, 共16人, 十六; None for everything else."""
    match = _COUNT.fullmatch(_arabic(fold(text)))
    return int(match[1]) if match else None


def _arabic(text: str) -> str:
    """Chinese numerals as digits: 二十六 is 26, 二〇二六 is 2026."""
    return _TENS.sub(lambda match: f"{match[1] or '1'}{match[2] or '0'}", text).translate(_DIGITS)
