"""Every error of Evenhand, one class a thing the caller can do about it.

EvenhandError
├── BadInput              the input must be corrected                             exit 2
│   ├── NetworkUnreadable     folder or evenhand.toml missing, incomplete or wrong
│   ├── ListUnreadable        a list half-parses or is implausible: the version in force stays
│   ├── ListsMissing          a required list has no version, or none is configured: nothing was decided
│   ├── TableUnreadable       a table cannot be read at all (a bad row alone never raises)
│   ├── TableShrunk           a table has lost rows or a column since the last run
│   ├── NamesChanged          nearly all names of a table are none, or many ids have another name or website
│   ├── TooManyRefused        more rows or requests refused than the network allows
│   ├── IndexUnreadable       a screening index is cut short, changed or of another version
│   ├── OwnershipUnreadable   a share is negative or no number
│   ├── PictureUnreadable     a file is no picture, or one of too many bytes or pixels
│   ├── PlanInvalid           the plan of an audit is missing, no plan, or contradicts itself or its table
│   ├── RulebookInvalid       schema, policies, annotations or mapping do not hold
│   ├── RegisterInvalid       the gate's register is damaged or names a key twice
│   │   └── RegisterUnexpected    it is whole, but of another log, older than the one in use, or not signed by the key
│   ├── RequestUnreadable     a bid request or order is no such object, too deep or of wrong types
│   ├── GateUnanswered        a client of the gate's service got no answer
│   │   ├── GateRefused           the service does not take what it is asked; it names the field
│   │   └── GateUnavailable       it does not answer, or has nothing to answer from
│   ├── RecordIncomplete      a reasons record has an empty slot or breaks a rule of its form
│   ├── SameSecond            something else was said of this within the second: say it again
│   └── NotFound              no such advertiser, decision or list
├── StateRefused          a task, complaint or review does not allow this now        exit 1
├── NotPermitted          the staff's rules do not allow this to this person         exit 1
├── ProcessEnded          a process that worked beside a run failed or was ended: run again    exit 2
├── EngineUnavailable     Spark is not installed, does not answer or failed: nothing was decided         exit 2
├── InternalFault         two parts of Evenhand disagree; report it               exit 70
│   ├── ProposalDisagrees     SQL and Cedar rule a case differently; nothing was decided
│   └── ProofDisagrees        an attribute proved not to matter changed a ruling in a replay; no report was written
└── LedgerError
    ├── LedgerBusy            another process writes; wait or stop it                exit 3
    ├── HistoryConflict       files on disk are not this ledger's history; restore   exit 4
    ├── RecordRefused         a record breaks the leaf's rules; nothing of it stored exit 5
    ├── StorageFailed         disk full, read-only or failing: repair it, run again  exit 2
    └── NotVerified           a signature, proof or hash does not hold               exit 1
"""

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from evenhand.model.run import Refused


class FieldError(NamedTuple):
    """A field of a record or payload, and the code of the rule it breaks."""

    field: str
    code: str


class EvenhandError(Exception):
    """What went wrong, where, what was expected and what to do, as fields and as one line.

    Args:
        what: what was wrong, lower case, no full stop.
        where: file, entry or setting.
        line: line in that file, from 1.
        column: character in that line, from 1.
        excerpt: the line of the file and, below it, a caret under the place; shown below the error, not part of it.
        got: the offending value, shown in backticks, cut at 80 characters.
        expected: what would have been right.
        todo: what the reader can do now.

    `sentence` is the line without the place.
    """

    def __init__(
        self,
        what: str,
        *,
        where: object = "",
        line: int | None = None,
        column: int | None = None,
        excerpt: str = "",
        got: object = None,
        expected: str = "",
        todo: str = "",
    ) -> None:
        self.what, self.where, self.line, self.column, self.excerpt = what, str(where), line, column, excerpt
        self.got, self.expected, self.todo = got, expected, todo
        place = ":".join([self.where, *(str(number) for number in (line, column) if number is not None)])
        value = "" if got is None else f" `{_short(got)}`"
        parts = [what, value, f"; expected {expected}" if expected else "", f"; {todo}" if todo else ""]
        self.sentence = "".join(parts)
        super().__init__(f"{place}: {self.sentence}" if place else self.sentence)


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."


class BadInput(EvenhandError):
    """The input must be corrected."""


class NetworkUnreadable(BadInput):
    """The network's folder or its `evenhand.toml` is missing, incomplete or wrong."""


class ListUnreadable(BadInput):
    """A list half-parses or is implausible; it is refused whole and the version in force stays."""


class ListsMissing(BadInput):
    """A required list has no version to screen against, or no list is configured; nothing was decided."""


class TableUnreadable(BadInput):
    """A table cannot be read at all; a bad row alone never raises."""


class TableShrunk(BadInput):
    """A table has lost more rows than the settings allow, or a column; `table` is the name to accept it by."""

    def __init__(self, what: str, *, where: object = "", expected: str, todo: str, table: str) -> None:
        self.table = table
        super().__init__(what, where=where, expected=expected, todo=todo)


class NamesChanged(BadInput):
    """Names of a table are none, or many known ids are gone or have other names or websites; accept `table`."""

    def __init__(self, what: str, *, where: object, expected: str, todo: str, table: str) -> None:
        self.table = table
        super().__init__(what, where=where, expected=expected, todo=todo)


