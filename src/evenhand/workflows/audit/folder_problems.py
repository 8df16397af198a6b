"""What does not hold of an auditor's folder."""

from dataclasses import dataclass, field

from evenhand.model.record import Record


class FolderProblem(Record, frozen=True, kw_only=True):
    """One thing that does not hold of a folder: its kind, the file and line, what it is, and what was expected."""

    kind: str
    where: str
    what: str
    expected: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; expected {self.expected}"


@dataclass
class Problems:
    """What was found so far."""

    found: list[FolderProblem] = field(default_factory=list)

    def add(self, kind: str, where: str, what: str, expected: str) -> None:
        """Note one problem."""
        self.found.append(FolderProblem(kind=kind, where=where, what=what, expected=expected))
