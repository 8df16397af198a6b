"""The files of saved documents, kept outside of the ledger: bytes, readings, corrected claims, by their SHA-256."""

from pathlib import Path
from typing import TypeVar

import msgspec

from evenhand.model.claims import Claim
from evenhand.model.errors import NotFound, NotVerified
from evenhand.model.evidence import Reading
from evenhand.model.record import Record, canonical, sha256_hex
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network

EVIDENCE = "evidence"
SAVED, DRAFTS = "saved", "drafts"
_OWNER_FOLDER, _OWNER_FILE = 0o700, 0o600
_RESTORE = "restore it from a backup, or erase the document: the page evidence of the documentation"

AnyRecord = TypeVar("AnyRecord", bound=Record)


def document_folder(network: Network, document: str) -> Path:
    """Return the folder of a saved document; `document` is the SHA-256 of its bytes."""
    return network.folder / EVIDENCE / document


def draft_file(network: Network, claim: str) -> Path:
    """Return the file with which a complaint could begin, of a claim that asks for a review."""
    return network.folder / EVIDENCE / DRAFTS / f"{claim}.txt"


def keep_document(network: Network, data: bytes) -> str:
    """Keep the bytes of a document and return their SHA-256; the same bytes are kept once."""
    document = sha256_hex(data)
    folder = document_folder(network, document)
    for each in (folder.parent, folder):
        each.mkdir(mode=_OWNER_FOLDER, exist_ok=True)
    folder.chmod(_OWNER_FOLDER)
    _write(folder / SAVED, data)
    return document


def read_document(network: Network, document: str) -> bytes:
    """Return the bytes of a document as it was saved.

    Raises:
        NotFound, NotVerified: the file is missing, or it was changed.
    """
    return _checked(document_folder(network, document) / SAVED, document)


def keep_reading(network: Network, document: str, reading: Reading) -> str:
    """Keep what a reader made of a document and return the SHA-256 of the file."""
    return _keep(network, document, "reading", reading)


def read_reading(network: Network, document: str, sha256: str) -> Reading:
    """Return a reading as it was recorded.

    Raises:
        NotFound, NotVerified: the file is missing, or it was changed.
    """
    return _read(network, document, f"reading-{sha256}.json", sha256, Reading)


def keep_claim(network: Network, document: str, claim: Claim) -> str:
    """Keep a claim as a person corrected it and return its SHA-256."""
    return _keep(network, document, "claim", claim)


def read_claim(network: Network, document: str, sha256: str) -> Claim:
    """Return a corrected claim as it was recorded.

    Raises:
        NotFound, NotVerified: the file is missing, or it was changed.
    """
    return _read(network, document, f"claim-{sha256}.json", sha256, Claim)


def _keep(network: Network, document: str, kind: str, record: Record) -> str:
    data = canonical(record)
    sha256 = sha256_hex(data)
    _write(document_folder(network, document) / f"{kind}-{sha256}.json", data)
    return sha256


def _write(path: Path, data: bytes) -> None:
    if not path.exists() or path.read_bytes() != data:
        write_whole(path, data, mode=_OWNER_FILE)


def _read(network: Network, document: str, name: str, sha256: str, kind: type[AnyRecord]) -> AnyRecord:
    return msgspec.json.decode(_checked(document_folder(network, document) / name, sha256), type=kind)


def _checked(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("a file of a saved document is missing", where=path, todo=_RESTORE) from None
    if sha256_hex(data) != sha256:
        raise NotVerified("a file of a saved document was changed", where=path, expected=f"SHA-256 {sha256}",
                          todo=_RESTORE)  # fmt: skip
    return data
