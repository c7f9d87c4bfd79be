from assessments.models import Closing, Scheme, Scorecard
from assessments.proposals import ProposalRow, proposal_rows
from tests.assessments.rule_book import choose
from tests.assessments.year import close


def test_proposals_tell_who_is_moved_and_what_is_left_to_decide(small_plan, office):
    choose(small_plan.plan)
    closing = close(small_plan.plan, "2026Q1", office.admin)
    archive, finance = str(office.archive.pk), str(office.finance.pk)
    closing.proposals = [
        {
            "group": "综合经济",
            "period": "2026Q1",
            "proposed": {archive: "较好", finance: "较好", "7": "好"},
            "overflow": [
                {"subject": archive, "from_grade": "好", "to_grade": "较好"},
                {"subject": finance, "from_grade": "好", "to_grade": "较好"},
            ],
            "gap": [{"grades": ["差"], "missing": 2}],
            "ties": [{"grade": "好", "seats": 1, "subjects": [archive, finance]}],
            "excess": [{"grades": ["好", "较好"], "surplus": 1}],
        }
    ]
    assert proposal_rows(closing) == [
        ProposalRow(
            group="综合经济",
            grades=[("好", 1), ("较好", 2)],
            moves=[("好", "较好", "档案馆党支部、财政局党支部")],
            remarks=[
                "差：还差 2 个名额，不上调任何单位。",
                "好还有 1 个名额，以下单位分数相同：档案馆党支部、财政局党支部。",
                "好、较好：超出 1 个，因一票否决定等或已无更低等次。",
            ],
        )
    ]


def test_moves_begin_with_the_best_grade(small_plan, office):
    choose(small_plan.plan)
    closing = close(small_plan.plan, "2026Q1", office.admin)
    lower = {"subject": str(office.archive.pk), "from_grade": "较好", "to_grade": "一般"}
    higher = {"subject": str(office.finance.pk), "from_grade": "好", "to_grade": "较好"}
    proposal = {"group": "", "proposed": {}, "overflow": [lower, higher], "gap": [], "ties": [], "excess": []}
    closing.proposals = [proposal]
    [row] = proposal_rows(closing)
    assert row.moves == [("好", "较好", "财政局党支部"), ("较好", "一般", "档案馆党支部")]


def test_closing_without_quotas_has_none(small_plan, office):
    closing = close(small_plan.plan, "2026Q1", office.admin)
    assert (closing.proposals, proposal_rows(closing)) == ([], [])
    assert (Closing.objects.count(), Scheme.objects.get().document, Scorecard.objects.count()) == (1, "", 4)
