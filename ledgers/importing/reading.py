"""From the table of an office's plan to items and tasks, each phrase with its reading. Nothing is written here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branchwork.deadlines import Calendar, Deadline, Question, Unresolved, read_deadline
from branchwork.importing import Field, Row, Skipped, Table, fold
from branchwork.points import parse_points
from ledgers.audiences import AudienceReading, AudienceWords, Doubt, read_audience


def _names(names: str) -> tuple[str, ...]:
    return tuple(names.split())


FIELDS = (
    Field("number", _("item number"), _names("序号 编号 项目序号 大项序号")),
    Field("item", _("item"), _names("项目内容 大项 项目 工作项目 项目名称 工作类别 类别 重点工作 工作板块 一级指标")),
    Field(
        "task",
        _("task"),
        _names("具体任务 工作任务 任务 主要任务 任务内容 工作内容 重点任务 具体内容 工作事项 具体工作 任务清单"),
        is_required=True,
    ),
    Field(
        "responsible",
        _("responsible organization"),
        _names("责任单位 责任主体 完成单位 牵头单位 责任部门 承办单位 落实单位 责任党组织 适用范围 责任对象"),
    ),
    Field(
        "deadline",
        _("deadline"),
        _names("完成时限 时限 完成时间 时间要求 时间节点 完成期限 时间安排 时限要求 开展时间 时间"),
        is_required=True,
    ),
    Field(
        "effect",
        _("wanted effect"),
        _names("完成效果 效果 工作效果 目标效果 工作目标 完成标准 预期效果 工作要求 达到效果 完成要求 标准要求"),
    ),
    Field("points", pgettext_lazy("plan", "Points"), _names("分值 分数 标准分 满分 分")),
    Field("note", _("note"), _names("备注 说明 附注")),
)

# A sum as offices write it; other formulas are not judged.
_SUM = re.compile(r"=SUM\(\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)\)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)\s*年?度?")


@dataclass(frozen=True)
class TaskLine:
    """One row of the plan. `points` in hundredths, None where the cell is blank; `points_unread`: it holds something
    else than points. `unresolved`: the deadline is understood but has no date in this year. `same_as`: the row that
    says the same, 0 for none."""

    number: int
    content: str
    responsible: str
    deadline: str
    effect: str
    note: str
    points: int | None
    points_unread: str
    audience: AudienceReading
    rule: Deadline
    unresolved: Question | None
    cells: dict[str, str]
    same_as: int = 0


@dataclass(frozen=True)
class ItemLine:
    number: int
    mark: str
    title: str
    tasks: list[TaskLine] = field(default_factory=list)


@dataclass(frozen=True)
class Strange:
    """A row that holds something, `text`, but no task in `cell`."""

    number: int
    cell: str
    text: str


@dataclass(frozen=True)
class Total:
    """The table's own sum. `stated` in hundredths, None when only a formula stands there; `misses` are the rows with
    points that its formula leaves out."""

    cell: str
    stated: int | None
    formula: str
    misses: tuple[int, ...]

    def agrees_with(self, points: int) -> bool:
        return not self.misses and (self.stated is None or self.stated == points)


@dataclass(frozen=True)
class PlanReading:
    """`title` is the table's own, "" without one."""

    year: int
    title: str
    note: str
    items: list[ItemLine]
    strange: list[Strange]
    total: Total | None

    @property
    def tasks(self) -> list[TaskLine]:
        return [task for item in self.items for task in item.tasks]

    @property
    def points(self) -> int:
        return sum(task.points or 0 for task in self.tasks)


def year_in(table: Table, file_name: str = "") -> int | None:
    """The plan's year as the rows above the table, the sheet or the file say it."""
    titles = [row.text for row in table.skipped if row.why == "title"]
    for text in [*titles, table.sheet, file_name]:
        if found := _YEAR.search(text):
            return int(found[1])
    return None


