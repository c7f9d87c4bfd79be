import pytest

from branchwork.organizations.importing.names import codes, short_name, short_names


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("纪委监委机关党支部", "纪委监委"),
        ("市委办公室党支部", "市委办"),
        ("市直机关工委党支部", "机关工委"),
        ("税务局机关党委", "税务局党委"),
        ("税务局第一党支部", "税务局一支部"),
        ("市场监督管理局党总支", "市监局党总支"),
        ("工业和信息化局党支部", "工信局"),
        ("人民法院第二党支部", "法院二支部"),
        ("机关事务服务中心党支部", "机关事务中心"),
        ("政务服务中心党支部", "政务服务中心"),
        ("国资事务中心党支部", "国资中心"),
        ("人大机关党支部", "人大机关"),
        ("残疾人联合会党支部", "残联"),
        ("党支部", "党支部"),
    ],
)
def test_short_name_as_offices_shorten(name, short):
    assert short_name(name) == short


def test_short_names_that_would_be_the_same_stay_whole():
    assert short_names(["财政局党支部", "财政局联合党支部"]) == ["财政局党支部", "财政局联合党支部"]
    assert short_names(["财政局党支部"], taken=["财政局"]) == ["财政局党支部"]


def test_codes_are_the_numbers_on_three_digits_else_the_next_free_one():
    assert codes(["1", "16", "", "16", "一"], taken=["000", "001"]) == ["017", "016", "018", "019", "020"]
    assert codes(["1", "1200"], taken=[]) == ["0001", "1200"]
    assert codes([], taken=[]) == []
