"""How two rulebooks differ in what they decide, and what a release of one rests on."""

from typing import Any, Literal

from evenhand.model.certificate import Counterexample, Property, Result
from evenhand.model.record import Record
from evenhand.model.staff import Signed

Relation = Literal["equivalent", "stricter", "milder", "incomparable", "unknown"]


class ActionComparison(Record, frozen=True, kw_only=True):
    """How the new rulebook relates to the old one for an action, over all facts.

    `stricter`: nowhere milder and somewhere stricter. `examples` are requests that they decide differently, one for
    each direction there is; `why` says what kept an unknown from being answered.
    """

    action: str
    relation: Relation
    examples: tuple[Counterexample, ...] = ()
    why: str | None = None


class MappingChange(Record, frozen=True, kw_only=True):
    """A row of a rulebook's mapping that means something else, in words: what it is about, what it meant, and means."""

    file: str
    row: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return it as a sentence."""
        return f"{self.file}: {self.row}: now {self.after}; was {self.before}"


class RulebookDifference(Record, frozen=True, kw_only=True):
    """The difference of two rulebooks on a day: rules by id, what follows for each action, and rows of the mapping.

    `sha256` names what was found, without examples and times: it is what the approvers of a release sign off.
    """

    old_sha256: str
    new_sha256: str
    at: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    amended: tuple[str, ...]
    actions: tuple[ActionComparison, ...]
    sha256: str
    mapping: tuple[MappingChange, ...] = ()


class Approval(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What `release.toml` says: the hash of the difference that was looked at, and who approved it.

    Where the network has staff, `signed` and `second` are their signatures over that hash.
    """

    diff: str
    approved_by: tuple[str, ...]
    signed: Signed | None = None
    second: Signed | None = None


class Answer(Record, frozen=True, kw_only=True):
    """The answer to one standing question; fields as those of `Certificate`."""

    property: Property
    parameters: dict[str, Any]
    at: str
    result: Result
    by: tuple[str, ...]
    second_result: Result | None
    smtlib_sha256: tuple[str, ...]


class Certificates(Record, frozen=True, kw_only=True):
    """The certificates of a release, what they share said once; the rulebook is the leaf's own.

    `at` of an answer is the first day of a set of rules: there is one for every set from the day of the release on.
    """

    schema_sha256: str
    assumptions: tuple[str, ...]
    solver: str
    second_solver: str | None
    answers: tuple[Answer, ...]


class Release(Record, frozen=True, kw_only=True):
    """What the first run under a rulebook shows: its certificates, and the approval of what it changes, if any.

    `number` counts the releases of one set of rules, which differ in the mapping; the first is 0. `is_taken`: the
    mapping is one of which no release says anything, and counts as approved.
    """

    certificates: Certificates | None = None
    approval: Approval | None = None
    number: int = 0
    is_taken: bool = False
