"""What a person is asked about a rule book's table: each sentence and figure that cannot be read one way."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.scheme_files.problems import Problem
from assessments.scheme_files.sorts import Plain
from assessments.scheme_workbooks.cells import POINTS
from assessments.scheme_workbooks.document import Cell, problem_in
from assessments.scheme_workbooks.phrases import normal
from assessments.scheme_workbooks.sentences import points_said
from assessments.scheme_workbooks.short_form import PlainRule, read_rule
from branchwork.importing import Choice, Question, answer_of

# The answer that there is nothing to score by here.
NO_RULE = "-"
NO_POINTS = "none"

_MISSING = re.compile(r"[缺少差欠].{0,6}扣.{0,2}\d")

# What the choices mean, by the kind of rule they make.
MEANINGS = {
    "deduct_per_occurrence": gettext_lazy("points are taken each time"),
    "deduct_if": gettext_lazy("points are taken once"),
    "deduct_shortfall_count": gettext_lazy("points are taken for each one missing"),
    "award_per_event": gettext_lazy("points are added each time"),
    "award_on_criterion": gettext_lazy("points are given when it is met"),
    "all_or_nothing": gettext_lazy("one occurrence and nothing is left"),
    "proportional": gettext_lazy("points × rate of completion"),
    "manual_range": gettext_lazy("a person decides, with a reason"),
}


class Asking:
    """Gathers the questions about one file, with the answers so far, and what is wrong with these."""

    def __init__(self, file: str, answers: Mapping[str, str]) -> None:
        self.file = file
        self.answers = dict(answers)
        self.questions: list[Question] = []
        self.problems: list[Problem] = []

    def wrong(self, cell: str, message: str) -> None:
        self.problems.append(problem_in(self.file, cell, message))

    def ask(self, question: Question) -> str | None:
        """The answer that holds, None while there is none."""
        self.questions.append(question)
        answer = answer_of(question, self.answers)
        return answer if isinstance(answer, str) else None

    def rule(self, cell: Cell, number: int, text: str, understood: str = "", role: str = "base") -> PlainRule | None:
        """The rule a sentence means: what is understood of it holds until something else is said."""
        name = cell.name.rpartition("!")[2]
        question = Question(
            key=f"{name}.{number}" if number else name,
            text=text[:300],
            reason=_read_as(understood, role) if understood else _unread_because(text),
            cell=name,
            choices=_rule_choices(text, understood, role),
            typed="text",
            default=understood,
            is_optional=bool(understood),
        )
        answer = self.ask(question)
        if answer in (None, NO_RULE):
            return None
        typed = answer.startswith("=")
        rule = read_rule(answer[1:] if typed else answer)
        if rule is None:
            message = _("“%(text)s” is not understood as a rule. Write for example “%(example)s”.")
            self.wrong(cell.name, message % {"text": answer[1:], "example": "每次扣0.5，最多扣2"})
        return rule

    def points(self, cell: Cell) -> Plain | None:
        """Points that are no number: `5分/项`, `按实际`."""
        name = cell.name.rpartition("!")[2]
        number = points_said(cell.text)
        choices = [Choice(f"={value}", value) for value in dict.fromkeys(number)]
        question = Question(
            key=f"{name}-points",
            text=cell.text[:300],
            reason=_("These are not points."),
            cell=name,
            choices=(*choices, Choice(NO_POINTS, _("no points"))),
            typed="text",
        )
        answer = self.ask(question)
        if answer in (None, NO_POINTS):
            return None
        points = POINTS.read(answer[1:])
        if points is None:
            self.wrong(cell.name, _("“%(text)s” are not points.") % {"text": answer[1:]})
        return points

    def role(self, cell: Cell, title: str) -> str:
        """Whether a category is what its title sounds like: 加分项目, 扣分事项."""
        sounds = _role_of(title)
        if sounds == "base":
            return sounds
        name = cell.name.rpartition("!")[2]
        question = Question(
            key=f"{name}-role",
            text=title[:300],
            reason=_("By its title, it goes straight on the total."),
            cell=name,
            choices=(
                Choice("bonus", _("bonus: added to the total")),
                Choice("deduction", _("deduction: taken from the total")),
                Choice("base", _("an ordinary category")),
            ),
            default=sounds,
            is_optional=True,
        )
        return self.ask(question) or sounds

    def unread_text(self, cell: Cell) -> None:
        """A note around the table: it may say anything, and nothing of it is taken over."""
        name = cell.name.rpartition("!")[2]
        self.ask(
            Question(
                key=f"{name}-note",
                text=cell.text,
                reason=_(
                    "This text outside the table's rows is not read as rules. Grades, vetoes or limits it speaks of "
                    "are missing: add them after the import."
                ),
                cell=name,
                choices=(Choice("skip", _("leave it out")),),
                default="skip",
                is_optional=True,
            )
        )

    def unread_sheet(self, number: int, title: str) -> None:
        self.ask(
            Question(
                key=f"sheet-{number}",
                text=title,
                reason=_("This sheet is not read: there is one table of indicators, and no other is known."),
                choices=(Choice("skip", _("leave it out")),),
                default="skip",
                is_optional=True,
            )
        )


def _read_as(understood: str, role: str) -> str:
    if role == "base" and "加" in understood:
        return _("Read as “%(rule)s”. Where nothing else is scored, the indicator begins at 0.") % {"rule": understood}
    return _("Read as “%(rule)s”.") % {"rule": understood}


def _unread_because(text: str) -> str:
    if _MISSING.search(normal(text)):
        return _("How many are required is not said. Write for example “每缺1次扣1（应12次）”.")
    if not points_said(text):
        return _("It is not said how points come about here.")
    return _("It speaks of points, but can be read in more than one way.")


def _role_of(title: str) -> str:
    folded = normal(title)
    if any(word in folded for word in ("加分", "附加", "奖励")):
        return "bonus"
    return "deduction" if any(word in folded for word in ("扣分", "减分", "倒扣", "负面清单")) else "base"


def _rule_choices(text: str, understood: str, role: str) -> tuple[Choice, ...]:
    """The rules it may mean, each by its short form, the likeliest first."""
    forms = [understood] if understood else []
    for number in dict.fromkeys(points_said(text)):
        if Decimal(number):
            adds = role == "bonus" or "加" in text
            forms += [f"每次加{number}"] if adds else [f"每次扣{number}", f"有则扣{number}"]
    if role == "base":
        forms += ["人工评分", "酌情扣", "按完成率折算", "有则不得分"]
    else:
        forms += ["酌情加" if role == "bonus" else "酌情扣"]
    choices = [Choice(form, _labelled(form)) for form in dict.fromkeys(forms)]
    return (*choices, Choice(NO_RULE, _("nothing is scored by it")))


def _labelled(form: str) -> str:
    rule = read_rule(form)
    meaning = MEANINGS.get(str(rule["kind"])) if rule else None
    return _("%(rule)s: %(meaning)s") % {"rule": form, "meaning": meaning} if meaning else form
