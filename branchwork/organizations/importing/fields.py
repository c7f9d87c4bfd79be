"""The columns an organization list may have, with the headers offices give them."""

from django.utils.translation import gettext_lazy as _

from branchwork.importing import Field

from ..models import Organization

FIELDS = (
    Field("number", _("Number"), ("序号", "编号", "序", "No", "No.")),
    Field("code", _("Code"), ("编码", "代码", "组织编码", "党组织编码", "党组织代码", "组织代码")),
    Field(
        "name",
        _("Organization"),
        ("党组织名称", "党组织", "组织名称", "名称", "全称", "党支部名称", "支部名称", "基层党组织名称", "基层党组织"),
        is_required=True,
    ),
    Field("short_name", _("Short name"), ("简称", "党组织简称")),
    Field(
        "parent",
        _("Upper organization"),
        ("上级党组织", "上级", "隶属党组织", "所属党组织", "上级组织", "隶属关系"),
    ),
    Field("kind", _("Kind"), ("类别", "党组织类别", "组织类别", "类型", "党组织类型", "组织类型")),
    Field("peer_group", _("Peer group"), ("分类", "考核分类", "考核类别", "分组", "考核分组", "系统", "组别")),
    Field("members", _("Members"), ("党员人数", "党员数", "党员总数", "党员", "人数", "正式党员", "正式党员数")),
    # The bare word says neither which; the check page asks.
    Field("term", _("Term election"), ("换届时间", "换届日期", "换届年月", "换届")),
    Field(
        "last_elected",
        _("Last election"),
        ("上次换届时间", "上次换届", "最近换届时间", "最近一次换届时间", "选举时间", "本届选举时间", "换届选举时间"),
    ),
    Field(
        "term_ends",
        _("Term end"),
        ("届满时间", "届满日期", "届满", "任期届满时间", "到届时间", "下次换届时间", "应换届时间", "换届到期时间"),
    ),
    Field("starts", _("Founded on"), ("成立时间", "成立日期", "设立时间", "组建时间")),
    Field(
        "secretary",
        _("Secretary"),
        ("书记", "党组织书记", "支部书记", "党支部书记", "书记姓名", "负责人", "主要负责人"),
    ),
    Field("tags", _("Tags"), ("标签",)),
)

KIND_NAMES = {
    "机关工委": Organization.Kind.WORKING_COMMITTEE,
    "工委": Organization.Kind.WORKING_COMMITTEE,
    "机关党委": Organization.Kind.PARTY_COMMITTEE,
    "基层党委": Organization.Kind.PARTY_COMMITTEE,
    "党委": Organization.Kind.PARTY_COMMITTEE,
    "党总支": Organization.Kind.GENERAL_BRANCH,
    "党总支部": Organization.Kind.GENERAL_BRANCH,
    "总支": Organization.Kind.GENERAL_BRANCH,
    "总支部": Organization.Kind.GENERAL_BRANCH,
    "党支部": Organization.Kind.BRANCH,
    "支部": Organization.Kind.BRANCH,
    "单独支部": Organization.Kind.BRANCH,
    "联合党支部": Organization.Kind.JOINT_BRANCH,
    "联合支部": Organization.Kind.JOINT_BRANCH,
    "临时党支部": Organization.Kind.TEMPORARY_BRANCH,
    "临时支部": Organization.Kind.TEMPORARY_BRANCH,
}


def label_of(key: str) -> str:
    return next((str(field.label) for field in FIELDS if field.key == key), "")
