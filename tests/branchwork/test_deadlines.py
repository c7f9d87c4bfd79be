"""Every phrase of the founding ledger, and those other offices write, with the dates expected for 2026."""

import json
from datetime import date

import pytest

from branchwork.deadlines import (
    MONTH_END,
    Calendar,
    DueDay,
    Eve,
    Event,
    Question,
    QuestionCode,
    Unresolved,
    from_json,
    read_deadline,
)
from branchwork.periods import period_of_due_date

MONTHS = (
    "2026-01:2026-01-31 2026-02:2026-02-28 2026-03:2026-03-31 2026-04:2026-04-30 "
    "2026-05:2026-05-31 2026-06:2026-06-30 2026-07:2026-07-31 2026-08:2026-08-31 "
    "2026-09:2026-09-30 2026-10:2026-10-31 2026-11:2026-11-30 2026-12:2026-12-31"
)
QUARTERS = "2026Q1:2026-03-31 2026Q2:2026-06-30 2026Q3:2026-09-30 2026Q4:2026-12-31"
HALVES = "2026H1:2026-06-30 2026H2:2026-12-31"
YEAR_END = "1:2026-12-31"

# phrase, slots for the plan of 2026, the period each falls in
FOUNDING_CALENDARS = [
    ("每月", MONTHS, "Q1 Q1 Q1 Q2 Q2 Q2 Q3 Q3 Q3 Q4 Q4 Q4"),
    ("每月至少1天", MONTHS, "Q1 Q1 Q1 Q2 Q2 Q2 Q3 Q3 Q3 Q4 Q4 Q4"),
    ("每季度", QUARTERS, "Q1 Q2 Q3 Q4"),
    ("每季度末", QUARTERS, "Q1 Q2 Q3 Q4"),
    ("每季度不少于1条", QUARTERS, "Q1 Q2 Q3 Q4"),
    (
        "每季度末月25日前",
        "2026Q1:2026-03-25 2026Q2:2026-06-25 2026Q3:2026-09-25 2026Q4:2026-12-25",
        "Q1 Q2 Q3 Q4",
    ),
    ("每半年", HALVES, "Q2 Q4"),
    ("全年", YEAR_END, "Q4"),
    ("长期坚持", YEAR_END, "Q4"),
    ("年底前", YEAR_END, "Q4"),
    ("12月底前", YEAR_END, "Q4"),
    ("2月28日前", "1:2026-02-28", "Q1"),
    ("3月31日前", "1:2026-03-31", "Q1"),
    ("3月底前", "1:2026-03-31", "Q1"),
    ("4月15日前", "1:2026-04-15", "Q2"),
    ("6月27日", "1:2026-06-27", "Q2"),
    ("“七一”前", "1:2026-06-30", "Q2"),
    ("9月底前", "1:2026-09-30", "Q3"),
    ("9月30日前", "1:2026-09-30", "Q3"),
    ("10月底前", "1:2026-10-31", "Q4"),
    ("12月10日前", "1:2026-12-10", "Q4"),
    ("12月20日前", "1:2026-12-20", "Q4"),
    ("5月、10月", "1:2026-05-31 2:2026-10-31", "Q2 Q4"),
    ("6月底前、11月底前", "1:2026-06-30 2:2026-11-30", "Q2 Q4"),
    ("6月20日前、11月20日前", "1:2026-06-20 2:2026-11-20", "Q2 Q4"),
    ("8月底前、12月15日前", "1:2026-08-31 2:2026-12-15", "Q3 Q4"),
    (
        "元旦、春节、五一、端午、中秋、国庆前",
        "1:2026-02-16 2:2026-04-30 3:2026-06-18 4:2026-09-24 5:2026-09-30 6:2026-12-31",
        "Q1 Q2 Q2 Q3 Q3 Q4",
    ),
    ("次年1月20日前", "1:2027-01-20", "year"),
    ("次年2月底前", "1:2027-02-28", "year"),
]

