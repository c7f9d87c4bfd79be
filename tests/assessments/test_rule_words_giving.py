from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from assessments.rule_words import reason_text
from assessments.rule_words.giving import CHANGES, SENTENCES
from assessments.scoring.cards import Reason
from assessments.scoring.facts import Marks, Votes
from assessments.scoring.formulas.derived import derived_formula
from assessments.scoring.formulas.proportions import proportional
from assessments.scoring.formulas.ranks import rank_based
from assessments.scoring.formulas.rates import rate_step
from assessments.scoring.formulas.tiers import tiered
from assessments.scoring.formulas.votes import judge_mean, vote_weighted
from tests.assessments.scoring.formulas.builders import event_of, given_of, rule_of, value_of


def words(language, result):
    """The sentence, and what would change it."""
    reason = result.reasons[0]
    with override(language):
        change = CHANGES[reason.code](reason.facts) if "could" in reason.facts else ""
        return SENTENCES[reason.code](reason.facts), change


def both(result):
    return [*words("zh-hans", result), *words("en", result)]


def test_a_share():
    assert both(proportional(rule_of("proportional"), given_of(value_of(Decimal("88.5")), points=12))) == [
        "完成率 88.5%，12 × 88.5 ÷ 100 = 10.62",
        "再提高 11.5 个百分点可再得 1.38 分",
        "At 88.5%: 12 × 88.5 ÷ 100 = 10.62",
        "11.5 percentage points more would give 1.38 points more",
    ]
    assert both(proportional(rule_of("proportional", per=20), given_of(value_of(5), points=8))) == [
        "应完成 20，完成 5，8 × 5 ÷ 20 = 2.00",
        "再增加 15 可再得 6.00 分",
        "5 of 20: 8 × 5 ÷ 20 = 2.00",
        "15 more would give 6.00 points more",
    ]


def test_a_share_of_the_best():
    rule, others = rule_of("proportional", to_best=True), (Decimal(60), Decimal(80))
    assert both(proportional(rule, given_of(value_of(60), points=10, rivals=others))) == [
        "数值 60，最高 80，10 × 60 ÷ 80 = 7.50",
        "再增加 20 可再得 2.50 分",
        "60, the best 80: 10 × 60 ÷ 80 = 7.50",
        "20 more would give 2.50 points more",
    ]
    assert both(proportional(rule, given_of(value_of(0), points=10))) == [
        "最高值为 0，不得分",
        "",
        "Nobody has any: no points",
        "",
    ]


def test_a_factor():
    result = proportional(rule_of("proportional", factor=Decimal("0.12")), given_of(value_of(95)))
    assert both(result) == ["95 × 0.12 = 11.40", "", "95 × 0.12 = 11.40", ""]


def test_steps():
    rule = rule_of("rate_step", base=90, step=10, below=1, above=2)
    assert both(rate_step(rule, given_of(value_of(74)))) == [
        "74%，比基准 90% 低 16 个百分点，每 10 个百分点一档，按档扣 1 × 1 = 1.00 分",
        "再提高 16 个百分点可少扣 1.00 分",
        "74%, 16 below the base of 90%: in steps of 10, 1 × 1 = 1.00 points taken",
        "16 percentage points more would bring back 1.00 points",
    ]
    assert both(rate_step(rule, given_of(value_of(100)))) == [
        "100%，比基准 90% 高 10 个百分点，每 10 个百分点一档，按档加 1 × 2 = 2.00 分",
        "",
        "100%, 10 above the base of 90%: in steps of 10, 1 × 2 = 2.00 points given",
        "",
    ]
    assert words("zh-hans", rate_step(rule, given_of(value_of(85)))) == ("85%，基准 90%，不加分也不扣分", "")


PLACES = ({"up_to": Decimal(1), "points": Decimal(5)}, {"up_to": Decimal(3), "points": Decimal(3)})
LAST = ({"up_to": Decimal(1), "loses": Decimal(2)},)


def ranked(value, *others, **parameters):
    rivals = (Decimal(value), *map(Decimal, others))
    return rank_based(rule_of("rank_based", **parameters), given_of(value_of(value), rivals=rivals))


def test_places():
    assert both(ranked(80, 95, 90, 85, places=PLACES, last=LAST)) == [
        "第 4 名（共 4 个），倒数第 1 名，扣 2.00 分",
        "进入前 3 名可再得 5.00 分",
        "Place 4 of 4, place 1 from the end: 2.00 points taken",
        "Among the first 3: 5.00 points more",
    ]
    assert words("zh-hans", ranked(95, 90, 85, places=PLACES)) == ("第 1 名（共 3 个），得 5.00 分", "")
    assert both(ranked(80, 95, places=PLACES)) == [
        "同组只有 2 个，不排名次",
        "",
        "Only 2 to compare: no places",
        "",
    ]


