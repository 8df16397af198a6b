"""Changes of facts as people type them, such as `OWNER=25%`, read into records."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from msgspec import structs

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput
from evenhand.model.party import MILLIONTHS, VerificationLevel
from evenhand.store.network import Network
from evenhand.workflows.evaluation.run_state import KnownInputs
from evenhand.workflows.review.judgement_file import read_verdict
from evenhand.workflows.review.owner_names import owner_id

_LEVELS = {each.name.lower(): each for each in VerificationLevel}
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class ChangeTexts:
    """What was typed, each in the form of its option of `evenhand task answer`.

    `until` is the last day of a verification, None where there is none; `documents` are SHA-256 of what was seen.
    """

    judge: Sequence[str] = ()
    share: Sequence[str] = ()
    control: Sequence[str] = ()
    verified: str = ""
    until: date | None = None
    documents: tuple[str, ...] = ()
    circumvention: Sequence[str] = ()

    def changes(self) -> tuple[FactChange, ...]:
        """Return what the texts state, in their order.

        Raises:
            BadInput: one is not of its form.
        """
        return (*map(_judgement, self.judge), *self._facts())

    def changes_in(self, network: Network, inputs: Callable[[], KnownInputs] | None = None) -> tuple[FactChange, ...]:
        """Return the same with the id of each owner that was named by its name in a network.

        `inputs` returns what the last run read, where a process keeps it; else it is read.

        Raises:
            BadInput: as `changes`, or several parties have the name.
        """
        return tuple(
            structs.replace(each, owner_id=owner_id(network, each.owner_id, inputs() if inputs else None))
            if each.owner_id
            else each
            for each in self.changes()
        )

    def _facts(self) -> Iterator[FactChange]:
        for text in self.share:
            owner, share = _parted(text, "--share", "OWNER=25%")
            yield FactChange(kind="share", owner_id=owner, share_ppm=_millionths(share), documents=self.documents)
        for text in self.control:
            owner, word = _parted(text, "--control", "OWNER=yes or OWNER=no")
            if word.lower() not in _YES_NO:
                raise BadInput("neither yes nor no", where="--control", got=text, expected="OWNER=yes or OWNER=no")
            yield FactChange(kind="control", owner_id=owner, control=_YES_NO[word.lower()], documents=self.documents)
        if self.verified:
            if self.verified.lower() not in _LEVELS:
                raise BadInput("no level of verification", where="--verified", got=self.verified,
                               expected=", ".join(_LEVELS))  # fmt: skip
            level = _LEVELS[self.verified.lower()]
            yield FactChange(kind="verification", level=level, until=self.until, documents=self.documents)
        for text in self.circumvention:
            account, of = _parted(text, "--circumvention", "ACCOUNT=PARTY: whose other name it is, a refused party")
            yield FactChange(kind="circumvention", party_id=account, of=of, documents=self.documents)


def _judgement(text: str) -> FactChange:
    entry, word = _parted(text, "--judge", "LIST#ENTITY=not-same")
    key, _, entity = entry.partition("#")
    if not (key and entity):
        raise BadInput("no entry of a list", where="--judge", got=text, expected="LIST#ENTITY=not-same")
    return FactChange(kind="judgement", list=key, entity_id=entity, verdict=read_verdict(word))


def _parted(text: str, option: str, expected: str) -> tuple[str, str]:
    before, equals, after = text.rpartition("=")
    if not (before.strip() and equals and after.strip()):
        raise BadInput("two parts are needed, with = between them", where=option, got=text, expected=expected)
    return before.strip(), after.strip()


def _millionths(text: str) -> int:
    try:
        share = Decimal(text.removesuffix("%").strip())
        parts = share * MILLIONTHS / 100
        if not (text.endswith("%") and 0 <= share <= 100 and parts == int(parts)):
            raise InvalidOperation
    except (InvalidOperation, ValueError, OverflowError):
        raise BadInput(
            "no share", where="--share", got=text, expected="a percentage from 0% to 100%, such as 25%"
        ) from None
    return int(parts)