EVENTS = {
    "届满前6个月": Event("term_end", "before", months=6),
    "任期届满前六个月": Event("term_end", "before", months=6),
    "任期届满之日前6个月": Event("term_end", "before", months=6),
    "届满6个月前": Event("term_end", "before", months=6),
    "届满前半年": Event("term_end", "before", months=6),
    "届满前3个月": Event("term_end", "before", months=3),
    "换届前6个月": Event("term_end", "before", months=6),
    "任职后1个月内": Event("appointment", "after", months=1),
    "任职后一个月内完成": Event("appointment", "after", months=1),
    "任职之日起1个月内": Event("appointment", "after", months=1),
    "到任后两周内": Event("appointment", "after", days=14),
    "任命后1年内": Event("appointment", "after", months=12),
    "空缺后3个月内": Event("vacancy", "after", months=3),
    "委员出缺后3个月以内": Event("vacancy", "after", months=3),
    "收到反馈后30日内": Event("feedback", "after", days=30),
    "收到反馈意见之日起30天内": Event("feedback", "after", days=30),
    "按批次": Event("batch", "on"),
    "分批次": Event("batch", "on"),
    "发文后15日内": Event("other", "after", days=15),
    "会后5天内": Event("other", "after", days=5),
    "收到通知之后10日内": Event("other", "after", days=10),
    "换届后30日内": Event("other", "after", days=30),
    "会议召开前3日": Event("other", "before", days=3),
}