class TooManyRefused(BadInput):
    """More rows or requests were refused than the network's settings allow.

    `refused` are their cells (`model.run.Refused`), so that they can still be written down; `rejected` rows of `rows`.
    """

    refused: tuple["Refused", ...] = ()
    rows: int = 0
    rejected: int = 0


class IndexUnreadable(BadInput):
    """A screening index on disk is cut short, changed, or of another version or other lists; build it again."""


class OwnershipUnreadable(BadInput):
    """A share is negative or no number."""


class PictureUnreadable(BadInput):
    """A file is no picture that can be read, or one of too many bytes or pixels; it is left out."""


class PlanInvalid(BadInput):
    """The plan of an audit is missing or no plan, contradicts itself, or names columns that its table lacks."""


class RulebookInvalid(BadInput):
    """Schema, policies, annotations or mapping of a rulebook do not hold."""


class RegisterInvalid(BadInput):
    """The gate's register is damaged, stale without a stated choice, or names a key twice."""


class RegisterUnexpected(RegisterInvalid):
    """A register is whole, but not one that this gate may take; the one in use stays.

    `why` is `origin` (of another log), `size` (a smaller tree), `root` (another tree of the same size), `signature` (of
    the checkpoint) or `unsigned` (as a whole).
    """

    def __init__(
        self,
        what: str,
        *,
        why: Literal["origin", "size", "root", "signature", "unsigned"],
        where: object,
        got: object,
        expected: str,
        todo: str,
    ) -> None:
        self.why = why
        super().__init__(what, where=where, got=got, expected=expected, todo=todo)


class RequestUnreadable(BadInput):
    """A bid request, or an order, is no object of its kind; nothing was filtered."""


class GateUnanswered(BadInput):
    """A client of the gate's service got no answer: `status` is HTTP's or 0, `field` what is at fault or ""."""

    def __init__(self, what: str, *, status: int, field: str, where: object) -> None:
        self.status, self.field = status, field
        super().__init__(what, where=where, got=field or None)


class GateRefused(GateUnanswered):
    """The gate's service does not take what it is asked."""


class GateUnavailable(GateUnanswered):
    """The gate's service does not answer, or has no register to answer from."""


class RecordIncomplete(BadInput):
    """A reasons record has an empty slot or breaks a rule of the form asked for; `errors` names every field."""

    def __init__(self, what: str, *, where: object = "", errors: tuple[FieldError, ...]) -> None:
        self.errors = errors
        super().__init__(
            what,
            where=where,
            got=", ".join(f"{error.field} {error.code}" for error in errors),
            todo="correct the case or the rule's annotations",
        )


class SameSecond(BadInput):
    """Something else was said of the same thing at the same second; said again a second later it counts."""


class NotFound(BadInput):
    """There is no such advertiser, decision or list."""


class StateRefused(EvenhandError):
    """A task or complaint does not allow `event` in its `state`; `allowed` are the events that it does allow.

    `what` says it in other words, where somebody else was first or a claim has ended; `expected` what is allowed, where
    the names of events do not.
    """

    def __init__(
        self, what: str = "", *, where: object, state: str, event: str, allowed: tuple[str, ...] = (), todo: str = "",
        expected: str = "",
    ) -> None:  # fmt: skip
        self.state, self.event, self.allowed = state, event, allowed
        super().__init__(
            what or f"`{event}` is not allowed in state `{state}`",
            where=where, expected=expected or ", ".join(allowed), todo=todo,
        )  # fmt: skip


class NotPermitted(EvenhandError):
    """The staff's rules do not allow an act: `rule` is the one that refuses, `person` who was refused.

    `needed` says what would be allowed: a role, another person, a signature.
    """

    def __init__(
        self, what: str, *, rule: str, person: str, needed: str = "", where: object = "", todo: str = ""
    ) -> None:
        self.rule, self.person, self.needed = rule, person, needed
        super().__init__(f"{what} (rule {rule}):", where=where, got=person, expected=needed, todo=todo)


class InternalFault(EvenhandError):
    """Two parts of Evenhand disagree: no input is at fault, and nothing that the user mends helps; report it."""


class ProcessEnded(EvenhandError):
    """A process that worked beside a run failed or was ended; what was recorded before is safe."""


class EngineUnavailable(EvenhandError):
    """Spark, which was asked for, is not installed, does not answer or failed; nothing was decided."""


class ProposalDisagrees(InternalFault):
    """SQL and Cedar rule one case differently; nothing was decided."""


class ProofDisagrees(InternalFault):
    """An attribute that was proved not to matter changed a recorded ruling in a replay; no report was written."""


class LedgerError(EvenhandError):
    """The ledger cannot do what was asked; nothing acknowledged is lost."""


class LedgerBusy(LedgerError):
    """Another process holds the ledger."""


class HistoryConflict(LedgerError):
    """What is on disk is not the history that this ledger signed; nothing was written."""


class RecordRefused(LedgerError):
    """A record breaks a rule of the leaf; nothing of it is stored."""


class StorageFailed(LedgerError):
    """The disk is full, read-only or failing; committed records are safe, nothing else was."""


class NotVerified(LedgerError):
    """A signature, proof or hash does not hold."""
