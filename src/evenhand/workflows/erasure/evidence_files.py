"""Saved documents in an erasure: the records of one, its files, and the letters that give its words."""

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.errors import BadInput
from evenhand.workflows.evidence_records.evidence_files import DRAFTS, EVIDENCE

_SHA256 = re.compile("[0-9a-f]{64}")
_CLAIM = re.compile("q-[0-9a-f]+")
_KIND = "claim"


def is_document(subject: str) -> bool:
    """Return whether a subject can be a saved document: a SHA-256 in hex."""
    return _SHA256.fullmatch(subject) is not None


def entries_of_document(ledger: LogReader, document: str) -> set[int]:
    """Return the entries about a saved document, also those whose subject is the party of a link."""
    return {seq for seq, _, payload in ledger.entries(_KIND) if _field(payload, "document") == document}


def check_whole_documents(ledger: LogReader, erased: Iterable[int]) -> None:
    """Raise if an erasure takes part of what was done with a document, or of its links to one party.

    INVARIANT: what takes a claim or link back never goes alone: what is left would count again.

    Raises:
        BadInput: it names the document; nothing was erased.
    """
    gone, chains = set(erased), dict[tuple[str, ...], set[int]]()
    for seq, _, payload in ledger.entries(_KIND) if gone else ():
        chains.setdefault(_chain(payload), set()).add(seq)
    for (document, *_), seqs in chains.items():
        if document and gone & seqs and not seqs <= gone:
            raise BadInput(
                "the erasure would take a part of what is recorded of a saved document", where=document,
                got=", ".join(map(str, sorted(gone & seqs))), expected=", ".join(map(str, sorted(seqs))),
                todo=f"nothing was erased; erase the whole document with --subject {document}, or a party with its id",
            )  # fmt: skip


def _chain(payload: bytes | None) -> tuple[str, ...]:
    """Return in what the number of a record counts: its document, or claim and party of a link."""
    if _field(payload, "party") in ("", "None"):
        return (_field(payload, "document"),)
    return tuple(_field(payload, name) for name in ("document", "claim", "party"))


def documents_and_claims(payloads: Iterable[Any]) -> tuple[set[str], set[str]]:
    """Return the saved documents and the claims that records are about; links of a party alone are not meant."""
    events = [raw for raw in payloads if isinstance(raw, dict) and "document" in raw and raw.get("party") is None]
    return (
        {str(raw["document"]) for raw in events if is_document(str(raw["document"]))},
        {str(raw.get("claim", "")) for raw in events if _CLAIM.fullmatch(str(raw.get("claim", "")))},
    )


def remove_evidence_files(
    folder: Path, ledger: LogReader, documents: frozenset[str], claims: frozenset[str]
) -> Iterator[Path]:
    """Remove what is kept of erased documents that no record names any more, and drafts made of their claims.

    May be repeated; yields what went.
    """
    left = {_field(payload, "document") for _, _, payload in ledger.entries(_KIND)} if documents else set[str]()
    for document in sorted(documents - left):
        path = folder / EVIDENCE / document
        if path.is_dir():
            shutil.rmtree(path)
            yield path
    for claim in sorted(claims):
        path = folder / EVIDENCE / DRAFTS / f"{claim}.txt"
        if path.is_file():
            path.unlink()
            yield path


def statements_that_quote(ledger: LogReader, claims: frozenset[str]) -> tuple[int, ...]:
    """Return the decisions that rest on these claims; the statement of each gives their words."""
    names = [f'"claim:{each}"'.encode() for each in claims]
    found = (
        seq for seq, _, payload in ledger.entries("decision") if payload and any(name in payload for name in names)
    ) if names else ()  # fmt: skip
    return tuple(found)


def _field(payload: bytes | None, name: str) -> str:
    raw: Any = None if payload is None else msgspec.json.decode(payload)
    return str(raw.get(name, "")) if isinstance(raw, dict) else ""
