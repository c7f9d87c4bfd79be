"""What each line of the list would become."""

from dataclasses import dataclass, field
from datetime import date

from branchwork.importing import Choice, Question, answer_of
from branchwork.importing.questions import Answer

from ..models import Organization
from .known import KnownOrganization
from .lines import Line

BRANCH_KINDS = Organization.BRANCH_KINDS


@dataclass(frozen=True)
class Change:
    """A value that an organization already in the house would get; `key` is a field of fields.FIELDS."""

    key: str
    before: object
    after: object


@dataclass
class Draft:
    """`parent` names the upper organization: "row:5" of this list, "pk:12" of the house, "make:NAME", "" for a root."""

    line: Line
    name: str
    code: str = ""
    short_name: str = ""
    kind: str = ""
    parent: str | None = None
    peer_group: str = ""
    members: int | None = None
    last_elected: date | None = None
    term_ends: date | None = None
    starts: date | None = None
    secretary: str = ""
    is_acting: bool = False
    tags: list[str] = field(default_factory=list)
    known: KnownOrganization | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def ref(self) -> str:
        return f"row:{self.line.number}"

    @property
    def is_new(self) -> bool:
        return self.known is None

    @property
    def new_secretary(self) -> bool:
        """Whether an appointment has to be made."""
        return bool(self.secretary) and (self.known is None or any(c.key == "secretary" for c in self.changes))

    @property
    def is_branch(self) -> bool:
        return self.kind in BRANCH_KINDS


class Asking:
    """Collects the questions of one check and hands back the answers given so far.

    `problems` are cells that were not understood, `doubts` concern the whole list, `same_names` may stay unanswered.
    """

    # So many unanswered problems fill a page; the others come up when these are settled.
    MOST = 100

    def __init__(self, answers: dict[str, Answer]):
        self.answers = answers
        self.seen: set[str] = set()
        self.open_count = 0
        self.problems: list[Question] = []
        self.doubts: list[Question] = []
        self.same_names: list[Question] = []

    @property
    def is_full(self) -> bool:
        return self.open_count >= self.MOST

    def problem(self, question: Question) -> Answer | None:
        return self._put(self.problems, question)

    def doubt(self, question: Question) -> Answer | None:
        return self._put(self.doubts, question)

    def same_name(self, question: Question) -> Answer | None:
        return self._put(self.same_names, question)

    def _put(self, questions: list[Question], question: Question) -> Answer | None:
        answer = answer_of(question, self.answers)
        if question.key in self.seen or (answer is None and self.is_full):
            return answer
        self.seen.add(question.key)
        questions.append(question)
        self.open_count += answer is None and not question.is_optional
        return answer


def drop(number: int, label: str) -> Choice:
    """The way out that leaves a row of the file alone."""
    return Choice(f"drop:{number}", label)
