"""Receipts: one file with which an advertiser checks its own decision offline (C2SP tlog-proof)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from evenhand.ledger.encodings import from_base64, read_hash, read_number, to_base64
from evenhand.ledger.leaf import opens, read_leaf
from evenhand.ledger.proofs import is_included
from evenhand.ledger.protocols import Verifier
from evenhand.ledger.subject_salts import salt_of
from evenhand.ledger.tree import leaf_hash
from evenhand.ledger.witness_policy import WitnessPolicy
from evenhand.model.errors import NotVerified
from evenhand.model.log import Checkpoint, ReceiptReport, StoredEntry
from evenhand.model.record import Record, canonical

FIRST_LINE = "c2sp.org/tlog-proof@v1"


class Disclosure(Record, frozen=True, kw_only=True):
    """The `extra` line of our receipts: the leaf and, only for whom it concerns, payload and salt."""

    leaf: bytes
    payload: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True)
class ProofFile:
    """The parts of a `.tlog-proof` file, nothing verified."""

    extra: bytes | None
    index: int
    proof: list[bytes]
    checkpoint: bytes


def format_receipt(index: int, proof: Sequence[bytes], checkpoint: Checkpoint, disclosed: Disclosure) -> str:
    """Return the receipt of entry `index` against `checkpoint`; the payload only where it is disclosed."""
    extra = {name: base64.b64encode(value).decode() for name, value in _parts(disclosed).items()}
    lines = [FIRST_LINE, f"extra {to_base64(canonical(extra))}", f"index {index}", *map(to_base64, proof)]
    return "\n".join(lines) + "\n\n" + checkpoint.note


def disclose(entry: StoredEntry | None, leaf: bytes) -> Disclosure:
    """Return what a receipt discloses of an entry: the leaf, and payload and salt unless they are gone.

    Raises:
        NotVerified: the payload is not the one that the leaf commits to.
    """
    if entry is None or entry.body is None:
        return Disclosure(leaf=leaf)
    salt = salt_of(entry)
    if not opens(read_leaf(leaf), salt, entry.body):
        raise NotVerified(
            f"payload of entry {entry.seq} was changed",
            where="the ledger's tables",
            todo="run `evenhand ledger verify`",
        )
    return Disclosure(leaf=leaf, payload=entry.body, salt=salt)


def verify_receipt(data: bytes, policy: WitnessPolicy, verifier: Verifier, leaf: bytes | None = None) -> ReceiptReport:
    """Check a receipt offline: signatures, quorum, inclusion, and what it discloses of the payload.

    `leaf` is the entry where the reader has it from elsewhere; else the receipt's own, whose hash is
    recomputed. Never raises for what the file holds: `problem` says in one line what does not hold.
    """
    try:
        file = parse_receipt(data)
        checkpoint = policy.open(file.checkpoint, verifier)
        disclosed = _disclosed(file) if leaf is None else Disclosure(leaf=leaf)
        _check(file, checkpoint, disclosed, own=leaf is None)
    except NotVerified as error:
        return ReceiptReport(ok=False, index=None, size=None, leaf=None, payload=None, problem=str(error))
    payload = None if disclosed.payload is None else disclosed.payload.decode(errors="replace")
    text = disclosed.leaf.decode(errors="replace")
    return ReceiptReport(ok=True, index=file.index, size=checkpoint.size, leaf=text, payload=payload)


def parse_receipt(data: bytes) -> ProofFile:
    """Return the parts of a `.tlog-proof` file.

    Raises:
        NotVerified: not that form.
    """
    # Mail programs and editors rewrite the ends of lines; nothing that is signed has a carriage return.
    header, blank, checkpoint = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = header.decode(errors="replace").split("\n")
    if not blank or lines.pop(0) != FIRST_LINE:
        raise NotVerified("not a receipt", expected=f"`{FIRST_LINE}`, an index, hashes, a blank line, a checkpoint")
    extra = from_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise NotVerified("no index in the receipt")
    return ProofFile(extra, read_number(lines[0][6:]), [read_hash(line) for line in lines[1:]], checkpoint)


def _parts(disclosed: Disclosure) -> dict[str, bytes]:
    parts = {"leaf": disclosed.leaf, "payload": disclosed.payload, "salt": disclosed.salt}
    return {name: value for name, value in parts.items() if value is not None}


def _disclosed(file: ProofFile) -> Disclosure:
    try:
        return msgspec.json.decode(file.extra or b"", type=Disclosure)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        raise NotVerified("the receipt holds no leaf") from None


def _check(file: ProofFile, checkpoint: Checkpoint, disclosed: Disclosure, *, own: bool) -> None:
    """Raise unless the leaf is in the log and, if it is one of ours, is this index's and opens to the payload."""
    if not is_included(file.index, checkpoint.size, leaf_hash(disclosed.leaf), file.proof, checkpoint.root):
        raise NotVerified("the leaf is not in the log", where=f"entry {file.index}")
    if not own:
        return
    leaf = read_leaf(disclosed.leaf)
    if leaf.seq != file.index:
        raise NotVerified("the leaf is another entry's", where=f"entry {file.index}", got=leaf.seq)
    if disclosed.payload is not None and not opens(leaf, disclosed.salt, disclosed.payload):
        raise NotVerified("the payload is not the one committed to", where=f"entry {file.index}")
