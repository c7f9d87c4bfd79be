from datetime import date, datetime

import pytest

from branchwork.importing import count_of, day_of, fold, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (16, "16"),
        (0.5, "0.5"),
        (16.0, "16"),
        (True, "是"),
        (date(2026, 6, 30), "2026-06-30"),
        (datetime(2026, 6, 30), "2026-06-30"),  # noqa: DTZ001  as a sheet holds it
        (datetime(2026, 6, 30, 14, 30), "2026-06-30 14:30"),  # noqa: DTZ001
        ("　高　 峰 ", "高 峰"),
        ("一行\n\n  二行 ", "一行\n二行"),
    ],
)
def test_text_of_each_kind_of_cell(value, text):
    assert text_of(value) == text


def test_fold_makes_full_and_half_width_one():
    assert fold("党员人数（人）") == fold("党员 人数(人)") == "党员人数(人)"


@pytest.mark.parametrize(
    "text",
    ["2025-02-20", "2025.2.20", "2025/02/20", "20250220", "2025年2月20日", "２０２５．２．２０", "二〇二五年二月二十日",
     "2025 年 2 月 20 日", "2025-02-20 09:00", "45708"],
)  # fmt: skip
def test_day_of_what_offices_write(text):
    assert day_of(text) == date(2025, 2, 20)


def test_day_of_a_month_alone_is_its_first_day():
    assert day_of("2025年12月") == date(2025, 12, 1)
    assert day_of("二〇二五年十二月三十一日") == date(2025, 12, 31)


@pytest.mark.parametrize("text", ["", "去年", "2025年2月30日", "2025", "2月20日", "16", "12345678901"])
def test_day_of_anything_else_is_none(text):
    assert day_of(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [("16", 16), ("16人", 16), ("１６ 名", 16), ("共16人", 16), ("十六", 16), ("二十", 20), ("16.0", 16)],
)
def test_count_of_what_offices_write(text, count):
    assert count_of(text) == count


@pytest.mark.parametrize("text", ["", "若干", "-3", "1.5", "16-20"])
def test_count_of_anything_else_is_none(text):
    assert count_of(text) is None