# slots for the plan of 2026: the ways offices write it
CALENDARS = {
    MONTHS: "每个月|按月|每月末|每月底前|月底前|月末|每月下旬|每月31日前|每月组织一次|至少每月1次|1次/月",
    QUARTERS: "每季|每季末|季末|季度末|按季度|每三个月|每季度至少1次|每季度召开一次|1次/季度|每季度末月底前",
    HALVES: "每半年不少于1次|半年末|每半年末|每6个月|每半年开展1次",
    YEAR_END: "全年持续|常年|长期|日常|年内|当年|年度|年终|年末|本年底前|每年|每年不少于1次|一年一次|每年12月|"
    "每年的12月|下半年|四季度|12月31日|2026年底前|2026年|12月下旬|元旦前",
    "1:2026-06-30": "2026.6.30|2026-6-30|2026/6/30|2026-06-30 00:00:00|20260630|2026年6月30日前|6月底|6.30前|6.30|"
    "6/30|6月30|6月30号前|6月份|6月内|6 月 30 日 前|二〇二六年六月三十日以前完成|６月３０日前|6月30日24时前|"
    "截至6月30日|6月末|六月底之前上报|（6月底前）|6月底前(含)|6月底前。|二季度|第二季度末|2季度|Q2|2026Q2|"
    "2026年二季度|上半年|上半年前|『七一』前|七·一前|建党节前|“七一”前夕",
    "1:2026-03-31": "一季度前|第一季度|三月底|1月至3月|一至三月|一季度末前",
    "1:2026-01-31": "1月前|一月底",
    "1:2026-12-20": "12月中旬|十二月中旬",
    "1:2026-06-10": "6月上旬",
    "1:2026-02-28": "2月|二月底前",
    "1:2026-05-31": "3—5月|3-5月|3月至5月|三月到五月|3~5月|2026.3-2026.5",
    "1:2026-05-15": "3月1日至5月15日|2026.3.1-2026.5.15|3.1—5.15|5月10-15日",
    "1:2027-03-31": "次年3月底前|次年1-3月|12月至次年3月|次年一季度|2027年3月底",
    "1:2027-01-31": "明年1月底|翌年一月底前|2027.1",
    "1:2027-01-20": "下一年度1月20日前|下年1月20日",
    "1:2026-02-16": "春节前|2026年春节前",
    "1:2027-02-05": "次年春节前|2027年春节前",
    "1:2026-09-30": "“十一”前|十一前|国庆节前|国庆前夕|9月30日",
    "1:2026-07-31": "“八一”前|建军节前",
    "1:2026-03-07": "“三八”前|三八妇女节前",
    "1:2026-04-30": "“五一”劳动节前|劳动节前",
    "1:2026-05-03": "“五四”前",
    "1:2026-04-04": "清明前",
    "1:2026-06-18": "端午节前",
    "1:2026-09-09": "教师节前",
    "1:2026-10-17": "重阳前",
    "1:2026-02-16 2:2026-09-24": "春节、中秋前|春节和中秋节前",
    "1:2026-02-16 2:2026-12-31": "元旦、春节前|元旦春节两节前|元旦、春节双节前",
    "1:2026-04-30 2:2026-09-30 3:2026-12-31": "五一、十一、元旦前",
    "1:2026-06-30 2:2026-12-31": "七一、年底前|上半年、下半年|二、四季度|每年6月、12月|6月底和12月底前|6、12月底前|"
    "6月底 12月底|6月底前\n12月底前|每年6月、12月各1次|2026年6月、12月|6月/12月",
    "1:2026-06-20 2:2026-12-20": "6、12月20日前|6月20日及12月20日前",
    "1:2026-03-31 2:2026-06-30 3:2026-09-30 4:2026-12-31": "3、6、9、12月|三、六、九、十二月底前",
    "1:2026-06-20 2:2026-06-30": "6月20日、30日",
    "1:2026-05-31 2:2026-11-30": "3-5月、9-11月",
    "1:2026-10-31 2:2026-11-30 3:2026-12-31": "十、十一、十二月",
    "1:2026-12-31 2:2027-02-28": "12月底、次年2月底|2026年12月、2027年2月",
    "1:2027-01-31 2:2027-02-28": "次年1、2月",
    "2026Q1:2026-01-10 2026Q2:2026-04-10 2026Q3:2026-07-10 2026Q4:2026-10-10": "每季度首月10日前|每季度第一个月10日前",
    "2026Q1:2026-04-10 2026Q2:2026-07-10 2026Q3:2026-10-10 2026Q4:2027-01-10": "每季度次月10日前|每季度结束后10日内",
    "2026H1:2026-06-20 2026H2:2026-12-20": "每半年末月20日前",
    "2026-02:2026-02-28 2026-04:2026-04-30 2026-06:2026-06-30 2026-08:2026-08-31 "
    "2026-10:2026-10-31 2026-12:2026-12-31": "双月|每两个月|双月底前",
    "2026-01:2026-01-31 2026-03:2026-03-31 2026-05:2026-05-31 2026-07:2026-07-31 "
    "2026-09:2026-09-30 2026-11:2026-11-30": "单月",
    "2026-01:2026-01-10 2026-02:2026-02-10 2026-03:2026-03-10 2026-04:2026-04-10 "
    "2026-05:2026-05-10 2026-06:2026-06-10 2026-07:2026-07-10 2026-08:2026-08-10 "
    "2026-09:2026-09-10 2026-10:2026-10-10 2026-11:2026-11-10 2026-12:2026-12-10": "每月10日前|每月上旬",
    "2026-01:2026-01-25 2026-02:2026-02-25 2026-03:2026-03-25 2026-04:2026-04-25 "
    "2026-05:2026-05-25 2026-06:2026-06-25 2026-07:2026-07-25 2026-08:2026-08-25 "
    "2026-09:2026-09-25 2026-10:2026-10-25 2026-11:2026-11-25 2026-12:2026-12-25": "每月25日|每月25号前|每月20日至25日",
    "2026-01:2026-02-05 2026-02:2026-03-05 2026-03:2026-04-05 2026-04:2026-05-05 "
    "2026-05:2026-06-05 2026-06:2026-07-05 2026-07:2026-08-05 2026-08:2026-09-05 "
    "2026-09:2026-10-05 2026-10:2026-11-05 2026-11:2026-12-05 2026-12:2027-01-05": "次月5日前",
}

