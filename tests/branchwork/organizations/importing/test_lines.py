import pytest

from branchwork.organizations.importing.lines import person_of, read_lines
from tests.branchwork.organizations.lists import table_of


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("黄海燕", ("黄海燕", False)),
        ("刘志强(代)", ("刘志强", True)),
        ("刘志强（代）", ("刘志强", True)),
        ("刘志强 （主持工作）", ("刘志强", True)),
        ("刘志强代理", ("刘志强", True)),
        ("高　峰", ("高峰", False)),
        ("郭代", ("郭代", False)),
        ("空缺", ("", False)),
        ("—", ("", False)),
        ("", ("", False)),
        ("John Smith", ("John Smith", False)),
    ],
)
def test_person_of(text, person):
    assert person_of(text) == person


def test_a_line_knows_its_row_its_cells_and_its_tags():
    [line] = read_lines(
        table_of((1, "财政局党支部", "窗口单位、承担帮扶任务；窗口单位"), head=("序号", "党组织名称", "标签"))
    )
    assert (line.number, line.cells["name"], line.tags) == (2, "B2", ["窗口单位", "承担帮扶任务"])
