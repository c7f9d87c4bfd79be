"""The organizations of the story as plain values: how they keep their ledger, whom and where they visit. Pure."""

from dataclasses import dataclass
from random import Random

from assessments.sample.texts import told, unit_words


@dataclass(frozen=True)
class Habit:
    """Out of a hundred things due: so many are missed, done late, recorded late; `makes_up` of what was missed."""

    missed: float
    late: float
    recorded_late: float
    makes_up: float


PERFECT = Habit(0, 0, 0, 0)
GOOD = Habit(2.6, 6, 3.5, 55)
FAIR = Habit(8, 10, 5, 35)
WEAK = Habit(19, 14, 8, 25)
POOR = Habit(36, 14, 8, 8)

_NAMED = {
    "市直机关工委": PERFECT,
    "财政局党支部": PERFECT,  # its story is told by hand (finance.py)
    "组织部党支部": PERFECT,
    "档案馆党支部": PERFECT,
    "税务局第一党支部": PERFECT,
    "审计局党支部": PERFECT,
    "政务服务中心党支部": PERFECT,
    "政协机关党支部": PERFECT,
    "商务和投资促进局党支部": WEAK,
    "公安局第三党支部": WEAK,
    "文体广电旅游局党支部": WEAK,
    "农业农村局第二党支部": WEAK,
    "国资事务中心党支部": WEAK,
    "综合行政执法局党支部": WEAK,
    "卫生健康局机关党委": WEAK,
    "交通运输局第二党支部": POOR,
}
# One in four of the others.
_FAIR_EVERY = 4


@dataclass(frozen=True)
class Body:
    """An organization. `number` is its place in the list (1 …), `members` its own or those of the branches below."""

    pk: int
    code: str
    name: str
    label: str
    is_branch: bool
    members: int
    secretary: str
    is_owner: bool = False

    @property
    def number(self) -> int:
        return int(self.code)

    @property
    def habit(self) -> Habit:
        return _NAMED.get(self.name) or (FAIR if self.number % _FAIR_EVERY == 0 else GOOD)

    @property
    def board(self) -> int:
        """How many sit in its committee."""
        return 3 + (self.members >= 15) * 2 + (self.members >= 28) * 2

    @property
    def logs_alone(self) -> bool:
        """Clerk and secretary are one person: small branches, and now and then a larger one."""
        return self.is_owner or self.members < 9 or self.number % 9 == 5

    def rng(self, *what: object) -> Random:
        """Chance of its own for each thing decided: what one entry draws never moves another."""
        return Random(":".join(["2026", self.code, *map(str, what)]))

    def words(self) -> dict[str, str]:
        places = told("others")["places"]
        kind = "支部" if self.is_branch else self.name[-4:] if self.name.endswith("机关党委") else "党总支"
        return dict(unit_words(self.name)) | {
            "u": self.label,
            "o": kind,
            "s": self.secretary,
            "c": places["community"][self.number % len(places["community"])],
            "v": places["village"][self.number * 5 % len(places["village"])],
            "n": str(self.members),
            "n0": str(self.members),
            "b": str(self.board),
        }
