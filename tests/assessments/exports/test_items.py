from tests.assessments.exports.conftest import areas, made, opened, table


def test_items_add_up_over_all_organizations(lived):
    sheet = opened(made(lived, "2026"), data_only=True)["大项得分"]
    assert table(sheet, 5, 15) == [
        (1, "组织生活", "开展主题党日", 4, 3, 0, 3.93, 12, 32.75, 10.48, 36.75, 28.52, None),
        (None, None, "党员集中学习", 3, 3, 1, 2.75, 8.75, 31.43, None, None, None, None),
        (None, None, "举办主题讲坛", 4, 4, 0, 3.8, 16, 23.75, None, None, None, None),
        (2, "责任", "书记抓党建述职评议", 5, 3, 0, 0, 15, 0, 63, 267, 23.6, None),
        (None, None, "报送年度总结", 5, 4, 1, 5, 20, 25, None, None, None, None),
        (None, None, "第1季度其他工作", 11.16, 4, 1, 11.16, 44.64, 25, None, None, None, None),
        (None, None, "第2季度其他工作", 13.84, 4, 1, 13.84, 55.36, 25, None, None, None, None),
        (None, None, "第3季度其他工作", 9.33, 4, 1, 9.33, 37.32, 25, None, None, None, None),
        (None, None, "第4季度其他工作", 23.67, 4, 1, 23.67, 94.68, 25, None, None, None, None),
        (None, None, "组织开展督查", 1, None, None, None, None, None, None, None, None, "工委自办，不计入各党组织"),
        ("合计", None, None, 80, None, None, 73.48, 303.75, 24.19, None, None, None, None),
    ]


def test_items_are_summed_by_live_formulas(lived):
    sheet = opened(made(lived, "2026"))["大项得分"]
    assert [sheet[cell].value for cell in ("I5", "J5", "K8", "L8", "D15", "G15", "H15", "I15")] == [
        "=ROUND(G5/H5*100,2)",
        "=SUM(G5:G7)",
        "=SUM(H8:H14)",
        "=ROUND(J8/K8*100,2)",
        "=SUM(D5:D14)",
        "=SUM(G5:G14)",
        "=SUM(H5:H14)",
        "=ROUND(G15/H15*100,2)",
    ]
    assert {"A5:A7", "B8:B14", "J5:J7", "L8:L14", "E3:I3", "J3:L3", "A15:C15"} <= areas(sheet)


def test_items_of_a_quarter_are_those_that_fall_due_in_it(lived):
    sheet = opened(made(lived, "2026Q3"), data_only=True)["大项得分"]
    assert sheet["D3"].value == "全年分值"
    assert table(sheet, 5, 9) == [
        (1, "组织生活", "开展主题党日", 4, 3, 1, 1, 3, 33.33, 1.75, 9.25, 18.92, None),
        (None, None, "党员集中学习", 3, 3, 1, 0.75, 2.25, 33.33, None, None, None, None),
        (None, None, "举办主题讲坛", 4, 4, 0, 0, 4, 0, None, None, None, None),
        (2, "责任", "第3季度其他工作", 9.33, 4, 1, 9.33, 37.32, 25, 9.33, 37.32, 25, None),
        ("合计", None, None, None, None, None, 11.08, 46.57, 23.79, None, None, None, None),
    ]
