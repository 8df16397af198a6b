"""The options of `task answer` and `review --propose` about single facts, and the hashes of documents seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import file_digest
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput
from evenhand.model.party import MILLIONTHS, VerificationLevel

Judge = Annotated[
    list[str] | None, typer.Option("--judge", metavar="LIST#ENTITY=WORD", help="What this entry is to the party.")
]
Share = Annotated[
    list[str] | None, typer.Option("--share", metavar="OWNER=SHARE", help="What this owner holds, such as 25%.")
]
Control = Annotated[
    list[str] | None, typer.Option("--control", metavar="OWNER=yes|no", help="Whether this owner controls it.")
]
Verified = Annotated[
    str, typer.Option("--verified", metavar="LEVEL", help="The party is verified: document or register.")
]
Circumvention = Annotated[
    list[str] | None, typer.Option("--circumvention", metavar="ACCOUNT=PARTY", help="Which refused party it is.")
]
Document = Annotated[
    list[Path] | None, typer.Option("--document", metavar="FILE", help="A document that was seen; only hashed.")
]

_LEVELS = {each.name.lower(): each for each in VerificationLevel}
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class ChangeOptions:
    """The options as typed; `until` is the last day of a verification, None where there is none."""

    judge: Sequence[str] = ()
    share: Sequence[str] = ()
    control: Sequence[str] = ()
    verified: str = ""
    until: date | None = None
    documents: Sequence[Path] = ()
    circumvention: Sequence[str] = ()

    def changes(self) -> tuple[FactChange, ...]:
        """Return what the options state, in their order.

        Raises:
            BadInput: an option is not of its form, or a document cannot be read.
        """
        papers = tuple(map(_sha256, self.documents))
        return (*map(_judgement, self.judge), *self._facts(papers))

    def changes_in(self, folder: Path) -> tuple[FactChange, ...]:
        """Return the same with the id of each owner that was named by its name in a network.

        Raises:
            BadInput: as `changes`, or several parties have the name.
        """
        from evenhand.store.network import read_network
        from evenhand.workflows.review.owner_names import owner_id

        stated = self.changes()
        if not any(each.owner_id for each in stated):
            return stated
        network = read_network(folder)
        return tuple(
            structs.replace(each, owner_id=owner_id(network, each.owner_id)) if each.owner_id else each
            for each in stated
        )

    def _facts(self, papers: tuple[str, ...]) -> Iterator[FactChange]:
        for text in self.share:
            owner, share = _parted(text, "--share", "OWNER=25%")
            yield FactChange(kind="share", owner_id=owner, share_ppm=_millionths(share), documents=papers)
        for text in self.control:
            owner, word = _parted(text, "--control", "OWNER=yes or OWNER=no")
            if word.lower() not in _YES_NO:
                raise BadInput("neither yes nor no", where="--control", got=text, expected="OWNER=yes or OWNER=no")
            yield FactChange(kind="control", owner_id=owner, control=_YES_NO[word.lower()], documents=papers)
        if self.verified:
            if self.verified.lower() not in _LEVELS:
                raise BadInput("no level of verification", where="--verified", got=self.verified,
                               expected=", ".join(_LEVELS))  # fmt: skip
            level = _LEVELS[self.verified.lower()]
            yield FactChange(kind="verification", level=level, until=self.until, documents=papers)
        for text in self.circumvention:
            account, of = _parted(text, "--circumvention", "ACCOUNT=PARTY: whose other name it is, a refused party")
            yield FactChange(kind="circumvention", party_id=account, of=of, documents=papers)


def _judgement(text: str) -> FactChange:
    from evenhand.workflows.review.judgement_file import read_verdict

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


def _sha256(path: Path) -> str:
    if path.exists() and not path.is_file():  # a pipe or device would be waited for, or never end
        raise BadInput("no file:", where=path, expected="a file; it is hashed here and goes nowhere")
    try:
        with path.open("rb") as file:
            digest, size = file_digest(file, "sha256").hexdigest(), file.tell()
    except OSError as error:
        raise BadInput("the document cannot be read:", where=path, got=error.strerror or error,
                       expected="a file; it is hashed here and goes nowhere") from error  # fmt: skip
    if not size:
        raise BadInput("an empty file is no document that was seen", where=path, expected="the document itself")
    return digest
