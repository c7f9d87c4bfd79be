"""What a plan's ledger tells a rule book by itself, and what only a facts file can."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.rule_books import ASSIGNMENTS, COUNTED, ENTRIES, LAST_YEAR
from assessments.scheme_files.fact_names import fact_names
from assessments.scoring import Scheme
from ledgers.models import Plan, Task, WorkType

_OF_ASSIGNMENTS = (ASSIGNMENTS, *COUNTED)
# What an organization brings along; no fact tells it.
_ATTRIBUTES = {"level", "members"}


@dataclass(frozen=True)
class Source:
    """One name a rule reads. `comes` is "ledger", "file", "idle" (nothing in the plan makes any) or "unknown" (no
    such work type); `work_type` is "" for all of them, `tasks` how many of the plan's tasks there are."""

    name: str
    comes: str
    work_type: str = ""
    tasks: int = 0


@dataclass(frozen=True)
class Feed:
    """What one rule, veto or judgement reads, and from where."""

    title: str
    what: str
    sources: tuple[Source, ...]

    @property
    def is_from_ledger(self) -> bool:
        return any(source.comes == "ledger" for source in self.sources)

    @property
    def needs_file(self) -> bool:
        return all(source.comes == "file" for source in self.sources)

    @property
    def is_doubtful(self) -> bool:
        return any(source.comes in ("idle", "unknown") for source in self.sources)


def feeds_of(scheme: Scheme, plan: Plan) -> list[Feed]:
    """Every rule and veto with the facts it reads, and what conditions ask for beside. Two queries."""
    tasks = Task.objects.filter(item__plan=plan, withdrawn_at__isnull=True)
    by_type = Counter(task.work_type_id for task in tasks if not task.is_own)
    known = {word: row for row in WorkType.objects.all() for word in (row.name, row.code)}

    def source(name: str) -> Source:
        head, _colon, word = name.partition(":")
        if name.startswith(LAST_YEAR):
            return Source(name, "ledger")
        if head not in (*_OF_ASSIGNMENTS, ENTRIES):
            return Source(name, "file")
        if not word:
            return Source(name, "ledger", tasks=by_type.total())
        if word not in known:
            return Source(name, "unknown", word)
        count = by_type[known[word].pk]
        comes = "idle" if head in _OF_ASSIGNMENTS and not count else "ledger"
        return Source(name, comes, known[word].name, count)

    return [Feed(title, what, tuple(map(source, names))) for title, what, names in _readers(scheme)]


def _readers(scheme: Scheme) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for _category, indicator in scheme.indicators():
        for rule in indicator.all_rules():
            # A formula reads what it names, and that alone, unless it says otherwise.
            if rule.kind != "derived_formula" or rule.reads:
                yield indicator.title, rule.title if rule.title != indicator.title else "", rule.sources
    for veto in scheme.vetoes:
        if veto.reads:
            yield veto.title, "", veto.reads
    names = fact_names(scheme)
    told = {name for veto in scheme.vetoes for name in veto.reads} | {figure.key for figure in scheme.figures}
    if asked := names.asked - names.readers.keys() - names.parts - told - _ATTRIBUTES:
        yield _("Conditions and formulas"), "", tuple(sorted(asked))
