"""How long scoring by a rule book takes, and how much memory: `make bench`.

Seconds differ from machine to machine, so each is told as a multiple of a floor measured in the same run: a bare loop
that makes as many tuples as there are facts and adds up as many decimals as there are lines.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from random import Random
from time import perf_counter

from assessments.scoring import Category, Grade, Indicator, Rule, Scheme
from assessments.scoring.engine import Chunk, score, score_in_chunks
from assessments.scoring.facts import Event, Subject, Value
from assessments.scoring.quotas import propose_grades
from assessments.scoring.schemes import Merge, Quota

PERIOD = "2026"
HAPPENINGS = 10  # for each subject, spread over the indicators that count; every other one has a figure
CHUNK = 1_000
MOST_MEGABYTES = 1_024
LEVELS = {"省": Decimal(6), "市": Decimal(4), "县": Decimal(2)}
TIERS = (
    {"from": Decimal(90), "points": Decimal(10)},
    {"from": Decimal(80), "points": Decimal(8)},
    {"from": Decimal(60), "points": Decimal(5)},
)
# kind, its parameters, its settings; those of the second list need a figure
COUNTING = (
    ("deduct_per_occurrence", {"each": Decimal("0.5"), "free": Decimal(1)}, {"floor": Decimal(-3)}),
    ("late_deduction", {"per_day": Decimal("0.1"), "grace_days": 3}, {"cap_per": {"month": Decimal(1)}}),
    ("bonus_by_level", {"levels": LEVELS}, {"merge": Merge(("matter",)), "cap": Decimal(8)}),
)
MEASURING = (
    ("proportional", {}, {}),
    ("tiered", {"tiers": TIERS}, {}),
    ("rate_step", {"base": Decimal(90), "step": Decimal(10), "below": Decimal(1)}, {}),
)


def make_scheme(count: int) -> Scheme:
    """`count` indicators of 10 points, of each kind in turn, ten in a category; nobody is compared with others."""
    indicators = []
    for number, (kind, parameters, settings) in enumerate(islice(cycle(COUNTING + MEASURING), count)):
        key = f"i{number}"
        indicators.append(Indicator(key, key, (Rule(kind, parameters, key, key, **settings),), Decimal(10)))
    categories = tuple(
        Category(f"c{start}", f"c{start}", tuple(indicators[start : start + 10])) for start in range(0, count, 10)
    )
    lines = {"好": count * 8, "较好": count * 7, "一般": count * 6, "差": 0}
    grades = tuple(Grade(name, Decimal(line)) for name, line in lines.items())
    quotas = (Quota(("好",), at_most="30%"), Quota(("差",), at_least="5%"))
    return Scheme("bench", "Bench", categories, grades, graded_by="total", is_rule_book=True, quotas=quotas)


def make_chunk(scheme: Scheme, first: int, count: int) -> Chunk:
    """So many subjects and what happened to them; the same for the same numbers."""
    random = Random(first)
    keys = [rule.key for _, indicator in scheme.indicators() for rule in indicator.rules]
    width = len(COUNTING) + len(MEASURING)
    counted = [key for number, key in enumerate(keys) if number % width < len(COUNTING)]
    measured = [key for number, key in enumerate(keys) if number % width >= len(COUNTING)]
    subjects = {f"s{number}": Subject(f"s{number}", group=f"g{number % 6}") for number in range(first, first + count)}
    facts = []
    for subject in subjects:
        facts += [_event(random, subject, random.choice(counted)) for _ in range(HAPPENINGS)]
        facts += [
            Value(subject=subject, about=key, period=PERIOD, value=Decimal(random.randrange(500, 1000)) / 10)
            for key in measured
        ]
    return subjects, facts


def _event(random: Random, subject: str, about: str) -> Event:
    on = date(2026, 1, 1) + timedelta(random.randrange(365))
    due_on = on - timedelta(random.randrange(10))
    level, matter = random.choice(sorted(LEVELS)), random.choice(["", "甲", "乙"])
    return Event(subject=subject, about=about, period=PERIOD, on=on, due_on=due_on, level=level, matter=matter)


def seconds_of(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def floor_of(facts: int, lines: int) -> float:
    """The bare loop; the best of three."""

    def run() -> None:
        told = [("subject", "about", PERIOD, number) for number in range(facts)]
        total, points = Decimal(0), Decimal("0.5")
        for _ in range(lines):
            total += points
        told.clear()

    return min(seconds_of(run) for _ in range(3))


def tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def tell_run(name: str, seconds: float, facts: int, lines: int) -> None:
    floor = floor_of(facts, lines)
    tell(f"{name}: {seconds / floor:.0f} × the floor ({seconds:.2f} s; {lines:,} lines of {facts:,} facts)")


def at_once(subject_count: int, indicator_count: int) -> None:
    """Everybody together, then the grades within their quotas."""
    scheme = make_scheme(indicator_count)
    subjects, facts = make_chunk(scheme, 0, subject_count)
    cards = []
    seconds = seconds_of(lambda: cards.extend(score(scheme, facts, subjects=subjects, periods=[PERIOD])))
    lines = sum(len(card.lines) for card in cards)
    tell_run(f"{subject_count:,} × {indicator_count} at once", seconds, len(facts), lines)
    seconds = seconds_of(lambda: propose_grades(scheme, cards, subjects))
    tell_run("  grades within quotas", seconds, len(cards), len(cards))


def streamed(subject_count: int, indicator_count: int) -> None:
    """Chunk by chunk, making the facts on the way; the time of making them is left out."""
    scheme = make_scheme(indicator_count)
    spent = {"facts": 0, "lines": 0, "making": 0.0}

    def chunks() -> Iterator[Chunk]:
        for first in range(0, subject_count, CHUNK):
            started = perf_counter()
            chunk = make_chunk(scheme, first, min(CHUNK, subject_count - first))
            spent["making"] += perf_counter() - started
            spent["facts"] += len(chunk[1])
            yield chunk

    def run() -> None:
        for cards in score_in_chunks(scheme, chunks(), [PERIOD]):
            spent["lines"] += sum(len(card.lines) for card in cards)

    seconds = seconds_of(run) - spent["making"]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    tell_run(f"{subject_count:,} × {indicator_count} streamed", seconds, spent["facts"], spent["lines"])
    tell(
        f"  at most {megabytes:.0f} MB of {MOST_MEGABYTES:,} MB" + (": TOO MUCH" if megabytes > MOST_MEGABYTES else "")
    )


def main() -> int:
    """Streamed in a process of its own, so that its memory is nobody else's."""
    if sys.argv[1:] == ["streamed"]:
        streamed(100_000, 30)
        return 0
    at_once(1_000, 60)
    return subprocess.run([sys.executable, "-m", "bench.scoring", "streamed"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
