"""A published plan scored by a rule book, from the first card of the year to its closing."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.actions import reopen_period, request_closing
from assessments.cards import compared, current_cards, years_of
from assessments.facts import book_of, rule_book
from assessments.models import IndicatorResult, Scorecard
from assessments.proposals import proposal_rows
from assessments.rule_books import told
from assessments.scoring import Card, Reason, card_from_dict
from assessments.trial import trial_spread
from branchwork.jobs import run_now
from branchwork.organizations.models import Organization
from branchwork.periods import Period
from tests.assessments.rule_book import FACTS, RULE_BOOK, attach, choose, do_all, hold_theme_days
from tests.assessments.year import card_of, close
from tests.ledgers.plan import assign, monthly

FORUM, THEME_DAY = "独立或联合举办主题讲坛", "开展主题党日"
Q1_DAYS = [date(2026, 1, 20), date(2026, 2, 11), date(2026, 3, 12)]


@pytest.fixture
def scored(small_plan, office):
    """财政局 has done everything of the first quarter but its forum, 档案馆 everything but one theme day."""
    choose(small_plan.plan)
    attach(small_plan.plan, "2026Q1")
    hold_theme_days(small_plan, office.finance, office.wang, Q1_DAYS)
    do_all(office.finance, office.wang, "2026Q1", skip=(FORUM,))
    hold_theme_days(small_plan, office.archive, office.guo, Q1_DAYS[:2])
    do_all(office.archive, office.guo, "2026Q1", skip=(THEME_DAY,))
    return small_plan


HARM = "- {about: absent, on: 2026-03-20, quantity: 8}"
COMPARING = RULE_BOOK.replace(
    "rules: [{kind: bonus_by_level, title: 受到表彰, levels: {省: 6, 市: 4}}]",
    "rules: [{kind: rank_based, id: contest, title: 竞赛名次, among: all, places: [{up_to: 1, points: 3}]}]",
)
CONTEST = """
period: 2026Q1
subjects:
  - {id: "016", values: {contest: 80}}
  - {id: "011", values: {contest: 90}}
