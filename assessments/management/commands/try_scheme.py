import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.scheme_files.card_json import answer
from assessments.scheme_files.card_text import cards_text, findings_text, proposals_text
from assessments.scheme_files.expression_words import expression_words
from assessments.scheme_files.facts_reader import FactsFile, read_facts
from assessments.scheme_files.problems import Problem
from assessments.scheme_files.scheme_reader import read_scheme
from assessments.scoring.cards import Card
from assessments.scoring.engine import score_all
from assessments.scoring.expressions import ExpressionError
from assessments.scoring.lint import Finding, lint
from assessments.scoring.quotas import Proposal, propose_grades
from assessments.scoring.schemes import Scheme


class Trial(NamedTuple):
    """What came of it; nothing but problems where there are any."""

    facts: FactsFile = FactsFile()
    cards: tuple[Card, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()


class Command(BaseCommand):
    help = "Score a facts file by a scheme file (docs/scheme-format.md) without storing anything."
    # Nothing of the database is needed, not even that there is one.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scheme", help="the rule book, a YAML file")
        parser.add_argument("facts", help="what happened, a YAML file")
        parser.add_argument("--json", action="store_true", help="print JSON instead of cards")
        parser.add_argument("--language", help="of the words: zh-hans or en")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"] or translation.get_language()):
            trial = _try(options["scheme"], options["facts"])
            if options["json"]:
                found = answer(trial.facts.subjects, trial.cards, trial.proposals, trial.problems, trial.findings)
                self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            else:
                self._print(trial)
            if trial.problems:
                raise CommandError(_("Nothing was scored."), returncode=2)

    def _print(self, trial: Trial) -> None:
        for problem in trial.problems:
            self.stderr.write(str(problem))
        subjects = {subject.key: subject for subject in trial.facts.subjects}
        self._write(cards_text(subjects, trial.cards))
        self._write(proposals_text(trial.proposals, subjects))
        self._write(findings_text(trial.findings))

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def _try(scheme_file: str, facts_file: str) -> Trial:
    scheme, problems = None, []
    if (text := _read(scheme_file, problems)) is not None:
        scheme, found = read_scheme(text, scheme_file)
        problems += found
    facts = None
    if (text := _read(facts_file, problems)) is not None:
        facts, found = read_facts(text, facts_file, scheme)
        problems += found
    findings = lint(scheme) if scheme else ()
    if scheme is None or facts is None:
        return Trial(problems=tuple(problems), findings=findings)
    return _score(scheme, facts, facts_file)._replace(findings=findings)


def _read(path: str, problems: list[Problem]) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        problems.append(Problem(path, 0, "", _("The file cannot be read: %(why)s") % {"why": error.strerror}))
        return None


def _score(scheme: Scheme, facts: FactsFile, facts_file: str) -> Trial:
    subjects = {subject.key: subject for subject in facts.subjects}
    try:
        cards = score_all(scheme, facts.facts, subjects, facts.cards)
        return Trial(facts, cards, propose_grades(scheme, cards, subjects))
    except (ValueError, ArithmeticError) as error:
        why = expression_words(error) if isinstance(error, ExpressionError) else error
        message = _("These facts cannot be worked out: %(why)s") % {"why": why}
        return Trial(problems=(Problem(facts_file, 1, "", message),))
