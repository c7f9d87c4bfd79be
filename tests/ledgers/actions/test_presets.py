from ledgers.actions.presets import load_presets
from ledgers.models import Task, WorkType
from tests.ledgers.sample import import_sample_plan

BY_ROW = {
    4: "集中学习", 5: "自查达标", 6: "集中学习", 7: "中心组学习", 8: "集中学习", 9: "党课", 10: "党课", 11: "党员大会",
    12: "支委会", 13: "党小组会", 14: "党课", 15: "主题党日", 16: "志愿服务", 17: "主题讲坛", 18: "主题讲坛",
    19: "服务监督岗", 20: "服务监督岗", 21: "服务监督岗", 22: "走访帮扶", 23: "走访帮扶", 24: "评选申报",
    25: "评选申报",
    26: "组织生活会", 27: "民主评议", 28: "谈心谈话", 29: "换届与班子", 30: "换届与班子", 31: "换届与班子",
    32: "换届与班子", 33: "发展党员", 34: "发展党员", 35: "发展党员", 36: "党费收缴", 37: "党务公开", 38: "集中学习",
    39: "集中学习", 40: "述职评议", 41: "述职评议", 42: "换届与班子", 43: "自查达标", 44: "自查达标", 45: "廉政教育",
    46: "廉政教育", 47: "意识形态", 48: "志愿服务", 49: "志愿服务", 50: "评选申报", 51: "评选申报", 52: "材料报送",
    53: "材料报送", 54: "季度小结", 55: "材料报送",
}  # fmt: skip


def test_work_types_of_the_plans_52_tasks(sample_office):
    import_sample_plan()
    tasks = Task.objects.order_by("item__position", "position")
    assert dict(enumerate(tasks.values_list("work_type__name", flat=True), 4)) == BY_ROW


def test_quarter_summary_is_known_by_its_code(db):
    load_presets()
    assert WorkType.objects.get(code="quarter_summary").name == "季度小结"


def test_presets_loaded_again_change_nothing(db):
    assert load_presets() == 26
    WorkType.objects.filter(code="forum").update(name="讲坛", keywords=["讲坛"])
    assert load_presets() == 0
    assert WorkType.objects.get(code="forum").name == "讲坛"
    assert WorkType.objects.count() == 26