"""


def year_of(small_plan, organization, on: date):
    plan = small_plan.plan
    frozen = current_cards(plan, [organization.pk])
    rows = plan.assignments.filter(organization=organization)
    return years_of(book_of(plan), list(plan.locks.all()), rows, frozen, on, also=[organization.pk])[organization.pk]


def points(card) -> dict[str, str]:
    return {line.indicator: None if line.points is None else f"{line.points:.2f}" for line in card.lines}


def reasons(card, indicator: str) -> list[Reason]:
    return next(list(line.reasons) for line in card.lines if line.indicator == indicator)


def test_open_quarter_is_scored_of_the_ledger_and_the_facts_file(scored, office):
    card = year_of(scored, office.finance, date(2026, 4, 10)).cards["2026Q1"]
    # 1.00 of theme days and 0.25 of the summary of 2.25, which the forum's 1.00 completes: 40 × 1.25 ÷ 2.25.
    assert points(card) == {"kept": "22.22", "theme_days": "20.00", "discipline": "36.50", "honours": "4.00"}
    assert (card.earned, card.available, card.grade, card.is_closed) == (8272, 10000, "较好", False)
    assert f"{card.base:.2f}" == "78.72"


def test_veto_of_the_facts_file_caps_the_grade(scored, office):
    card = year_of(scored, office.archive, date(2026, 4, 10)).cards["2026Q1"]
    # 0.33 + 0.33 + 1.00 + 0.25 of 2.25; two theme days of three; nothing against it but the case.
    assert points(card) == {"kept": "33.96", "theme_days": "15.00", "discipline": "40.00", "honours": "0.00"}
    assert (card.earned, card.grade, [veto.key for veto in card.vetoes]) == (8896, "一般", ["case"])


def test_quarters_that_have_not_begun_have_no_card(scored, office):
    cards = year_of(scored, office.finance, date(2026, 4, 10)).cards
    assert [bool(cards[period].lines) for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026")] == [
        True, True, False, False, True,
    ]  # fmt: skip


def test_committee_itself_has_empty_cards(scored, office):
    cards = year_of(scored, office.root, date(2026, 4, 10)).cards
    assert {(card.earned, card.total_for_grade, card.lines) for card in cards.values()} == {(0, None, ())}


def test_closing_freezes_cards_places_and_proposed_grades(scored, office):
    closing = close(scored.plan, "2026Q1", office.admin)
    assert closing.facts_file.period == "2026Q1"
    card = card_of(office.archive, "2026Q1")
    assert (card.earned, card.available, card.rate, card.grade) == (8896, 10000, 8896, "一般")
    assert card.snapshot["card"]["vetoes"] == [
        {"key": "case", "title": "发生违纪违法案件", "effect": "cap", "grade": "一般"}
    ]
    graded = {one.organization_id: one.grade for one in closing.cards.all()}
    (proposal,) = closing.proposals
    assert proposal["proposed"] == {str(key): grade for key, grade in graded.items()}


def test_closing_keeps_what_does_not_fit_the_quotas(scored, office):
    forced = RULE_BOOK.replace("effect: cap, grade: 一般", "effect: force, grade: 差")
    choose(scored.plan, f"{forced}  - {{grades: [差], at_most: 0, per: all}}\n", version=2)
    closing = close(scored.plan, "2026Q1", office.admin)
    (proposal,) = closing.proposals
    # 档案馆 by the veto; 税务局 and its branch have done nothing, and there is no grade below.
    assert proposal["excess"] == [{"grades": ["差"], "surplus": 3}]
    (row,) = proposal_rows(closing)
    assert "差：超出 3 个，因一票否决定等或已无更低等次。" in row.remarks


def test_lines_of_a_closing_are_counted_over_everybody(scored, office):
    closing = close(scored.plan, "2026Q1", office.admin)
    results = IndicatorResult.objects.filter(closing=closing)
    assert [(one.indicator, one.title, one.category, one.task) for one in results] == [
        ("kept", "台账任务", "组织生活", None), ("theme_days", "主题党日", "组织生活", None),
        ("discipline", "纪律作风", "履职尽责", None),
    ]  # fmt: skip
    discipline = results.get(indicator="discipline")
    # 财政局 lost 3.50, 税务局第一党支部 2.00; 档案馆 and the committee, whom no forum is asked of, nothing.
    assert (discipline.organization_count, discipline.full_count, discipline.lost) == (4, 2, 550)
    assert (str(discipline), discipline.heading) == ("纪律作风", "履职尽责")


def test_closed_card_never_moves_and_closes_equal_again(scored, office):
    first = close(scored.plan, "2026Q1", office.admin)
    before = card_of(office.finance, "2026Q1").snapshot
    do_all(office.finance, office.wang, "2026Q2")
    assert year_of(scored, office.finance, date(2026, 5, 10)).cards["2026Q1"].earned == 8272
    assert card_of(office.finance, "2026Q1").snapshot == before
    reopen_period(plan=scored.plan, period="2026Q1", reason="核对", by=office.admin)
    again = close(scored.plan, "2026Q1", office.admin)
    assert (again.revision, again.sha256) == (2, first.sha256)


REMEMBERING = RULE_BOOK.replace("id: forums,", "id: forums, free: 1, over: year,")


def test_a_closing_remembers_what_earlier_quarters_used_up(small_plan, office):
    choose(small_plan.plan, REMEMBERING)
    for period in ("2026Q1", "2026Q2"):
        close(small_plan.plan, period, office.admin)
    # The first forum that was missed is free, the second is not.
    first, second = (card_of(office.finance, period).snapshot["card"] for period in ("2026Q1", "2026Q2"))
    assert [points(card_from_dict(card))["discipline"] for card in (first, second)] == ["40.00", "38.00"]


@pytest.mark.parametrize("document", [RULE_BOOK, COMPARING], ids=["alone", "compared"])
def test_closing_asks_the_same_queries_whatever_the_number_of_organizations(small_plan, office, document):
    plan, root = small_plan.plan, office.root
    choose(plan, document)
    asked = []
    for more in (0, 10):
        for number in range(more):
            told_of = {"code": f"9{number}", "name": f"新{number}党支部", "kind": "branch"}
            new = Organization.objects.add_child(root, told_of | {"peer_group": office.finance.peer_group})
            assign(small_plan.theme_day, [new], monthly())
            hold_theme_days(small_plan, new, office.staff, Q1_DAYS)
        with time_machine.travel(datetime(2026, 4, 15, 1, tzinfo=UTC), tick=False):
            job = request_closing(plan=plan, period="2026Q1", by=office.admin)
            with CaptureQueriesContext(connection) as queries:
                run_now(job)
        asked.append(sum("SAVEPOINT" not in query["sql"] for query in queries))
        assert Scorecard.objects.filter(closing__reopened_at=None).count() == 4 + more
        if not more:
            reopen_period(plan=plan, period="2026Q1", reason="再数一次", by=office.admin)
    assert asked[1] == asked[0] <= 45


def test_cards_are_the_same_some_at_a_time(scored, office, monkeypatch):
    first = close(scored.plan, "2026Q1", office.admin)
    reopen_period(plan=scored.plan, period="2026Q1", reason="核对", by=office.admin)
    monkeypatch.setattr("assessments.freezing._BATCH", 1)
    again = close(scored.plan, "2026Q1", office.admin)
    assert (again.sha256, again.proposals) == (first.sha256, first.proposals)
    assert again.cards.count() == 4


def test_year_is_the_mean_of_the_closed_quarters_and_the_bonus(scored, office):
    for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4"):
        close(scored.plan, period, office.admin)
    quarters = [card_of(office.finance, f"2026Q{n}") for n in (1, 2, 3, 4)]
    assert [card.earned for card in quarters] == [8272, 4300, 4300, 4300]
    close(scored.plan, "2026", office.admin)
    card = card_of(office.finance, "2026")
    # (78.72 + 3 × 43.00) ÷ 4 + 4.00
    assert (card.earned, card.available, card.grade) == (5593, 10000, "差")
    assert [part["earned"] for part in card.snapshot["card"]["parts"]] == [8272, 4300, 4300, 4300]


def test_rule_book_of_the_whole_year_scores_all_at_once(small_plan, office):
    choose(small_plan.plan, RULE_BOOK.replace("periods: {score: quarter, combine: mean}", "periods: {score: year}"))
    hold_theme_days(small_plan, office.finance, office.wang, Q1_DAYS)
    do_all(office.finance, office.wang, "2026Q1")
    card = year_of(small_plan, office.finance, date(2026, 7, 10)).cards["2026"]
    # Of the year's four forums one is done, one missed: two are still to come.
    assert points(card)["discipline"] == "38.00"
    # Of what is due 2.25 of 5.50 are earned: theme days and forums 2.00 each, visits 1.00, summaries 0.50.
    assert (points(card)["theme_days"], points(card)["kept"]) == ("20.00", "16.36")


def test_trial_spreads_by_the_grades_of_the_rule_book(scored, office):
    found = trial_spread(book_of(scored.plan), Period.parse("2026Q1"), date(2026, 4, 10))
    assert found.is_in_points
    assert found.total.counted == [("好", 0), ("较好", 1), ("一般", 1), ("差", 2)]
    assert (found.total.best, found.total.worst) == (8896, 4300)


def test_comparing_rule_books_know_everybody(scored, office):
    choose(scored.plan, COMPARING, version=2)
    scored.plan.facts_files.update(document=CONTEST)
    assert points(year_of(scored, office.finance, date(2026, 4, 10)).cards["2026Q1"])["honours"] == "0.00"
    assert points(year_of(scored, office.archive, date(2026, 4, 10)).cards["2026Q1"])["honours"] == "3.00"


def test_too_many_to_compare_wait_for_the_closing(scored, office, monkeypatch):
    choose(scored.plan, COMPARING, version=2)
    scored.plan.facts_files.update(document=CONTEST)
    monkeypatch.setattr("assessments.rule_book_cards.MOST_COMPARED", 3)
    monkeypatch.setattr("assessments.cards.MOST_COMPARED", 3)
    card = year_of(scored, office.finance, date(2026, 4, 10)).cards["2026Q1"]
    assert points(card) == {"kept": "22.22", "theme_days": "20.00", "discipline": "38.00", "honours": None}
    assert [reason.code for reason in reasons(card, "honours")] == ["at_closing"]
    assert card.earned == 8022


def test_next_year_knows_last_years_total_grade_and_place(scored, office):
    for period in ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026"):
        close(scored.plan, period, office.admin)
    scored.plan.pk, scored.plan.year, scored.plan.title = None, 2027, "2027年度党建工作台账"
    scored.plan.save()
    choose(scored.plan, RULE_BOOK.replace("reads: [case]", "when: last_year.total < 60 and has(last_year.grade)"))
    found = told(book_of(scored.plan), {}, date(2027, 2, 1), [office.finance.pk])
    assert found.subjects.keys() == {str(office.finance.pk)}
    known = {fact.about: fact.value for fact in found.facts if fact.about.startswith("last_year.")}
    card = Scorecard.objects.get(organization=office.finance, closing__period="2026")
    assert (known["last_year.grade"], known["last_year.total"] * 100) == ("差", card.rate)


def test_places_go_by_the_total_for_awards(scored, office):
    choose(scored.plan, RULE_BOOK.replace("role: bonus\n", "role: bonus\n    counts_for: [award]\n"), version=2)
    Organization.objects.filter(pk=office.archive.pk).update(peer_group=office.finance.peer_group)
    text = FACTS.replace("quantity: 3", "quantity: 1").replace("level: 市", "level: 省")
    scored.plan.facts_files.update(document=text.replace("- {about: case, on: 2026-03-20, matter: 案甲}", HARM))
    close(scored.plan, "2026Q1", office.admin)
    cards = [card_of(one, "2026Q1") for one in (office.finance, office.archive, office.tax_first)]
    # 财政局 79.72 and 6.00 for awards; 档案馆 84.96; 税务局第一党支部 43.00.
    assert [(card.rate, card.place, card.place_of) for card in cards] == [(7972, 1, 3), (8496, 2, 3), (4300, 3, 3)]
    assert {card.median for card in cards} == {7972}


@pytest.mark.parametrize(("by", "figure"), [("total", "55.01"), ("award", "57.00"), ("rate", "91.67")])
def test_cards_are_compared_by_what_their_grade_lines_speak_of(by, figure):
    scheme = rule_book(RULE_BOOK.replace("total: 100", f"total: 100\ngraded_by: {by}"))
    totals = {"total_for_grade": Decimal("55.005"), "total_for_award": Decimal(57)}
    assert compared(scheme, Card("1", "2026Q1", rate=Decimal("91.67"), **totals)) == Decimal(figure)
