"""等次名额: which grades a cohort's quotas leave to whom. A proposal; a person confirms it.

Grades are filled from the best down, each by the figure its lines speak of: who does not fit goes to the next grade
below and competes there. Then a least number of a low grade takes the lowest of the grades above. Nobody is ever moved
up: what cannot be filled by moving down is listed as a gap.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from itertools import groupby
from typing import NamedTuple

from assessments.scoring.cards import Card
from assessments.scoring.facts import Subject
from assessments.scoring.grading import ladder
from assessments.scoring.rounding import printed
from assessments.scoring.schemes import Quota, Scheme
from branchwork.periods import Period


class Move(NamedTuple):
    """Moved down, because a quota was full or a least number had to be filled."""

    subject: str
    from_grade: str
    to_grade: str


class Gap(NamedTuple):
    """So many are missing in these grades together."""

    grades: tuple[str, ...]
    missing: int


class Tie(NamedTuple):
    """Equal figures at the edge: `seats` of `grade` are for these, who stay together below."""

    grade: str
    seats: int
    subjects: tuple[str, ...]


class Excess(NamedTuple):
    """So many too many are in these grades: forced there, or because there is no grade below."""

    grades: tuple[str, ...]
    surplus: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The grades of one peer group ("" where every quota is over everybody) in one period, by subject.

    Where some quotas are by group and some over everybody, gaps, ties and excess of the latter come under group "".
    """

    group: str
    period: str
    proposed: Mapping[str, str]
    overflow: tuple[Move, ...] = ()
    gap: tuple[Gap, ...] = ()
    ties: tuple[Tie, ...] = ()
    excess: tuple[Excess, ...] = ()


def propose_grades(scheme: Scheme, cards: Iterable[Card], subjects: Mapping[str, Subject]) -> tuple[Proposal, ...]:
    """One proposal for each period and peer group; none where the scheme has no quotas. Cards without a grade are
    no part of it. The order of the cards never matters.

    A grade forced by a veto stays as it is, and takes a seat; one capped may still be moved down.
    """
    if not scheme.quotas:
        return ()
    names = ladder(scheme)
    candidates: dict[str, list[_Candidate]] = {}
    for card in cards:
        if card.grade in names:
            group = subjects[card.subject].group if card.subject in subjects else ""
            candidates.setdefault(card.period, []).append(_candidate(scheme, card, names, group))
    return tuple(
        proposal
        for period in sorted(candidates, key=Period.parse)
        for proposal in _Seating(scheme.quotas, names, candidates[period]).proposals(period)
    )


def seats(amount: str, graded: int, rounding: str = "down") -> int:
    """As many as a quota says: "3" is three, "30%" that share of the graded, rounded to whole seats."""
    if not amount.endswith("%"):
        return int(amount)
    share = Decimal(amount[:-1]) * graded / 100
    return int(share.to_integral_value({"down": ROUND_DOWN, "up": ROUND_UP, "half_up": ROUND_HALF_UP}[rounding]))


class _Candidate(NamedTuple):
    subject: str
    group: str
    figure: Decimal
    rank: int
    is_fixed: bool


_NO_FIGURE = Decimal("-Infinity")


def _candidate(scheme: Scheme, card: Card, names: Sequence[str], group: str) -> _Candidate:
    by = {"total": card.total_for_grade, "award": card.total_for_award, "rate": card.rate}
    figure = by[scheme.graded_by]
    is_fixed = any(veto.effect == "force" and veto.grade == card.grade for veto in card.vetoes)
    figure = _NO_FIGURE if figure is None else printed(figure)
    return _Candidate(card.subject, group, figure, names.index(card.grade), is_fixed)


@dataclass(frozen=True, slots=True)
class _Limit:
    """One quota in one cohort (`group` None: everybody), in seats. Members stand best first."""

    group: str | None
    grades: tuple[str, ...]
    ranks: frozenset[int]
    most: int | None
    least: int | None
    members: tuple[_Candidate, ...]