QUESTIONS = {
    "empty": "| |\n|—|/|、",
    "vague": "适时|及时|按上级要求|根据安排|待定|另行通知|尽快完成|视情|按规定|空缺后及时",
    "ambiguous": "年初|半年|半年度|年前|6月前|三季度前|6月中旬前|次年1月前|每月初|6月初|月中|年中|每季度25日前|"
    "25日前|春节|“七一”|春节期间|国庆前后|6月、12月20日前|次年1月、2月|6.3|3.1|6|6-30|届满前6个月内|30日内",
    "impossible_date": "2月30日|2月30日前|13月|6月31日|0月5日|6月0日|2026年2月29日|2026.13.1|5季度|每月32日前|"
    "每季度第4个月10日前",
    "reversed": "5—3月|11月—2月|5月15日至3月1日|每月25日至20日|12月底、2月底|下半年、上半年",
    "repeated": "6月底、6月30日|春节、春节前|6月底前、6月底前",
    "too_often": "每周|每周至少1次|每日|每旬|每半个月|每月10日、25日前",
    "several": "每年两次|每年2次|每季度不少于2次|每月2次|全年不少于4次",
    "working_days": "会后7个工作日内|每月第1个工作日",
    "unreadable": "哈哈|学期末|隔月|每两年|节前|重大节日前|农历八月十五前|春节前一周|十一、十二月|十一、12月底前|"
    "1 2月|提前3天|今后3个月内|1个月前|每月第一周|6月起|每季度、年底前|、、6月底|去年12月|6月底前报工委",
}


def _cases(table):
    return [(phrase, expected) for expected, phrases in table.items() for phrase in phrases.split("|")]


def _slots(calendar, year=2026):
    return " ".join(f"{slot.key}:{slot.due_on}" for slot in calendar.slots(year))


@pytest.mark.parametrize(("phrase", "slots", "periods"), FOUNDING_CALENDARS)
def test_founding_phrase_gives_its_slots_and_periods(phrase, slots, periods):
    calendar = read_deadline(phrase)
    assert _slots(calendar) == slots
    expected = ["2026" if name == "year" else f"2026{name}" for name in periods.split()]
    assert [str(period_of_due_date(slot.due_on, 2026)) for slot in calendar.slots(2026)] == expected


@pytest.mark.parametrize(("phrase", "slots"), _cases(CALENDARS))
def test_phrase_gives_its_slots(phrase, slots):
    assert _slots(read_deadline(phrase)) == slots


@pytest.mark.parametrize(("phrase", "event"), EVENTS.items())
def test_phrase_of_an_event(phrase, event):
    assert read_deadline(phrase) == event


@pytest.mark.parametrize(("phrase", "code"), _cases(QUESTIONS))
def test_phrase_that_is_asked_about(phrase, code):
    answer = read_deadline(phrase)
    assert isinstance(answer, Question)
    assert answer.code == code


ALL_PHRASES = [case[0] for case in [*FOUNDING_CALENDARS, *_cases(CALENDARS), *EVENTS.items(), *_cases(QUESTIONS)]]


@pytest.mark.parametrize("phrase", ALL_PHRASES)
def test_json_brings_back_the_same_value(phrase):
    deadline = read_deadline(phrase)
    assert from_json(json.loads(json.dumps(deadline.to_json()))) == deadline
    assert hash(from_json(deadline.to_json())) == hash(deadline)


def test_json_is_as_documented():
    assert read_deadline("每季度末月25日前").to_json() == {
        "type": "calendar",
        "every": "quarter",
        "month": 3,
        "day": 25,
        "only": [],
        "listed": [],
    }
    assert read_deadline("春节前、2027年1月底").to_json()["listed"] == [{"feast": "春节"}, {"month": 1, "year": 2027}]
    assert read_deadline("适时").to_json() == {"type": "question", "code": "vague", "phrase": "适时"}
    with pytest.raises(ValueError):
        from_json({"type": "wish"})


@pytest.mark.parametrize(
    ("phrase", "shown"),
    [
        ("6月底前、2月30日前", "2月30日前"),
        ("6月底前、适时", "适时"),
        ("  按上级要求 ", "按上级要求"),
        ("二月三十日前", "二月三十日前"),
        ("5—3月", "5—3月"),
    ],
)
def test_question_shows_the_part_in_doubt_as_it_was_written(phrase, shown):
    assert read_deadline(phrase).phrase == shown


