"""The options of `task answer` and `review --propose` about single facts, and the hashes of documents seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest
from pathlib import Path
from typing import Annotated

import typer

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput

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

    def changes_in(self, folder: Path) -> tuple[FactChange, ...]:
        """Return what the options state, in their order, with the id of each owner that was named by its name.

        Raises:
            BadInput: an option is not of its form, a document cannot be read, or several parties have the name.
        """
        from evenhand.store.network import read_network
        from evenhand.workflows.review.change_texts import ChangeTexts

        papers = tuple(map(_sha256, self.documents))
        texts = ChangeTexts(
            self.judge, self.share, self.control, self.verified, self.until, papers, self.circumvention
        )  # fmt: skip
        return texts.changes_in(read_network(folder))


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