@dataclass(slots=True)
class _Seating:
    """Who stands where: `standing` gives each subject's rank, `count` how many stand at (group or None, rank)."""

    quotas: tuple[Quota, ...]
    names: Sequence[str]
    candidates: list[_Candidate]
    standing: dict[str, int] = field(default_factory=dict)
    count: Counter = field(default_factory=Counter)
    fixed: Counter = field(default_factory=Counter)
    ties: list[tuple[str, Tie]] = field(default_factory=list)
    limits: list[_Limit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.candidates.sort(key=lambda one: (-one.figure, one.subject))
        for one in self.candidates:
            self.standing[one.subject] = one.rank
            for group in (one.group, None):
                self.count[group, one.rank] += 1
                self.fixed[group, one.rank] += one.is_fixed
        # By group first: who is cut there would be cut among everybody too.
        for per in ("group", "all"):
            self.limits += [limit for quota in self.quotas if quota.per == per for limit in self._limits(quota)]

    def _limits(self, quota: Quota) -> Iterator[_Limit]:
        ranks = frozenset(self.names.index(grade) for grade in quota.grades if grade in self.names)
        cohorts: dict[str | None, list[_Candidate]] = {}
        for one in self.candidates:
            cohorts.setdefault(one.group if quota.per == "group" else None, []).append(one)
        for group, members in cohorts.items() if ranks else ():
            most, least, exactly = (
                seats(amount, len(members), quota.rounding) if amount else None
                for amount in (quota.at_most, quota.at_least, quota.exactly)
            )
            if exactly is not None:
                most = least = exactly
            yield _Limit(group, quota.grades, ranks, most, least, tuple(members))

    def proposals(self, period: str) -> Iterator[Proposal]:
        self._fill()
        for limit in sorted(self.limits, key=lambda limit: -min(limit.ranks)):
            if limit.least is not None:
                self._pull(limit)
        by_group = any(limit.group is not None for limit in self.limits)
        groups = {one.group for one in self.candidates} if by_group else {""}
        proposals = [self._proposal(group, period, by_group) for group in sorted(groups | {""})]
        yield from (one for one in proposals if one.proposed or one.gap or one.ties or one.excess)

    def _proposal(self, group: str, period: str, by_group: bool) -> Proposal:
        members = sorted(one for one in self.candidates if one.group == group or not by_group)
        limits = [limit for limit in self.limits if (limit.group or "") == group]
        return Proposal(
            group,
            period,
            {one.subject: self.names[self.standing[one.subject]] for one in members},
            tuple(
                Move(one.subject, self.names[one.rank], self.names[self.standing[one.subject]])
                for one in members
                if self.standing[one.subject] != one.rank
            ),
            tuple(
                Gap(one.grades, one.least - self._taken(one))
                for one in limits
                if one.least is not None and self._taken(one) < one.least
            ),
            tuple(tie for where, tie in self.ties if where == group),
            tuple(
                Excess(one.grades, self._taken(one) - one.most)
                for one in limits
                if one.most is not None and self._taken(one) > one.most
            ),
        )

    def _taken(self, limit: _Limit) -> int:
        return sum(self.count[limit.group, rank] for rank in limit.ranks)

    def _move(self, one: _Candidate, rank: int) -> None:
        for group in (one.group, None):
            self.count[group, self.standing[one.subject]] -= 1
            self.count[group, rank] += 1
        self.standing[one.subject] = rank

    def _tie(self, limit: _Limit, rank: int, free: int, tied: list[_Candidate]) -> None:
        self.ties.append((limit.group or "", Tie(self.names[rank], free, tuple(sorted(one.subject for one in tied)))))

    def _fill(self) -> None:
        """From the best grade down. Nobody can leave a quota that reaches the last grade by moving down."""
        last = len(self.names) - 1
        for rank in range(last):
            for limit in self.limits:
                if limit.most is not None and rank in limit.ranks and last not in limit.ranks:
                    self._cut(limit, rank)

    def _cut(self, limit: _Limit, rank: int) -> None:
        """Leave as many as there are seats for in this grade; those that are lower settle later."""
        here = [one for one in limit.members if self.standing[one.subject] == rank and not one.is_fixed]
        settled = sum(
            self.count[limit.group, other] if other < rank else self.fixed[limit.group, other] for other in limit.ranks
        )
        free = max(0, limit.most - settled)
        if len(here) <= free:
            return
        edge = here[free].figure
        staying = sum(one.figure > edge for one in here)
        if staying < free:
            self._tie(limit, rank, free - staying, [one for one in here if one.figure == edge])
        for one in here[staying:]:
            self._move(one, rank + 1)

    def _pull(self, limit: _Limit) -> None:
        """Take the lowest of the grades above, as long as these can spare them; equal figures go together."""
        top = min(limit.ranks)
        missing = limit.least - self._taken(limit)
        spare = self._spare(limit.group, top - 1)
        above = [one for one in limit.members if self.standing[one.subject] < top and not one.is_fixed]
        above.sort(key=lambda one: (-self.standing[one.subject], one.figure, one.subject))
        equals = [list(run) for _, run in groupby(above, key=lambda one: (self.standing[one.subject], one.figure))]
        for bundle in equals:
            if missing <= 0 or spare <= 0:
                return
            if len(bundle) > missing:
                self._tie(limit, top, missing, bundle)
            if len(bundle) > spare or not self._fits(bundle, top):
                return
            for one in bundle:
                self._move(one, top)
            missing -= len(bundle)
            spare -= len(bundle)

    def _fits(self, bundle: list[_Candidate], rank: int) -> bool:
        """Whether no quota of that grade is overstepped when they come."""
        for limit in self.limits:
            if limit.most is not None and rank in limit.ranks:
                coming = sum(
                    limit.group in (None, one.group) and self.standing[one.subject] not in limit.ranks for one in bundle
                )
                if coming and self._taken(limit) + coming > limit.most:
                    return False
        return True

    def _spare(self, group: str | None, rank: int) -> int:
        """How many can be passed down out of this grade and those above before a least number there is missed."""
        if rank < 0:
            return 0
        spare = self.count[group, rank] - self.fixed[group, rank] + self._spare(group, rank - 1)
        for limit in self.limits:
            if limit.group == group and limit.least is not None and max(limit.ranks) == rank:
                left = self._taken(limit) - limit.least + self._spare(group, min(limit.ranks) - 1)
                spare = min(spare, max(0, left))
        return spare
