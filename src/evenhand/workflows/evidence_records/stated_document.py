"""A document as a person hands it in; apart from the ledger, so that it is read quickly where none is opened."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StatedDocument:
    """A document as a person saves it: where it is from, and whether an office itself has published it."""

    data: bytes
    uri: str
    media_type: str
    official: bool = False
