"""The phrases of the short form: how each rule kind begins, and what may follow after a comma."""

from assessments.scheme_workbooks.phrases import Phrase

TIMES = "[次|1次|一次|人次|1人次|人|1人|项|1项|一项|件|1件|条|1条|例|1例|处|1处|个|1个|起|1起|篇|1篇|名|1名|户|家]"
ONE = "[1次|次|一次|人次|1人次|1人|人|1项|一项|项|1件|件|1条|条|1例|1处|处|1个|一个|个|1起|1篇|篇|1名|名]"
_TAKE = "扣[|除|减]"
_ALL = ("扣[完|光|全部分|全部分值|全部]", "all")


def _kind(kind: str, template: str, **says: object) -> Phrase:
    return Phrase(template, {"kind": kind, **says})


# Of several that fit, the one that says most is written, and among equals the first.
HEADS = (
    _kind("assignment_share", "按任务完成情况[|计分|折算]"),
    _kind("deduct_per_occurrence", f"每{TIMES}{_TAKE}{{each:amount}}"),
    _kind("deduct_if", f"有则{_TAKE}{{points:amount}}"),
    _kind("deduct_if", f"有则{_ALL[0]}", points="all"),
    _kind("all_or_nothing", "有则[不得分|不得分值|得0分|为0分|记0分|计0分]"),
    _kind("deduct_by_level", f"按[级别|等级|档次|程度|处分]{_TAKE}:{{levels:pairs}}"),
    _kind("late_deduction", f"逾期每{TIMES}{_TAKE}{{each:amount}}"),
    _kind("late_deduction", f"逾期每[日|天|1天|一天]{_TAKE}{{per_day:amount}}"),
    _kind("late_deduction", f"逾期[|则]{_TAKE}{{once:amount}}"),
    _kind("deduct_shortfall_count", f"每[缺|少|差]{ONE}{_TAKE}{{each:amount}}（应{{required:amount}}{TIMES}）"),
    _kind(
        "deduct_shortfall_count",
        f"每[缺|少|差]{ONE}{_TAKE}{{each:amount}}（{{per:window}}应{{required:amount}}{TIMES}）",
    ),
    _kind("deduct_shortfall_count", f"[缺|少|差]{ONE}即{_ALL[0]}（应{{required:amount}}{TIMES}）", each="all"),
    _kind(
        "deduct_shortfall_count",
        f"[缺|少|差]{ONE}即{_ALL[0]}（{{per:window}}应{{required:amount}}{TIMES}）",
        each="all",
    ),
    _kind("deduct_shortfall_count", f"按缺[少|少的|的]比例扣[|分]（应{{required:amount}}{TIMES}）"),
    _kind("deduct_shortfall_count", f"按缺[少|少的|的]比例扣[|分]（{{per:window}}应{{required:amount}}{TIMES}）"),
    _kind("inherit_multiplier", "[上级扣分|上级平台扣分]×{factor:number}[|倍]"),
    _kind("award_per_event", f"每{TIMES}[加|加分]{{each:amount}}"),
    _kind("award_per_event", f"满{{required:amount}}{TIMES}起每{TIMES}加{{each:amount}}"),
    _kind("award_per_event", f"满{{required:amount}}{TIMES}加{{first:amount}}、以后每{TIMES}加{{each:amount}}"),
    _kind("bonus_by_level", "按[级别|等级|层级]加[|分]:{levels:pairs}"),
    _kind("award_on_criterion", "逐[点|项]得分:{criteria:criteria}"),
    _kind("proportional", "按[完成率|完成比例|比例|得分率]折算[|计分]"),
    _kind("proportional", "按[数值|完成数]÷{per:amount}折算[|计分]"),
    _kind("proportional", "[数值|得分]×{factor:number}"),
    _kind("proportional", "[与最高者相比|与最高值相比|按与最高者的比例]折算[|计分]", to_best=True),
    _kind("vote_weighted", "[测评|民主测评|投票]:{scores:pairs}"),
    _kind("judge_mean", "[评委平均|评委打分平均|取平均分|平均分]"),
    _kind("tiered", "分档:{tiers:tiers}"),
    _kind("tiered", "[按数值分档|按完成率分档]:{tiers:tiers}", by="value"),
    _kind("tiered", "按次数分档:{tiers:tiers}", by="count"),
    _kind("tiered", "[按等级分档|按级别分档]:{tiers:tiers}", by="level"),
    _kind("tiered", "按每次数量分档:{tiers:tiers}", by="quantity"),
    _kind("tiered", "按差额分档（目标{target:number}）:{tiers:tiers}", by="shortfall"),
    _kind("rate_step", f"低于{{base:number}}[|的]每[低|降低|下降]{{step:number}}{_TAKE}{{below:amount}}"),
    _kind("rate_step", "高于{base:number}[|的]每[高|提高|超过|增加]{step:number}加{above:amount}"),
    _kind("rate_step", "以{base:number}为[基准|基数|界]每差{step:number}低扣{below:amount}、高加{above:amount}"),
    _kind("rank_based", "按[名次|排名]:{places:places}"),
    _kind("rank_based", "按[名次|排名]"),
    _kind("manual_range", "酌情扣[|分]", direction="deduct"),
    _kind("manual_range", "酌情扣{least:amount}[—|至|到]{most:amount}", direction="deduct"),
    _kind("manual_range", "酌情扣[至多|最多|不超过]{most:amount}", direction="deduct"),
    _kind("manual_range", "酌情扣[至少|最少|不少于]{least:amount}", direction="deduct"),
    _kind("manual_range", "酌情加[|分]", direction="award"),
    _kind("manual_range", "酌情加{least:amount}[—|至|到]{most:amount}", direction="award"),
    _kind("manual_range", "酌情加[至多|最多|不超过]{most:amount}", direction="award"),
    _kind("manual_range", "酌情加[至少|最少|不少于]{least:amount}", direction="award"),
    _kind("manual_range", "[人工评分|人工打分|酌情打分|酌情评分]", direction="mark"),
    _kind(
        "manual_range", "[人工评分|人工打分|酌情打分|酌情评分]{least:amount}[—|至|到]{most:amount}", direction="mark"
    ),
    _kind("manual_range", "[人工评分|人工打分|酌情打分|酌情评分][至多|最多|不超过]{most:amount}", direction="mark"),
    _kind("manual_range", "[人工评分|人工打分|酌情打分|酌情评分][至少|最少|不少于]{least:amount}", direction="mark"),
)

