"""By what an erased party is found in a network's files: its id, its records' ids, and the texts that name it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from evenhand.ledger import Ledger
from evenhand.model.errors import EvenhandError
from evenhand.workflows.erasure.complaint_files import attachment_hashes
from evenhand.workflows.erasure.evidence_files import documents_and_claims, is_document

LEAST_CHARACTERS = 4  # a shorter text is found everywhere
_FIELDS = ("names", "domains", "accounts", "bundles")


@dataclass(frozen=True)
class Traces:
    """What to look for.

    `parties` are the ids of parties that go whole, `texts` what names them; `decisions` are the ids of those that go,
    `attachments` the SHA-256 of files that came with erased complaints, `documents` those of saved documents of which
    records go, `claims` the ids of claims in them.
    """

    parties: frozenset[str]
    decisions: frozenset[str]
    texts: tuple[str, ...]
    attachments: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    claims: frozenset[str] = frozenset()

    @property
    def reasons(self) -> frozenset[str]:
        """Return the ids of the statements of reasons, and of the notices that a restriction is lifted."""
        return frozenset(f"{kind}-{each.removeprefix('d-')}" for each in self.decisions for kind in "lr")

    @property
    def pattern(self) -> re.Pattern[bytes] | None:
        """Return what finds a text in bytes, in any case, also escaped as JSON and in UTF-16; None if nothing.

        An id is found where it is a whole value: it may be a word of the language.
        """
        forms = {form for each in self.texts for form in _forms(each)}
        forms |= {rb"(?<=[\"',;\t\n])" + re.escape(each.encode()) + rb"(?=[\"',;\t\r\n])" for each in self.parties}
        return re.compile(b"|".join(sorted(forms, reverse=True)), re.IGNORECASE) if forms else None

    def names(self, text: str) -> bool:
        """Tell whether a text, such as a cell, is the party's id or holds a text that names it."""
        if any(part.strip() in self.parties for part in text.split(";")):
            return True
        folded = text.casefold()
        return any(each.casefold() in folded for each in self.texts)

    def names_together(self, cells: Iterable[str]) -> bool:
        """Tell whether cells of one row name the party together, such as its first and its last name."""
        words = {word for cell in cells for word in cell.casefold().split()}
        return any(len(parts) > 1 and parts <= words for parts in (set(each.casefold().split()) for each in self.texts))


def traces_of(ledger: Ledger, erased: Iterable[int], subject: str, register: Path) -> Traces:
    """Return by what the entries to be erased are found, and all of `subject` if there is one."""
    decisions, texts, read = set(), set(), list(_payloads(ledger, erased))
    attachments = attachment_hashes(read)
    for raw in read:
        decisions |= {value for name in ("id", "decision") if str(value := raw.get(name, "")).startswith("d-")}
        texts |= set(_texts(raw.get("keys"))) | set(_texts({"names": [_name(raw.get("advertiser"))]}))
    documents, claims = (frozenset(each) for each in documents_and_claims(read))
    documents |= {subject} if is_document(subject) else set()
    if not subject or subject in documents:
        return Traces(frozenset(), frozenset(decisions), (), attachments, documents, claims)
    texts |= {text for row in _rows(register, subject) for text in _texts(row)}
    return Traces(frozenset({subject}), frozenset(decisions), tuple(sorted(texts)), attachments, documents, claims)


def _payloads(ledger: Ledger, erased: Iterable[int]) -> Iterator[dict[str, Any]]:
    for seq in erased:
        try:
            raw = msgspec.json.decode(ledger.payload(seq) or b"{}")
        except (msgspec.DecodeError, EvenhandError):
            continue
        if isinstance(raw, dict):
            yield raw


def _rows(register: Path, subject: str) -> Iterator[dict[str, Any]]:
    if not register.exists():
        return
    with register.open("rb") as file:
        for line in file:
            if subject.encode() in line or b"\\" in line:
                raw = msgspec.json.decode(line)
                if raw.get("id") == subject:
                    yield raw


def _name(advertiser: Any) -> str:
    return str(advertiser.get("name", "")) if isinstance(advertiser, dict) else ""


def _texts(raw: Any) -> Iterator[str]:
    if isinstance(raw, dict):
        for name in _FIELDS:
            yield from (each for each in raw.get(name) or () if isinstance(each, str) and len(each) >= LEAST_CHARACTERS)


def _forms(text: str) -> Iterator[bytes]:
    """Yield the bytes that a text may stand as; letters, digits and hyphens beside it would make it another."""
    yield rb"(?<![\w-])" + re.escape(text.encode()) + rb"(?![\w-])"
    if not text.isascii():
        yield re.escape(text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00"))
    yield re.escape(text.encode("utf-16-le"))
