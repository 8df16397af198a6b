"""What does not hold of an auditor's folder."""

from dataclasses import dataclass, field

from evenhand.model.json_keys import repeated_key
from evenhand.model.record import Record
from evenhand.workflows.audit.folder_format import RulebookReads

_READS = {
    "reads": "attributes read", "turns": "days on which rules change", "clock_rules": "rules that read the time",
    "id_rules": "rules that read an id",
}  # fmt: skip


class FolderProblem(Record, frozen=True, kw_only=True):
    """One thing that does not hold of a folder: its kind, the file and line, what it is, and what was expected."""

    kind: str
    where: str
    what: str
    expected: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; expected {self.expected}"


class RepeatedKey(ValueError):
    """An object of JSON with two values of one name: some readers take the first, some the last."""


def refuse_repeated_keys(data: bytes) -> None:
    """Refuse a text that was read before and names a key of an object twice.

    Raises:
        RepeatedKey: it names one twice.
    """
    if name := repeated_key(data):
        raise RepeatedKey(f"duplicate key `{name}`")


@dataclass
class Problems:
    """What was found so far."""

    found: list[FolderProblem] = field(default_factory=list)

    def add(self, kind: str, where: str, what: str, expected: str) -> None:
        """Note one problem."""
        self.found.append(FolderProblem(kind=kind, where=where, what=what, expected=expected))


def reads_in_words(rulebook: str, stated: RulebookReads, read: RulebookReads) -> str:
    """Return in words where a folder says otherwise than the rules do what they read.

    >>> none = RulebookReads(reads=(), turns=(), clock_rules=())
    >>> reads_in_words("4f", RulebookReads(reads=("Payer.country",), turns=("2026-01-01",), clock_rules=()), none)
    'of rulebook 4f, attributes read: Payer.country too many; days on which rules change: 2026-01-01 too many'
    """
    differences = []
    for name, words in _READS.items():
        claimed, actual = set(getattr(stated, name)), set(getattr(read, name))
        sides = ((actual - claimed, "missing"), (claimed - actual, "too many"))
        found = [f"{', '.join(sorted(several))} {side}" for several, side in sides if several]
        if claimed == actual and getattr(stated, name) != getattr(read, name):
            found = ["in another order, or named twice"]
        if found:
            differences.append(f"{words}: {', '.join(found)}")
    return f"of rulebook {rulebook}, {'; '.join(differences)}"