_VOTES, _JUDGES, _RANKS = ("vote_weighted",), ("judge_mean",), ("rank_based",)
CLAUSES = (
    # Parameters
    Phrase(f"[免|前]{{free:amount}}{TIMES}[|不扣|不扣分]", kinds=("deduct_per_occurrence",)),
    Phrase("宽限{grace_days:number}[天|日]", kinds=("late_deduction",)),
    Phrase("[全体一起比|全体排名]", {"among": "all"}, kinds=("proportional", *_RANKS)),
    Phrase("[投票人权重|权重]:{voters:pairs}", kinds=_VOTES),
    Phrase("[无效|不计]:{invalid:names}", kinds=_VOTES),
    Phrase("[满值|满分]{out_of:number}", kinds=_VOTES + _JUDGES),
    Phrase("去[掉|]{drop_highest:number}个最高分", kinds=_JUDGES),
    Phrase("去[掉|]{drop_lowest:number}个最低分", kinds=_JUDGES),
    Phrase("不足一档按一档[|算]", {"steps": "begun"}, kinds=("rate_step",)),
    Phrase("[不足一档按比例|按比例]", {"steps": "exact"}, kinds=("rate_step",)),
    Phrase("{last:last}", kinds=_RANKS),
    Phrase("[小者在前|数值小者在前]", {"best": "lowest"}, kinds=_RANKS),
    Phrase("名次按百分比[|算]", {"counted": "percent"}, kinds=_RANKS),
    Phrase("[所填即名次|填写名次]", {"given": True}, kinds=_RANKS),
    # Bounds
    Phrase("[最多|最高|累计最多|累计][加|加分]{cap:number}"),
    Phrase("[最多|累计最多|累计][扣|扣分|扣除]{floor:loss}"),
    Phrase("[每日最多|每天最多]{cap_per.day:number}"),
    Phrase("[每月最多]{cap_per.month:number}"),
    Phrase("[每季最多|每季度最多]{cap_per.quarter:number}"),
    Phrase("每半年最多{cap_per.half:number}"),
    Phrase("[每年最多|全年最多]{cap_per.year:number}"),
    # Which facts
    Phrase("[仅计|只计]:{only:names}"),
    Phrase("依据:{reads:names}"),
    Phrase("[全年累计|按年累计]", {"over": "year"}),
    Phrase("[半年累计|按半年累计]", {"over": "half"}),
    # The same matter: what says more comes first
    Phrase(
        "同一事项[取最高|就高|只取最高|取最高分|按最高|按最高分|就高不就低|只计最高]",
        {"merge.by": "matter", "merge.keep": "highest"},
    ),
    Phrase("同一事项依次×{merge.factors:numbers}", {"merge.by": "matter", "merge.keep": "in_turn"}),
    Phrase("同一事项[依次折半|依次减半]", {"merge.by": "matter", "merge.keep": "in_turn"}),
    Phrase("按{merge.by:fields}取最高", {"merge.keep": "highest"}),
    Phrase("按{merge.by:fields}依次×{merge.factors:numbers}", {"merge.keep": "in_turn"}),
    Phrase("按{merge.by:fields}[依次折半|依次减半]", {"merge.keep": "in_turn"}),
    Phrase("按{merge.by:fields}合计", {"merge.keep": "sum"}),
)
# Said by every deduction, for an indicator never falls below 0 unless it says so.
EMPTY_CLAUSES = {"扣完为止", "直至扣完", "直到扣完", "扣完本项为止", "扣完该项分为止", "扣完本项分为止"}

FORMULAS = {"公式得分": "mark", "公式加分": "award", "公式扣分": "deduct"}
