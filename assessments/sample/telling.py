"""The words of one deed: title, effect, place, and how many of the members were there. Pure."""

from collections.abc import Sequence
from datetime import date
from random import Random

from assessments.sample.deeds import Asked, Deed, How, Telling
from assessments.sample.people import Body
from assessments.sample.texts import (
    Told,
    also_for,
    fill,
    month_name,
    month_words,
    other_story,
    quarter_name,
    story_of,
    told,
    turned,
)

# By the day before which the reminder is due.
FEASTS = {(2, 16): "春节", (4, 30): "五一", (6, 18): "端午", (9, 24): "中秋", (9, 30): "国庆", (12, 31): "元旦"}
# Not in every entry that was late does the clerk say why.
_SAYS_WHY = 0.6


def telling_of(deed: Deed, asked_in_all: Sequence[Asked], deeds: Sequence[Deed]) -> Telling:
    """`asked_in_all` and `deeds` are the organization's whole year: a quarter's summary counts them."""
    if deed.telling:
        return deed.telling
    rng = deed.body.rng("words", *deed.key)
    words, attended = _words(deed, rng)
    if deed.lead is None:
        return _spoken(other_story(rng.randint(0, 99), words, rng), "", None)
    if deed.lead.task == "25.3":
        words["summary"] = _summary(deed, asked_in_all, deeds, words["q"])
    story = story_of(deed.lead.task, _turn_of(deed.body, deed.lead), words, rng)
    return _spoken(story, _besides(deed, words, rng), attended)


def _spoken(story: Told, besides: str, attended: int | None) -> Telling:
    effect = story.effect.rstrip("。") + "。"
    return Telling(story.title, effect + besides, story.place, attended)


def _turn_of(body: Body, asked: Asked) -> int:
    """Which variant: another one each month, and not the same in every organization."""
    return body.number + asked.due_on.month + asked.due_on.month // 4 + int(asked.task.replace(".", ""))


def _words(deed: Deed, rng: Random) -> tuple[dict[str, str], int | None]:
    asked, words = deed.lead, deed.body.words()
    # A meeting of the month before, held late, still deals with its own month's topics.
    about = asked.due_on if asked and len(asked.slot) == len("2026-03") else deed.happened_on
    if asked and asked.task == "15.3":
        about = asked.due_on
    salt = deed.body.number + (int(asked.task.partition(".")[2]) if asked else 0)
    words |= month_words(about.month, salt)
    due_on = asked.due_on if asked else deed.happened_on
    words |= {
        "m": month_name(about.month),
        "q": quarter_name((min(due_on, date(2026, 12, 31)).month + 2) // 3),
        "h": "上半年" if due_on.month <= 6 else "下半年",
        "phase": "中期" if due_on.month <= 8 else "结项",
        "f": _feast(due_on),
        "d": day_name(deed.happened_on),
    }
    attended = _attended(deed, rng)
    words["a"] = str(attended or max(3, round(deed.body.members * 0.8)))
    return words, attended


def _feast(due_on: date) -> str:
    return FEASTS.get((due_on.month, due_on.day), "")


def day_name(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _attended(deed: Deed, rng: Random) -> int | None:
    """Of the members; a committee counts who sat in the room."""
    task = told("tasks")[deed.lead.task] if deed.lead else {}
    if task.get("few"):
        return deed.body.board
    share = task.get("size")
    if share is None:
        return None
    if not deed.body.is_branch:
        return rng.randint(9, 24)
    count = round(deed.body.members * min(1, share + rng.uniform(-0.12, 0.1)))
    # A members' meeting needs more than half of them.
    return max(count, deed.body.members // 2 + 1, 3)


def _besides(deed: Deed, words: dict[str, str], rng: Random) -> str:
    """What it also counts for, and why it comes late."""
    turn = deed.body.number + deed.happened_on.month
    said = ""
    for asked in deed.claims[1:]:
        said += also_for(asked.task, turn, words | {"f": _feast(asked.due_on)}, rng)
    if deed.how in (How.LATE, How.RECORDED_LATE, How.MADE_UP) and rng.random() < _SAYS_WHY:
        said += fill(turned(told("others")[deed.how.value], turn), words, rng)
    return said


def _summary(deed: Deed, asked_in_all: Sequence[Asked], deeds: Sequence[Deed], quarter: str) -> str:
    """As the ledger stood when the clerk checked it."""
    due = [asked for asked in asked_in_all if asked.period == deed.lead.period and asked is not deed.lead]
    until_then = [other for other in deeds if other.recorded_at < deed.recorded_at]
    claimed = {asked.pk for other in until_then for asked in other.claims}
    done = sum(asked.pk in claimed for asked in due)
    own = [other for other in until_then if other.lead and other.lead.period == deed.lead.period]
    open_words = f"，其余 {len(due) - done} 项月底前办" if done < len(due) else ""
    return f"{quarter}应办 {len(due)} 项，已办 {done} 项{open_words}；台账记录 {len(own)} 笔，与台账核对一致"
