"""The sheets of a rule book's workbook and their columns, the same for reading and writing.

The words are those of the offices' own tables, in Chinese whatever the language of the screens.
"""

from typing import NamedTuple

from assessments.scheme_workbooks.cells import FLOW, NAMES, NUMBER, POINTS, REST, TEXT, Column, words


def _names(names: str) -> tuple[str, ...]:
    return tuple(names.split())


ROLES = {
    "基本": "base",
    "基本项": "base",
    "加分": "bonus",
    "加分项": "bonus",
    "扣分": "deduction",
    "扣分项": "deduction",
}
EFFECTS = {
    "定为": "force",
    "不高于": "cap",
    "降等": "lower",
    "不得评优": "bar",
    "取消评先": "bar",
    "取消评先评优资格": "bar",
    "记零分": "zero",
    "记0分": "zero",
}
ROUNDINGS = {"舍去": "down", "进一": "up", "四舍五入": "half_up"}
COHORTS = {"同组": "group", "分组": "group", "全体": "all"}

_ID = Column("id", "代号", TEXT, width=10)
_REST = Column("rest", "其他设置", REST, width=22)

# Of the main sheet. The keys of a scoring point begin with "point.", those of a category with "category".
MAIN = "考核细则"
CATEGORY = Column(
    "category",
    "类目",
    TEXT,
    _names("类别 考核类别 考核项目 项目 一级指标 大类 板块 考核板块 指标类别 模块 考核模块 考评项目 考核类目 项目类别"),
    12,
)
INDICATOR = Column(
    "title",
    "指标",
    TEXT,
    _names(
        "考核指标 二级指标 考核内容 内容 指标内容 指标名称 考核要点 具体指标 考评内容 考核事项 评分项目 考核内容及要求"
    ),
    20,
)
POINT = Column("point.title", "得分点", TEXT, _names("三级指标 评分点 考核点"), 16)
MAIN_COLUMNS = (
    CATEGORY,
    INDICATOR,
    Column("points", "分值", POINTS, _names("分数 标准分 满分 指标分值 基础分 标准分值 基本分 考核分值"), 8),
    POINT,
    Column("point.points", "得分点分值", POINTS, width=8),
    Column(
        "standard",
        "评分标准",
        TEXT,
        _names(
            "考核标准 评分细则 计分标准 评分办法 计分办法 考评标准 扣分标准 评分要点 考核评分标准 评价标准 评分说明"
            " 标准 计分方法 评分方法 考核办法 扣分办法 考核细则 考评细则 计分说明 评分依据 得分标准 考核标准及评分办法"
        ),
        36,
    ),
    Column("rules", "计分规则", TEXT, width=36),
    Column("method", "考核方式", TEXT, _names("考核方法 考评方式 考评方法 评价方式 检查方式 查验方式 考核形式"), 16),
    Column(
        "assessor",
        "考核单位",
        TEXT,
        _names("考核部门 责任部门 责任科室 牵头部门 评分单位 考核主体 责任单位 考评单位 评分部门 考核责任单位"),
        14,
    ),
    _ID,
    _REST,
)
# Those of a scoring point's row, by its own keys, and where they stand.
POINT_KEYS = {"title": "point.title", "points": "point.points", "id": "id", "rest": "rest"}
POINT_COLUMNS = tuple(
    column._replace(key=key) for key, name in POINT_KEYS.items() for column in MAIN_COLUMNS if column.key == name
)


class Listing(NamedTuple):
    """A further sheet, one row for each part of a list of the scheme."""

    title: str
    key: str
    columns: tuple[Column, ...]


CATEGORIES = Listing(
    "类目",
    "categories",
    (
        Column("label", "类目", TEXT, width=24),
        Column("role", "性质", words(ROLES), width=10),
        Column("points", "分值", POINTS, width=10),
        Column("title", "名称", TEXT, width=24),
        _ID,
        _REST,
    ),
)
_TITLE = Column("title", "名称", TEXT, _names("情形 事项"), 36)
LISTINGS = (
    Listing(
        "组成部分",
        "components",
        (_TITLE, Column("weight", "权重", NUMBER), Column("points", "分值", NUMBER), Column("out_of", "满分", NUMBER))
        + (_ID, _REST),
    ),
    Listing(
        "等次",
        "grades",
        (
            Column("name", "等次", TEXT, _names("等级 档次"), 12),
            Column("at_least", "最低分", NUMBER, _names("分数线 下限"), 10),
            Column("requires", "条件", TEXT, width=40),
            _REST,
        ),
    ),
    Listing(
        "一票否决",
        "vetoes",
        (
            _TITLE,
            Column("effect", "后果", words(EFFECTS), width=10),
            Column("grade", "等次", TEXT, width=10),
            Column("steps", "降几等", NUMBER, width=8),
            Column("reads", "依据", NAMES, width=20),
            Column("when", "条件", TEXT, width=30),
            _ID,
            _REST,
        ),
    ),
    Listing(
        "名额",
        "quotas",
        (
            Column("grades", "等次", NAMES, width=20),
            Column("at_most", "至多", TEXT, _names("最多 不超过")),
            Column("at_least", "至少", TEXT, _names("最少 不少于")),
            Column("exactly", "恰好", TEXT),
            Column("rounding", "取整", words(ROUNDINGS)),
            Column("per", "范围", words(COHORTS)),
            _REST,
        ),
    ),
    Listing(
        "测算",
        "figures",
        (_TITLE, Column("formula", "公式", TEXT, width=50), Column("when", "条件", TEXT, width=30), _ID, _REST),
    ),
)

# What stands before the sentences of several rules in the column 评分标准.
NUMERALS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

SETTINGS = "其他设置"
SETTING_COLUMNS = (Column("setting", "设置", TEXT, width=24), Column("value", "值", FLOW, width=60))
# What the scheme itself says, by the words that stand in the sheet of settings.
SETTING_WORDS = {
    "名称": "scheme",
    "代号": "id",
    "考核对象": "subjects",
    "满分": "total",
    "总分上限": "total_cap",
    "总分下限": "total_floor",
    "加分合计上限": "bonus_cap",
    "豁免后折算": "rescale",
    "定等依据": "graded_by",
    "取整": "rounding",
    "豁免项": "exempt",
    "无数据项": "no_data",
    "逾期得分比例": "late_share",
    "不适用任务": "not_applicable",
    "名次最少单位数": "min_place_group",
    "考核期": "periods",
}
