"""To which period a fact belongs, and which periods a file has cards for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assessments.scheme_files.fact_names import FactNames, Reader
from assessments.scheme_files.places import Place
from assessments.scoring.schemes import Combination
from branchwork.periods import Period, PeriodKind, period_of, year_of


@dataclass(slots=True)
class Calendar:
    """`default` is the file's own period, `named` are all that it names, `listed` those it asks cards for. What it is
    `told_of` is noted while facts are read."""

    periods: Combination
    default: Period | None = None
    named: tuple[Period, ...] = ()
    listed: tuple[Period, ...] = ()
    told_of: set[Period] = field(default_factory=set)
    is_default_unread: bool = False

    @property
    def score(self) -> PeriodKind | None:
        return PeriodKind(self.periods.score) if self.periods.score else None

    @property
    def _longest(self) -> PeriodKind | None:
        """The kind of the longest card there is; None where every period may have one."""
        return PeriodKind(self.periods.into) if self.score and self.periods.combine else self.score

    def period_of(self, place: Place, values: Mapping[str, Any], names: FactNames) -> str:
        """The period a fact says, else the one in which its day (or the day it is due) lies, else the file's."""
        period = self._period_of(place, values, names)
        if self.listed and period is not _UNREAD and period.year not in self.years():
            message = _("%(period)s lies in no year that this file has cards for. See cards at the top.")
            raise place.wrong(message % {"period": period})
        return str(period)

    def _period_of(self, place: Place, values: Mapping[str, Any], names: FactNames) -> Period:
        about, day = values["about"], values.get("on")
        if "outcome" in values:
            day = values["due"]
        readers = names.of(about)
        if told := values.get("period"):
            return self.told(place.entry("period") or place, told, about, names)
        if day:
            self.note(card := self._card_of(place, day))
            return self._shortest(day, card, readers)
        if self.is_default_unread:
            return _UNREAD
        if self.default is None:
            raise place.wrong(_("This tells neither day nor period. Write period: at the top of the file, or here."))
        return self.told(place, self.default, about, names)

    def told(self, place: Place, period: Period, about: str, names: FactNames) -> Period:
        """A period that is told outright, where what is told of it is scored somewhere."""
        if message := self._misfit(period, about, names):
            raise place.wrong(message)
        self.note(period)
        return period

    def note(self, period: Period) -> None:
        """Something is told of it, or of the longer one that is scored."""
        score = self.score
        shorter = score and period.kind.months < score.months
        self.told_of.add(period_of(period.starts_on, score) if shorter else period)

    def _card_of(self, place: Place, day: date) -> Period:
        if self.score:
            return period_of(day, self.score)
        around = [period for period in self.named if period.contains(day)]
        if around:
            return min(around, key=lambda period: period.kind.months)
        if self.named:
            message = _("%(day)s lies in none of the periods of this file: %(periods)s.")
            entry = place.entry("on") or place
            raise entry.wrong(message % {"day": day, "periods": _(", ").join(map(str, self.named))})
        return year_of(day)

    def _shortest(self, day: date, card: Period, readers: Iterable[Reader]) -> Period:
        """Where something is scored more often than cards are made, the period it is scored by."""
        kinds = [reader.cadence for reader in readers if reader.cadence]
        shortest = min((card.kind, *kinds), key=lambda kind: kind.months)
        return card if shortest == card.kind else period_of(day, shortest)

    def _misfit(self, period: Period, about: str, names: FactNames) -> str:
        """Why nothing is scored by what is told of this period; "" where something is."""
        readers, score, longest = names.of(about), self.score, self._longest
        if longest and period.kind.months > longest.months:
            if longest == score:
                message = _("%(period)s is longer than what the scheme scores by: %(score)s.")
            else:
                message = _("%(period)s is longer than what the scheme puts periods together into: %(score)s.")
            return message % {"period": period, "score": longest}
        if not readers or about in names.asked:
            return ""
        if any(_takes(reader, period.kind, score) for reader in readers):
            return ""
        message = _("“%(name)s” is scored by a shorter period (%(cadence)s) than %(period)s: tell it for each of them.")
        return message % {"name": about, "cadence": readers[0].cadence or score, "period": period}

    def periods_of_exemption(self, values: Mapping[str, Any]) -> list[str]:
        """Told, or the day's, or the file's; else every year of the file, which is known in the end only."""
        if told := values.get("period"):
            return [str(told)]
        if day := values.get("on"):
            return [str(period_of(day, self.score) if self.score else year_of(day))]
        return [str(self.default)] if self.default else [ALWAYS]

    def years(self) -> list[int]:
        return sorted({period.year for period in self._with_cards()})

    def card_periods(self) -> tuple[str, ...]:
        """What there are cards for, in order of time."""
        return tuple(str(period) for period in sorted(self._with_cards()))

    def _with_cards(self) -> set[Period]:
        """Those that are listed; else what is told of, and all that the file's own period is put together of."""
        if self.listed:
            return {part for period in self.listed for part in self._scored_in(period)}
        own = self._scored_in(self.default) if self.default and self.periods.combine else ()
        longest = self._longest
        return {one for one in self.told_of.union(own) if not longest or one.kind.months <= longest.months}

    def _scored_in(self, period: Period) -> tuple[Period, ...]:
        is_longer = self.score and period.kind.months > self.score.months
        return period.parts(self.score) if is_longer else (period,)

    def is_too_short(self, period: Period) -> bool:
        return self.score is not None and period.kind.months < self.score.months


# Stands for the file's own period where that cannot be read: what is told of it is still looked at.
_UNREAD = year_of(date(2000, 1, 1))
# Stands for every year of the file until all of it has been read.
ALWAYS = ""


def _takes(reader: Reader, kind: PeriodKind, score: PeriodKind | None) -> bool:
    scored_by = reader.cadence or score
    return scored_by is None or kind.months <= scored_by.months or (reader.takes_whole and not reader.cadence)
