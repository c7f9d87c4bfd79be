from django.http import QueryDict
from django.template.loader import render_to_string

from branchwork.importing import Choice, Question, answer_of, asked, open_questions, read_answers

KIND = Question("kind", "第三种人", "?", "D5", choices=(Choice("branch", "党支部"), Choice("other", "其他")))
DAY = Question("day", "去年", "?", "E30", choices=(Choice("blank", "留空"),), typed="date")
SAME = Question("same", "郭勇", "?", choices=(Choice("a", "甲"), Choice("b", "乙")), many=True, is_optional=True)
TERM = Question("term", "换届", "?", choices=(Choice("x", "x"), Choice("y", "y")), default="x")
MEND = Question("mend", "", "?")


def read(text: str) -> dict:
    return read_answers([KIND, DAY, SAME, TERM], QueryDict(text))


def test_nothing_said_leaves_open_what_has_no_default():
    assert open_questions([KIND, DAY, SAME, TERM, MEND], read("")) == [KIND, DAY, MEND]


def test_a_choice_wins_over_what_is_typed():
    answers = read("a-kind=branch&a-day=blank&t-day=2026-01-01&a-same=a&a-same=b&a-term=y")
    assert [answer_of(q, answers) for q in (KIND, DAY, SAME, TERM)] == ["branch", "blank", ["a", "b"], "y"]


def test_a_typed_day_must_be_a_day_and_is_kept_while_it_is_not():
    assert answer_of(DAY, read("t-day=2026-01-01")) == "=2026-01-01"
    [shown] = asked([DAY], read("t-day=下个月"))
    assert (shown.typed, bool(shown.error), shown.is_open) == ("下个月", True, True)


def test_an_answer_nobody_offered_is_none():
    assert answer_of(KIND, {"kind": "pk:1"}) is None
    assert answer_of(SAME, {"same": ["a", "z"]}) == ["a"]


def test_a_proposed_day_stands_in_the_form():
    proposal = Question("from", "", "?", typed="date", default="=2026-11-22")
    [shown] = asked([proposal], {})
    assert (shown.typed, shown.is_open) == ("2026-11-22", False)


def test_what_is_proposed_can_be_written_otherwise():
    rule = Question("rule", "每少1次扣1分", "?", choices=(Choice("x", "每次扣1"),), typed="text", default="x")
    [proposed] = asked([rule], {})
    page = render_to_string("_partials/import_control.html", {"asked": proposed})
    assert '<option value="">按下面写的</option>' in page
    assert '<option value="x" selected>每次扣1</option>' in page
    answers = read_answers([rule], QueryDict("a-rule=&t-rule=每次扣2"))
    assert answer_of(rule, answers) == "=每次扣2"
    [kept] = asked([rule], answers)
    assert (kept.chosen, kept.typed) == ([], "每次扣2")