def test_a_paragraph_is_not_read():
    assert read_deadline("6月底前" + "、七一前" * 100).code == "unreadable"


@pytest.mark.parametrize(
    ("phrase", "year", "slots"),
    [
        ("次年2月底前", 2027, "1:2028-02-29"),
        ("次年2月底前", 2028, "1:2029-02-28"),
        ("每年2月29日", 2028, "1:2028-02-29"),
        ("元旦、春节、清明前", 2027, "1:2027-02-05 2:2027-04-04 3:2027-12-31"),
        ("端午、中秋、国庆前", 2027, "1:2027-06-08 2:2027-09-14 3:2027-09-30"),
        ("元宵、重阳前", 2027, "1:2027-02-19 2:2027-10-07"),
        ("七一、国庆前", 2031, "1:2031-06-30 2:2031-09-30"),
        ("2027年2月底", 2027, "1:2027-02-28"),
        ("2027年2月底", 2026, "1:2027-02-28"),
    ],
)
def test_slots_of_other_years(phrase, year, slots):
    assert _slots(read_deadline(phrase), year) == slots


@pytest.mark.parametrize(
    ("phrase", "year", "code", "shown", "asked_year"),
    [
        ("元旦、春节前", 2028, "missing_holidays", "春节", 2028),
        ("次年中秋前", 2027, "missing_holidays", "中秋", 2028),
        ("2026.6.30", 2027, "another_year", "2026年", 2027),
        ("2028年6月30日", 2026, "another_year", "2028年", 2026),
        ("2026年元旦前", 2026, "another_year", "2026年元旦", 2026),
        ("2月29日前", 2026, "no_leap_day", "2月29日", 2026),
    ],
)
def test_slots_of_a_year_without_an_answer_are_asked_about(phrase, year, code, shown, asked_year):
    with pytest.raises(Unresolved) as raised:
        read_deadline(phrase).slots(year)
    assert raised.value.question == Question(QuestionCode(code), shown)
    assert raised.value.year == asked_year


def test_dates_that_coincide_in_one_year_are_one_slot():
    calendar = Calendar("listed", listed=(Eve("国庆"), DueDay(9), DueDay(6, 20)))
    assert _slots(calendar) == "1:2026-06-20 2:2026-09-30"


def test_monthly_day_is_cut_to_short_months():
    calendar = Calendar("month", 1, 30, only=(2, 4))
    assert _slots(calendar) == "2026-02:2026-02-28 2026-04:2026-04-30"
    assert _slots(Calendar("month", 1, MONTH_END, only=(2,)), 2028) == "2028-02:2028-02-29"


@pytest.mark.parametrize(
    ("phrase", "event_on", "due_on"),
    [
        ("届满前6个月", date(2026, 12, 15), date(2026, 6, 15)),
        ("届满前6个月", date(2026, 8, 31), date(2026, 2, 28)),
        ("届满前6个月", date(2027, 3, 1), date(2026, 9, 1)),
        ("任职后1个月内", date(2026, 1, 31), date(2026, 2, 28)),
        ("任职后1个月内", date(2026, 12, 5), date(2027, 1, 5)),
        ("空缺后3个月内", date(2027, 11, 30), date(2028, 2, 29)),
        ("收到反馈后30日内", date(2026, 9, 20), date(2026, 10, 20)),
        ("会议召开前3日", date(2026, 3, 1), date(2026, 2, 26)),
        ("按批次", date(2026, 5, 8), date(2026, 5, 8)),
    ],
)
def test_event_is_due_counted_from_its_day(phrase, event_on, due_on):
    assert read_deadline(phrase).due_on(event_on) == due_on


def test_deadlines_are_values_that_cannot_change():
    calendar = read_deadline("每月")
    with pytest.raises(AttributeError):
        calendar.day = 3
    assert {read_deadline("每月"), read_deadline("每个月")} == {calendar}