def test_places_in_percent():
    places = ({"up_to": Decimal(30), "points": Decimal(2)},)
    assert both(ranked(70, 90, 80, 60, counted="percent", places=places)) == [
        "第 3 名（共 4 个），位于前 75%，不加分也不扣分",
        "进入前 1 名可再得 2.00 分",
        "Place 3 of 4 (the first 75%): no points given or taken",
        "Among the first 1: 2.00 points more",
    ]


def voted(rule, *ballots, points=30):
    facts = [Votes(subject="b1", about="r", period="2026", counts=counts, voters=voters) for voters, counts in ballots]
    return vote_weighted(rule, given_of(*facts, points=points))


def test_votes():
    scores = {"好": 100, "较好": 80, "一般": 60, "差": 40}
    assert both(voted(rule_of("vote_weighted", scores=scores), ("", {"好": 2, "较好": 2, "一般": 1}))) == [
        "好 2 票、较好 2 票、一般 1 票，平均 84，30 × 84 ÷ 100 = 25.20",
        "全部评为“好”可再得 4.80 分",
        "Votes: 好 2, 较好 2, 一般 1; mean 84: 30 × 84 ÷ 100 = 25.20",
        "If all vote “好”: 4.80 points more",
    ]
    weighed = rule_of("vote_weighted", scores=scores, voters={"leaders": "0.2", "staff": "0.8"})
    assert words("zh-hans", voted(weighed, ("leaders", {"好": 1}), ("staff", {"较好": 30}), points=None)) == (
        "好 1 票、较好 30 票，加权平均 84",
        "",
    )
    assert words("zh-hans", voted(rule_of("vote_weighted", scores=scores), ("", {"好": 1, "较好": 2})))[0] == (
        "好 1 票、较好 2 票，平均 86.67，30 × 86.67 ÷ 100 = 26.00"
    )


def test_marks():
    marks = Marks(subject="b1", about="r", period="2026", marks=tuple(map(Decimal, (100, 90, 80, 10))))
    rule = rule_of("judge_mean", drop_highest=1, drop_lowest=1)
    assert both(judge_mean(rule, given_of(marks, points=30))) == [
        "4 个评分，去掉 2 个，平均 85，30 × 85 ÷ 100 = 25.50",
        "平均分再提高 15 可再得 4.50 分",
        "Marks: 4, 2 of them left out; mean 85: 30 × 85 ÷ 100 = 25.50",
        "A mean 15 higher would give 4.50 points more",
    ]


RATES = ({"from": Decimal(95), "points": Decimal(5)}, {"from": Decimal(90), "below": Decimal(95), "points": Decimal(3)})
SHORT = (
    {"up_to": Decimal(0), "loses": Decimal(0)},
    {"up_to": Decimal(20), "loses": Decimal(1)},
    {"loses": "all"},
)


def test_tiers_of_a_figure():
    assert both(tiered(rule_of("tiered", tiers=RATES), given_of(value_of(92), points=5))) == [
        "数值 92（不低于 90、低于 95），得 3.00 分",
        "不低于 95 时可再得 2.00 分",
        "Value 92 (90 or more, less than 95): 3.00 points given",
        "If 95 or more: 2.00 points more",
    ]
    counted = rule_of("tiered", by="count", tiers=RATES)
    assert words("zh-hans", tiered(counted, given_of(value_of(96)))) == ("96 次（不低于 95），得 5.00 分", "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            131,
            [
                "131，目标 150，差 19（不超过 20），扣 1.00 分",
                "差额不超过 0 时可少扣 1.00 分",
                "131 of 150, 19 short (20 or less): 1.00 points taken",
                "If it falls short by 0 or less: 1.00 points fewer taken",
            ],
        ),
        (
            129,
            [
                "129，目标 150，差 21，分数扣完",
                "差额不超过 20 时可少扣 1.00 分",
                "129 of 150, 21 short: all points are lost",
                "If it falls short by 20 or less: 1.00 points fewer taken",
            ],
        ),
    ],
)
def test_tiers_of_a_shortfall(value, expected):
    rule = rule_of("tiered", by="shortfall", target=150, tiers=SHORT)
    assert both(tiered(rule, given_of(value_of(value), points=2))) == expected