def read_plan(table: Table, year: int, words: AudienceWords) -> PlanReading:
    """Every row of the table as a task of an item, with what its words mean in that year and office."""
    items: list[ItemLine] = []
    strange: list[Strange] = []
    headings = {row.number: row.text for row in table.skipped if row.why == "heading"}
    for row in table.rows:
        mark, title = table.text(row, "number"), table.text(row, "item")
        above = [number for number in headings if number < row.number and (not items or number > _last_row(items))]
        if not title and above:
            title = headings[max(above)]
        if not items or _is_new_item(items[-1], mark, title):
            items.append(ItemLine(row.number, mark, title))
        if table.text(row, "task"):
            items[-1].tasks.append(_task_line(table, row, year, words))
        elif any(table.text(row, key) for key in ("responsible", "deadline", "points")):
            strange.append(Strange(row.number, table.cell(row, "task"), next(iter(row.cells.values()))))
    filled = [item for item in items if item.tasks]
    _mark_repeats(filled)
    titles = [row.text for row in table.skipped if row.why == "title"]
    notes = [row.text for row in table.skipped if row.why == "note"]
    return PlanReading(year, titles[0] if titles else "", "\n".join(notes), filled, strange, _total(table, filled))


def _last_row(items: Sequence[ItemLine]) -> int:
    return items[-1].tasks[-1].number if items[-1].tasks else items[-1].number


def _is_new_item(current: ItemLine, mark: str, title: str) -> bool:
    """A blank cell goes on with the item above; so does the same title, unless it is numbered anew."""
    if not title:
        return False
    return fold(title) != fold(current.title) or bool(mark and current.mark and mark != current.mark)


def _task_line(table: Table, row: Row, year: int, words: AudienceWords) -> TaskLine:
    written = table.text(row, "points")
    points, unread = _points(written)
    deadline = table.text(row, "deadline")
    rule = read_deadline(deadline)
    return TaskLine(
        number=row.number,
        content=_one_line(table.text(row, "task")),
        responsible=_one_line(table.text(row, "responsible")),
        deadline=_one_line(deadline),
        effect=table.text(row, "effect"),
        note=table.text(row, "note"),
        points=points,
        points_unread=unread,
        audience=_audience(table.text(row, "responsible"), rule, words),
        rule=rule,
        unresolved=unresolved_in(rule, year),
        cells={each.key: table.cell(row, each.key) for each in FIELDS},
    )


def _audience(phrase: str, rule: Deadline, words: AudienceWords) -> AudienceReading:
    reading = read_audience(phrase, words)
    if reading.by_event and isinstance(rule, Calendar):
        # 届满党组织 with a fixed date: whose term ends is not said, so it is asked like any other property.
        return AudienceReading({"pending": phrase}, Doubt.TAG, tag=reading.tag, kinds=reading.kinds)
    return reading


def unresolved_in(rule: Deadline, year: int) -> Question | None:
    """What a calendar cannot answer for this year: feast days not known yet, another year written."""
    if not isinstance(rule, Calendar):
        return None
    try:
        rule.slots(year)
    except Unresolved as unresolved:
        return unresolved.question
    return None


def _points(written: str) -> tuple[int | None, str]:
    if not written or written in ("/", "-", "—", "无"):
        return None, ""
    try:
        return parse_points(written), ""
    except ValueError:
        return None, written


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def _mark_repeats(items: list[ItemLine]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for item in items:
        for index, task in enumerate(item.tasks):
            said = tuple(map(fold, (item.title, task.content, task.responsible, task.deadline)))
            if said in seen:
                item.tasks[index] = replace(task, same_as=seen[said])
            else:
                seen[said] = task.number


def _total(table: Table, items: list[ItemLine]) -> Total | None:
    letter = table.letter("points")
    row = next((row for row in reversed(table.skipped) if row.why == "total" and row.cells.get(letter)), None)
    return _total_of(row, letter, items) if row and letter else None


def _total_of(row: Skipped, letter: str, items: list[ItemLine]) -> Total:
    written = row.cells[letter]
    formula = written if written.startswith("=") else ""
    misses: tuple[int, ...] = ()
    if found := _SUM.fullmatch(formula):
        first, last = sorted((int(found[2]), int(found[4])))
        tasks = [task for item in items for task in item.tasks if task.points]
        misses = tuple(task.number for task in tasks if not first <= task.number <= last)
    return Total(f"{letter}{row.number}", _points(written)[0], formula, misses)
