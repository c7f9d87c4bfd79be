"""What is wrong in a file, said so that its author finds the place."""

from typing import NamedTuple


class Problem(NamedTuple):
    """`line` counts from 1, 0 is the file itself; `path` names the place: `categories[2].points`, also from 1."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"


class Unread(Exception):
    """A value could not be read; the problem has been noted."""