def test_from_losing_to_winning():
    rule = rule_of("tiered", tiers=({"from": Decimal(60), "points": Decimal(2)}, {"loses": Decimal(1)}))
    assert words("zh-hans", tiered(rule, given_of(value_of(50)))) == (
        "数值 50，扣 1.00 分",
        "不低于 60 时可再得 3.00 分",
    )


def test_tiers_of_levels():
    rule = rule_of(
        "tiered", by="level", tiers=({"level": "国家", "points": Decimal(5)}, {"level": "省", "points": Decimal(3)})
    )
    assert both(tiered(rule, given_of(event_of(level="省"), event_of(level="市")))) == [
        "市、省，得 3.00 分",
        "达到“国家”可再得 2.00 分",
        "Level 市, 省: 3.00 points given",
        "With level “国家”: 2.00 points more",
    ]


def test_no_level_reached():
    rule = rule_of("tiered", by="level", tiers=({"level": "国家", "points": Decimal(5)},))
    assert both(tiered(rule, given_of(value_of(False)))) == [
        "没有达到任何等次，不加分也不扣分",
        "达到“国家”可再得 5.00 分",
        "No level reached: no points given or taken",
        "With level “国家”: 5.00 points more",
    ]


def test_tiers_of_each_event():
    rule = rule_of("tiered", by="quantity", tiers=({"from": Decimal(3), "points": Decimal(2)},))
    facts = event_of("2026-01-05", quantity="1"), event_of("2026-01-06", quantity="4")
    assert both(tiered(rule, given_of(*facts))) == [
        "1 计 0.00 分、4 计 2.00 分，得 2.00 分",
        "",
        "1 gives 0.00, 4 gives 2.00: 2.00 points given",
        "",
    ]
    assert words("zh-hans", tiered(rule, given_of(value_of(0)))) == ("0 次，不加分也不扣分", "")


def test_formulas():
    given = given_of(names={"kpi": Decimal("88.5")})
    assert both(derived_formula(rule_of("derived_formula", formula="kpi * 0.3"), given)) == [
        "按公式 kpi * 0.3，得 26.55 分",
        "",
        "By the formula kpi * 0.3: 26.55 points given",
        "",
    ]


def test_every_change_belongs_to_a_sentence():
    assert CHANGES.keys() <= SENTENCES.keys()


def test_steps_of_a_rate_that_should_be_low_are_taken():
    low = rule_of("rate_step", base=2, step=Decimal("0.1"), above=Decimal("-0.2"))
    assert both(rate_step(low, given_of(value_of(Decimal("2.35")), points=10))) == [
        "2.35%，比基准 2% 高 0.35 个百分点，每 0.1 个百分点一档，按档扣 3 × 0.2 = 0.60 分",
        "再降低 0.35 个百分点可少扣 0.60 分",
        "2.35%, 0.35 above the base of 2%: in steps of 0.1, 3 × 0.2 = 0.60 points taken",
        "0.35 percentage points less would bring back 0.60 points",
    ]


@pytest.mark.parametrize(
    ("code", "facts", "zh", "en"),
    [
        ("assignment_share", {"earned": "0.93", "due": "1", "full": "12", "points": "11.16"},
         "计划分值应得 1.00，实得 0.93：12 × 0.93 ÷ 1.00 = 11.16",
         "0.93 earned of 1.00 due by the plan's points: 12 × 0.93 ÷ 1.00 = 11.16"),
        ("assignment_share",
         {"earned": "0.5", "due": "1", "could": "0.4", "reach": "0.9", "until_on": date(2026, 4, 14)},
         "计划分值应得 1.00，实得 0.50；还能再得 0.40 分，最多到 0.90，最早的一项截至4月14日",
         "0.50 earned of 1.00 due by the plan's points; 0.40 more can still be earned, up to 0.90; "
         "the first part lapses after 14 Apr"),
        ("nothing_due", {"title": "谈心谈话"}, "谈心谈话：本期没有到期的这类任务",
         "谈心谈话: no task of this sort is due in this period"),
    ],
)  # fmt: skip
def test_how_tasks_are_converted_is_told(code, facts, zh, en):
    for language, expected in (("zh-hans", zh), ("en", en)):
        with override(language):
            assert reason_text(Reason(code, facts)) == expected


def test_a_title_with_a_decimal_point_is_left_alone():
    facts = {"rule": "r", "title": "一般扣0.5分，不好不得分", "value": "1", "points": "-0.5", "by": "value"}
    assert "一般扣0.5分，不好不得分" in reason_text(Reason("tiered", facts))
