"""What a facts file tells of whom, fact by fact, for a person to check it against the papers."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from assessments.facts_files import Checked
from assessments.scoring import Scheme
from assessments.scoring.desk import AnyFact
from assessments.scoring.facts import Event, Exemption, Fact, Marks, Outcome, Value, Votes
from assessments.scoring.rounding import plain
from branchwork.organizations.models import Organization
from branchwork.templatetags.words import day, period_in_year

# So many facts of one organization stand open, the others are folded.
_OPEN = 10


@dataclass(frozen=True)
class FactRow:
    """One fact as it was written: "" for what it does not say. `amount` is the quantity, value, votes, marks …"""

    title: str
    when: str
    level: str
    amount: str
    matter: str
    note: str


@dataclass(frozen=True)
class Told:
    """What the file tells of one organization, in the order of the file's facts."""

    organization: Organization
    facts: list[FactRow]

    @property
    def shown(self) -> list[FactRow]:
        return self.facts[:_OPEN]

    @property
    def folded(self) -> list[FactRow]:
        return self.facts[_OPEN:]


def told_of(checked: Checked, scheme: Scheme) -> list[Told]:
    """One for each organization of the file; a fact goes by the title of what reads it, if something does."""
    if checked.facts is None:
        return []
    titles = _titles(scheme)
    rows: dict[str, list[FactRow]] = {}
    for fact in checked.facts.facts:
        about = fact.indicator if isinstance(fact, Fact) else fact.about
        rows.setdefault(fact.subject, []).append(_row(fact, titles.get(about, about)))
    return [Told(organization, rows.get(key, [])) for key, organization in checked.organizations.items()]


def _titles(scheme: Scheme) -> dict[str, str]:
    """By name of a fact: the indicator or veto it is for; with the name, where an indicator reads several. By key of
    a category or an indicator, which can be exempt: its title."""
    titles = {category.key: category.title for category in scheme.categories}
    titles |= {indicator.key: indicator.title for _category, indicator in scheme.indicators()}
    titles |= {name: veto.title for veto in scheme.vetoes for name in veto.reads}
    for _category, indicator in scheme.indicators():
        names = {source for rule in indicator.all_rules() for source in rule.sources}
        for name in names:
            words = {"indicator": indicator.title, "name": name}
            titles[name] = indicator.title if len(names) == 1 else _("%(indicator)s (%(name)s)") % words
    return titles


def _row(fact: AnyFact, title: str) -> FactRow:
    return FactRow(
        title=title,
        when=_when(fact),
        level=getattr(fact, "level", ""),
        amount=_amount(fact),
        matter=getattr(fact, "matter", ""),
        note=_note(fact),
    )


def _when(fact: AnyFact) -> str:
    """The day, with the one it was due on; else the period."""
    on = fact.done_on if isinstance(fact, Fact) else getattr(fact, "on", None)
    due_on = getattr(fact, "due_on", None)
    told = [day(on)] if on else []
    told += [_("due %(day)s") % {"day": day(due_on)}] if due_on else []
    return _(", ").join(told) or period_in_year(fact.period)


_OUTCOMES = {
    Outcome.ON_TIME: pgettext_lazy("fact", "done in time"),
    Outcome.LATE: pgettext_lazy("fact", "done late"),
    Outcome.RECORDED_LATE: pgettext_lazy("fact", "recorded late"),
    Outcome.OPEN: pgettext_lazy("fact", "not due yet"),
    Outcome.MISSED: pgettext_lazy("fact", "missed"),
    Outcome.EXEMPT: pgettext_lazy("fact", "exempt"),
    Outcome.NOT_APPLICABLE: pgettext_lazy("fact", "not applicable"),
}


def _amount(fact: AnyFact) -> str:
    match fact:
        case Event(points=None):
            return plain(fact.quantity)
        case Event():
            return pgettext("fact", "%(points)s points") % {"points": plain(fact.points)}
        case Value():
            return _value(fact)
        case Votes():
            votes = _(", ").join(f"{choice} {count}" for choice, count in fact.counts.items())
            return _("%(voters)s: %(votes)s") % {"voters": fact.voters, "votes": votes} if fact.voters else votes
        case Marks():
            return _(", ").join(plain(mark) for mark in fact.marks)
        case Exemption():
            return pgettext("fact", "exempt")
    return str(_OUTCOMES.get(fact.outcome, fact.outcome))


def _value(fact: Value) -> str:
    if fact.parts is not None:
        return _(", ").join(name for name, is_met in fact.parts.items() if is_met) or "—"
    if isinstance(fact.value, bool):
        return _("yes") if fact.value else _("no")
    return fact.value if isinstance(fact.value, str) else plain(fact.value)


def _note(fact: AnyFact) -> str:
    """The note, why it counts less or not at all, and who approved that."""
    told = [getattr(fact, "note", ""), getattr(fact, "reason", ""), getattr(fact, "excused", "")]
    if (factor := getattr(fact, "factor", 1)) != 1:
        told.append(_("counts × %(factor)s") % {"factor": plain(factor)})
    if by := getattr(fact, "approved_by", ""):
        told.append(_("approved by %(who)s") % {"who": by})
    told += [f"{name} {text}" for name, text in getattr(fact, "fields", {}).items()]
    return _("; ").join(one for one in told if one)
